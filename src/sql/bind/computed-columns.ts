/**
 * A table as queries read it: its physical columns, what the log knows of its rows, and `name AS expression`
 * of CREATE TABLE, which is computed of these wherever the table is read. The statement is bound anew there,
 * as that of a view is.
 */
import type { ComputedColumn, TableDefinition } from "../../catalog/catalog.ts";
import { durationMs } from "../../catalog/duration.ts";
import { assert } from "../../errors/quickwater-error.ts";
import { type SqlType, withNullable } from "../../values/sql-type.ts";
import type { ColumnDefinition, ColumnReference, CreateTable, Identifier } from "../parse/ast.ts";
import { parseScript } from "../parse/parse-statement.ts";
import { assignTime, project } from "../plan/build.ts";
import { bindExpression } from "./bind-expression.ts";
import type { BoundExpression } from "./bound-expression.ts";
import { contextWithoutAggregates } from "./collected-aggregates.ts";
import { metadataColumns, withMetadata } from "./metadata-columns.ts";
import { notFlink } from "./over-window.ts";
import type { Relation, RelationColumn } from "./relation.ts";
import { Scope } from "./scope.ts";

export function isPhysical({ content }: ColumnDefinition): boolean {
  return content.kind === "Physical";
}

/** A table with its columns as they were declared; what nobody reads is left out by the optimizer. */
export function bindTable(table: TableDefinition): Relation {
  const { computed: added = [] } = table;
  const metadata = added.filter((column) => column.metadata !== undefined);
  const computed = added.filter((column) => column.metadata === undefined);
  const known = withMetadata(table, metadata);
  if (added.length === 0) return known;
  const plan = computed.length === 0 ? known.plan : withComputed(table, known, { metadata, computed });
  const columns: RelationColumn[] = known.columns.slice(0, table.schema.columns.length);
  const first = known.plan.schema.columns.length;
  const placeOf = (column: ComputedColumn) =>
    column.metadata === undefined
      ? first + computed.indexOf(column)
      : first - metadata.length + metadata.indexOf(column);
  // In the order of the statement, so that each is put where those before it have been.
  for (const column of added) {
    const { name, type, place } = column;
    const at = { kind: "column" as const, index: placeOf(column) };
    const placed: RelationColumn = { name, qualifier: table.name, type, place: at };
    columns.splice(place, 0, placed);
  }
  const time = added.find(({ watermarkDelayMs }) => watermarkDelayMs !== undefined);
  if (time === undefined) return { ...known, plan, columns };
  const delayMs = time.watermarkDelayMs!;
  const idleMs = durationMs(table.options["idle-timeout"] ?? "");
  const timed = assignTime(plan, { kind: "event", column: placeOf(time), delayMs, idleMs });
  return { ...known, plan: timed, columns };
}

function withComputed(
  table: TableDefinition,
  known: Relation,
  { metadata, computed }: Readonly<Record<"metadata" | "computed", readonly ComputedColumn[]>>,
): Relation["plan"] {
  const [written] = parseScript(table.statement).statements;
  assert(written?.kind === "CreateTable", `the statement of the table ${table.name} makes no table`);
  const before = known.plan.schema.columns;
  const kept = before.map(({ type }, index): BoundExpression => ({ kind: "InputColumn", index, type }));
  const given = withMetadata(withPartialRows(table), metadata);
  // A time that orders the table says so; how it was computed does not.
  const expressions = boundColumns(written, given).map((each, index) => {
    return { ...each, type: withNullable(computed[index]!.type, each.type.nullable) } as BoundExpression;
  });
  const columns = [...before, ...computed].map(({ name, type }) => ({ name, type }));
  const names = columns.map(({ name }) => name);
  return { ...project(known.plan, [...kept, ...expressions], names), schema: { columns } };
}

/** A row that takes another away may lack all but its key: of what is not there nothing is computed. */
export function withPartialRows(table: TableDefinition): TableDefinition {
  if (table.primaryKey.length === 0) return table;
  const partial = <Column extends { readonly type: SqlType }>(column: Column) => {
    return { ...column, type: withNullable(column.type, true) };
  };
  return {
    ...table,
    schema: { columns: table.schema.columns.map(partial) },
    computed: table.computed?.map(partial),
  };
}

/** Of a table that is being made: its columns that are not physical, and their places among all. */
export function bindAddedColumns(
  written: CreateTable,
  physical: Omit<TableDefinition, "computed">,
): ComputedColumn[] {
  const metadata = metadataColumns(written, physical);
  const bound = boundColumns(written, withMetadata(physical, metadata));
  const places = written.columns.flatMap(({ name, content }, place) =>
    content.kind === "Computed" ? [{ name: name.name, place }] : [],
  );
  const computed = places.map(({ name, place }, index) => ({ name, type: bound[index]!.type, place }));
  return [...metadata, ...computed].sort((one, other) => one.place - other.place);
}

function boundColumns({ columns }: CreateTable, known: Relation): BoundExpression[] {
  const context = contextWithoutAggregates(new Scope(known), "A computed column");
  const later = new Set(
    columns.flatMap(({ name, content }) => (content.kind === "Metadata" ? [name.name] : [])),
  );
  const column = (reference: ColumnReference) => {
    const [{ name }] = reference.path as readonly [Identifier];
    if (!later.has(name)) return context.column(reference);
    const rule = "In Flink a computed column reads METADATA columns that stand before it";
    throw notFlink(rule, `Declare ${name} before it.`, reference.position);
  };
  return columns.flatMap(({ name, content }) => {
    later.delete(name.name);
    return content.kind === "Computed" ? [bindExpression(content.expression, { ...context, column })] : [];
  });
}
