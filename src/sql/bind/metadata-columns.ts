/**
 * `name TYPE METADATA [FROM 'key'] [VIRTUAL]` of CREATE TABLE: what the log knows of a row, as a column. It
 * is read wherever the table is, cast to the type that the column has, and never written.
 */
import type { ComputedColumn, TableDefinition } from "../../catalog/catalog.ts";
import { isMetadataKey, type MetadataKey, metadataTypes } from "../../catalog/row-metadata.ts";
import { quickwaterError } from "../../errors/quickwater-error.ts";
import { closestName } from "../../errors/suggest.ts";
import { withoutAttribute } from "../../functions/common-type.ts";
import { type SqlType, withNullable } from "../../values/sql-type.ts";
import type { ColumnDefinition, CreateTable } from "../parse/ast.ts";
import { project } from "../plan/build.ts";
import type { ScanColumn } from "../plan/logical-plan.ts";
import { bindType } from "./bind-type.ts";
import type { BoundExpression } from "./bound-expression.ts";
import { canCast, castTo, literal, sameType, typeText } from "./coerce.ts";
import { featureRefused } from "./not-supported-yet.ts";
import { notFlink } from "./over-window.ts";
import { type Relation, type RelationColumn, relationOfTable } from "./relation.ts";

/** Of Flink's connector for files: what a row's file is called, how large and how old it is. */
const fileKeys: readonly string[] = ["file.path", "file.name", "file.size", "file.modification-time"];

/** Of a table that is being made, in the order of the statement. */
export function metadataColumns(
  { columns }: CreateTable,
  { origin, name }: TableDefinition,
): ComputedColumn[] {
  const connector = origin.kind === "connector" ? origin.connector : undefined;
  const known = new Map<MetadataKey, string>();
  return columns.flatMap((column, place): ComputedColumn[] => {
    const { content } = column;
    if (content.kind !== "Metadata") return [];
    const key = keyOf(column, content.key ?? column.name.name, connector, name);
    const other = known.get(key);
    if (other !== undefined) {
      const instead = `Write ${column.name.name} AS ${other}.`;
      throw notFlink(`In Flink a table has one column of the metadata '${key}'`, instead, column.position);
    }
    known.set(key, column.name.name);
    const type = bindType(content.type);
    const native = metadataTypes[key];
    if (!canCast(native, type)) {
      const params = { from: `The metadata '${key}' (${typeText(native)})`, to: typeText(type) };
      throw quickwaterError("sql.bad-cast", params, { position: content.type.position });
    }
    return [{ name: column.name.name, type, place, metadata: key }];
  });
}

function keyOf(
  { position }: ColumnDefinition,
  key: string,
  connector: string | undefined,
  table: string,
): MetadataKey {
  if (connector === undefined && isMetadataKey(key)) return key;
  if (connector === "filesystem" && fileKeys.includes(key))
    throw featureRefused(`The metadata '${key}' of files`, position, "Leave the column out.");
  const known =
    connector === undefined ? Object.keys(metadataTypes) : connector === "filesystem" ? fileKeys : [];
  const of = connector === undefined ? `${table}, a stream of the log` : `the connector ${connector}`;
  const params = { key, of, known: known.length === 0 ? "none" : known.join(", ") };
  throw quickwaterError("sql.unknown-metadata", params, { position, suggestion: closestName(key, known) });
}

/** A table with its physical columns and, behind them in the plan and in the relation, those of metadata. */
export function withMetadata(
  table: Omit<TableDefinition, "computed">,
  columns: readonly ComputedColumn[],
): Relation {
  const stored = relationOfTable(table);
  const { plan } = stored;
  if (columns.length === 0 || plan.kind !== "Scan") return stored;
  const before = plan.schema.columns;
  const scanned: ScanColumn[] = [];
  const values = columns.map(({ type, metadata }) => {
    const key = metadata!;
    if (key === "topic") return cast(literal(table.name, metadataTypes.topic), type);
    // What differs by NOT NULL alone needs no cast: the column is what it says that it is.
    const scannedType = withoutAttribute(sameType(metadataTypes[key], type) ? type : metadataTypes[key]);
    const index = before.length + scanned.push({ path: [], type: scannedType, metadata: key }) - 1;
    return cast({ kind: "InputColumn", index, type: scannedType }, type);
  });
  const scan = {
    ...plan,
    columns: [...plan.columns, ...scanned],
    schema: { columns: [...before, ...scanned.map(({ metadata, type }) => ({ name: metadata!, type }))] },
  };
  const kept = before.map(({ type }, index): BoundExpression => ({ kind: "InputColumn", index, type }));
  const names = [...before, ...columns].map(({ name }) => name);
  const added = columns.map(({ name, type }, index): RelationColumn => {
    return { name, qualifier: table.name, type, place: { kind: "column", index: before.length + index } };
  });
  return {
    ...stored,
    plan: project(scan, [...kept, ...values], names),
    columns: [...stored.columns, ...added],
  };
}

function cast(value: BoundExpression, type: SqlType): BoundExpression {
  const same = sameType(value.type, type);
  const given = same ? value : castTo(value, withNullable(type, false), false);
  return { ...given, type } as BoundExpression;
}
