/**
 * JSON as text: JSON_OBJECT, JSON_ARRAY, JSON_STRING make it, JSON_QUOTE and JSON_UNQUOTE handle one string
 * of it, IS JSON tests it. What another JSON_OBJECT or JSON_ARRAY made is put in as it is. DECIMAL and FLOAT
 * are not taken: how many zeros they show differs between Flink's releases.
 */
import {
  bigDecimalText,
  isArray,
  type JsonTree,
  quoteJson,
  readJson,
  unescapeJson,
  writeJsonObject,
} from "../../values/json/document.ts";
import { entriesOf, fieldsOf, itemsOf } from "../../values/nested/nested-value.ts";
import {
  isCharacter,
  isInteger,
  isNested,
  isTimestamp,
  type NestedType,
  partTypes,
  type SqlType,
  withNullable,
} from "../../values/sql-type.ts";
import type { SqlValue } from "../../values/sql-value.ts";
import { formatTimestampMicros, formatTimestampMs } from "../../values/timestamp.ts";
import { casterOf } from "./cast.ts";
import { computedFunction, double, resolveShape, string, takeText } from "./computed-function.ts";
import type { Argument, ScalarFunction, Signature } from "./scalar-function.ts";

const writable = "texts, integers, DOUBLEs, BOOLEANs, timestamps, BYTES, and what is made of these";
const madeText = withNullable(string, false);
const doubleToText = casterOf(double, string)!;
/** How a value's text is found, given that it is no NULL. */
type ValueWriter = (value: Exclude<SqlValue, null>) => string;

export const jsonMadeFunctions: readonly ScalarFunction[] = [
  computedFunction({
    name: "JSON_OBJECT",
    takes: `keys that are literals, and values: ${writable}`,
    nulls: "own",
    resolve: (given) => resolveMade(given, 2),
    prepare: ([onNull, raw, ...entries]) => {
      const writers = writersOf(raw!, entries, 2);
      const leavesOut = onNull!.literal === "ABSENT";
      return (_: string, __: string, ...values: readonly SqlValue[]) => {
        const texts: [string, string][] = [];
        for (const [index, write] of writers.entries()) {
          const value = values[index * 2 + 1]!;
          if (value === null && leavesOut) continue;
          texts.push([values[index * 2] as string, value === null ? "null" : write(value)]);
        }
        return writeJsonObject(texts);
      };
    },
  }),
  computedFunction({
    name: "JSON_ARRAY",
    takes: `values: ${writable}`,
    nulls: "own",
    resolve: (given) => resolveMade(given, 1),
    prepare: ([onNull, raw, ...items]) => {
      const writers = writersOf(raw!, items, 1);
      const leavesOut = onNull!.literal === "ABSENT";
      return (_: string, __: string, ...values: readonly SqlValue[]) => {
        const texts = values.map((value, index) => (value === null ? "null" : writers[index]!(value)));
        return `[${texts.filter((_, index) => !leavesOut || values[index] !== null).join(",")}]`;
      };
    },
  }),
  computedFunction({
    name: "JSON_STRING",
    takes: "a text, an integer, a DOUBLE, a BOOLEAN, a timestamp, BYTES, or what is made of these",
    resolve: (given) =>
      resolveShape(given, {
        takes: [(type) => (type.kind === "NULL" || writerOf(type) !== undefined ? type : undefined)],
        result: string,
      }),
    prepare: ([only]) => writerOf(only!.type) ?? (() => null),
  }),
  computedFunction({
    name: "JSON_QUOTE",
    takes: "a STRING",
    resolve: (given) => resolveShape(given, { takes: [takeText], result: string }),
    prepare: () => quote,
  }),
  computedFunction({
    name: "JSON_UNQUOTE",
    takes: "a STRING",
    resolve: (given) => resolveShape(given, { takes: [takeText], result: string }),
    prepare: () => (text: string) =>
      text.length > 1 &&
      text.startsWith('"') &&
      text.endsWith('"') &&
      typeof readJson(text)?.value === "string"
        ? unescapeJson(text.slice(1, -1))
        : text,
  }),
  computedFunction({
    name: "IS_JSON",
    takes: "a STRING",
    nulls: "own",
    resolve: ([text, kind]) => {
      const operand = takeText(text!.type);
      const result: SqlType = { kind: "BOOLEAN", nullable: false };
      return operand && { operands: [operand, kind!.type], result };
    },
    prepare: () => (text: string | null, kind: string) => text !== null && isJson(text, kind),
  }),
];

