/** Makes plan nodes whose schema follows from what they compute, so that nobody has to spell it. */
import { assert } from "../../errors/quickwater-error.ts";
import { withoutAttribute } from "../../functions/common-type.ts";
import type { ColumnSchema } from "../../values/row-schema.ts";
import { isTimestamp, type SqlType, withNullable } from "../../values/sql-type.ts";
import type { BoundExpression } from "../bind/bound-expression.ts";
import type {
  Aggregate,
  AggregateCall,
  AssignTime,
  AssignWindows,
  Filter,
  Join,
  LogicalPlan,
  Over,
  Project,
  Rank,
  RepeatRows,
  Sort,
  Unnest,
  Values,
  WindowAggregate,
  WindowProperty,
} from "./logical-plan.ts";

export function values(rows: Values["rows"], columns: readonly ColumnSchema[]): Values {
  return { kind: "Values", rows, schema: { columns } };
}

export function filter(input: LogicalPlan, predicate: BoundExpression): Filter {
  return { kind: "Filter", input, predicate, schema: input.schema };
}

export function project(
  input: LogicalPlan,
  expressions: readonly BoundExpression[],
  names: readonly string[],
): Project {
  const columns = expressions.map(({ type }, index): ColumnSchema => ({ name: names[index]!, type }));
  return { kind: "Project", input, expressions, schema: { columns } };
}

export function assignTime(input: LogicalPlan, time: AssignTime["time"]): AssignTime {
  return { kind: "AssignTime", input, time, schema: input.schema };
}

/**
 * Rows in the order of processing time. The column says when each is taken here, which may be later than when
 * it came; event times no longer order the rows.
 */
export function inProcessingTime(input: LogicalPlan, column: number): AssignTime {
  const expressions = input.schema.columns.map(({ type }, index): BoundExpression => {
    if (index === column) return { kind: "Clock", clock: "append time", type };
    const isEventTime = isTimestamp(type) && type.attribute === "rowtime";
    return { kind: "InputColumn", index, type: isEventTime ? withoutAttribute(type) : type };
  });
  const names = input.schema.columns.map(({ name }) => name);
  return assignTime(project(input, expressions, names), { kind: "processing" });
}

/** Start and end are plain timestamps; the window's time is a time attribute, of the time column's kind. */
export function windowColumnTypes(time: SqlType): Readonly<Record<WindowProperty, SqlType>> {
  const kind = time.kind as "TIMESTAMP" | "TIMESTAMP_LTZ";
  const order = isTimestamp(time) && time.attribute === "proctime" ? "proctime" : "rowtime";
  const plain: SqlType = { kind: "TIMESTAMP", precision: 3, nullable: false };
  const attribute: SqlType = { kind, precision: 3, nullable: false, attribute: order };
  return { window_start: plain, window_end: plain, window_time: attribute };
}

export function assignWindows(input: LogicalPlan, window: AssignWindows["window"]): AssignWindows {
  const types = windowColumnTypes(input.schema.columns[window.timeColumn]!.type);
  const names: readonly WindowProperty[] = ["window_start", "window_end", "window_time"];
  const added = names.map((name) => ({ name, type: types[name] }));
  return { kind: "AssignWindows", input, window, schema: { columns: [...input.schema.columns, ...added] } };
}

export function repeatRows(input: LogicalPlan, numbers: readonly number[]): RepeatRows {
  const added: ColumnSchema = { name: "GROUPING_ID", type: { kind: "BIGINT", nullable: false } };
  return { kind: "RepeatRows", input, numbers, schema: { columns: [...input.schema.columns, added] } };
}

/** The element's columns have names of their own, which a query may replace. */
export function unnest(parts: Omit<Unnest, "kind" | "schema">, elementName: string): Unnest {
  const { type } = parts.input.schema.columns[parts.column]!;
  const added = elementColumns(type, elementName);
  if (parts.ordinality) added.push({ name: "ORDINALITY", type: { kind: "INT", nullable: false } });
  const columns = added.map(({ name, type: element }) => {
    return { name, type: withNullable(element, element.nullable || parts.keepsRow) };
  });
  return { kind: "Unnest", ...parts, schema: { columns: [...parts.input.schema.columns, ...columns] } };
}

