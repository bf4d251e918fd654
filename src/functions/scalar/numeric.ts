/** ABS, ROUND, FLOOR, CEIL. MOD is beside the other arithmetic. */
import {
  divideHalfUp,
  fitsPrecision,
  parseDecimal,
  powerOfTen,
  rescaleDecimal,
  roundShape,
} from "../../values/decimal.ts";
import { isInteger, isNumeric, type SqlType } from "../../values/sql-type.ts";
import type { SqlValue } from "../../values/sql-value.ts";
import { wrapValue } from "./arithmetic.ts";
import type { Argument, ScalarFunction, ScalarFunctionName, Signature } from "./scalar-function.ts";

type Decimal = Extract<SqlType, { kind: "DECIMAL" }>;
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

function resolveRound(given: readonly Argument[]): Signature | undefined {
  const [value, digits, ...more] = given;
  if (value === undefined || more.length > 0 || !isNumeric(value.type)) return undefined;
  if (digits !== undefined && digits.type.kind !== "INT") return undefined;
  const operands: SqlType[] = digits === undefined ? [value.type] : [value.type, digits.type];
  const nullable = value.type.nullable || digits?.type.nullable === true;
  if (value.type.kind !== "DECIMAL") return { operands, result: { ...value.type, nullable } as SqlType };
  const count = digits === undefined ? 0 : digits.literal;
  // The result's type follows from the count, so that it must be known.
  if (typeof count !== "number") return undefined;
  const shape = roundShape(value.type, count);
  return { operands, result: { kind: "DECIMAL", ...shape, nullable: nullable || shape.precision === 38 } };
}

function round(value: number | bigint, digits: number, type: SqlType, result: SqlType): SqlValue {
  if (type.kind === "DECIMAL") return roundDecimal(value as bigint, digits, type, result as Decimal);
  if (isInteger(type)) {
    if (digits >= 0) return value;
    const unit = powerOfTen(Math.min(-digits, 20));
    const rounded = divideHalfUp(BigInt(value), unit) * unit;
    return wrapValue(type.kind === "BIGINT" ? rounded : Number(rounded), result);
  }
  return wrapValue(roundDouble(value as number, digits), result);
}

function roundDecimal(value: bigint, digits: number, type: Decimal, result: Decimal): bigint | null {
  if (digits >= type.scale) return value;
  const rounded = rescaleDecimal(value, type.scale, Math.max(digits, 0));
  if (digits >= 0) return fitsPrecision(rounded, result.precision) ? rounded : null;
  const unit = powerOfTen(Math.min(type.scale - digits, 80));
  const whole = divideHalfUp(value, unit) * powerOfTen(Math.min(-digits, 80));
  return fitsPrecision(whole, result.precision) ? whole : null;
}

/** By the digits of the shortest text, as Java's BigDecimal.valueOf: 2.675 to two digits is 2.68. */
function roundDouble(value: number, digits: number): number {
  const places = 30;
  if (!Number.isFinite(value) || digits > places || Math.abs(value) > 1e38) return value;
  const unscaled = parseDecimal(String(value), { precision: 76, scale: places }, "half-up");
  if (typeof unscaled !== "bigint") return value;
  const unit = powerOfTen(Math.min(places - digits, 80));
  const rounded = divideHalfUp(unscaled, unit) * unit;
  return Number(`${rounded}e-${places}`);
}
