/**
 * A stream that queries write. Their rows are gathered while a step is taken; behind the step they are given
 * to everybody who reads the stream, and to the log. So they stand behind all rows of the step that caused
 * them, in the order of the queries, however the step was cut into batches.
 */
import type { TableDefinition } from "../../catalog/catalog.ts";
import type { StepRows } from "../../log/event-log.ts";
import type { Cause } from "../../values/column-batch.ts";
import type { DerivedLedger, LedgerImage } from "./derived-ledger.ts";
import type { SourceRows } from "./stream-source.ts";
import { stepsOf, type ToldTime, type WrittenRows } from "./written-rows.ts";

/** Rows for the log, which copies them when it is told: decoding them writes over their bytes. */
export interface DerivedRows {
  readonly stream: string;
  readonly rows: StepRows;
}

/** Between two steps: nothing waits to be settled. */
export interface DerivedImage {
  readonly ledger: LedgerImage | undefined;
  /** What each query said of its time. */
  readonly times: readonly ToldTime[];
}

/** What reads the stream. */
export interface DerivedReader {
  take(rows: SourceRows, cause: Cause): void;
  /** Answers whether rows may have come of it. */
  follow(time: ToldTime, isNeverBehind: boolean): boolean;
}

export class DerivedStream {
  readonly table: TableDefinition;
  readonly #writers: WrittenRows[] = [];
  /** Without one its rows are made again for a view that catches up, and go nowhere else. */
  readonly #ledger: DerivedLedger | undefined;
  readonly #write: (rows: DerivedRows) => void;

  constructor(table: TableDefinition, ledger: DerivedLedger | undefined, write: (rows: DerivedRows) => void) {
    this.table = table;
    this.#ledger = ledger;
    this.#write = write;
  }

  get ledger(): DerivedLedger | undefined {
    return this.#ledger;
  }

  add(writer: WrittenRows): void {
    this.#writers.push(writer);
  }

  /** Whether its queries say what time it is in it. */
  get followsTime(): boolean {
    return this.#writers.some((writer) => writer.worth.followsTime);
  }

  /** Gives on what was written since the last call; answers whether anything came of it. */
  settle(cause: Cause, reader: DerivedReader): boolean {
    const parts = this.#writers.map((writer) => writer.take());
    const time = this.#time();
    for (const step of stepsOf(parts, cause, time?.watermarkMs ?? Number.NEGATIVE_INFINITY)) {
      if (this.#ledger?.make(step) === true) this.#write({ stream: this.table.name, rows: step });
      reader.take(step, cause);
    }
    const moved = time !== undefined && reader.follow(time, this.#isNeverBehind);
    return parts.some(({ ends }) => ends.length > 0) || moved;
  }

  /** A row of a query that was idle may be behind what others have advanced to. */
  get #isNeverBehind(): boolean {
    return this.#writers.length === 1 && this.#writers[0]!.worth.isNeverBehind;
  }

  freeze(): DerivedImage {
    return { ledger: this.#ledger?.freeze(), times: this.#writers.map(({ time }) => time) };
  }

  restore({ ledger, times }: DerivedImage): void {
    if (ledger !== undefined) this.#ledger?.restore(ledger);
    for (const [place, time] of times.entries()) this.#writers[place]!.time = time;
  }

  /** The least of the queries that are not idle; undefined where none says it. */
  #time(): ToldTime | undefined {
    const all = this.#writers.filter((writer) => writer.worth.followsTime).map((writer) => writer.time);
    if (all.length === 0) return undefined;
    const awake = all.filter(({ isIdle }) => !isIdle);
    const begun = all.filter(({ watermarkMs }) => watermarkMs !== Number.NEGATIVE_INFINITY);
    const holding = (awake.length > 0 ? awake : begun).map(({ watermarkMs }) => watermarkMs);
    return {
      watermarkMs: holding.length === 0 ? Number.NEGATIVE_INFINITY : Math.min(...holding),
      isIdle: awake.length === 0,
    };
  }
}
