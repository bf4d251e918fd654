/**
 * DESCRIBE and SHOW COLUMNS: a row a column, with Flink's names: type, whether it may be NULL, its part of
 * the key, its watermark; comments where the table has any.
 */
import type { Catalog, TableDefinition } from "../../catalog/catalog.ts";
import { type QuickwaterError, quickwaterError } from "../../errors/quickwater-error.ts";
import { closestName } from "../../errors/suggest.ts";
import { formatType, type SqlType, withNullable } from "../../values/sql-type.ts";
import type { SqlValue } from "../../values/sql-value.ts";
import { plainName } from "../bind/plain-name.ts";
import type { ColumnDefinition, CreateTable, Identifier, QualifiedName } from "../parse/ast.ts";
import { parseScript } from "../parse/parse-statement.ts";
import { printExpression } from "../parse/print.ts";
import { type ResultRows, text } from "./result-rows.ts";

const heads: readonly (readonly [name: string, type: SqlType])[] = [
  ["name", text],
  ["type", text],
  ["null", { kind: "BOOLEAN", nullable: true }],
  ["key", text],
  ["extras", text],
  ["watermark", text],
];

export function describe(written: QualifiedName, catalog: Catalog): ResultRows {
  const name = plainName(written);
  const table = catalog.table(name.name);
  const view = catalog.view(name.name);
  const definition = table ?? view ?? catalog.query(name.name);
  if (definition === undefined) throw unknown(name, catalog);
  const statement = table && statementOf(table);
  const comments = statement?.columns.map(({ comment }) => comment) ?? [];
  const hasComments = comments.some((comment) => comment !== undefined);
  const columns = [...heads, ...(hasComments ? [["comment", text] as const] : [])];
  const keyPlaces = table?.primaryKey ?? view?.key ?? [];
  const all = definition.schema.columns;
  const key = keyPlaces.map((place) => all[place]!.name).join(", ");
  const rows = all.map(({ name: column, type }, index): SqlValue[] => [
    column,
    typeText(type),
    type.nullable,
    keyPlaces.includes(index) ? `PRI(${key})` : null,
    null,
    table?.watermark?.column === index ? watermarkText(column, statement) : null,
  ]);
  for (const { name: column, type, place, watermarkDelayMs } of table?.computed ?? []) {
    const watermark = watermarkDelayMs === undefined ? null : watermarkText(column, statement);
    const extras = extrasText(table!, statement?.columns[place]);
    rows.splice(place, 0, [column, typeText(type), type.nullable, null, extras, watermark]);
  }
  if (hasComments) for (const [index, row] of rows.entries()) row.push(comments[index] ?? null);
  return { schema: { columns: columns.map(([head, type]) => ({ name: head, type })) }, rows };
}

/** For SHOW, which names tables and views too. */
export function unknown({ name, position }: Identifier, catalog: Catalog): QuickwaterError {
  const known = [...catalog.tables(), ...catalog.views(), ...catalog.queries()].map((each) => each.name);
  return quickwaterError(
    "sql.unknown-table",
    { table: name },
    { position, suggestion: closestName(name, known) },
  );
}

/** Undefined where Quickwater made the table itself. */
function statementOf({ statement }: TableDefinition): CreateTable | undefined {
  const [written] = parseScript(statement).statements;
  return written?.kind === "CreateTable" ? written : undefined;
}

/** How a column is computed, as it was written, or what metadata it is. */
function extrasText({ statement }: TableDefinition, column: ColumnDefinition | undefined): SqlValue {
  if (column?.content.kind === "Metadata") {
    const { key, virtual } = column.content;
    return `METADATA${key === undefined ? "" : ` FROM '${key}'`}${virtual ? " VIRTUAL" : ""}`;
  }
  if (column?.content.kind !== "Computed") return null;
  const { offset, length } = column.content.expression.position;
  return `AS ${statement.slice(offset, offset + length)}`;
}

function typeText(type: SqlType): string {
  const attribute = "attribute" in type ? type.attribute : undefined;
  const mark = attribute === undefined ? "" : ` *${attribute.toUpperCase()}*`;
  return `${formatType(withNullable(type, true))}${mark}`;
}

function watermarkText(column: string, statement: CreateTable | undefined): string {
  const expression = statement?.watermark?.expression;
  const delay = expression?.kind === "BinaryExpression" ? ` - ${printExpression(expression.right)}` : "";
  return `\`${column}\`${delay}`;
}
