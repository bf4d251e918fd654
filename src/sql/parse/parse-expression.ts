/**
 * Expressions by operator precedence. The binding powers are those of Flink's parser (Calcite's
 * SqlStdOperatorTable): IS binds weaker than a comparison, IN, LIKE and BETWEEN stronger than `=`, and `||`
 * as `*`.
 */
import type { BinaryOperator, Expression } from "./ast.ts";
import { parsePrimary } from "./parse-primary.ts";
import type { TokenCursor } from "./token-cursor.ts";

export const bindingPower = {
  OR: 22,
  AND: 24,
  NOT: 26,
  IS: 28,
  comparison: 30,
  predicate: 32,
  additive: 40,
  multiplicative: 60,
  sign: 80,
} as const;

const binaryPowers: ReadonlyMap<string, number> = new Map<BinaryOperator, number>([
  ["OR", bindingPower.OR],
  ["AND", bindingPower.AND],
  ["=", bindingPower.comparison],
  ["<>", bindingPower.comparison],
  ["<", bindingPower.comparison],
  ["<=", bindingPower.comparison],
  [">", bindingPower.comparison],
  [">=", bindingPower.comparison],
  ["+", bindingPower.additive],
  ["-", bindingPower.additive],
  ["*", bindingPower.multiplicative],
  ["/", bindingPower.multiplicative],
  ["%", bindingPower.multiplicative],
  ["||", bindingPower.multiplicative],
]);

export function binaryPower(operator: BinaryOperator): number {
  return binaryPowers.get(operator)!;
}

export function parseExpression(cursor: TokenCursor, powerMin = 0): Expression {
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
    const operand = parseExpression(cursor, bindingPower.NOT);
    return { kind: "UnaryExpression", operator: "NOT", operand, position: cursor.positionFrom(token.offset) };
  }
  if (cursor.isSymbol("-") || cursor.isSymbol("+")) {
    const operator = cursor.next().text as "-" | "+";
    const operand = parseExpression(cursor, bindingPower.sign);
    return { kind: "UnaryExpression", operator, operand, position: cursor.positionFrom(token.offset) };
  }
  return parsePrimary(cursor, parseExpression);
}

/** One operator and what stands right of it, or undefined where the next token belongs to somebody else. */
function parseInfix(cursor: TokenCursor, left: Expression, powerMin: number): Expression | undefined {
  const token = cursor.peek();
  const operator = token.kind === "word" ? token.upper : token.kind === "symbol" ? token.text : "";
  const power = binaryPowers.get(operator);
  if (power !== undefined) {
    if (power <= powerMin) return undefined;
    cursor.next();
    refuseQuantifier(cursor, power);
    const right = parseExpression(cursor, power);
    const position = cursor.positionFrom(left.position.offset);
    return { kind: "BinaryExpression", operator: operator as BinaryOperator, left, right, position };
  }
  if (operator === "IS") return powerMin < bindingPower.IS ? parseIs(cursor, left) : undefined;
  if (operator === "[") throw cursor.notSupported("Access to an element of an ARRAY or MAP");
  return powerMin < bindingPower.predicate ? parsePredicate(cursor, left) : undefined;
}

function refuseQuantifier(cursor: TokenCursor, power: number): void {
  if (power !== bindingPower.comparison) return;
  for (const word of ["ALL", "ANY", "SOME"]) {
    if (cursor.isWord(word) && cursor.isSymbol("(", 1)) throw cursor.notSupported(`${word} (sub-query)`);
  }
}

function parseIs(cursor: TokenCursor, operand: Expression): Expression {
  cursor.next();
  const negated = cursor.acceptWord("NOT");
  if (cursor.isWord("DISTINCT")) throw cursor.notSupported("IS DISTINCT FROM");
  for (const test of ["NULL", "TRUE", "FALSE", "UNKNOWN"] as const) {
    if (!cursor.acceptWord(test)) continue;
    return {
      kind: "IsPredicate",
      operand,
      test,
      negated,
      position: cursor.positionFrom(operand.position.offset),
    };
  }
  throw cursor.unexpected("NULL, TRUE, FALSE or UNKNOWN");
}

function parsePredicate(cursor: TokenCursor, operand: Expression): Expression | undefined {
  const negated = cursor.isWord("NOT");
  const ahead = negated ? 1 : 0;
  const offset = operand.position.offset;
  if (cursor.isWord("SIMILAR", ahead)) throw cursor.notSupported("SIMILAR TO", "Write LIKE.");
  if (cursor.isWord("BETWEEN", ahead)) {
    if (negated) cursor.next();
    cursor.next();
    if (cursor.isWord("SYMMETRIC")) throw cursor.notSupported("BETWEEN SYMMETRIC");
    cursor.acceptWord("ASYMMETRIC");
    const low = parseExpression(cursor, bindingPower.predicate);
    cursor.expectWord("AND");
    const high = parseExpression(cursor, bindingPower.predicate);
    return { kind: "BetweenPredicate", operand, low, high, negated, position: cursor.positionFrom(offset) };
  }
  if (cursor.isWord("IN", ahead)) {
    if (negated) cursor.next();
    cursor.next();
    const items = parseInItems(cursor);
    return { kind: "InListPredicate", operand, items, negated, position: cursor.positionFrom(offset) };
  }
  if (cursor.isWord("LIKE", ahead)) {
    if (negated) cursor.next();
    cursor.next();
    const pattern = parseExpression(cursor, bindingPower.predicate);
    const mark = cursor.acceptWord("ESCAPE") ? parseExpression(cursor, bindingPower.predicate) : undefined;
    return {
      kind: "LikePredicate",
      operand,
      pattern,
      escape: mark,
      negated,
      position: cursor.positionFrom(offset),
    };
  }
  return undefined;
}

function parseInItems(cursor: TokenCursor): Expression[] {
  cursor.expectSymbol("(");
  if (cursor.isWord("SELECT") || cursor.isWord("WITH")) throw cursor.notSupported("IN (sub-query)");
  const items: Expression[] = [];
  do items.push(parseExpression(cursor));
  while (cursor.acceptSymbol(","));
  cursor.expectSymbol(")");
  return items;
}
