/** What ROUND and TRUNCATE share: a number to a count of digits behind the point, or before it. */
import { fitsPrecision, parseDecimal, powerOfTen, roundShape } from "../../values/decimal.ts";
import { isInteger, isNumeric, type SqlType } from "../../values/sql-type.ts";
import type { SqlValue } from "../../values/sql-value.ts";
import { wrapValue } from "./arithmetic.ts";
import type { Argument, Signature } from "./scalar-function.ts";

type Decimal = Extract<SqlType, { kind: "DECIMAL" }>;

/** How often a unit goes into a value: rounded, or cut off. */
export type Divide = (value: bigint, unit: bigint) => bigint;

/** A number and an INT, whose value a DECIMAL's type follows from, so that it must be known then. */
export function resolveToDigits(given: readonly Argument[]): Signature | undefined {
  const [value, digits, ...more] = given;
  if (value === undefined || more.length > 0 || !isNumeric(value.type)) return undefined;
  if (digits !== undefined && digits.type.kind !== "INT") return undefined;
  const operands: SqlType[] = digits === undefined ? [value.type] : [value.type, digits.type];
  const nullable = value.type.nullable || digits?.type.nullable === true;
  if (value.type.kind !== "DECIMAL") return { operands, result: { ...value.type, nullable } as SqlType };
  const count = digits === undefined ? 0 : digits.literal;
  if (typeof count !== "number") return undefined;
  return { operands, result: { kind: "DECIMAL", ...roundShape(value.type, count), nullable } };
}

export function toDigits(
  value: number | bigint,
  digits: number,
  type: SqlType,
  result: SqlType,
  divide: Divide,
): SqlValue {
  if (type.kind === "DECIMAL")
    return decimalToDigits(value as bigint, digits, type, result as Decimal, divide);
  if (!isInteger(type)) return wrapValue(doubleToDigits(value as number, digits, divide), result);
  if (digits >= 0) return value;
  const unit = powerOfTen(Math.min(-digits, 20));
  const whole = divide(BigInt(value), unit) * unit;
  return wrapValue(type.kind === "BIGINT" ? whole : Number(whole), result);
}

function decimalToDigits(
  value: bigint,
  digits: number,
  type: Decimal,
  result: Decimal,
  divide: Divide,
): bigint | null {
  if (digits >= type.scale) return value;
  const whole = divide(value, powerOfTen(Math.min(type.scale - digits, 80)));
  const scaled = digits >= 0 ? whole : whole * powerOfTen(Math.min(-digits, 80));
  return fitsPrecision(scaled, result.precision) ? scaled : null;
}

/** By the digits of the shortest text, as Java's BigDecimal.valueOf: 2.675 rounds to 2.68, 2.3 stays 2.3. */
function doubleToDigits(value: number, digits: number, divide: Divide): number {
  const places = 30;
  if (!Number.isFinite(value) || digits > places || Math.abs(value) > 1e38) return value;
  const unscaled = parseDecimal(String(value), { precision: 76, scale: places }, "half-up");
  if (typeof unscaled !== "bigint") return value;
  const unit = powerOfTen(Math.min(places - digits, 80));
  return Number(`${divide(unscaled, unit) * unit}e-${places}`);
}
