/** One table of FROM: a name, a query in parentheses, UNNEST, LATERAL, or a function that gives rows. */
import type { DerivedTable, LateralTable, NamedTable, TableReference, Unnest } from "./ast.ts";
import { parseTableAlias } from "./parse-alias.ts";
import { parseHints } from "./parse-hint.ts";
import { parseQualifiedName } from "./parse-name.ts";
import { parseTableFunction } from "./parse-table-function.ts";
import type { TokenCursor } from "./token-cursor.ts";

export function parseTable(cursor: TokenCursor): TableReference {
  const table = parseOne(cursor);
  if (cursor.isWord("TABLESAMPLE")) throw cursor.notSupported("TABLESAMPLE");
  return table;
}

function parseOne(cursor: TokenCursor): TableReference {
  if (cursor.isSymbol("(")) return parseDerived(cursor);
  if (cursor.isWord("UNNEST")) return parseUnnest(cursor);
  if (cursor.isWord("LATERAL")) return parseLateral(cursor);
  if (cursor.isWord("TABLE") || isCall(cursor)) return parseTableFunction(cursor);
  return parseNamed(cursor);
}

/** `f(…)` or `shop.f(…)`: Flink 2 needs no TABLE(…) around it. */
function isCall(cursor: TokenCursor): boolean {
  let ahead = 0;
  while (cursor.isIdentifier(ahead) && cursor.isSymbol(".", ahead + 1)) ahead += 2;
  return cursor.isIdentifier(ahead) && cursor.isSymbol("(", ahead + 1);
}

function parseNamed(cursor: TokenCursor): NamedTable {
  const name = parseQualifiedName(cursor, "a table");
  const hints = parseHints(cursor);
  const systemTime = cursor.acceptWords("FOR", "SYSTEM_TIME") ? parseSystemTime(cursor) : undefined;
  if (cursor.isWord("MATCH_RECOGNIZE")) throw cursor.notSupported("MATCH_RECOGNIZE");
  const alias = parseTableAlias(cursor);
  const position = cursor.positionFrom(name.position.offset);
  return { kind: "NamedTable", name, hints, systemTime, alias, position };
}

function parseSystemTime(cursor: TokenCursor): NamedTable["systemTime"] {
  cursor.expectWord("AS");
  cursor.expectWord("OF");
  return cursor.expression();
}

function parseDerived(cursor: TokenCursor): DerivedTable {
  const start = cursor.expectSymbol("(");
  const query = cursor.query();
  cursor.expectSymbol(")");
  if (cursor.isWord("MATCH_RECOGNIZE")) throw cursor.notSupported("MATCH_RECOGNIZE");
  const alias = parseTableAlias(cursor);
  return { kind: "DerivedTable", query, alias, position: cursor.positionFrom(start.offset) };
}

function parseUnnest(cursor: TokenCursor): Unnest {
  const start = cursor.expectWord("UNNEST");
  cursor.expectSymbol("(");
  const operand = cursor.expression();
  cursor.expectSymbol(")");
  const ordinality = cursor.acceptWords("WITH", "ORDINALITY");
  const alias = parseTableAlias(cursor);
  return { kind: "Unnest", operand, ordinality, alias, position: cursor.positionFrom(start.offset) };
}

/** UNNEST is lateral anyway, so that the word before it says nothing. */
function parseLateral(cursor: TokenCursor): LateralTable | Unnest {
  const start = cursor.expectWord("LATERAL");
  if (cursor.isWord("UNNEST")) return parseUnnest(cursor);
  const isQuery = cursor.isSymbol("(");
  if (!isQuery && !cursor.isWord("TABLE")) throw cursor.unexpected("TABLE, UNNEST or a query in parentheses");
  const table = isQuery ? parseDerived(cursor) : parseTableFunction(cursor);
  return { kind: "LateralTable", table, position: cursor.positionFrom(start.offset) };
}
