/** What goes between the main thread and a thread for queries. */
import type { ErrorCode } from "../../errors/catalogue.ts";
import type { SourcePosition } from "../../errors/quickwater-error.ts";
import type { StreamId } from "../../log/event-log.ts";
import type { RowSchema } from "../../values/row-schema.ts";
import type { Question } from "./bind-reading.ts";

/** The bounds of queries. */
export interface QuerySettings {
  /** How many may run at the same time. */
  readonly atOnceMax: number;
  readonly runMsMax: number;
  /** How long the journal is read again for what was. */
  readonly replayMsMax: number;
  /** Rows of all views that one reads, and of each stream. */
  readonly rowsReadMax: number;
  /** Rows of an answer. */
  readonly rowsMax: number;
  /** Of an answer's rows, as JSON. */
  readonly answerBytesMax: number;
  /** Of each stage of one: what its groups, joins and orders keep. */
  readonly stateBytesMax: number;
}

export type GivenQuerySettings = { readonly [Name in keyof QuerySettings]?: number | undefined };

/** A setting that is there and undefined means the default too. */
export function querySettings(given: GivenQuerySettings = {}): QuerySettings {
  const {
    atOnceMax = 2,
    runMsMax = 10_000,
    replayMsMax = 60_000,
    rowsReadMax = 1_000_000,
    rowsMax = 10_000,
    answerBytesMax = 16 * 1024 * 1024,
    stateBytesMax = 256 * 1024 * 1024,
  } = given;
  return { atOnceMax, runMsMax, replayMsMax, rowsReadMax, rowsMax, answerBytesMax, stateBytesMax };
}

/** Rows of an answer by their place, from 1. */
export interface QueryPage {
  readonly from: number;
  readonly to: number;
}

export interface QueryAsked extends Question {
  /** Undefined where all are asked for. */
  readonly page: QueryPage | undefined;
  /** What its clocks say. */
  readonly nowMs: number;
  readonly settings: QuerySettings;
  readonly journal: QueriedJournal;
}

/** The journal as it is when the query begins. */
export interface QueriedJournal {
  readonly folder: string;
  readonly lastStep: number;
  /** By name. */
  readonly streams: ReadonlyMap<string, StreamId>;
}

/** A query; then rows of its views as JSON lines, in as many pieces as it takes; then the order to run. */
export type ToQuery =
  | { readonly type: "ask"; readonly query: QueryAsked }
  | {
      readonly type: "rows";
      readonly view: string;
      readonly bytes: Uint8Array;
      readonly rowEnds: Int32Array;
      readonly rowCount: number;
    }
  | { readonly type: "run" }
  /** There is nothing more to ask. */
  | { readonly type: "leave" };

export type FromQuery =
  | { readonly type: "needs"; readonly views: readonly string[]; readonly streams: readonly string[] }
  | { readonly type: "done"; readonly answer: QueryRows }
  | {
      readonly type: "failed";
      readonly code: ErrorCode;
      readonly params: Readonly<Record<string, string | number>>;
      readonly position: SourcePosition | undefined;
      readonly suggestion: string | undefined;
    };

export interface QueryRows {
  readonly schema: RowSchema;
  /** The cells of each as JSON texts, a line each, as those of a view's rows. */
  readonly rows: readonly string[];
}

/** The column behind a view's own that says whether a row is final. */
export const finalColumn = "$final";
