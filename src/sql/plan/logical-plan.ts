/**
 * The logical plan: what a query computes, node by node, as readonly plain data. Each node knows its schema.
 * The optimizer turns plans into plans; `dataflow/physical` turns the last one into operators.
 */
import type { RowSchema } from "../../values/row-schema.ts";
import type { SqlType } from "../../values/sql-type.ts";
import type { BoundExpression } from "../bind/bound-expression.ts";

/**
 * A field of the stored row that the query touches: `["location", "country"]`. The decoder reads no other.
 */
export interface ScanColumn {
  readonly path: readonly string[];
  readonly type: SqlType;
}

export interface Scan {
  readonly kind: "Scan";
  readonly table: string;
  readonly columns: readonly ScanColumn[];
  /** Position in `columns` of the event time, where the table has a watermark. */
  readonly rowtime: number | undefined;
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
 * Windows that are made of slices, each of one step. TUMBLE has one slice; HOP begins a window at every step;
 * CUMULATE's windows begin together and grow by a step up to the size. The size is a multiple of the step.
 */
export interface SlicedWindow {
  readonly kind: "TUMBLE" | "HOP" | "CUMULATE";
  /** Position of the event time in the input. */
  readonly timeColumn: number;
  readonly sizeMs: number;
  readonly stepMs: number;
  readonly offsetMs: number;
}

/** The rows carry their window already, in columns of the input: a query over the result of another one. */
export interface AttachedWindow {
  readonly kind: "ATTACHED";
  readonly startColumn: number;
  readonly endColumn: number;
}

/**
 * A windowing function in FROM: each row once a window, with window_start, window_end, window_time behind
 * it.
 */
export interface AssignWindows {
  readonly kind: "AssignWindows";
  readonly input: LogicalPlan;
  readonly window: SlicedWindow;
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

export type AggregateFunctionName = "COUNT" | "SUM" | "AVG" | "MIN" | "MAX";

export interface AggregateCall {
  readonly function: AggregateFunctionName;
  /** Position of the argument in the input; undefined for COUNT(*). */
  readonly argument: number | undefined;
  /** Position of a BOOLEAN of the input: `FILTER (WHERE …)`. */
  readonly filter: number | undefined;
  readonly type: SqlType;
}

export type WindowProperty = "window_start" | "window_end" | "window_time";

/** Output columns, in this order: the keys, the window properties, the aggregates. */
export interface WindowAggregate {
  readonly kind: "WindowAggregate";
  readonly input: LogicalPlan;
  readonly window: SlicedWindow | AttachedWindow;
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
  readonly schema: RowSchema;
}

/** UNION ALL: rows of both, by place. */
export interface Union {
  readonly kind: "Union";
  readonly inputs: readonly LogicalPlan[];
  readonly schema: RowSchema;
}

export type LogicalPlan =
  | Scan
  | Filter
  | Project
  | AssignWindows
  | RepeatRows
  | WindowAggregate
  | Aggregate
  | Union;
export type LogicalPlanKind = LogicalPlan["kind"];
