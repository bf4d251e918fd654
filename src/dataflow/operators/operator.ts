/**
 * The operator: one stage of a dataflow, in the engine thread. Operators push: a source pushes batches and
 * watermarks into the first one, each pushes what it makes into `output`.
 *
 * Who calls what, when
 *   - For each step, in order: `accept` for its rows (in one batch or several), then `advance` when the
 *     watermark has risen. Ticks come as `advance` too, where they move a watermark; an operator never
 *     reads a clock.
 *   - `advance(w)` comes after all rows that were judged before w. When it returns, everything that w
 *     makes final has been pushed to `output`, followed by `output.advance`.
 *   - `deliverOpen` comes between two steps when somebody wants to see what is not final yet. It changes
 *     no state.
 *   - `freeze` and `restore` come between two steps (see `state/keyed-state.ts`).
 *
 * Obligations
 *   - Results are those of taking rows one at a time: how rows are cut into batches must not show in the
 *     output. Lateness of a row is judged by the batch's `watermarksMs` of that row, never by the last
 *     `advance`.
 *   - A row that is behind the watermark for its window is counted and handed to `late`, never dropped in
 *     silence.
 *   - Between operators only final rows flow, with row kinds; what is not final goes out by `deliverOpen`
 *     alone.
 *   - Nothing of a batch is kept after `accept` returns (its memory is used again); no allocation a row.
 *   - State is in pages, reached by slots; there is no other memory that a restart would miss.
 *
 * What an operator may assume
 *   - Rows come with the schema that it was built for; a change of schema makes new operators.
 *   - It is called from one thread, never again before it has returned. It must not throw for any row's
 *     content: what a row can cause is a value, NULL, or an `OperatorFailure` that stops the view with a
 *     named reason.
 */
import type { StateImage } from "../../state/keyed-state.ts";
import type { ColumnBatch } from "../../values/column-batch.ts";

/** Where rows go: the next operator, a view, a sink. */
export interface Output {
  accept(batch: ColumnBatch): void;
  /** No row with an event time at or before this comes any more, except late ones. */
  advance(watermarkMs: number): void;
}

export interface Operator extends Output {
  /** For EXPLAIN, metrics and errors: the SQL word and what it works on. */
  readonly name: string;
  readonly counters: OperatorCounters;
  /**
   * Pushes the rows of open windows that changed since the last call, flagged by the receiver as not final.
   */
  deliverOpen(output: OpenOutput): void;
  /** What it keeps, as of now; the image never changes. Empty for an operator that keeps nothing. */
  freeze(): readonly StateImage[];
  /** Takes the place that an operator of the same plan had when it was frozen. */
  restore(images: readonly StateImage[]): void;
}

/** Takes rows of open windows; `accept` may be called several times in one delivery. */
export interface OpenOutput {
  accept(batch: ColumnBatch): void;
}

/** The books of an operator: taken = in − filtered − late. */
export interface OperatorCounters {
  rowsIn: number;
  rowsFiltered: number;
  rowsLate: number;
}

/**
 * A computed value that the query's rules forbid (CAST that does not fit, division by zero): the view
 * stops.
 */
export class OperatorFailure extends Error {
  readonly operator: string;
  constructor(operator: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "OperatorFailure";
    this.operator = operator;
  }
}
