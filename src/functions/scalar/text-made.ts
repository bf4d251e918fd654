/** Texts made of texts: REPEAT, REPLACE, REVERSE, INITCAP, CONCAT_WS, TRANSLATE, ELT, CHR. */
import { isCharacter, type SqlType } from "../../values/sql-type.ts";
import type { SqlValue } from "../../values/sql-value.ts";
import { commonType } from "../common-type.ts";
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
import type { Argument, ScalarFunction, Signature } from "./scalar-function.ts";

export const textMadeFunctions: readonly ScalarFunction[] = [
  computedFunction({
    name: "REPEAT",
    takes: "a STRING and a count",
    resolve: (given) => resolveShape(given, { takes: [takeText, takeInt], result: string }),
    prepare: () => (text: string, count: number) => {
      if (count <= 0) return "";
      checkMadeLength("REPEAT", text.length * count);
      return text.repeat(count);
    },
  }),
  computedFunction({
    name: "REPLACE",
    takes: "a STRING, what is replaced, and by what",
    resolve: (given) => resolveShape(given, { takes: [takeText, takeText, takeText], result: string }),
    prepare: () => replace,
  }),
  computedFunction({
    name: "REVERSE",
    takes: "a STRING",
    resolve: (given) => resolveShape(given, { takes: [takeText], result: string, mayBeNull: true }),
    prepare: () => (text: string) => Array.from(text).reverse().join(""),
  }),
  computedFunction({
    name: "INITCAP",
    takes: "a STRING",
    resolve: (given) => resolveShape(given, { takes: [takeText], result: ([text]) => text! }),
    prepare: () => initcap,
  }),
  computedFunction({
    name: "CONCAT_WS",
    takes: "a separator and STRINGs",
    nulls: "own",
    resolve: (given) =>
      given.length === 0
        ? undefined
        : resolveShape(given, { takes: given.map(() => takeText), result: string }),
    prepare:
      () =>
      (separator: string | null, ...texts: readonly (string | null)[]) =>
        separator === null ? null : texts.filter((text) => text !== null).join(separator),
  }),
  computedFunction({
    name: "TRANSLATE",
    takes: "a STRING, characters, and the characters that they become",
    nulls: "own",
    resolve: (given) =>
      resolveShape(given, { takes: [takeText, takeText, takeText], result: ([text]) => varyingOf(text!) }),
    prepare: () => translate,
  }),
  computedFunction({
    name: "ELT",
    takes: "a number from 1, and STRINGs or BYTES",
    nulls: "own",
    resolve: resolveElt,
    prepare:
      () =>
      (index: bigint | null, ...values: readonly SqlValue[]) =>
        index === null || index < 1n || index > BigInt(values.length) ? null : values[Number(index) - 1]!,
  }),
  computedFunction({
    name: "CHR",
    takes: "an integer",
    resolve: (given) => resolveShape(given, { takes: [takeBigint], result: string, mayBeNull: true }),
    prepare: () => (code: bigint) => (code < 0n ? "" : String.fromCharCode(Number(code & 0xffn))),
  }),
];

/** The length is known before the text is made: two long texts could make one that fills the memory. */
function replace(text: string, old: string, replacement: string): string {
  let count = 0;
  if (old === "") count = text.length + 1;
  else for (let at = text.indexOf(old); at >= 0; at = text.indexOf(old, at + old.length)) count++;
  if (count === 0) return text;
  checkMadeLength("REPLACE", text.length + count * (replacement.length - old.length));
  return text.replaceAll(old, () => replacement);
}

/** Words are of A-Z, a-z and 0-9; every other character parts them and stays as it is. */
function initcap(text: string): string {
  return text.replace(
    /[A-Za-z0-9]+/g,
    (word) => word[0]!.toUpperCase() + word.slice(1).replace(/[A-Z]+/g, (part) => part.toLowerCase()),
  );
}

/** Characters that have no partner are taken out; of one that is named twice the first counts. */
function translate(text: string | null, from: string | null, to: string | null): string | null {
  if (text === null || from === null) return text;
  const partners = Array.from(to ?? "");
  const becomes = new Map<string, string>();
  for (const [index, character] of Array.from(from).entries()) {
    if (!becomes.has(character)) becomes.set(character, partners[index] ?? "");
  }
  return Array.from(text, (character) => becomes.get(character) ?? character).join("");
}

function resolveElt(given: readonly Argument[]): Signature | undefined {
  const [index, ...values] = given;
  if (index === undefined || values.length === 0) return undefined;
  const number = takeBigint(index.type);
  const common = commonType(values.map(({ type }) => type)) ?? string;
  const isBinary = common.kind === "BINARY" || common.kind === "VARBINARY";
  if (number === undefined || !(isCharacter(common) || isBinary)) return undefined;
  const type: SqlType = isBinary ? { ...common, kind: "VARBINARY", nullable: true } : varyingOf(common);
  return { operands: [number, ...values.map(() => type)], result: type };
}
