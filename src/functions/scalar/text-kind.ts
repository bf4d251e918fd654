/**
 * What a text consists of: IS_ALPHA, IS_DECIMAL, IS_DIGIT. Of a NULL they are FALSE. Letters and digits are
 * those of Unicode's first plane, where Java looks.
 */
import { isInteger, type SqlType } from "../../values/sql-type.ts";
import { computedFunction, resolveShape, takeText } from "./computed-function.ts";
import type { ScalarFunction, ScalarFunctionName } from "./scalar-function.ts";

/** What Java's Double.parseDouble reads: decimal digits, or hexadecimal ones with a binary exponent. */
const javaDouble = /^[+-]?(?:NaN|Infinity|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[fFdD]?)$/;
const javaHexDouble = /^[+-]?0[xX](?:[\da-fA-F]+\.?|[\da-fA-F]*\.[\da-fA-F]+)[pP][+-]?\d+[fFdD]?$/;
const letters = /^\p{L}+$/u;
const digits = /^\p{Nd}+$/u;

export const textKindFunctions: readonly ScalarFunction[] = [
  kindTest("IS_ALPHA", false, (text) => letters.test(text) && isFirstPlane(text)),
  kindTest("IS_DIGIT", true, (text) => digits.test(text) && isFirstPlane(text)),
  kindTest("IS_DECIMAL", true, isDecimal),
];

function kindTest(
  name: ScalarFunctionName,
  ofInteger: boolean,
  ofText: (text: string) => boolean,
): ScalarFunction {
  const result: SqlType = { kind: "BOOLEAN", nullable: false };
  const take = (type: SqlType): SqlType | undefined => takeText(type) ?? (isInteger(type) ? type : undefined);
  return computedFunction({
    name,
    takes: "a STRING or an integer",
    nulls: "own",
    resolve: (given) => {
      const signature = resolveShape(given, { takes: [take], result });
      return signature && { ...signature, result };
    },
    prepare: () => (value: string | number | bigint | null) =>
      value !== null && (typeof value === "string" ? ofText(value) : ofInteger),
  });
}

function isDecimal(text: string): boolean {
  const number = text.replace(/^[\0-\x20]+|[\0-\x20]+$/g, "");
  return javaDouble.test(number) || javaHexDouble.test(number);
}

function isFirstPlane(text: string): boolean {
  return !/[\ud800-\udfff]/.test(text);
}
