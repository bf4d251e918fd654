/**
 * Which events of a stream are wanted, as WHERE says it: over the columns of its table, those that are
 * computed too, and what the log knows of each event. Nothing else of an event is read.
 */
import type { TableDefinition } from "../catalog/catalog.ts";
import { assert } from "../errors/quickwater-error.ts";
import type { SqlType } from "../values/sql-type.ts";
import type { BoundExpression } from "./bind/bound-expression.ts";
import { contextWithoutAggregates } from "./bind/collected-aggregates.ts";
import { bindTable, withPartialRows } from "./bind/computed-columns.ts";
import type { PlacedValue, Relation, RelationColumn } from "./bind/relation.ts";
import { Scope } from "./bind/scope.ts";
import { columnsOf, moveColumns, replaceColumns } from "./plan/expressions.ts";
import type { LogicalPlan, ScanColumn } from "./plan/logical-plan.ts";
import { parsedCondition, settled } from "./row-choice.ts";

/** What stands behind the columns that are read, in this order. */
export const eventMarks = [
  { name: "$step", type: { kind: "BIGINT", nullable: false } },
  { name: "$row", type: { kind: "INT", nullable: false } },
  { name: "$appended_at", type: { kind: "TIMESTAMP_LTZ", precision: 3, nullable: false } },
] as const satisfies readonly { readonly name: string; readonly type: SqlType }[];

/** Plain data. Expressions are over the columns, then the marks. */
export interface EventChoice {
  readonly columns: readonly ScanColumn[];
  readonly condition: BoundExpression | undefined;
  /** The event time; undefined where the stream has none. */
  readonly time: BoundExpression | undefined;
}

export function bindEventChoice(
  table: TableDefinition,
  where: string | undefined,
  timeZone: string,
): EventChoice {
  const relation = bindTable(withPartialRows(table));
  const scanned = scannedOf(relation.plan);
  const marks = eventMarks.map(({ name, type }, place): RelationColumn => {
    const index = relation.plan.schema.columns.length + place;
    return { name, qualifier: undefined, type, place: { kind: "column", index } };
  });
  const values = [...scanned.values, ...eventMarks.map(({ type }, place) => input(type, markAt(place)))];
  const context = contextWithoutAggregates(new Scope({ columns: [...relation.columns, ...marks] }), "WHERE");
  const over = (expression: BoundExpression) => settled(replaceColumns(expression, values), timeZone);
  const condition = where === undefined ? undefined : over(parsedCondition(where, context));
  const timed = timeOf(table, relation);
  const time = timed && over(timed);
  return pruned(scanned.columns, condition, time);
}

/** Where marks stand until it is known which columns are read. */
const marksBase = 1_000_000;
const markAt = (place: number) => marksBase + place;

function input(type: SqlType, index: number): BoundExpression {
  return { kind: "InputColumn", index, type };
}

/** What is read of the rows, and what the columns of the plan are of it. */
function scannedOf(plan: LogicalPlan): {
  readonly columns: readonly ScanColumn[];
  readonly values: readonly BoundExpression[];
} {
  if (plan.kind === "Scan") {
    return { columns: plan.columns, values: plan.columns.map(({ type }, index) => input(type, index)) };
  }
  assert(plan.kind === "Project" || plan.kind === "AssignTime", "a table is read by its columns");
  const below = scannedOf(plan.input);
  if (plan.kind === "AssignTime") return below;
  return { ...below, values: plan.expressions.map((each) => replaceColumns(each, below.values)) };
}

function timeOf(
  { schema, watermark, computed }: TableDefinition,
  { columns }: Relation,
): BoundExpression | undefined {
  const name =
    computed?.find(({ watermarkDelayMs }) => watermarkDelayMs !== undefined)?.name ??
    (watermark && schema.columns[watermark.column]!.name);
  const column: PlacedValue | undefined = columns.find((each) => each.name === name);
  return column?.place.kind === "column" ? input(column.type, column.place.index) : undefined;
}

function pruned(
  scanned: readonly ScanColumn[],
  condition: BoundExpression | undefined,
  time: BoundExpression | undefined,
): EventChoice {
  const read = columnsOf([condition, time].filter((each) => each !== undefined));
  const places = scanned.map((_, place) => place).filter((place) => read.has(place));
  const moved = (index: number) =>
    index >= marksBase ? places.length + index - marksBase : places.indexOf(index);
  return {
    columns: places.map((place) => scanned[place]!),
    condition: condition && moveColumns(condition, moved),
    time: time && moveColumns(time, moved),
  };
}
