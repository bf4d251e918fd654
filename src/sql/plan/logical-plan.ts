/**
 * The logical plan: what a query computes, node by node, as readonly plain data. Each node knows its schema.
 * The optimizer turns plans into plans; `dataflow/physical` turns the last one into operators.
 */
import type { MetadataKey } from "../../catalog/row-metadata.ts";
import type { SourcePosition } from "../../errors/quickwater-error.ts";
import type { AggregateName } from "../../functions/aggregate/aggregate-function.ts";
import type { RowSchema } from "../../values/row-schema.ts";
import type { SqlType } from "../../values/sql-type.ts";
import type { SqlValue } from "../../values/sql-value.ts";
import type { BoundExpression } from "../bind/bound-expression.ts";

/**
 * A field of the stored row that the query touches: `["location", "country"]`. The decoder reads no other.
 * With `metadata` it is no field, but what the log knows of the row.
 */
export interface ScanColumn {
  readonly path: readonly string[];
  readonly type: SqlType;
  readonly metadata?: ScannedMetadata | undefined;
}

/** A stream's name needs no scan. */
export type ScannedMetadata = Exclude<MetadataKey, "topic">;

export interface Scan {
  readonly kind: "Scan";
  readonly table: string;
  readonly columns: readonly ScanColumn[];
  /** Position in `columns` of the event time, where the table has a watermark. */
  readonly rowtime: number | undefined;
  readonly schema: RowSchema;
}

/** VALUES: rows that the query holds itself. They come once, before any other row, and are all. */
export interface Values {
  readonly kind: "Values";
  readonly rows: readonly (readonly SqlValue[])[];
  readonly schema: RowSchema;
}

export interface Filter {
  readonly kind: "Filter";
  readonly input: LogicalPlan;
  readonly predicate: BoundExpression;
  readonly schema: RowSchema;
}

export interface Project {
  readonly kind: "Project";
  readonly input: LogicalPlan;
  readonly expressions: readonly BoundExpression[];
  readonly schema: RowSchema;
}

/**
 * What orders the rows from here on.
 *   event       a computed column, with the watermark that its table declares
 *   processing  the append time of the step that makes a row come
 *   wall        as before, on the wall clock of a time zone: windows are made there
 *   instant     as it was before `wall`
 */
export interface AssignTime {
  readonly kind: "AssignTime";
  readonly input: LogicalPlan;
  readonly time:
    | {
        readonly kind: "event";
        readonly column: number;
        readonly delayMs: number;
        /** How long the stream may be quiet, where its table says it. */
        readonly idleMs?: number | undefined;
      }
    | { readonly kind: "processing" }
    | { readonly kind: "wall" | "instant"; readonly zone: string };
  readonly schema: RowSchema;
}

/**
 * Windows that are made of slices. TUMBLE has one slice; HOP begins a window at every step; CUMULATE's
 * windows begin together and grow by a step up to the size. The size is a multiple of the step, but for a HOP
 * that GROUP BY makes: a slice of it ends where a window begins or ends.
 */
export interface SlicedWindow {
  readonly kind: "TUMBLE" | "HOP" | "CUMULATE";
  /** Position of the event time in the input. */
  readonly timeColumn: number;
  readonly sizeMs: number;
  readonly stepMs: number;
  readonly offsetMs: number;
}

/**
 * SESSION: rows of one key that are no more than the gap apart are of one window, which ends a gap behind the
 * last of them.
 */
export interface SessionWindow {
  readonly kind: "SESSION";
  readonly timeColumn: number;
  readonly gapMs: number;
  /** Positions of the columns that make the key, in the input. */
  readonly partition: readonly number[];
}

/** The rows carry their window already, in columns of the input: a query over the result of another one. */
export interface AttachedWindow {
  readonly kind: "ATTACHED";
  readonly startColumn: number;
  readonly endColumn: number;
}

/** A windowing function in FROM: each row once a window, then window_start, window_end, window_time. */
export interface AssignWindows {
  readonly kind: "AssignWindows";
  readonly input: LogicalPlan;
  readonly window: SlicedWindow | SessionWindow;
  readonly schema: RowSchema;
}

