/**
 * REGEXP, REGEXP_REPLACE, REGEXP_EXTRACT, REGEXP_EXTRACT_ALL, REGEXP_COUNT, REGEXP_INSTR, REGEXP_SUBSTR and
 * SIMILAR TO. Patterns have Java's syntax, see `functions/regex/syntax.ts` for what is taken of it. A pattern
 * that is a literal is judged when the query is bound, one that comes with the row fails the row; Flink would
 * log it and answer NULL or FALSE.
 */
import { arrayOf } from "../../values/nested/nested-value.ts";
import type { SqlValue } from "../../values/sql-value.ts";
import { type Match, TooManySteps } from "../regex/match.ts";
import { Regex } from "../regex/regex.ts";
import { similarToRegex } from "../regex/similar.ts";
import { PatternMistake } from "../regex/syntax.ts";
import { textArray } from "./collection.ts";
import {
  badArgument,
  boolean,
  checkMadeLength,
  computedFunction,
  int,
  keepLast,
  resolveShape,
  type Shape,
  string,
  takeInt,
  takeText,
} from "./computed-function.ts";
import type { ScalarFunction, ScalarFunctionName } from "./scalar-function.ts";

type Find = (regex: Regex, text: string, ...rest: never[]) => SqlValue;

export const regexpFunctions: readonly ScalarFunction[] = [
  // An empty pattern is found nowhere.
  regexp(
    "REGEXP",
    { takes: [takeText, takeText], result: boolean },
    "",
    (regex, text) => regex.find(text, 0) !== undefined,
  ),
  regexp(
    "REGEXP_REPLACE",
    { takes: [takeText, takeText, takeText], result: string },
    " and what is put in its place",
    replaceAll,
  ),
  regexp(
    "REGEXP_EXTRACT",
    { takes: [takeText, takeText, takeInt], optional: 1, result: string, mayBeNull: true },
    " and optionally the number of a group",
    (regex, text, group: number = 0) => groupOf(text, regex.find(text, 0), group),
  ),
  regexp("REGEXP_COUNT", { takes: [takeText, takeText], result: int, mayBeNull: true }, "", (regex, text) => {
    let count = 0;
    eachMatch(regex, text, () => count++);
    return count;
  }),
  regexp("REGEXP_INSTR", { takes: [takeText, takeText], result: int, mayBeNull: true }, "", (regex, text) => {
    const match = regex.find(text, 0);
    return match === undefined ? 0 : match[0]! + 1;
  }),
  regexp(
    "REGEXP_SUBSTR",
    { takes: [takeText, takeText], result: string, mayBeNull: true },
    "",
    (regex, text) => groupOf(text, regex.find(text, 0), 0),
  ),
  // A pattern without the group gives NULL, a group that took no part is NULL in the array.
  regexp(
    "REGEXP_EXTRACT_ALL",
    { takes: [takeText, takeText, takeInt], optional: 1, result: textArray, mayBeNull: true },
    " and optionally the number of a group",
    (regex, text, group: number = 1) => {
      if (group < 0 || group > regex.groups) return null;
      const found: SqlValue[] = [];
      eachMatch(regex, text, (match) => found.push(groupOf(text, match, group)));
      return arrayOf(found, string);
    },
  ),
  computedFunction({
    name: "SIMILAR",
    takes: "a STRING, a pattern, and optionally an escape character",
    resolve: (given) => {
      const [, pattern, mark] = given;
      if (typeof pattern?.literal === "string" && typeof (mark?.literal ?? "") === "string")
        similarRegex(pattern.literal, mark?.literal as string | undefined);
      return resolveShape(given, { takes: [takeText, takeText, takeText], optional: 1, result: boolean });
    },
    prepare: () => {
      let last: { readonly key: string; readonly regex: Regex } | undefined;
      return (text: string, pattern: string, mark?: string) => {
        const key = `${mark ?? ""}\n${pattern}`;
        if (last?.key !== key) last = { key, regex: similarRegex(pattern, mark) };
        return bounded("SIMILAR TO", last.regex, () => last!.regex.find(text, 0, true) !== undefined);
      };
    },
  }),
];

function regexp(name: ScalarFunctionName, shape: Shape, more: string, find: Find): ScalarFunction {
  return computedFunction({
    name,
    takes: `a STRING, a regular expression${more}`,
    resolve: (given) => {
      const signature = resolveShape(given, shape);
      const pattern = given[1]?.literal;
      if (signature !== undefined && typeof pattern === "string") regexOf(name, pattern);
      return signature;
    },
    prepare: () => prepare(name, find),
  });
}

function prepare(name: ScalarFunctionName, find: Find) {
  const regexFor = keepLast((pattern) => regexOf(name, pattern));
  return (text: string, pattern: string, ...rest: never[]): SqlValue => {
    if (pattern === "" && name === "REGEXP") return false;
    const regex = regexFor(pattern);
    return bounded(name, regex, () => find(regex, text, ...rest));
  };
}

export function regexOf(name: ScalarFunctionName, pattern: string): Regex {
  try {
    return new Regex(pattern);
  } catch (error) {
    if (error instanceof PatternMistake) throw badArgument(name, error.message);
    throw error;
  }
}

function similarRegex(pattern: string, mark: string | undefined): Regex {
  try {
    return new Regex(similarToRegex(pattern, mark));
  } catch (error) {
    if (error instanceof PatternMistake) throw badArgument("SIMILAR TO", error.message);
    throw error;
  }
}

export function bounded(name: string, regex: Regex, compute: () => SqlValue): SqlValue {
  regex.begin();
  try {
    return compute();
  } catch (error) {
    if (!(error instanceof TooManySteps)) throw error;
    throw badArgument(name, "the pattern needs too many steps on a text of this length");
  }
}

export function eachMatch(regex: Regex, text: string, take: (match: Match) => void): void {
  for (let at = 0; at <= text.length; ) {
    const match = regex.find(text, at);
    if (match === undefined) return;
    take(match);
    const end = match[1]!;
    // Behind an empty match the next one begins a character later.
    const isEmpty = end === match[0];
    at = isEmpty ? end + ((text.codePointAt(end) ?? 0) > 0xffff ? 2 : 1) : end;
  }
}

/** What is put in is taken as it is: no $1 and no backslash means anything there. */
function replaceAll(regex: Regex, text: string, replacement: string): string {
  const parts: string[] = [];
  let [from, length] = [0, 0];
  eachMatch(regex, text, (match) => {
    parts.push(text.slice(from, match[0]), replacement);
    length += replacement.length;
    checkMadeLength("REGEXP_REPLACE", length);
    from = match[1]!;
  });
  return parts.length === 0 ? text : parts.join("") + text.slice(from);
}

/** A group that took no part, or that there is not, is NULL. */
function groupOf(text: string, match: Match | undefined, group: number): SqlValue {
  const start = match?.[group * 2];
  if (match === undefined || start === undefined || start < 0) return null;
  return text.slice(start, match[group * 2 + 1]);
}
