/** INSERT INTO: which table, which of its columns, and the query or VALUES that give their rows. */
import type { InsertInto } from "./ast.ts";
import { parseQualifiedName } from "./parse-name.ts";
import type { TokenCursor } from "./token-cursor.ts";

export function parseInsert(cursor: TokenCursor): InsertInto {
  const start = cursor.expectWord("INSERT");
  if (cursor.isWord("OVERWRITE")) throw cursor.notSupported("INSERT OVERWRITE");
  cursor.expectWord("INTO");
  const target = parseQualifiedName(cursor, "a table");
  if (cursor.isSymbol("/*+")) throw cursor.notSupported("A hint of INSERT INTO", "Leave it out.");
  if (cursor.isWord("PARTITION")) throw cursor.notSupported("INSERT INTO … PARTITION");
  // A query in parentheses begins like a list of columns.
  const hasColumns = cursor.isSymbol("(") && !cursor.isQueryInParentheses();
  const columns = hasColumns ? cursor.identifiers("a column") : [];
  const query = cursor.query();
  return { kind: "InsertInto", target, columns, query, position: cursor.positionFrom(start.offset) };
}
