/** What GROUP BY lists: keys, `()`, ROLLUP, CUBE, GROUPING SETS, which hold such lists again. */
import type { GroupingElement } from "./ast.ts";
import type { TokenCursor } from "./token-cursor.ts";

export function parseGroupBy(cursor: TokenCursor): GroupingElement[] {
  if (cursor.isWord("DISTINCT")) throw cursor.notSupported("GROUP BY DISTINCT");
  return cursor.list("item", () => parseElement(cursor));
}

function parseElement(cursor: TokenCursor): GroupingElement {
  const start = cursor.peek();
  if (cursor.isSymbol("(") && cursor.isSymbol(")", 1)) {
    cursor.next();
    cursor.next();
    return { kind: "EmptyGrouping", position: cursor.positionFrom(start.offset) };
  }
  for (const [word, kind] of [
    ["ROLLUP", "Rollup"],
    ["CUBE", "Cube"],
  ] as const) {
    if (!cursor.acceptWord(word)) continue;
    const keys = parseList(cursor, () => cursor.expression());
    return { kind, keys, position: cursor.positionFrom(start.offset) };
  }
  if (!cursor.acceptWords("GROUPING", "SETS")) return cursor.expression();
  const sets = cursor.nest(() => parseList(cursor, () => parseElement(cursor)));
  return { kind: "GroupingSets", sets, position: cursor.positionFrom(start.offset) };
}

function parseList<T>(cursor: TokenCursor, read: () => T): T[] {
  cursor.expectSymbol("(");
  const elements: T[] = [];
  do elements.push(read());
  while (cursor.acceptSymbol(","));
  cursor.expectSymbol(")");
  return elements;
}
