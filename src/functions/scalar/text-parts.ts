/**
 * A text without something, or with something around it: LEFT, RIGHT, LTRIM, RTRIM, BTRIM, OVERLAY, LPAD,
 * RPAD. LEFT, RIGHT and the trims count characters; OVERLAY and the pads count UTF-16 units as Flink does, so
 * that an emoji counts twice there.
 */
import type { SqlType } from "../../values/sql-type.ts";
import { stringLengthMax } from "../../values/sql-type.ts";
import type { SqlValue } from "../../values/sql-value.ts";
import {
  checkMadeLength,
  computedFunction,
  resolveShape,
  string,
  takeBigint,
  takeInt,
  takeText,
  varyingOf,
} from "./computed-function.ts";
import type { ScalarFunction, ScalarFunctionName } from "./scalar-function.ts";

type Side = "start" | "end" | "both";

export const textPartFunctions: readonly ScalarFunction[] = [
  edge("LEFT", (text, count) => Array.from(text).slice(0, count).join("")),
  edge("RIGHT", (text, count) => Array.from(text).slice(-count).join("")),
  trimmer("LTRIM", "start"),
  trimmer("RTRIM", "end"),
  trimmer("BTRIM", "both"),
  computedFunction({
    name: "OVERLAY",
    takes: "a STRING, what replaces, where from 1, and optionally how many characters",
    resolve: (given) =>
      resolveShape(given, {
        takes: [takeText, takeText, takeBigint, takeBigint],
        optional: 1,
        result: ([text, replacement]) => sumOf(text!, replacement!),
      }),
    prepare:
      () =>
      (text: string, replacement: string, from: bigint, length: bigint = BigInt(replacement.length)) =>
        overlay(text, replacement, from, length),
  }),
  padder("LPAD", (padding, text) => padding + text),
  padder("RPAD", (padding, text) => text + padding),
];

function edge(name: ScalarFunctionName, cut: (text: string, count: number) => string): ScalarFunction {
  return computedFunction({
    name,
    takes: "a STRING and a count of characters",
    resolve: (given) =>
      resolveShape(given, {
        takes: [takeText, takeInt],
        result: ([text]) => varyingOf(text!),
        mayBeNull: true,
      }),
    prepare: () => (text: string, count: number) => (count <= 0 ? "" : cut(text, count)),
  });
}

/** Every character of the second text is taken off, in any order; without one, spaces. */
function trimmer(name: ScalarFunctionName, side: Side): ScalarFunction {
  return computedFunction({
    name,
    takes: "a STRING and optionally the characters to take off",
    resolve: (given) =>
      resolveShape(given, {
        takes: [takeText, takeText],
        optional: 1,
        result: ([text]) => varyingOf(text!),
      }),
    prepare:
      () =>
      (text: string, characters: string = " ") =>
        trim(text, characters, side),
  });
}

function trim(text: string, characters: string, side: Side): string {
  const points = Array.from(text);
  const set = new Set(characters);
  let start = 0;
  let end = points.length;
  if (side !== "end") while (start < end && set.has(points[start]!)) start++;
  if (side !== "start") while (end > start && set.has(points[end - 1]!)) end--;
  return points.slice(start, end).join("");
}

function sumOf(left: SqlType, right: SqlType): SqlType {
  const length = (type: SqlType): number => ("length" in type ? type.length : stringLengthMax);
  return { kind: "VARCHAR", length: Math.min(length(left) + length(right), stringLengthMax), nullable: true };
}

function overlay(text: string, replacement: string, from: bigint, length: bigint): string {
  if (from <= 0n || from > BigInt(text.length)) return text;
  const start = Number(from);
  const count = Number(BigInt.asIntN(32, length));
  const rest = start + count <= text.length && count > 0 ? text.slice(start - 1 + count) : "";
  return wellFormed(text.slice(0, start - 1) + replacement + rest);
}

function padder(name: ScalarFunctionName, join: (padding: string, text: string) => string): ScalarFunction {
  return computedFunction({
    name,
    takes: "a STRING, a length, and what to pad with",
    resolve: (given) =>
      resolveShape(given, { takes: [takeText, takeInt, takeText], result: string, mayBeNull: true }),
    prepare:
      () =>
      (text: string, length: number, pad: string): SqlValue => {
        if (length < 0 || pad === "") return null;
        if (text.length >= length) return wellFormed(text.slice(0, length));
        checkMadeLength(name, length);
        const missing = length - text.length;
        const padding = pad.repeat(Math.ceil(missing / pad.length)).slice(0, missing);
        return wellFormed(join(padding, text));
      },
  });
}

/** Half a character becomes a question mark, as when Java writes it as UTF-8. */
function wellFormed(text: string): string {
  return text.isWellFormed() ? text : text.toWellFormed().replaceAll("\ufffd", "?");
}
