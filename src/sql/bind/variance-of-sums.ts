/**
 * A variance with OVER. Flink computes it another way than in groups: from the sum of squares and the square
 * of the sum, in the argument's own type, with what that type loses and how it overflows; of a DECIMAL in the
 * type of its average.
 */
import { aggregateSignature } from "../../functions/aggregate/aggregate-function.ts";
import { type SqlType, withNullable } from "../../values/sql-type.ts";
import type { FunctionCall } from "../parse/ast.ts";
import type { BoundAggregate } from "./bind-aggregate-call.ts";
import { caseOf, untypedNull } from "./bind-conditional.ts";
import type { BoundExpression } from "./bound-expression.ts";
import { call, castTo, coerce, literal } from "./coerce.ts";
import type { CollectedCall } from "./collected-over.ts";

const count: SqlType = { kind: "BIGINT", nullable: false };

export function varianceOfSums(
  { name, given, distinct, resultType }: BoundAggregate,
  { position }: FunctionCall,
  collect: (call: CollectedCall) => BoundExpression,
): BoundExpression {
  const value = coerce(given!, withNullable(resultType, given!.type.nullable));
  const compute = (function_: Parameters<typeof call>[0], ...operands: BoundExpression[]) =>
    call(function_, operands, name, position);
  const sumOf = (summed: BoundExpression) => {
    const { type } = summed;
    const use = { argument: type, parameters: [], nullable: type.nullable };
    const { result } = aggregateSignature("SUM").resolve(use)!;
    return collect({ name: "SUM", argument: summed, parameters: [], distinct, type: result });
  };
  const counted = collect({ name: "COUNT", argument: value, parameters: [], distinct, type: count });
  const sum = sumOf(value);
  const squares = sumOf(compute("MULTIPLY", value, value));
  const rest = compute("SUBTRACT", squares, compute("DIVIDE", compute("MULTIPLY", sum, sum), counted));
  const one = literal(1n, count);
  const isSample = name === "VAR_SAMP" || name === "STDDEV_SAMP";
  const alone = compute("EQUALS", counted, one);
  const divisor = isSample
    ? caseOf([{ when: alone, then: untypedNull }], compute("SUBTRACT", counted, one), position)
    : counted;
  const variance = compute("DIVIDE", rest, divisor);
  const half = literal(0.5, { kind: "DOUBLE", nullable: false });
  const isRoot = name === "STDDEV_POP" || name === "STDDEV_SAMP";
  const computed = isRoot ? compute("POWER", variance, half) : variance;
  return castTo(computed, resultType, false);
}
