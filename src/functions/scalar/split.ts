/**
 * Texts taken apart: SPLIT into an ARRAY, STR_TO_MAP into a MAP. SPLIT goes by a text, STR_TO_MAP by regular
 * expressions, as Java's `String.split` takes them.
 */
import { arrayOf, type Entry, type MapType, mapOf } from "../../values/nested/nested-value.ts";
import { withNullable } from "../../values/sql-type.ts";
import type { Regex } from "../regex/regex.ts";
import { textArray } from "./collection.ts";
import { computedFunction, keepLast, resolveShape, string, takeText } from "./computed-function.ts";
import { bounded, eachMatch, regexOf } from "./regexp.ts";
import type { ScalarFunction } from "./scalar-function.ts";

const textMap: MapType = { kind: "MAP", key: string, value: string, nullable: true };

export const splitFunctions: readonly ScalarFunction[] = [
  computedFunction({
    name: "SPLIT",
    takes: "a STRING and the STRING that divides it",
    resolve: (given) => resolveShape(given, { takes: [takeText, takeText], result: textArray }),
    prepare: () => (text: string, divider: string) => {
      if (text === "") return arrayOf([], string);
      return arrayOf(divider === "" ? Array.from(text) : text.split(divider), string);
    },
  }),
  computedFunction({
    name: "STR_TO_MAP",
    takes: "a STRING, or a STRING and the patterns that divide its entries and their keys and values",
    resolve: (given) => {
      if (given.length !== 1 && given.length !== 3) return undefined;
      for (const { literal } of given.slice(1)) {
        if (typeof literal === "string") regexOf("STR_TO_MAP", literal);
      }
      const signature = resolveShape(given, {
        takes: [takeText, takeText, takeText],
        optional: 2,
        result: textMap,
      });
      return signature && { ...signature, result: withNullable(textMap, true) };
    },
    prepare: () => {
      const entriesBy = keepLast((pattern) => regexOf("STR_TO_MAP", pattern));
      const valuesBy = keepLast((pattern) => regexOf("STR_TO_MAP", pattern));
      return (text: string, entryDivider = ",", valueDivider = "=") => {
        const parts = text === "" ? [] : split(entriesBy(entryDivider), text, 0);
        const entries = parts.map((part): Entry => {
          const [key, value] = split(valuesBy(valueDivider), part, 2);
          return [key!, value ?? null];
        });
        return mapOf(entries, textMap);
      };
    },
  }),
];

/**
 * As Java's `String.split`: an empty match at the beginning divides nothing, and without a limit empty parts
 * at the end fall away.
 */
function split(regex: Regex, text: string, partsMax: number): readonly string[] {
  const parts: string[] = [];
  let from = 0;
  bounded("STR_TO_MAP", regex, () => {
    eachMatch(regex, text, (match) => {
      const [start, end] = [match[0]!, match[1]!];
      if (end === 0 || (partsMax > 0 && parts.length === partsMax - 1)) return;
      parts.push(text.slice(from, start));
      from = end;
    });
    return null;
  });
  if (parts.length === 0) return [text];
  parts.push(text.slice(from));
  while (partsMax === 0 && parts.at(-1) === "") parts.pop();
  return parts;
}
