/**
 * A relation inside FROM: the columns that it offers by name, and the plan that gives them. A column of the
 * type ROW of a table has its fields as columns of the plan too, so that reading one of them costs no more
 * than reading any column; the whole value is read where it is used whole.
 */
import type { TableDefinition } from "../../catalog/catalog.ts";
import { quickwaterError, type SourcePosition } from "../../errors/quickwater-error.ts";
import { type SqlType, withNullable } from "../../values/sql-type.ts";
import type { TableAlias } from "../parse/ast.ts";
import type { AssignWindows, JoinMethod, JoinType, LogicalPlan, ScanColumn } from "../plan/logical-plan.ts";
import type { BoundExpression } from "./bound-expression.ts";

/** Where a value lies in the plan: its column; of a ROW its fields may have columns of their own. */
export type Place =
  | { readonly kind: "column"; readonly index: number }
  | {
      readonly kind: "fields";
      readonly fields: ReadonlyMap<string, PlacedValue>;
      /** The column of the whole value. */
      readonly whole: number;
    };

export interface PlacedValue {
  readonly type: SqlType;
  readonly place: Place;
}

export interface RelationColumn extends PlacedValue {
  readonly name: string;
  /** The table or alias that may stand before the name. */
  readonly qualifier: string | undefined;
  /** USING has made one column of it and another: it is reached with its qualifier alone. */
  readonly isMerged?: boolean | undefined;
}

/** Of FOR SYSTEM_TIME AS OF. */
export type VersionedJoin = Extract<JoinMethod, { kind: "temporal" | "lookup" }>;

/** What a join was made of: what WHERE asks may yet change what kind of join it is. */
export interface JoinedRelations {
  readonly type: JoinType;
  readonly left: Relation;
  readonly right: Relation;
  /** Over the columns of the left plan, then of the right one. */
  readonly conjuncts: readonly BoundExpression[];
  /** Names of USING. */
  readonly merged: readonly string[];
  readonly temporal: VersionedJoin | undefined;
  readonly position: SourcePosition;
}

export interface Relation {
  readonly plan: LogicalPlan;
  readonly columns: readonly RelationColumn[];
  /** Of a join. */
  readonly joined?: JoinedRelations | undefined;
  /** Of a table: where its PRIMARY KEY lies in the plan. */
  readonly versionKey?: readonly number[] | undefined;
  /** Of a table: a row replaces the one of its key. */
  readonly replaces?: boolean | undefined;
  /**
   * Of a windowing function: the rows without their windows. An aggregation by the window makes the windows
   * itself, which costs less than giving each row all of them.
   */
  readonly unassigned?: { readonly plan: LogicalPlan; readonly window: AssignWindows["window"] } | undefined;
}

/**
 * A table, with all fields of its columns and the columns themselves; what nobody reads is left out by the
 * optimizer.
 */
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
      return { type, place: { kind: "fields", fields, whole: leaves.push({ path, type }) - 1 } };
    }
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
  const versionKey = table.primaryKey.flatMap((key) => {
    const { place } = columns[key]!;
    return place.kind === "column" ? [place.index] : [];
  });
  const replaces = table.origin.kind === "stream" && versionKey.length > 0;
  return { plan, columns, versionKey: versionKey.length > 0 ? versionKey : undefined, replaces };
}

/** Of a stream with a PRIMARY KEY the latest row of each key; rows of other systems are what they are. */
export function latestRows(relation: Relation): Relation {
  const { plan, versionKey, replaces } = relation;
  if (replaces !== true || versionKey === undefined) return relation;
  return { ...relation, plan: { kind: "LatestRows", input: plan, keys: versionKey, schema: plan.schema } };
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

/** Both sides' columns, at the places that they have in the join. */
export function sideBySide(left: Relation, right: Relation): Relation {
  const before = left.plan.schema.columns.length;
  const columns = right.columns.map((column) => shiftedColumn(column, before));
  return { plan: left.plan, columns: [...left.columns, ...columns] };
}

/**
 * The same column where the columns of its plan stand that much further back, of the types that they have
 * there.
 */
export function shiftedColumn<T extends PlacedValue>(
  column: T,
  by: number,
  typeAt?: (index: number) => SqlType,
): T {
  const { place } = column;
  const index = by + (place.kind === "column" ? place.index : place.whole);
  const type = typeAt?.(index) ?? column.type;
  if (place.kind === "column") return { ...column, type, place: { kind: "column", index } };
  const fields = new Map(
    [...place.fields].map(([name, value]) => [name, shiftedColumn(value, by, typeAt)] as const),
  );
  return { ...column, type, place: { kind: "fields", fields, whole: index } };
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
