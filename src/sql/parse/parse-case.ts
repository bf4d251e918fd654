/** `CASE WHEN … THEN … ELSE … END`, with or without a value that the branches are compared with. */
import type { Expression } from "./ast.ts";
import type { TokenCursor } from "./token-cursor.ts";

export function parseCase(cursor: TokenCursor): Expression {
  const start = cursor.expectWord("CASE");
  const operand = cursor.isWord("WHEN") ? undefined : cursor.expression();
  const branches: { when: Expression; then: Expression }[] = [];
  while (cursor.acceptWord("WHEN")) {
    const when = cursor.expression();
    if (cursor.isSymbol(",")) throw cursor.notSupported("Several values after one WHEN");
    cursor.expectWord("THEN");
    branches.push({ when, then: cursor.expression() });
  }
  if (branches.length === 0) throw cursor.unexpected("WHEN");
  const otherwise = cursor.acceptWord("ELSE") ? cursor.expression() : undefined;
  cursor.expectWord("END");
  const position = cursor.positionFrom(start.offset);
  return { kind: "CaseExpression", operand, branches, otherwise, position };
}
