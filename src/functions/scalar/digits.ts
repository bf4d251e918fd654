/** What looks at a number's digits: SIGN, TRUNCATE, BIN, HEX. */
import { powerOfTen } from "../../values/decimal.ts";
import { isNumeric, type SqlType } from "../../values/sql-type.ts";
import type { SqlValue } from "../../values/sql-value.ts";
import { computedFunction, resolveShape, string, takeBigint, takeText } from "./computed-function.ts";
import type { ScalarFunction } from "./scalar-function.ts";
import { resolveToDigits, toDigits } from "./to-digits.ts";

const cutOff = (value: bigint, unit: bigint) => value / unit;

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
    resolve: resolveToDigits,
    prepare: (operands, result) => {
      const { type } = operands[0]!;
      return (value: number | bigint, digits: number = 0) => toDigits(value, digits, type, result, cutOff);
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
