/**
 * Functions of texts. A character is a Unicode code point, as in Flink, which counts those of the UTF-8 text:
 * an emoji has the length 1.
 */
import { isCharacter, isInteger, type SqlType, stringLengthMax } from "../../values/sql-type.ts";
import type { SqlValue } from "../../values/sql-value.ts";
import type { Argument, ScalarFunction, ScalarFunctionName, Signature } from "./scalar-function.ts";

const int: SqlType = { kind: "INT", nullable: true };

export const stringFunctions: readonly ScalarFunction[] = [
  ofText("UPPER", (text) => text.toUpperCase()),
  ofText("LOWER", (text) => text.toLowerCase()),
  // Only spaces, as SQL says; a tab stays.
  { ...ofText("TRIM", trimSpaces), resolve: (given) => resolveText(given, varying) },
  {
    name: "CHAR_LENGTH",
    takes: "a STRING",
    nulls: "strict",
    resolve: (given) => resolveText(given, () => int),
    evaluate: ([text]) => countCharacters(text as string),
    emit: ([operand], _, context) => `${context.constant(countCharacters)}(${operand!.value})`,
  },
  {
    name: "SUBSTRING",
    takes: "a STRING, the first character's number from 1, and optionally a length",
    nulls: "strict",
    overflows: true,
    resolve: (given) => {
      const [text, ...numbers] = given;
      if (text === undefined || numbers.length < 1 || numbers.length > 2) return undefined;
      const signature = resolveText([text], varying);
      if (signature === undefined || !numbers.every(({ type }) => isInteger(type) || type.kind === "NULL"))
        return;
      // A negative length gives NULL.
      const nullable = given.some(({ type }) => type.nullable) || numbers.length === 2;
      const operands = [...signature.operands, ...numbers.map(() => int)];
      return { operands, result: { ...signature.result, nullable } as SqlType };
    },
    evaluate: ([text, from, length]) =>
      substring(text as string, from as number, length as number | undefined),
    emit: (operands, _, context) =>
      `${context.constant(substring)}(${operands.map((operand) => operand.value).join(", ")})`,
  },
  concatenation("CONCATENATE", resolveConcatenation),
  // The function CONCAT forgets the lengths that || adds up.
  concatenation("CONCAT", (given) => {
    const signature = resolveConcatenation(given);
    const nullable = signature?.result.nullable ?? false;
    return signature && { ...signature, result: { kind: "VARCHAR", length: stringLengthMax, nullable } };
  }),
];

function concatenation(name: ScalarFunctionName, resolve: ScalarFunction["resolve"]): ScalarFunction {
  return {
    name,
    takes: "STRINGs",
    nulls: "strict",
    resolve,
    evaluate: (texts) => texts.join(""),
    emit: (operands) => `(${operands.map((operand) => operand.value).join(" + ")})`,
  };
}

function ofText(name: ScalarFunctionName, compute: (text: string) => string): ScalarFunction {
  return {
    name,
    takes: "a STRING",
    nulls: "strict",
    resolve: (given) => resolveText(given, (type) => type),
    evaluate: ([text]) => compute(text as string),
    emit: ([operand], _, context) => `${context.constant(compute)}(${operand!.value})`,
  };
}

function resolveText(given: readonly Argument[], result: (type: SqlType) => SqlType): Signature | undefined {
  const [only, ...more] = given;
  if (only === undefined || more.length > 0) return undefined;
  const type = only.type.kind === "NULL" ? varying(only.type) : only.type;
  if (!isCharacter(type)) return undefined;
  return { operands: [type], result: { ...result(type), nullable: type.nullable } as SqlType };
}

function varying(type: SqlType): SqlType {
  const length = "length" in type ? type.length : stringLengthMax;
  return { kind: "VARCHAR", length, nullable: type.nullable };
}

/** The lengths add up; of fixed lengths the sum is fixed. */
function resolveConcatenation(given: readonly Argument[]): Signature | undefined {
  if (given.length === 0) return undefined;
  const types = given.map(({ type }) => (type.kind === "NULL" ? varying(type) : type));
  if (!types.every(isCharacter)) return undefined;
  const total = types.reduce((sum, type) => sum + ("length" in type ? type.length : 0), 0);
  const kind = types.every((type) => type.kind === "CHAR") ? "CHAR" : "VARCHAR";
  const nullable = types.some((type) => type.nullable);
  return { operands: types, result: { kind, length: Math.min(total, stringLengthMax), nullable } };
}

function trimSpaces(text: string): string {
  return text.replace(/^ +/, "").replace(/(?<! ) +$/, "");
}

export function countCharacters(text: string): number {
  let count = text.length;
  for (let at = 0; at < text.length - 1; at++) {
    if ((text.charCodeAt(at) & 0xfc00) === 0xd800 && (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00) count--;
  }
  return count;
}

/** A start of 0 means the first character, a negative one counts from the end, as in Flink. */
function substring(text: string, from: number, length?: number): SqlValue {
  if (length !== undefined && length < 0) return null;
  const characters = Array.from(text);
  const start = from > 0 ? from - 1 : from < 0 ? characters.length + from : 0;
  if (start < 0) return "";
  return characters.slice(start, length === undefined ? undefined : start + length).join("");
}