/** `size` arguments belong together, the last of them being a value. */
function resolveMade([onNull, raw, ...rest]: readonly Argument[], size: number): Signature | undefined {
  const isTaken = rest.every(({ type, literal }, index) =>
    index % size === size - 1
      ? type.kind === "NULL" || writerOf(type) !== undefined
      : typeof literal === "string" && isCharacter(type),
  );
  if (!isTaken) return undefined;
  // A NULL without a type is a NULL of any.
  const operands = rest.map(({ type }) => (type.kind === "NULL" ? string : type));
  return { operands: [onNull!.type, raw!.type, ...operands], result: madeText };
}

/** `raw` has a letter for each value: r where its text is JSON already. */
function writersOf(raw: Argument, rest: readonly Argument[], size: number): ValueWriter[] {
  const marks = String(raw.literal);
  return rest
    .filter((_, index) => index % size === size - 1)
    .map(({ type }, index) => (marks[index] === "r" ? (value) => value as string : writerOf(type)!));
}

function writerOf(type: SqlType): ValueWriter | undefined {
  if (isCharacter(type)) return (value) => quoteJson(value as string);
  if (isInteger(type) || type.kind === "BOOLEAN") return String;
  if (type.kind === "DOUBLE") return (value) => doubleText(value as number);
  if (type.kind === "BINARY" || type.kind === "VARBINARY")
    return (value) => quoteJson(Buffer.from(value as Uint8Array).toString("base64"));
  if (isNested(type)) return nestedWriterOf(type);
  if (!isTimestamp(type)) return undefined;
  const zone = type.kind === "TIMESTAMP_LTZ" ? "Z" : "";
  return (value) => `"${isoText(value as number | bigint)}${zone}"`;
}

/** Members of a ROW have their order as those of every object here. */
function nestedWriterOf(type: NestedType): ValueWriter | undefined {
  const parts = partTypes(type);
  const writers = new Map(parts.map((part) => [part, writerOf(part)]));
  if ([...writers.values()].includes(undefined)) return undefined;
  const write = (value: SqlValue, part: SqlType) => (value === null ? "null" : writers.get(part)!(value));
  switch (type.kind) {
    case "ARRAY":
      return (value) => {
        const items = itemsOf(value as Uint8Array, type.element);
        return `[${items.map((item) => write(item, type.element)).join(",")}]`;
      };
    case "ROW":
      return (value) => {
        const values = fieldsOf(value as Uint8Array, type.fields);
        return writeJsonObject(type.fields.map((field, at) => [field.name, write(values[at]!, field.type)]));
      };
    case "MAP":
      if (!isCharacter(type.key)) return undefined;
      return (value) => {
        const entries = entriesOf(value as Uint8Array, type);
        return writeJsonObject(entries.map(([key, item]) => [String(key), write(item, type.value)]));
      };
  }
}

/** As Java's BigDecimal.valueOf, which goes by the text of the DOUBLE: 1.0 and 1.0E+10. */
function doubleText(value: number): string {
  if (!Number.isFinite(value)) return `"${value}"`;
  const text = doubleToText(value) as string;
  const [, sign, whole, fraction, power] = /^(-?)(\d+)\.(\d+)(?:E(-?\d+))?$/.exec(text)!;
  return bigDecimalText(sign!, whole! + fraction!, fraction!.length - Number(power ?? "0"));
}

/** As ISO 8601 has it, with as many digits of the fraction as are no zeros. */
function isoText(value: number | bigint): string {
  const text = typeof value === "bigint" ? formatTimestampMicros(value) : formatTimestampMs(value);
  return text.replace(" ", "T").replace(/\.?0*$/, "");
}

const quoteEscapes: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "/": "\\/",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

/** What is not ASCII is written by its number. */
function quote(text: string): string {
  let quoted = "";
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    quoted +=
      quoteEscapes[text[at]!] ?? (unit > 127 ? `\\u${unit.toString(16).padStart(4, "0")}` : text[at]!);
  }
  return `"${quoted}"`;
}

function isJson(text: string, kind: string): boolean {
  const root = readJson(text);
  if (root === undefined) return false;
  const isNested = (value: JsonTree): boolean => isArray(value) || value instanceof Map;
  switch (kind) {
    case "ARRAY":
      return isArray(root.value);
    case "OBJECT":
      return root.value instanceof Map;
    case "SCALAR":
      return !isNested(root.value);
    default:
      return true;
  }
}
