/**
 * A value that a query is given by whoever asks, by name: what it may be, and how its text is read. What is
 * read is a value of its type and nothing else, whatever is written in it.
 */
import { quickwaterError } from "../errors/quickwater-error.ts";
import { formatDecimal, parseDecimal } from "./decimal.ts";
import { type SqlType, stringLengthMax } from "./sql-type.ts";
import type { SqlValue } from "./sql-value.ts";
import { formatDate, formatInstantMs, parseDate, parseTimestampMs } from "./timestamp.ts";

export const parameterKinds = ["string", "integer", "decimal", "boolean", "timestamp", "date"] as const;
export type ParameterKind = (typeof parameterKinds)[number];

export interface Parameter {
  readonly name: string;
  readonly kind: ParameterKind;
  readonly description?: string | undefined;
  /** Of who leaves it out; undefined where it must be given, NULL where it may be missing. */
  readonly fallback: SqlValue | undefined;
  /** Of numbers, times and days. */
  readonly min?: SqlValue | undefined;
  readonly max?: SqlValue | undefined;
  /** Of a text, in characters. */
  readonly lengthMax: number;
  /** All that it may be; empty where it may be anything of its kind. */
  readonly oneOf: readonly SqlValue[];
}

/** A value as a query takes it. */
export interface TypedValue {
  readonly type: SqlType;
  readonly value: SqlValue;
}

const decimalParameter = { precision: 20, scale: 6 } as const;
const textLengthMax = 4_096;
const longMax = 2n ** 63n - 1n;

function parameterType({ kind, fallback }: Pick<Parameter, "kind" | "fallback">): SqlType {
  const nullable = fallback === null;
  switch (kind) {
    case "string":
      return { kind: "VARCHAR", length: stringLengthMax, nullable };
    case "integer":
      return { kind: "BIGINT", nullable };
    case "decimal":
      return { kind: "DECIMAL", ...decimalParameter, nullable };
    case "boolean":
      return { kind: "BOOLEAN", nullable };
    case "timestamp":
      return { kind: "TIMESTAMP_LTZ", precision: 3, nullable };
    case "date":
      return { kind: "DATE", nullable };
  }
}

/** What of its kind a text says; undefined where it says nothing of that kind. */
export function readKind(kind: ParameterKind, text: string): SqlValue | undefined {
  if (text.length > textLengthMax) return undefined;
  switch (kind) {
    case "string":
      return text;
    case "integer": {
      if (!/^-?\d{1,19}$/.test(text)) return undefined;
      const value = BigInt(text);
      return value > longMax || value < -longMax - 1n ? undefined : value;
    }
    case "decimal": {
      const unscaled = parseDecimal(text, decimalParameter);
      return typeof unscaled === "bigint" ? unscaled : undefined;
    }
    case "boolean":
      return text === "true" ? true : text === "false" ? false : undefined;
    case "timestamp":
      return parseTimestampMs(text, "required");
    case "date":
      return parseDate(text);
  }
}

/** @throws QuickwaterError `request.bad-parameter`, which tells what it may be. */
export function readParameter(parameter: Parameter, text: string | undefined): TypedValue {
  const type = parameterType(parameter);
  if (text === undefined && parameter.fallback !== undefined) return { type, value: parameter.fallback };
  const value = text === undefined ? undefined : readKind(parameter.kind, text);
  if (value !== undefined && isAllowed(parameter, value)) return { type, value };
  const expected = `be ${expectationOf(parameter)}`;
  throw quickwaterError("request.bad-parameter", { name: parameter.name, expected });
}

export function isAllowed({ min, max, oneOf, lengthMax }: Parameter, value: SqlValue): boolean {
  if (value === null) return true;
  if (oneOf.length > 0 && !oneOf.includes(value)) return false;
  if (typeof value === "string") return value.length <= lengthMax;
  if (typeof value === "boolean") return true;
  return (min == null || value >= min) && (max == null || value <= max);
}

/** A value that it may have: a query is bound with it before anybody asks. */
export function possibleValue(parameter: Parameter): TypedValue {
  const { fallback, oneOf, min, max, kind } = parameter;
  const zeros = { string: "", integer: 0n, decimal: 0n, boolean: false, timestamp: 0, date: 0 };
  return { type: parameterType(parameter), value: fallback ?? oneOf[0] ?? min ?? max ?? zeros[kind] };
}

/** As it is written in a request. */
export function valueText(kind: ParameterKind, value: SqlValue): string {
  switch (kind) {
    case "decimal":
      return formatDecimal(value as bigint, decimalParameter.scale).replace(/\.?0+$/, "");
    case "timestamp":
      return formatInstantMs(value as number);
    case "date":
      return formatDate(value as number);
    default:
      return String(value);
  }
}

const nouns: Readonly<Record<ParameterKind, string>> = {
  string: "a text",
  integer: "a whole number",
  decimal: `a number of at most ${decimalParameter.scale} digits behind the point`,
  boolean: "true or false",
  timestamp: "an instant such as 2026-03-01T12:30:00Z",
  date: "a day such as 2026-03-01",
};

function expectationOf({ kind, min, max, oneOf, lengthMax }: Parameter): string {
  const told = (value: SqlValue) => valueText(kind, value);
  if (oneOf.length > 0) return `one of ${oneOf.map(told).join(", ")}`;
  const noun = nouns[kind];
  if (kind === "string") return `${noun} of at most ${lengthMax} characters`;
  const from = min == null ? "" : ` from ${told(min)}`;
  return `${noun}${from}${max == null ? "" : `${from === "" ? " up" : ""} to ${told(max)}`}, given once`;
}
