/**
 * Queries: SELECT … FROM … WHERE … GROUP BY. What Flink has beyond that is refused at its first word, by
 * name.
 */
import { quickwaterError } from "../../errors/quickwater-error.ts";
import type { Expression, SelectItem, SelectQuery, TableReference } from "./ast.ts";
import { parseAlias, parseTableAlias, refuseLaterClause } from "./parse-alias.ts";
import { parseExpression } from "./parse-expression.ts";
import { parseWindowTable } from "./parse-window-table.ts";
import type { TokenCursor } from "./token-cursor.ts";

export function parseQuery(cursor: TokenCursor): SelectQuery {
  if (cursor.isWord("WITH")) throw cursor.notSupported("WITH (common table expressions)");
  if (cursor.isWord("VALUES")) throw cursor.notSupported("VALUES");
  if (cursor.isSymbol("(")) throw cursor.notSupported("A query in parentheses");
  const start = cursor.expectWord("SELECT");
  if (cursor.isWord("DISTINCT")) throw cursor.notSupported("SELECT DISTINCT");
  cursor.acceptWord("ALL");
  const items: SelectItem[] = [];
  do items.push(parseSelectItem(cursor));
  while (cursor.acceptSymbol(","));
  if (isStatementEnd(cursor)) throw cursor.notSupported("SELECT without FROM");
  cursor.expectWord("FROM");
  const from = parseTableReference(cursor);
  refuseLaterClause(cursor);
  const where = cursor.acceptWord("WHERE") ? parseExpression(cursor) : undefined;
  refuseLaterClause(cursor);
  const groupBy = cursor.acceptWords("GROUP", "BY") ? parseGroupBy(cursor) : [];
  refuseLaterClause(cursor);
  const position = cursor.positionFrom(start.offset);
  return { kind: "SelectQuery", items, from, where, groupBy, position };
}

export function isStatementEnd(cursor: TokenCursor): boolean {
  return cursor.peek().kind === "end" || cursor.isSymbol(";");
}

function parseSelectItem(cursor: TokenCursor): SelectItem {
  const start = cursor.peek();
  if (cursor.acceptSymbol("*")) {
    return { kind: "SelectStar", qualifier: undefined, position: cursor.tokenPosition(start) };
  }
  if (cursor.isIdentifier() && cursor.isSymbol(".", 1) && cursor.isSymbol("*", 2)) {
    const qualifier = cursor.identifier("a table");
    cursor.next();
    cursor.next();
    return { kind: "SelectStar", qualifier, position: cursor.positionFrom(start.offset) };
  }
  const expression = parseExpression(cursor);
  const alias = parseAlias(cursor);
  const position = cursor.positionFrom(start.offset);
  return { kind: "SelectExpression", expression, alias, position };
}

function parseGroupBy(cursor: TokenCursor): Expression[] {
  const keys: Expression[] = [];
  do {
    const token = cursor.peek();
    if (cursor.isWord("GROUPING")) throw cursor.notSupported("GROUPING SETS");
    if (cursor.isWord("ROLLUP") || cursor.isWord("CUBE")) throw cursor.notSupported(`GROUP BY ${token.text}`);
    if (cursor.isSymbol("(") && cursor.isSymbol(")", 1)) throw cursor.notSupported("GROUP BY ()");
    if (cursor.isWord("DISTINCT")) throw cursor.notSupported("GROUP BY DISTINCT");
    keys.push(parseExpression(cursor));
  } while (cursor.acceptSymbol(","));
  return keys;
}

function parseTableReference(cursor: TokenCursor): TableReference {
  const start = cursor.peek();
  if (cursor.isSymbol("(")) throw cursor.notSupported("A sub-query in FROM");
  if (cursor.isWord("UNNEST")) throw cursor.notSupported("UNNEST");
  if (cursor.isWord("LATERAL")) throw cursor.notSupported("LATERAL");
  if (cursor.isWord("TABLE")) return parseWindowTable(cursor);
  if (cursor.isIdentifier() && cursor.isSymbol("(", 1)) {
    const params = {
      rule: "In Flink 1.20 a table function stands inside TABLE(…)",
      instead: `Write FROM TABLE(${start.text}(…)).`,
    };
    throw quickwaterError("sql.not-flink", params, { position: cursor.tokenPosition(start) });
  }
  const name = cursor.identifier("a table");
  if (cursor.isSymbol("."))
    throw cursor.notSupported("A table name with catalog or database", "Write its name.");
  const alias = parseTableAlias(cursor);
  return { kind: "NamedTable", name, alias, position: cursor.positionFrom(start.offset) };
}
