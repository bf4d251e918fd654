/** ABS, ROUND, FLOOR, CEIL. MOD is beside the other arithmetic. */
import { divideHalfUp, powerOfTen } from "../../values/decimal.ts";
import { isInteger, isNumeric, type SqlType } from "../../values/sql-type.ts";
import type { SqlValue } from "../../values/sql-value.ts";
import { wrapValue } from "./arithmetic.ts";
import type { Argument, ScalarFunction, ScalarFunctionName, Signature } from "./scalar-function.ts";
import { resolveToDigits, toDigits } from "./to-digits.ts";

type Compute = (value: number | bigint, type: SqlType, result: SqlType) => SqlValue;

export const numericFunctions: readonly ScalarFunction[] = [
  ofNumber(
    "ABS",
    (type) => type,
    (value, _, result) => wrapValue(value < 0 ? -value : value, result),
  ),
  ofNumber("FLOOR", withoutScale, (value, type) => toWhole(value, type, Math.floor, -1n)),
  ofNumber("CEIL", withoutScale, (value, type) => toWhole(value, type, Math.ceil, 1n)),
  {
    name: "ROUND",
    takes: "a number and optionally a literal count of digits",
    nulls: "strict",
    overflows: true,
    resolve: resolveRound,
    evaluate: ([value, digits], types, result) =>
      round(value as number | bigint, (digits ?? 0) as number, types[0]!, result),
    emit: ([value, digits], result, context) => {
      const call = context.constant((subject: number | bigint, count: number) =>
        round(subject, count, value!.type, result),
      );
      return `${call}(${value!.value}, ${digits?.value ?? "0"})`;
    },
  },
];

function ofNumber(
  name: ScalarFunctionName,
  resultOf: (type: SqlType) => SqlType,
  compute: Compute,
): ScalarFunction {
  return {
    name,
    takes: "a number",
    nulls: "strict",
    resolve: ([only, ...more]) =>
      only !== undefined && more.length === 0 && isNumeric(only.type)
        ? { operands: [only.type], result: resultOf(only.type) }
        : undefined,
    evaluate: ([value], [type], result) => compute(value as number | bigint, type!, result),
    emit: ([operand], result, context) => {
      const call = context.constant((value: number | bigint) => compute(value, operand!.type, result));
      return `${call}(${operand!.value})`;
    },
  };
}

function withoutScale(type: SqlType): SqlType {
  return type.kind === "DECIMAL" ? { ...type, scale: 0 } : type;
}

function toWhole(
  value: number | bigint,
  type: SqlType,
  ofDouble: (value: number) => number,
  direction: 1n | -1n,
): SqlValue {
  if (typeof value === "number") return isInteger(type) ? value : ofDouble(value);
  if (type.kind !== "DECIMAL") return value;
  const unit = powerOfTen(type.scale);
  const whole = value / unit;
  const remainder = value % unit;
  const isBeyond = direction === 1n ? remainder > 0n : remainder < 0n;
  return isBeyond ? whole + direction : whole;
}

/** A DECIMAL of 38 digits may have one too many when it is rounded. */
function resolveRound(given: readonly Argument[]): Signature | undefined {
  const signature = resolveToDigits(given);
  if (signature?.result.kind !== "DECIMAL" || signature.result.precision < 38) return signature;
  return { ...signature, result: { ...signature.result, nullable: true } };
}

function round(value: number | bigint, digits: number, type: SqlType, result: SqlType): SqlValue {
  return toDigits(value, digits, type, result, divideHalfUp);
}
