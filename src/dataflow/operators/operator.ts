/**
 * The operator: one stage of a dataflow, in the engine thread. Operators push: a source pushes batches and
 * watermarks into the first one, each pushes what it makes into its output.
 *
 * Who calls what, when
 *   - A source takes a step in **rounds**. A round is one batch: `accept` on each input that has rows of it,
 *     then `advance` on each input that the source feeds, also where the watermark stayed. When the `advance`
 *     has returned, everything that the round makes final has been pushed, followed by `output.advance`.
 *   - A tick of the logged clock, the end of a bounded input and a change of idleness come as `advance`
 *     alone; an operator never reads a clock.
 *   - `deliverOpen` comes between two rounds, when somebody wants to see what is not final yet.
 *   - `freeze` and `restore` come between two steps.
 *
 * Obligations
 *   - Results are those of taking rows one at a time, in step order: how rows are cut into batches and rounds
 *     must not show in the output. Lateness of a row is judged by the batch's `watermarksMs` of that row
 *     (with several inputs, by the least of it and what the other inputs have advanced to), never by the last
 *     `advance` of its own input.
 *   - An operator whose inputs are fed by one stream keeps the rows of a round until all of its inputs have
 *     had their `advance`, and takes them by `rowIndexes`: a row reaches all inputs before the next one does.
 *   - An input that is **idle** holds nobody back: with several inputs the watermark is the least of those
 *     that are not idle, or of all where all are. It never falls (`time/combined-watermark.ts`).
 *   - A row that is behind the watermark for its window is counted and told, never dropped in silence.
 *   - What an operator keeps is built from rows of standing `final` alone. An operator without state passes
 *     rows of every standing on as they are; one with state takes final rows only, and the planner puts
 *     nothing else before it. First and open rows end in views, and first ones in streams that ask for them.
 *   - Nothing of a batch is kept after `accept` returns (its memory is used again); no allocation a row.
 *   - State is in pages and in the numbers of the image: there is no other memory that a restart would miss.
 *
 * What an operator may assume
 *   - Rows come with the schema that it was built for; a change of schema makes new operators.
 *   - It is called from one thread, never again before it has returned. It must not throw for any row's
 *     content: what a row can cause is a value, NULL, or an `OperatorFailure` that stops the view with a
 *     named reason.
 *
 * What nobody may assume
 *   - That `deliverOpen` tells of a row twice. It goes to everybody behind the operator at once, because what
 *     was told is noted once; whoever joins later asks for all of it (`all`).
 */
import type { PartImage } from "../../state/keyed-state.ts";
import type { Cause, ColumnBatch } from "../../values/column-batch.ts";

/** Where rows go: the input of the next operator, a view, a sink. */
export interface Output {
  accept(batch: ColumnBatch): void;
  /**
   * No row with an event time at or before this comes any more, except late ones. Of an idle input it counts
   * only when all others are idle too.
   */
  advance(watermarkMs: number, idle: boolean, cause: Cause): void;
}

export interface Operator {
  /** For EXPLAIN, metrics and errors: the SQL word and what it works on. */
  readonly name: string;
  readonly counters: OperatorCounters;
  /** One a relation that it reads, in the order in which the plan names them. */
  readonly inputs: readonly Output[];
  /** Pushes the rows of open windows that changed since the last call, or all; their standing is `open`. */
  deliverOpen(all: boolean): void;
  /** What it has and gives on when the watermark lets it; undefined where it never waits for one. */
  held(): HeldRows | undefined;
  /** Of a join: what has met nobody. */
  unmatched(): UnmatchedRows | undefined;
  /** What it keeps, as of now; the image never changes. */
  freeze(): PartImage;
  /** Takes the place that an operator of the same plan had when it was frozen. */
  restore(image: PartImage): void;
}

/**
 * Where rows of streams go that came behind the watermark. It knows the step that is being taken, so that a
 * row's place in it is enough.
 */
export interface LateRows {
  /** `rowIndex` is undefined for a row that an operator made: it is of no stream. */
  add(rowIndex: number | undefined, lateByMs: number, window?: LateWindow): void;
}

/** What the row came too late for; without a beginning where the operator does not know it. */
export interface LateWindow {
  readonly startMs: number | undefined;
  readonly endMs: number;
}

/** The books of an operator: taken = in − filtered − late. */
export interface OperatorCounters {
  rowsIn: number;
  rowsFiltered: number;
  rowsLate: number;
}

/** What waits for the watermark. */
export interface HeldRows {
  /** Of an aggregation the groups of open windows: each becomes a row. */
  readonly rows: number;
  /** When the watermark has reached this, the next of them go on; undefined where nothing waits. */
  readonly untilMs: number | undefined;
}

/** Rows that have met nobody and never will, but where a join waits for good: there it is those of now. */
export interface UnmatchedRows {
  /** Undefined where it is not counted. */
  readonly left: number | undefined;
  readonly right: number | undefined;
  /** Some keys of rows that are kept now and of which the other side has no row, as SQL writes them. */
  readonly leftKeys: readonly string[];
  readonly rightKeys: readonly string[];
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
