/** What is said about a column that is not there. */
import { type QuickwaterError, quickwaterError } from "../../errors/quickwater-error.ts";
import { closestName } from "../../errors/suggest.ts";
import type { Identifier } from "../parse/ast.ts";

export function unknownColumn(column: Identifier, table: string, known: readonly string[]): QuickwaterError {
  const params = { column: column.name, table, known: listNames(known) };
  const suggestion = closestName(column.name, known);
  return quickwaterError("sql.unknown-column", params, { position: column.position, suggestion });
}

/** A table may have thousands of columns; a message shows the first. */
export function listNames(names: readonly string[]): string {
  if (names.length === 0) return "no columns";
  return names.length <= 30 ? names.join(", ") : `${names.slice(0, 30).join(", ")}, …`;
}
