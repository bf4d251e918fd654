/**
 * LIKE: `%` stands for any characters, `_` for one. The pattern is matched without regular expressions,
 * because a pattern such as `%a%a%a%b` can make those take exponential time; here it is at most text ×
 * pattern.
 */
import { isCharacter, type SqlType } from "../../values/sql-type.ts";
import type { ScalarFunction } from "./scalar-function.ts";

type PatternItem =
  | { readonly kind: "any" }
  | { readonly kind: "one" }
  | { readonly kind: "character"; readonly text: string };
type Matcher = (text: string) => boolean;

export const likeFunctions: readonly ScalarFunction[] = [
  {
    name: "LIKE",
    takes: "a STRING, a pattern, and optionally an escape character",
    nulls: "strict",
    resolve: (given) => {
      if (given.length < 2 || given.length > 3) return undefined;
      const operands = given.map(({ type }): SqlType => (type.kind === "NULL" ? text : type));
      if (!operands.every(isCharacter)) return undefined;
      return { operands, result: { kind: "BOOLEAN", nullable: operands.some((type) => type.nullable) } };
    },
    evaluate: ([value, pattern, mark]) =>
      matcherOf(pattern as string, mark as string | undefined)(value as string),
    emit: (operands, _, context) => {
      const [value, pattern, mark] = operands;
      const isConstant = [pattern, mark].every((operand) => operand === undefined || isText(operand.literal));
      if (isConstant) {
        const matcher = matcherOf(pattern!.literal as string, mark?.literal as string | undefined);
        return `${context.constant(matcher)}(${value!.value})`;
      }
      const match = (subject: string, form: string, sign?: string): boolean => matcherOf(form, sign)(subject);
      return `${context.constant(match)}(${operands.map((operand) => operand.value).join(", ")})`;
    },
  },
];

const text: SqlType = { kind: "VARCHAR", length: 2_147_483_647, nullable: true };

function isText(value: unknown): boolean {
  return typeof value === "string";
}

function matcherOf(pattern: string, mark?: string): Matcher {
  const items = readPattern(pattern, mark);
  const isPlain = items.every((item) => item.kind !== "one");
  const inner = items.slice(1, -1);
  if (isPlain && inner.every((item) => item.kind === "character") && items.length > 0) {
    const literal = (part: readonly PatternItem[]): string =>
      part.map((item) => (item.kind === "character" ? item.text : "")).join("");
    const [opens, closes] = [items[0]!.kind === "any", items.at(-1)!.kind === "any"];
    const core = literal(items);
    if (opens && closes) return (subject) => subject.includes(core);
    if (opens) return (subject) => subject.endsWith(core);
    if (closes) return (subject) => subject.startsWith(core);
    return (subject) => subject === core;
  }
  return (subject) => matches(Array.from(subject), items);
}

function readPattern(pattern: string, mark: string | undefined): PatternItem[] {
  const items: PatternItem[] = [];
  let escaped = false;
  for (const character of pattern) {
    if (escaped) {
      items.push({ kind: "character", text: character });
      escaped = false;
    } else if (character === mark) {
      escaped = true;
    } else if (character === "%") {
      if (items.at(-1)?.kind !== "any") items.push({ kind: "any" });
    } else {
      items.push(character === "_" ? { kind: "one" } : { kind: "character", text: character });
    }
  }
  return items;
}

/** Greedy with one place to come back to: only the last `%` ever needs to take more. */
function matches(subject: readonly string[], items: readonly PatternItem[]): boolean {
  let at = 0;
  let item = 0;
  let anyItem = -1;
  let anyAt = 0;
  while (at < subject.length) {
    const wanted = items[item];
    if (wanted?.kind === "any") {
      anyItem = item++;
      anyAt = at;
    } else if (wanted?.kind === "one" || (wanted?.kind === "character" && wanted.text === subject[at])) {
      at++;
      item++;
    } else if (anyItem >= 0) {
      item = anyItem + 1;
      at = ++anyAt;
    } else {
      return false;
    }
  }
  while (items[item]?.kind === "any") item++;
  return item === items.length;
}
