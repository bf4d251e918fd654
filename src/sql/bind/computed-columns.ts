/**
 * `name AS expression` of CREATE TABLE: columns that are computed of the physical ones wherever the table is
 * read. The statement is bound anew there, as that of a view is.
 */
import type { ComputedColumn, TableDefinition } from "../../catalog/catalog.ts";
import { assert } from "../../errors/quickwater-error.ts";
import type { ColumnDefinition, CreateTable } from "../parse/ast.ts";
import { parseScript } from "../parse/parse-statement.ts";
import { assignTime, project } from "../plan/build.ts";
import { bindExpression } from "./bind-expression.ts";
import type { BoundExpression } from "./bound-expression.ts";
import { contextWithoutAggregates } from "./collected-aggregates.ts";
import { type Relation, type RelationColumn, relationOfTable } from "./relation.ts";
import { Scope } from "./scope.ts";

export function isComputed({ content }: ColumnDefinition): boolean {
  return content.kind === "Computed";
}

/** A table with its columns as they were declared; what nobody reads is left out by the optimizer. */
export function bindTable(table: TableDefinition): Relation {
  const physical = relationOfTable(table);
  const { computed = [] } = table;
  if (computed.length === 0) return physical;
  const [written] = parseScript(table.statement).statements;
  assert(written?.kind === "CreateTable", `the statement of the table ${table.name} makes no table`);
  const before = physical.plan.schema.columns;
  const kept = before.map(({ type }, index): BoundExpression => ({ kind: "InputColumn", index, type }));
  const bound = boundColumns(written, physical);
  // A time that orders the table says so; how it was computed does not.
  const expressions = bound.map(
    (each, index) => ({ ...each, type: computed[index]!.type }) as BoundExpression,
  );
  const names = [...before.map(({ name }) => name), ...computed.map(({ name }) => name)];
  const plan = project(physical.plan, [...kept, ...expressions], names);
  const columns = [...physical.columns];
  // In the order of the statement, so that each is put where those before it have been.
  for (const [index, { name, type, place }] of computed.entries()) {
    const at = { kind: "column" as const, index: before.length + index };
    const column: RelationColumn = { name, qualifier: table.name, type, place: at };
    columns.splice(place, 0, column);
  }
  const time = computed.findIndex(({ watermarkDelayMs }) => watermarkDelayMs !== undefined);
  if (time < 0) return { ...physical, plan, columns };
  const delayMs = computed[time]!.watermarkDelayMs!;
  const timed = assignTime(plan, { kind: "event", column: before.length + time, delayMs });
  return { ...physical, plan: timed, columns };
}

/** Of a table that is being made: its computed columns and their places among all. */
export function bindComputedColumns(
  written: CreateTable,
  physical: Omit<TableDefinition, "computed">,
): ComputedColumn[] {
  const bound = boundColumns(written, relationOfTable(physical));
  const places = written.columns.flatMap((column, place) => (isComputed(column) ? [{ column, place }] : []));
  return places.map(({ column, place }, index) => ({
    name: column.name.name,
    type: bound[index]!.type,
    place,
  }));
}

function boundColumns({ columns }: CreateTable, physical: Relation): BoundExpression[] {
  const context = contextWithoutAggregates(new Scope(physical), "A computed column");
  return columns.flatMap(({ content }) =>
    content.kind === "Computed" ? [bindExpression(content.expression, context)] : [],
  );
}
