/** Operators that are words: IS …, [NOT] BETWEEN, IN, LIKE, SIMILAR TO. */
import type { Expression } from "./ast.ts";
import { bindingPower } from "./binding-power.ts";
import type { TokenCursor } from "./token-cursor.ts";

/** The predicate about `operand`, or undefined where none follows that binds stronger than `powerMin`. */
export function parsePredicate(
  cursor: TokenCursor,
  operand: Expression,
  powerMin: number,
): Expression | undefined {
  if (cursor.isWord("IS")) {
    const isComparison = cursor.isWord("DISTINCT", cursor.isWord("NOT", 1) ? 2 : 1);
    if (powerMin >= (isComparison ? bindingPower.comparison : bindingPower.IS)) return undefined;
    return parseIs(cursor, operand);
  }
  if (powerMin >= bindingPower.predicate) return undefined;
  const ahead = cursor.isWord("NOT") ? 1 : 0;
  for (const [word, read] of readers) {
    if (!cursor.isWord(word, ahead)) continue;
    const negated = cursor.acceptWord("NOT");
    cursor.next();
    return read(cursor, operand, negated);
  }
  return undefined;
}

function parseIs(cursor: TokenCursor, operand: Expression): Expression {
  cursor.next();
  const negated = cursor.acceptWord("NOT");
  const { offset } = operand.position;
  if (cursor.acceptWord("DISTINCT")) {
    cursor.expectWord("FROM");
    const right = cursor.expression(bindingPower.comparison);
    const position = cursor.positionFrom(offset);
    return { kind: "DistinctPredicate", left: operand, right, negated, position };
  }
  if (cursor.acceptWord("JSON")) {
    const test = cursor.acceptOneOf(["VALUE", "ARRAY", "OBJECT", "SCALAR"] as const) ?? "VALUE";
    return { kind: "IsJsonPredicate", operand, test, negated, position: cursor.positionFrom(offset) };
  }
  const test = cursor.acceptOneOf(["NULL", "TRUE", "FALSE", "UNKNOWN"] as const);
  if (test === undefined) throw cursor.unexpected("NULL, TRUE, FALSE, UNKNOWN, JSON or DISTINCT FROM");
  return { kind: "IsPredicate", operand, test, negated, position: cursor.positionFrom(offset) };
}

type PredicateReader = (cursor: TokenCursor, operand: Expression, negated: boolean) => Expression;

/** By the word behind which they read. */
const readers: readonly (readonly [string, PredicateReader])[] = [
  ["BETWEEN", parseBetween],
  ["IN", parseIn],
  ["LIKE", (cursor, operand, negated) => parsePattern(cursor, "LikePredicate", operand, negated)],
  [
    "SIMILAR",
    (cursor, operand, negated) => {
      cursor.expectWord("TO");
      return parsePattern(cursor, "SimilarPredicate", operand, negated);
    },
  ],
];

function parseBetween(cursor: TokenCursor, operand: Expression, negated: boolean): Expression {
  const symmetric = cursor.acceptWord("SYMMETRIC");
  if (!symmetric) cursor.acceptWord("ASYMMETRIC");
  const low = cursor.expression(bindingPower.predicate);
  cursor.expectWord("AND");
  const high = cursor.expression(bindingPower.predicate);
  const position = cursor.positionFrom(operand.position.offset);
  return { kind: "BetweenPredicate", operand, low, high, negated, symmetric, position };
}

function parseIn(cursor: TokenCursor, operand: Expression, negated: boolean): Expression {
  const isQuery = cursor.isQueryInParentheses();
  cursor.expectSymbol("(");
  const { offset } = operand.position;
  if (isQuery) {
    const query = cursor.query();
    cursor.expectSymbol(")");
    return { kind: "InQueryPredicate", operand, query, negated, position: cursor.positionFrom(offset) };
  }
  const items: Expression[] = [];
  do items.push(cursor.expression());
  while (cursor.acceptSymbol(","));
  cursor.expectSymbol(")");
  return { kind: "InListPredicate", operand, items, negated, position: cursor.positionFrom(offset) };
}

function parsePattern(
  cursor: TokenCursor,
  kind: "LikePredicate" | "SimilarPredicate",
  operand: Expression,
  negated: boolean,
): Expression {
  const pattern = cursor.expression(bindingPower.predicate);
  const mark = cursor.acceptWord("ESCAPE") ? cursor.expression(bindingPower.predicate) : undefined;
  const position = cursor.positionFrom(operand.position.offset);
  return { kind, operand, pattern, escape: mark, negated, position };
}