function elementColumns(type: SqlType, elementName: string): ColumnSchema[] {
  if (type.kind === "MAP") {
    return [
      { name: "KEY", type: type.key },
      { name: "VALUE", type: type.value },
    ];
  }
  assert(type.kind === "ARRAY", `UNNEST of ${type.kind}`);
  // A row that is NULL is no element, so that the fields of those that are have the types they have.
  return type.element.kind === "ROW" ? [...type.element.fields] : [{ name: elementName, type: type.element }];
}

export interface AggregateParts {
  readonly input: LogicalPlan;
  readonly keys: readonly number[];
  /** As the query writes them: a view that leaves one out names it. */
  readonly keyNames: readonly string[];
  readonly aggregates: readonly AggregateCall[];
}

export interface WindowAggregateParts extends AggregateParts {
  readonly window: WindowAggregate["window"];
  readonly properties: readonly { readonly name: WindowProperty; readonly type: SqlType }[];
}

export function windowAggregate(parts: WindowAggregateParts): WindowAggregate {
  const { input, window, keys, properties, aggregates } = parts;
  const columns = [...keyColumns(parts), ...properties, ...aggregateColumns(aggregates)];
  const names = properties.map(({ name }) => name);
  return { kind: "WindowAggregate", input, window, keys, properties: names, aggregates, schema: { columns } };
}

export function aggregate(parts: AggregateParts, retentionMs: number | undefined): Aggregate {
  const { input, keys, aggregates } = parts;
  const columns = [...keyColumns(parts), ...aggregateColumns(aggregates)];
  return { kind: "Aggregate", input, keys, aggregates, retentionMs, schema: { columns } };
}

export function over(parts: Omit<Over, "kind" | "schema">): Over {
  const made = parts.calls.map(({ function: name, type }, index) => ({ name: `${name}$${index}`, type }));
  return { kind: "Over", ...parts, schema: { columns: [...parts.input.schema.columns, ...made] } };
}

export const rowNumberType: SqlType = { kind: "BIGINT", nullable: false };

export function rank(parts: Omit<Rank, "kind" | "schema">): Rank {
  const number = parts.givesNumber ? [{ name: "ROW_NUMBER", type: rowNumberType }] : [];
  return { kind: "Rank", ...parts, schema: { columns: [...parts.input.schema.columns, ...number] } };
}

export function sort(parts: Omit<Sort, "kind" | "schema">): Sort {
  return { kind: "Sort", ...parts, schema: parts.input.schema };
}

/** A side that may have no row for one of the other is padded with NULLs. */
export function join(parts: Omit<Join, "kind" | "schema">): Join {
  const { type, method, left, right } = parts;
  const side = (plan: LogicalPlan, isPadded: boolean, keepsTime: boolean) =>
    plan.schema.columns.map(({ name, type: own }) => {
      const kept = keepsTime ? own : withoutAttribute(own);
      return { name, type: isPadded ? withNullable(kept, true) : kept };
    });
  const isRegular = method.kind === "regular";
  const lefts = side(left, type === "RIGHT" || type === "FULL", !isRegular);
  const keepsRightTime = method.kind === "interval" || method.kind === "window";
  const rights = side(right, type === "LEFT" || type === "FULL", keepsRightTime);
  const columns = type === "SEMI" || type === "ANTI" ? lefts : [...lefts, ...rights];
  return { kind: "Join", ...parts, schema: { columns } };
}

/** A group's key is of no one row any more: it orders nothing. */
function keyColumns({ input, keys, keyNames }: AggregateParts): ColumnSchema[] {
  return keys.map((key, index) => {
    return { name: keyNames[index]!, type: withoutAttribute(input.schema.columns[key]!.type) };
  });
}

function aggregateColumns(aggregates: readonly AggregateCall[]): ColumnSchema[] {
  return aggregates.map(({ function: name, type }, index) => ({ name: `${name}$${index}`, type }));
}