/**
 * GROUPING SETS: each row once for each set of keys, with the set's number behind it. In its bits, from the
 * last key on, a key that is not in the set is 1, as GROUPING_ID has it.
 */
export interface RepeatRows {
  readonly kind: "RepeatRows";
  readonly input: LogicalPlan;
  readonly numbers: readonly number[];
  readonly schema: RowSchema;
}

export interface AggregateCall {
  readonly function: AggregateName;
  /** Position of the argument in the input; undefined for COUNT(*). */
  readonly argument: number | undefined;
  /** Constants behind the argument. */
  readonly parameters: readonly SqlValue[];
  /** Each value of the argument counts once. */
  readonly distinct: boolean;
  /** Position of a BOOLEAN of the input: `FILTER (WHERE …)`. */
  readonly filter: number | undefined;
  readonly type: SqlType;
}

export type WindowProperty = "window_start" | "window_end" | "window_time";

/** Output columns, in this order: the keys, the window properties, the aggregates. */
export interface WindowAggregate {
  readonly kind: "WindowAggregate";
  readonly input: LogicalPlan;
  /** Of a session the keys are the columns that it is partitioned by. */
  readonly window: SlicedWindow | SessionWindow | AttachedWindow;
  /** Positions of the grouping columns in the input, the window's own left out. */
  readonly keys: readonly number[];
  readonly properties: readonly WindowProperty[];
  readonly aggregates: readonly AggregateCall[];
  readonly schema: RowSchema;
}

/**
 * GROUP BY without a window: a row for each key, which changes with every row of the input. Output columns:
 * the keys, the aggregates. Without aggregates it is DISTINCT.
 */
export interface Aggregate {
  readonly kind: "Aggregate";
  readonly input: LogicalPlan;
  readonly keys: readonly number[];
  readonly aggregates: readonly AggregateCall[];
  /** A key without a row for so long, by append time, is deleted; undefined where keys stay. */
  readonly retentionMs: number | undefined;
  readonly schema: RowSchema;
}

/** A table with a PRIMARY KEY: each row replaces the one of its key. */
export interface LatestRows {
  readonly kind: "LatestRows";
  readonly input: LogicalPlan;
  readonly keys: readonly number[];
  readonly schema: RowSchema;
}

/**
 * UNNEST: each row once for each element of an ARRAY or entry of a MAP that it holds. Output: columns of the
 * input, then those of the element (the fields of a ROW, key and value of an entry), then its place.
 */
export interface Unnest {
  readonly kind: "Unnest";
  readonly input: LogicalPlan;
  /** Position of the ARRAY or MAP in the input. */
  readonly column: number;
  /** LEFT JOIN: a row without elements is there once, with NULLs. */
  readonly keepsRow: boolean;
  /** Which elements count, as a BOOLEAN over the columns behind those of the input. */
  readonly condition: BoundExpression | undefined;
  readonly ordinality: boolean;
  readonly schema: RowSchema;
}

/** UNION ALL: rows of both, by place. */
export interface Union {
  readonly kind: "Union";
  readonly inputs: readonly LogicalPlan[];
  readonly schema: RowSchema;
}

