/**
 * A relation inside FROM: the columns that it offers by name, and the plan that gives them. A column of the
 * type ROW has no column of its own in the plan, its leaves have: a batch holds leaves only.
 */
import type { TableDefinition } from "../../catalog/catalog.ts";
import { quickwaterError, type SourcePosition } from "../../errors/quickwater-error.ts";
import { physicalOf, type SqlType, withNullable } from "../../values/sql-type.ts";
import type { TableAlias } from "../parse/ast.ts";
import type { AssignWindows, LogicalPlan, ScanColumn } from "../plan/logical-plan.ts";

/** Where a value lies in the plan: its column, of a ROW its fields, of an ARRAY or MAP nowhere yet. */
export type Place =
  | { readonly kind: "column"; readonly index: number }
  | { readonly kind: "fields"; readonly fields: ReadonlyMap<string, PlacedValue> }
  | { readonly kind: "none" };

export interface PlacedValue {
  readonly type: SqlType;
  readonly place: Place;
}

export interface RelationColumn extends PlacedValue {
  readonly name: string;
  /** The table or alias that may stand before the name. */
  readonly qualifier: string | undefined;
}

export interface Relation {
  readonly plan: LogicalPlan;
  readonly columns: readonly RelationColumn[];
  /**
   * Of a windowing function: the rows without their windows. An aggregation by the window makes the windows
   * itself, which costs less than giving each row all of them.
   */
  readonly unassigned?: { readonly plan: LogicalPlan; readonly window: AssignWindows["window"] } | undefined;
}

/** A table, with all leaves of its columns; those that nobody reads are left out by the optimizer. */
export function relationOfTable(table: TableDefinition): Relation {
  const leaves: ScanColumn[] = [];
  const placed = (path: readonly string[], type: SqlType): PlacedValue => {
    if (type.kind === "ROW") {
      const fields = new Map(
        type.fields.map((field) => {
          // A field of a row that is NULL is NULL.
          const fieldType = withNullable(field.type, field.type.nullable || type.nullable);
          return [field.name, placed([...path, field.name], fieldType)];
        }),
      );
      return { type, place: { kind: "fields", fields } };
    }
    if (physicalOf(type) === "nested") return { type, place: { kind: "none" } };
    return { type, place: { kind: "column", index: leaves.push({ path, type }) - 1 } };
  };
  const { name: qualifier, schema, watermark } = table;
  const columns = schema.columns.map(({ name, type }) => ({ name, qualifier, ...placed([name], type) }));
  const time = watermark && columns[watermark.column]!.place;
  const plan: LogicalPlan = {
    kind: "Scan",
    table: table.name,
    columns: leaves,
    rowtime: time?.kind === "column" ? time.index : undefined,
    schema: { columns: leaves.map(({ path, type }) => ({ name: path.join("."), type })) },
  };
  return { plan, columns };
}

/** The columns of a plan under their own names. */
export function relationOfPlan(plan: LogicalPlan, qualifier: string | undefined): Relation {
  const columns = plan.schema.columns.map(({ name, type }, index) => ({
    name,
    qualifier,
    type,
    place: { kind: "column" as const, index },
  }));
  return { plan, columns };
}

/** `AS t (a, b)`: another qualifier, other names. */
export function withAlias(relation: Relation, alias: TableAlias | undefined): Relation {
  if (alias === undefined) return relation;
  const names = columnNames(alias.columns, relation.columns.length, alias.position);
  const columns = relation.columns.map((column, index) => ({
    ...column,
    name: names[index] ?? column.name,
    qualifier: alias.name.name,
  }));
  return { ...relation, columns };
}

/** None, or one for each column. */
export function columnNames(
  written: readonly { readonly name: string }[],
  count: number,
  position: SourcePosition,
): readonly string[] {
  if (written.length === 0 || written.length === count) return written.map(({ name }) => name);
  throw quickwaterError("sql.column-names", { found: written.length, expected: count }, { position });
}
