/** `a DESC NULLS LAST, b`: the items of an ORDER BY, wherever one stands. */
import type { OrderItem } from "./ast.ts";
import type { TokenCursor } from "./token-cursor.ts";

export function parseOrderItems(cursor: TokenCursor): OrderItem[] {
  const items: OrderItem[] = [];
  do items.push(parseOrderItem(cursor));
  while (cursor.acceptSymbol(","));
  return items;
}

export function parseOrderItem(cursor: TokenCursor): OrderItem {
  const expression = cursor.expression();
  const direction = cursor.acceptOneOf(["ASC", "DESC"] as const);
  const hasNulls = cursor.acceptWord("NULLS");
  const nulls = hasNulls ? cursor.acceptOneOf(["FIRST", "LAST"] as const) : undefined;
  if (hasNulls && nulls === undefined) throw cursor.unexpected("FIRST or LAST");
  const position = cursor.positionFrom(expression.position.offset);
  return { kind: "OrderItem", expression, direction, nulls, position };
}
