/**
 * How strongly operators pull their operands. The numbers are Calcite's (SqlStdOperatorTable, the same from
 * Flink 1.20's 1.34 on); the parser reads by them and the printer sets parentheses by them.
 */
import type { BinaryOperator, Expression } from "./ast.ts";

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

export const binaryPowers: ReadonlyMap<string, number> = new Map<BinaryOperator, number>([
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

/** Infinite for what is closed by words or brackets of its own. */
export function powerOf(expression: Expression): number {
  switch (expression.kind) {
    case "BinaryExpression":
      return binaryPowers.get(expression.operator)!;
    case "UnaryExpression":
      return expression.operator === "NOT" ? bindingPower.NOT : bindingPower.sign;
    case "IsPredicate":
    case "IsJsonPredicate":
      return bindingPower.IS;
    case "DistinctPredicate":
      return bindingPower.comparison;
    case "BetweenPredicate":
    case "InListPredicate":
    case "InQueryPredicate":
    case "LikePredicate":
    case "SimilarPredicate":
      return bindingPower.predicate;
    default:
      return Infinity;
  }
}
