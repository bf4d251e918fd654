/** What looks at a number's digits: SIGN, TRUNCATE, BIN, HEX. */
import { fitsPrecision, parseDecimal, powerOfTen, roundShape } from "../../values/decimal.ts";
import { isInteger, isNumeric, type SqlType } from "../../values/sql-type.ts";
import type { SqlValue } from "../../values/sql-value.ts";
import { wrapValue } from "./arithmetic.ts";
import { computedFunction, resolveShape, string, takeBigint, takeText } from "./computed-function.ts";
import type { Argument, ScalarFunction, Signature } from "./scalar-function.ts";

type Decimal = Extract<SqlType, { kind: "DECIMAL" }>;

export const digitFunctions: readonly ScalarFunction[] = [
  computedFunction({
    name: "SIGN",
    takes: "a number",
    resolve: ([only, ...more]) =>
      only !== undefined && more.length === 0 && isNumeric(only.type)
        ? { operands: [only.type], result: only.type }
        : undefined,
    prepare: ([only]) => signOf(only!.type),
  }),
  computedFunction({
    name: "TRUNCATE",
    takes: "a number and optionally a literal count of digits",
    resolve: resolveTruncate,
    prepare: (operands, result) => {
      const { type } = operands[0]!;
      return (value: number | bigint, digits: number = 0) => truncate(value, digits, type, result);
    },
  }),
  computedFunction({
    name: "BIN",
    takes: "an integer",
    resolve: (given) => resolveShape(given, { takes: [takeBigint], result: string }),
    prepare: () => (value: bigint) => BigInt.asUintN(64, value).toString(2),
  }),
  computedFunction({
    name: "HEX",
    takes: "an integer or a STRING",
    resolve: (given) =>
      resolveShape(given, { takes: [takeText], result: string }) ??
      resolveShape(given, { takes: [takeBigint], result: string }),
    prepare: () => (value: bigint | string) =>
      typeof value === "bigint"
        ? BigInt.asUintN(64, value).toString(16).toUpperCase()
        : Buffer.from(value, "utf8").toString("hex").toUpperCase(),
  }),
];

/** One of the argument's own type: of a DECIMAL(10, 2) it is 1.00. */
function signOf(type: SqlType): (value: never) => SqlValue {
  if (type.kind === "DECIMAL" || type.kind === "BIGINT") {
    const one = type.kind === "DECIMAL" ? powerOfTen(type.scale) : 1n;
    return (value: bigint) => (value > 0n ? one : value < 0n ? -one : 0n);
  }
  return (value: number) => Math.sign(value);
}

function resolveTruncate(given: readonly Argument[]): Signature | undefined {
  const [value, digits, ...more] = given;
  if (value === undefined || more.length > 0 || !isNumeric(value.type)) return undefined;
  if (digits !== undefined && digits.type.kind !== "INT") return undefined;
  const operands: SqlType[] = digits === undefined ? [value.type] : [value.type, digits.type];
  const nullable = value.type.nullable || digits?.type.nullable === true;
  if (value.type.kind !== "DECIMAL") return { operands, result: { ...value.type, nullable } as SqlType };
  const count = digits === undefined ? 0 : digits.literal;
  // The result's type follows from the count, so that it must be known.
  if (typeof count !== "number") return undefined;
  return { operands, result: { kind: "DECIMAL", ...roundShape(value.type, count), nullable } };
}

function truncate(value: number | bigint, digits: number, type: SqlType, result: SqlType): SqlValue {
  if (type.kind === "DECIMAL") return truncateDecimal(value as bigint, digits, type, result as Decimal);
  if (isInteger(type)) {
    if (digits >= 0) return value;
    const unit = powerOfTen(Math.min(-digits, 20));
    const cut = (BigInt(value) / unit) * unit;
    return type.kind === "BIGINT" ? cut : Number(cut);
  }
  return wrapValue(truncateDouble(value as number, digits), result);
}

function truncateDecimal(value: bigint, digits: number, type: Decimal, result: Decimal): bigint | null {
  if (digits >= type.scale) return value;
  const unit = powerOfTen(Math.min(type.scale - digits, 80));
  const cut = value / unit;
  const scaled = digits >= 0 ? cut : cut * powerOfTen(Math.min(-digits, 80));
  return fitsPrecision(scaled, result.precision) ? scaled : null;
}

/** By the digits of the shortest text, so that 2.3 to one digit stays 2.3. */
function truncateDouble(value: number, digits: number): number {
  const places = 30;
  if (!Number.isFinite(value) || digits > places || Math.abs(value) > 1e38) return value;
  const unscaled = parseDecimal(String(value), { precision: 76, scale: places }, "half-up");
  if (typeof unscaled !== "bigint") return value;
  const unit = powerOfTen(Math.min(places - digits, 80));
  return Number(`${(unscaled / unit) * unit}e-${places}`);
}
