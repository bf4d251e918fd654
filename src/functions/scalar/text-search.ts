/**
 * Where something is in a text: POSITION, LOCATE, INSTR, STARTSWITH, ENDSWITH, SPLIT_INDEX, ASCII. Places are
 * counted in characters from 1; 0 means that there is none.
 */
import type { SqlType } from "../../values/sql-type.ts";
import type { SqlValue } from "../../values/sql-value.ts";
import {
  badArgument,
  boolean,
  computedFunction,
  int,
  resolveShape,
  string,
  takeBinary,
  takeInt,
  takeText,
} from "./computed-function.ts";
import type { Argument, ScalarFunction, ScalarFunctionName, Signature } from "./scalar-function.ts";
import { countCharacters } from "./string.ts";

export const textSearchFunctions: readonly ScalarFunction[] = [
  ...(["POSITION", "LOCATE"] as const).map((name) =>
    computedFunction({
      name,
      takes: "the STRING that is looked for, the STRING to look in, and optionally where to begin",
      resolve: (given) =>
        resolveShape(given, { takes: [takeText, takeText, takeInt], optional: 1, result: int }),
      prepare:
        () =>
        (wanted: string, text: string, from: number = 1) =>
          positionOf(wanted, text, from),
    }),
  ),
  computedFunction({
    name: "INSTR",
    takes: "a STRING, the STRING that is looked for, and optionally where to begin and which occurrence",
    resolve: (given) =>
      resolveShape(given, { takes: [takeText, takeText, takeInt, takeInt], optional: 2, result: int }),
    prepare:
      () =>
      (text: string, wanted: string, from: number = 1, occurrence: number = 1) =>
        instr(text, wanted, from, occurrence),
  }),
  edge("STARTSWITH", (text, part) => text.startsWith(part), startsWithBytes),
  edge("ENDSWITH", (text, part) => text.endsWith(part), endsWithBytes),
  computedFunction({
    name: "SPLIT_INDEX",
    takes: "a STRING, a separator or its character code, and an index from 0",
    resolve: (given) =>
      resolveShape(given, { takes: [takeText, takeText, takeInt], result: string, mayBeNull: true }) ??
      resolveShape(given, { takes: [takeText, takeInt, takeInt], result: string, mayBeNull: true }),
    prepare: () => splitIndex,
  }),
  computedFunction({
    name: "ASCII",
    takes: "a STRING",
    resolve: (given) => resolveShape(given, { takes: [takeText], result: int }),
    prepare: () => firstByte,
  }),
];

function edge(
  name: ScalarFunctionName,
  ofText: (text: string, part: string) => boolean,
  ofBytes: (bytes: Uint8Array, part: Uint8Array) => boolean,
): ScalarFunction {
  const resolve = (given: readonly Argument[]): Signature | undefined =>
    resolveShape(given, { takes: [takeText, takeText], result: boolean }) ??
    resolveShape(given, { takes: [takeBinary, takeBinary], result: boolean });
  const isText = (type: SqlType): boolean => takeText(type) !== undefined;
  return computedFunction({
    name,
    takes: "two STRINGs or two BYTES",
    resolve,
    prepare: ([first]) => (isText(first!.type) ? ofText : ofBytes),
  });
}

function startsWithBytes(bytes: Uint8Array, part: Uint8Array): boolean {
  return part.length <= bytes.length && part.every((byte, index) => bytes[index] === byte);
}

function endsWithBytes(bytes: Uint8Array, part: Uint8Array): boolean {
  const from = bytes.length - part.length;
  return from >= 0 && part.every((byte, index) => bytes[from + index] === byte);
}

/** An empty text is found at the first place, wherever the search begins. */
function positionOf(wanted: string, text: string, from: number): number {
  if (wanted === "") return 1;
  const at = text.indexOf(wanted, unitOf(text, from - 1));
  return at < 0 ? 0 : countCharacters(text.slice(0, at)) + 1;
}

/** Where the character with that number begins, in UTF-16 units. */
function unitOf(text: string, character: number): number {
  let at = 0;
  for (let count = 0; count < character && at < text.length; count++)
    at += text.codePointAt(at)! > 0xffff ? 2 : 1;
  return at;
}

/** A negative start counts from the end, and the search goes toward the beginning. */
function instr(text: string, wanted: string, from: number, occurrence: number): number {
  if (occurrence <= 0) throw badArgument("INSTR", `the occurrence is ${occurrence}, and must be positive`);
  if (from === 0) return 0;
  if (from < 0) {
    const reversed = (part: string): string => Array.from(part).reverse().join("");
    const place = instr(reversed(text), reversed(wanted), -from, occurrence);
    return place === 0 ? 0 : countCharacters(text) + 2 - place - countCharacters(wanted);
  }
  let place = 0;
  for (let count = 0, begin = from; count < occurrence; count++, begin = place + 1) {
    const found = positionOf(wanted, text, begin);
    if (found === 0) return 0;
    // An empty text is found at 1 again and again.
    if (wanted === "") return 1;
    place = found;
  }
  return place;
}

function splitIndex(text: string, separator: string | number, index: number): SqlValue {
  if (index < 0) return null;
  if (typeof separator === "number" && (separator < 1 || separator > 255)) return null;
  if (text === "") return null;
  const mark = typeof separator === "number" ? String.fromCharCode(separator) : separator;
  return (mark === "" ? splitAtSpace(text) : text.split(mark))[index] ?? null;
}

/** Without a separator the text is divided at each character of white space; a no-break space is none. */
function splitAtSpace(text: string): string[] {
  return text.split(/(?![\u00a0\u2007\u202f\ufeff])\s/);
}

/** As a signed byte, which Java's are: of 'é' it is -61. */
function firstByte(text: string): number {
  if (text === "") return 0;
  const point = text.codePointAt(0)!;
  return point < 0x80 ? point : (Buffer.from(String.fromCodePoint(point), "utf8")[0]! << 24) >> 24;
}