/** A column to order by. */
export interface OrderKey {
  readonly column: number;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

/** From so far before a row to the row itself, under RANGE with its peers; undefined is UNBOUNDED. */
export interface OverFrame {
  readonly unit: "ROWS" | "RANGE";
  /** Rows, or milliseconds of the time that orders them. */
  readonly preceding: number | undefined;
}

export interface OverCall {
  readonly function: AggregateName | "ROW_NUMBER" | "LAG";
  /** Position of the argument in the input; undefined for COUNT(*) and ROW_NUMBER(). */
  readonly argument: number | undefined;
  readonly parameters: readonly SqlValue[];
  readonly distinct: boolean;
  readonly type: SqlType;
}

/** `f(…) OVER (PARTITION BY keys ORDER BY order frame)`. Output: columns of the input, then the calls. */
export interface Over {
  readonly kind: "Over";
  readonly input: LogicalPlan;
  readonly keys: readonly number[];
  readonly order: readonly OrderKey[];
  readonly frame: OverFrame;
  readonly calls: readonly OverCall[];
  /** Where the query says it: what only a limit would make a query of a stream is refused there. */
  readonly position: SourcePosition;
  readonly schema: RowSchema;
}

/**
 * How ranked rows are chosen.
 *   keep-first  of each key the row with the least event time, when the watermark has passed it
 *   keep-last   of each key the row with the greatest event time so far
 *   top         of each key the rows of the ranks, as of now
 *   window      of each key and window the rows of the ranks, when the window closes
 */
export type RankMethod = "keep-first" | "keep-last" | "top" | "window";

/** The rows whose ROW_NUMBER is in a range. Output: columns of the input, then the number if it is read. */
export interface Rank {
  readonly kind: "Rank";
  readonly input: LogicalPlan;
  readonly method: RankMethod;
  /** Of `window` the columns of the window are among them. */
  readonly keys: readonly number[];
  readonly order: readonly OrderKey[];
  /** First and last rank that is kept, from 1. */
  readonly from: number;
  readonly to: number;
  /** Of `window`: where the end of its window is. */
  readonly endColumn: number | undefined;
  readonly givesNumber: boolean;
  /** Without windows: how long a key is kept after its last row, by append time; for good where undefined. */
  readonly retentionMs: number | undefined;
  readonly schema: RowSchema;
}

/**
 * ORDER BY of a result.
 *   time  rows in the order of their time, the first key, when the watermark has passed it
 *   end   all rows when the last one has come, of which the ranks are kept
 */
export interface Sort {
  readonly kind: "Sort";
  readonly input: LogicalPlan;
  readonly method: "time" | "end";
  readonly order: readonly OrderKey[];
  /** First and last place that is kept, from 1; undefined where all are. */
  readonly from: number;
  readonly to: number | undefined;
  readonly schema: RowSchema;
}

export type JoinType = "INNER" | "LEFT" | "RIGHT" | "FULL" | "SEMI" | "ANTI";

/**
 * When rows of the two sides meet, and how long they are kept.
 *   regular   each row with all that came and that will come
 *   interval  time of the right − time of the left lies between the bounds, which are in
 *   window    rows of one window, when it closes; start and end of the window are among the keys
 *   temporal  each row of the left with the version that the right had at the left's time
 *   lookup    each row of the left with the rows that the right has when it comes
 */
export type JoinMethod =
  | { readonly kind: "regular" }
  | {
      readonly kind: "interval";
      readonly leftTime: number;
      readonly rightTime: number;
      readonly lowerMs: number;
      readonly upperMs: number;
    }
  | { readonly kind: "window"; readonly leftEnd: number; readonly rightEnd: number }
  | { readonly kind: "temporal"; readonly leftTime: number; readonly rightTime: number }
  | { readonly kind: "lookup"; readonly leftTime: number | undefined };

/** Columns of one type whose values are equal where rows meet; NULL equals nothing. */
export interface JoinKey {
  readonly left: number;
  readonly right: number;
}

/**
 * Output: columns of the left, then of the right; of SEMI and ANTI those of the left alone. Positions of the
 * right, in keys and method, are those in its own schema.
 */
export interface Join {
  readonly kind: "Join";
  readonly type: JoinType;
  readonly method: JoinMethod;
  readonly left: LogicalPlan;
  readonly right: LogicalPlan;
  readonly keys: readonly JoinKey[];
  /** What else is asked of two rows, over the columns of the left and then of the right. */
  readonly predicate: BoundExpression | undefined;
  /** Without other bounds: how long a row is kept, by append time; for good where it is undefined. */
  readonly retentionMs: number | undefined;
  /** Where the query says it. */
  readonly position: SourcePosition;
  readonly schema: RowSchema;
}

export type LogicalPlan =
  | Scan
  | Values
  | Filter
  | Project
  | AssignTime
  | AssignWindows
  | RepeatRows
  | Unnest
  | WindowAggregate
  | Aggregate
  | Union
  | Over
  | Rank
  | Sort
  | Join
  | LatestRows;
export type LogicalPlanKind = LogicalPlan["kind"];
