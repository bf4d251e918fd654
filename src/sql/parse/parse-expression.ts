/**
 * Expressions by operator precedence. The binding powers are those of Flink's parser (Calcite's
 * SqlStdOperatorTable): IS binds weaker than a comparison, IN, LIKE and BETWEEN stronger than `=`, and `||`
 * as `*`. IS DISTINCT FROM is a comparison, although it begins like IS NULL.
 */
import type { BinaryOperator, Expression } from "./ast.ts";
import { binaryPowers, bindingPower } from "./binding-power.ts";
import { parsePredicate } from "./parse-predicate.ts";
import { parsePrimary } from "./parse-primary.ts";
import type { TokenCursor } from "./token-cursor.ts";

export function parseExpression(cursor: TokenCursor, powerMin: number): Expression {
  return cursor.nest(() => {
    let left = parsePrefix(cursor);
    for (;;) {
      const longer = parseInfix(cursor, left, powerMin);
      if (longer === undefined) return left;
      cursor.chain();
      left = longer;
    }
  });
}

function parsePrefix(cursor: TokenCursor): Expression {
  const token = cursor.peek();
  if (cursor.acceptWord("NOT")) {
    const operand = cursor.expression(bindingPower.NOT);
    return { kind: "UnaryExpression", operator: "NOT", operand, position: cursor.positionFrom(token.offset) };
  }
  if (cursor.isSymbol("-") || cursor.isSymbol("+")) {
    const operator = cursor.next().text as "-" | "+";
    const operand = cursor.expression(bindingPower.sign);
    return { kind: "UnaryExpression", operator, operand, position: cursor.positionFrom(token.offset) };
  }
  return parseParts(cursor, parsePrimary(cursor));
}

/** `[index]` and `.field` behind a value: they bind stronger than every operator. */
function parseParts(cursor: TokenCursor, primary: Expression): Expression {
  let operand = primary;
  for (;;) {
    const { offset } = primary.position;
    if (cursor.acceptSymbol("[")) {
      const index = cursor.expression();
      cursor.expectSymbol("]");
      operand = { kind: "ElementAccess", operand, index, position: cursor.positionFrom(offset) };
    } else if (cursor.acceptSymbol(".")) {
      const field = cursor.identifier("a field");
      operand = { kind: "FieldAccess", operand, field, position: cursor.positionFrom(offset) };
    } else {
      return operand;
    }
    cursor.chain();
  }
}

/** One operator and what stands right of it, or undefined where the next token belongs to somebody else. */
function parseInfix(cursor: TokenCursor, left: Expression, powerMin: number): Expression | undefined {
  const token = cursor.peek();
  const operator = token.kind === "word" ? token.upper : token.kind === "symbol" ? token.text : "";
  const power = binaryPowers.get(operator);
  if (power === undefined) return parsePredicate(cursor, left, powerMin);
  if (power <= powerMin) return undefined;
  cursor.next();
  refuseQuantifier(cursor, power);
  const right = cursor.expression(power);
  const position = cursor.positionFrom(left.position.offset);
  return { kind: "BinaryExpression", operator: operator as BinaryOperator, left, right, position };
}

function refuseQuantifier(cursor: TokenCursor, power: number): void {
  if (power !== bindingPower.comparison) return;
  for (const word of ["ALL", "ANY", "SOME"]) {
    if (cursor.isWord(word) && cursor.isSymbol("(", 1)) throw cursor.notSupported(`${word} (sub-query)`);
  }
}
