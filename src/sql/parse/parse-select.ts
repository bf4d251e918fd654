/** SELECT … FROM … WHERE … GROUP BY … HAVING … WINDOW … QUALIFY: one query, clause by clause. */
import type {
  Expression,
  Identifier,
  NamedWindow,
  QualifiedName,
  SelectItem,
  SelectQuery,
  TableReference,
} from "./ast.ts";
import { parseAlias } from "./parse-alias.ts";
import { parseGroupBy } from "./parse-group-by.ts";
import { parseHints } from "./parse-hint.ts";
import { parseFrom } from "./parse-join.ts";
import { parseWindowSpecification } from "./parse-over.ts";
import type { TokenCursor } from "./token-cursor.ts";

export function parseSelect(cursor: TokenCursor): SelectQuery {
  const start = cursor.expectWord("SELECT");
  const hints = parseHints(cursor);
  const distinct = cursor.acceptWord("DISTINCT");
  if (!distinct) cursor.acceptWord("ALL");
  const items = cursor.list("item", () => parseItem(cursor), "FROM");
  const hasFrom = cursor.isWord("FROM");
  const from = clause<TableReference>(cursor, ["FROM"], () => parseFrom(cursor));
  if (!hasFrom) refuseWithoutFrom(cursor);
  const where = clause(cursor, ["WHERE"], () => cursor.expression());
  const groupBy = clause(cursor, ["GROUP", "BY"], () => parseGroupBy(cursor)) ?? [];
  const having = clause<Expression>(cursor, ["HAVING"], () => cursor.expression());
  const windows = clause(cursor, ["WINDOW"], () => cursor.list("item", () => parseWindow(cursor))) ?? [];
  const qualify = clause<Expression>(cursor, ["QUALIFY"], () => cursor.expression());
  const position = cursor.positionFrom(start.offset);
  const clauses = { from, where, groupBy, having, windows, qualify };
  return { kind: "SelectQuery", hints, distinct, items, ...clauses, position };
}

/** A clause that may be left out; a mistake in it does not hide those of the next clauses. */
function clause<T>(cursor: TokenCursor, words: readonly string[], read: () => T): T | undefined {
  if (!cursor.isWord(words[0]!)) return undefined;
  return cursor.part("clause", () => {
    for (const word of words) cursor.expectWord(word);
    return read();
  });
}

/** Rows are chosen and grouped only where they come from somewhere. */
function refuseWithoutFrom(cursor: TokenCursor): void {
  if (!["WHERE", "GROUP", "HAVING", "WINDOW", "QUALIFY"].some((word) => cursor.isWord(word))) return;
  cursor.part("clause", () => {
    throw cursor.unexpected("FROM");
  });
}

function parseItem(cursor: TokenCursor): SelectItem {
  const start = cursor.peek();
  if (cursor.acceptSymbol("*")) {
    return { kind: "SelectStar", qualifier: undefined, position: cursor.tokenPosition(start) };
  }
  if (isQualifiedStar(cursor)) {
    const qualifier = parseStarQualifier(cursor);
    return { kind: "SelectStar", qualifier, position: cursor.positionFrom(start.offset) };
  }
  const expression = cursor.expression();
  const alias = parseAlias(cursor);
  return { kind: "SelectExpression", expression, alias, position: cursor.positionFrom(start.offset) };
}

function isQualifiedStar(cursor: TokenCursor): boolean {
  let ahead = 0;
  while (cursor.isIdentifier(ahead) && cursor.isSymbol(".", ahead + 1)) ahead += 2;
  return ahead > 0 && cursor.isSymbol("*", ahead);
}

/** `t.` or `t.location.` and the star behind it. */
function parseStarQualifier(cursor: TokenCursor): QualifiedName {
  const parts: Identifier[] = [];
  const { offset } = cursor.peek();
  let position = cursor.positionFrom(offset);
  while (!cursor.acceptSymbol("*")) {
    parts.push(cursor.identifier("a table"));
    position = cursor.positionFrom(offset);
    cursor.expectSymbol(".");
  }
  return { kind: "QualifiedName", parts, position };
}

/** `w AS (PARTITION BY a)` */
function parseWindow(cursor: TokenCursor): NamedWindow {
  const name = cursor.identifier("the window's name");
  cursor.expectWord("AS");
  const window = parseWindowSpecification(cursor);
  return { kind: "NamedWindow", name, window, position: cursor.positionFrom(name.position.offset) };
}
