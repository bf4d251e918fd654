/** What is said about a column that is not there. */
import { QuickwaterError, quickwaterError } from "../../errors/quickwater-error.ts";
import { closestName } from "../../errors/suggest.ts";
import type { Identifier } from "../parse/ast.ts";
import type { Relation } from "./relation.ts";

export function unknownColumn(column: Identifier, table: string, known: readonly string[]): QuickwaterError {
  const params = { column: column.name, table, known: listNames(known) };
  const suggestion = closestName(column.name, known);
  return quickwaterError("sql.unknown-column", params, { position: column.position, suggestion });
}

/** Whether a column was not found that the query around it has. */
export function isOfAround(error: unknown, { columns }: Relation): boolean {
  if (!(error instanceof QuickwaterError) || error.code !== "sql.unknown-column") return false;
  const { column: missing } = error.params;
  return columns.some(({ name, qualifier }) => name === missing || qualifier === missing);
}

/** A table may have thousands of columns; a message shows the first. */
export function listNames(names: readonly string[]): string {
  if (names.length === 0) return "no columns";
  return names.length <= 30 ? names.join(", ") : `${names.slice(0, 30).join(", ")}, …`;
}
