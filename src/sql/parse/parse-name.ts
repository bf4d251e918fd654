/** Names with the place that they are of: `orders`, `shop.orders`. */
import type { Identifier, QualifiedName } from "./ast.ts";
import type { TokenCursor } from "./token-cursor.ts";

export function parseQualifiedName(cursor: TokenCursor, what: string): QualifiedName {
  const parts: Identifier[] = [cursor.identifier(what)];
  while (cursor.acceptSymbol(".")) parts.push(cursor.identifier("a name"));
  return { kind: "QualifiedName", parts, position: cursor.positionFrom(parts[0]!.position.offset) };
}
