/** The other name that a table or an item gets: `AS name`, or a name that follows without AS. */
import type { Identifier, TableAlias } from "./ast.ts";
import type { TokenCursor } from "./token-cursor.ts";

export function parseAlias(cursor: TokenCursor): Identifier | undefined {
  if (cursor.acceptWord("AS")) return cursor.identifier("a name");
  return cursor.isIdentifier() ? cursor.identifier("a name") : undefined;
}

/** `AS t (a, b)` */
export function parseTableAlias(cursor: TokenCursor): TableAlias | undefined {
  const name = parseAlias(cursor);
  if (name === undefined) return undefined;
  const columns = cursor.isSymbol("(") ? cursor.identifiers("a column's name") : [];
  return { kind: "TableAlias", name, columns, position: cursor.positionFrom(name.position.offset) };
}
