/** What follows a table or an item: its other name, or a clause that is not read yet. */
import type { Identifier } from "./ast.ts";
import type { TokenCursor } from "./token-cursor.ts";

/** Clauses that may follow a query's parts, by the word that begins them. */
const laterClauses: Readonly<Record<string, string>> = {
  JOIN: "JOIN",
  INNER: "JOIN",
  LEFT: "JOIN",
  RIGHT: "JOIN",
  FULL: "JOIN",
  CROSS: "JOIN",
  NATURAL: "JOIN",
  HAVING: "HAVING",
  WINDOW: "WINDOW",
  QUALIFY: "QUALIFY",
  UNION: "UNION",
  INTERSECT: "INTERSECT",
  EXCEPT: "EXCEPT",
  MINUS: "EXCEPT",
  ORDER: "ORDER BY",
  LIMIT: "LIMIT",
  OFFSET: "OFFSET",
  FETCH: "FETCH",
  FOR: "FOR SYSTEM_TIME AS OF",
  MATCH_RECOGNIZE: "MATCH_RECOGNIZE",
  TABLESAMPLE: "TABLESAMPLE",
};

export function refuseLaterClause(cursor: TokenCursor): void {
  const token = cursor.peek();
  if (token.kind === "symbol" && token.text === ",") throw cursor.notSupported("Several tables in FROM");
  const feature = token.kind === "word" ? laterClauses[token.upper] : undefined;
  if (feature !== undefined) throw cursor.notSupported(feature);
}

/** `AS name`, or a name that follows without AS. */
export function parseAlias(cursor: TokenCursor): Identifier | undefined {
  if (cursor.acceptWord("AS")) return cursor.identifier("a name");
  return cursor.isIdentifier() ? cursor.identifier("a name") : undefined;
}

export function parseTableAlias(cursor: TokenCursor): Identifier | undefined {
  refuseLaterClause(cursor);
  const alias = parseAlias(cursor);
  if (alias !== undefined && cursor.isSymbol("("))
    throw cursor.notSupported("A table alias with column names");
  return alias;
}
