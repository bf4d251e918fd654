/** Windows of OVER: `(PARTITION BY a ORDER BY ts ROWS BETWEEN 2 PRECEDING AND CURRENT ROW)`, or a name. */
import type { Expression, FrameBound, Identifier, WindowFrame, WindowSpecification } from "./ast.ts";
import { parseOrderItems } from "./parse-order-by.ts";
import type { TokenCursor } from "./token-cursor.ts";

export function parseOver(cursor: TokenCursor): WindowSpecification | Identifier {
  return cursor.isSymbol("(") ? parseWindowSpecification(cursor) : cursor.identifier("a window");
}

export function parseWindowSpecification(cursor: TokenCursor): WindowSpecification {
  const start = cursor.expectSymbol("(");
  const base = cursor.isIdentifier() ? cursor.identifier("a window") : undefined;
  const partitionBy = cursor.acceptWords("PARTITION", "BY") ? parseKeys(cursor) : [];
  const orderBy = cursor.acceptWords("ORDER", "BY") ? parseOrderItems(cursor) : [];
  const frame = parseFrame(cursor);
  if (cursor.isWord("EXCLUDE")) throw cursor.notSupported("EXCLUDE in a window");
  cursor.expectSymbol(")");
  const position = cursor.positionFrom(start.offset);
  return { kind: "WindowSpecification", base, partitionBy, orderBy, frame, position };
}

function parseKeys(cursor: TokenCursor): Expression[] {
  const keys: Expression[] = [];
  do keys.push(cursor.expression());
  while (cursor.acceptSymbol(","));
  return keys;
}

function parseFrame(cursor: TokenCursor): WindowFrame | undefined {
  const first = cursor.peek();
  const unit = cursor.acceptOneOf(["ROWS", "RANGE"] as const);
  if (unit === undefined) return undefined;
  const isRange = cursor.acceptWord("BETWEEN");
  const start = parseBound(cursor);
  if (isRange) cursor.expectWord("AND");
  const end = isRange ? parseBound(cursor) : undefined;
  return { kind: "WindowFrame", unit, start, end, position: cursor.positionFrom(first.offset) };
}

function parseBound(cursor: TokenCursor): FrameBound {
  const { offset } = cursor.peek();
  if (cursor.acceptWords("CURRENT", "ROW")) {
    const position = cursor.positionFrom(offset);
    return { kind: "FrameBound", side: "CURRENT ROW", distance: undefined, position };
  }
  const isUnbounded = cursor.isWord("PRECEDING", 1) || cursor.isWord("FOLLOWING", 1);
  const distance = isUnbounded && cursor.acceptWord("UNBOUNDED") ? undefined : cursor.expression();
  const side = cursor.acceptOneOf(["PRECEDING", "FOLLOWING"] as const);
  if (side === undefined) throw cursor.unexpected("PRECEDING or FOLLOWING");
  return { kind: "FrameBound", side, distance, position: cursor.positionFrom(offset) };
}
