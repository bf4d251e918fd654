/** Conditions as what they ask for one by one: `a AND b` asks for a and for b. */
import type { BoundExpression } from "../bind/bound-expression.ts";

export function conjunctsOf(condition: BoundExpression): readonly BoundExpression[] {
  const isAnd = condition.kind === "Call" && condition.function === "AND";
  return isAnd ? condition.arguments.flatMap(conjunctsOf) : [condition];
}

/** Undefined where nothing is asked. */
export function conjunctionOf(parts: readonly BoundExpression[]): BoundExpression | undefined {
  if (parts.length < 2) return parts[0];
  const nullable = parts.some(({ type }) => type.nullable);
  return { kind: "Call", function: "AND", arguments: parts, type: { kind: "BOOLEAN", nullable } };
}
