/** Values made of values: ROW(…), (a, b), ARRAY[…], MAP[…]; and what else a parenthesis can hold. */
import type { Expression } from "./ast.ts";
import type { TokenCursor } from "./token-cursor.ts";

export function parseRow(cursor: TokenCursor): Expression {
  const start = cursor.next();
  cursor.expectSymbol("(");
  const values = parseValues(cursor);
  cursor.expectSymbol(")");
  const position = cursor.positionFrom(start.offset);
  return { kind: "RowConstructor", written: "ROW", values, position };
}

/** `(a)` is `a`, `(a, b)` a row, `(SELECT …)` the query's one value. */
export function parseParenthesis(cursor: TokenCursor): Expression {
  const isQuery = cursor.isQueryInParentheses();
  const start = cursor.expectSymbol("(");
  if (isQuery) {
    const query = cursor.query();
    cursor.expectSymbol(")");
    return { kind: "ScalarSubquery", query, position: cursor.positionFrom(start.offset) };
  }
  const values = parseValues(cursor);
  cursor.expectSymbol(")");
  if (values.length === 1) return values[0]!;
  const position = cursor.positionFrom(start.offset);
  return { kind: "RowConstructor", written: "parentheses", values, position };
}

export function parseArray(cursor: TokenCursor): Expression {
  const start = cursor.next();
  cursor.expectSymbol("[");
  const elements = cursor.isSymbol("]") ? [] : parseValues(cursor);
  cursor.expectSymbol("]");
  return { kind: "ArrayConstructor", elements, position: cursor.positionFrom(start.offset) };
}

export function parseMap(cursor: TokenCursor): Expression {
  const start = cursor.next();
  cursor.expectSymbol("[");
  const entries: { key: Expression; value: Expression }[] = [];
  if (!cursor.isSymbol("]")) {
    do {
      const key = cursor.expression();
      cursor.expectSymbol(",");
      entries.push({ key, value: cursor.expression() });
    } while (cursor.acceptSymbol(","));
  }
  cursor.expectSymbol("]");
  return { kind: "MapConstructor", entries, position: cursor.positionFrom(start.offset) };
}

function parseValues(cursor: TokenCursor): Expression[] {
  const values: Expression[] = [];
  do values.push(cursor.expression());
  while (cursor.acceptSymbol(","));
  return values;
}
