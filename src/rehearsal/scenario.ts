/**
 * A scenario: what is sent when by a clock that stands until a step moves it, what is answered, and what
 * views and streams show then. Its parts keep their places in the file, for messages and for `--update`.
 */
import type { RowKey } from "../log/removal.ts";
import type { YamlValue } from "../project/yaml-file.ts";

export interface Scenario {
  /** Of the file, without its ending. */
  readonly name: string;
  readonly source: YamlValue["source"];
  /** What it shows, by the ids of whoever asks for it. */
  readonly features: readonly string[];
  /** When it begins. */
  readonly startMs: number;
  readonly steps: readonly ScenarioStep[];
}

/** Its parts happen in this order. */
export interface ScenarioStep {
  /** From 1. */
  readonly number: number;
  readonly value: YamlValue;
  /** The clock runs on to here first. */
  readonly timeMs: number;
  readonly send?: SentEvents | undefined;
  readonly remove?: RemovedRows | undefined;
  readonly shows: readonly ShownTable[];
  /** What is compared with its twin, over the events so far. */
  readonly twins: readonly string[];
}

/** What is asked of a stream. */
export interface StreamRequest {
  readonly stream: string;
  readonly value: YamlValue;
  /** What is said of the answer. */
  readonly answer?: YamlValue | undefined;
}

export interface SentEvents extends StreamRequest {
  /** The body of the request: an event a line. */
  readonly lines: string;
}

/** Rows that go out of a table with a primary key, as of the step's time. */
export interface RemovedRows extends StreamRequest {
  readonly keys: readonly RowKey[];
}

export interface ShownTable {
  /** A view or a stream. */
  readonly name: string;
  /** Its text is the table. */
  readonly value: YamlValue;
}
