/** Hints to the planner: STATE_TTL('o' = '1d'), BROADCAST(t) between the slash-star-plus and its end. */
import type { Hint, HintArgument, Identifier, NumberLiteral, StringLiteral } from "./ast.ts";
import type { TokenCursor } from "./token-cursor.ts";

export function parseHints(cursor: TokenCursor): Hint[] {
  const hints: Hint[] = [];
  if (!cursor.acceptSymbol("/*+")) return hints;
  do hints.push(parseHint(cursor));
  while (cursor.acceptSymbol(","));
  cursor.expectSymbol("*/");
  return hints;
}

function parseHint(cursor: TokenCursor): Hint {
  const name = cursor.identifier("the hint's name");
  const values: HintArgument[] = [];
  if (cursor.acceptSymbol("(")) {
    do values.push(parseArgument(cursor));
    while (cursor.acceptSymbol(","));
    cursor.expectSymbol(")");
  }
  const position = cursor.positionFrom(name.position.offset);
  return { kind: "Hint", name, arguments: values, position };
}

function parseArgument(cursor: TokenCursor): HintArgument {
  const { offset } = cursor.peek();
  const first = parseValue(cursor);
  if (first.kind === "NumberLiteral" || !cursor.acceptSymbol("=")) {
    return { kind: "HintArgument", key: undefined, value: first, position: cursor.positionFrom(offset) };
  }
  const value = parseValue(cursor);
  return { kind: "HintArgument", key: first, value, position: cursor.positionFrom(offset) };
}

function parseValue(cursor: TokenCursor): Identifier | StringLiteral | NumberLiteral {
  const token = cursor.peek();
  const position = cursor.tokenPosition(token);
  if (token.kind === "string") {
    cursor.next();
    return { kind: "StringLiteral", value: token.text, position };
  }
  if (token.kind === "number") {
    cursor.next();
    return { kind: "NumberLiteral", text: token.text, position };
  }
  return cursor.identifier("a value of the hint");
}
