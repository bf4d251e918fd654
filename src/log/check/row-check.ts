/**
 * The schema check of a row, compiled for its table: one walk over the row's bytes that knows the place of
 * each field, without making an object. Nothing is allocated for a row that passes.
 */
import type { RowErrorCode } from "../../errors/catalogue.ts";
import { assert } from "../../errors/quickwater-error.ts";
import { keyMatchSource, keyWithEscapes } from "../../values/json/key-match.ts";
import { checkString, checkValue, skipSpace } from "../../values/json/scan.ts";
import type { TimeStyle } from "../../values/json/time-text.ts";
import type { MapType } from "../../values/nested/nested-value.ts";
import type { RowField, SqlType } from "../../values/sql-type.ts";
import { isTimestamp, stringLengthMax, takesScalars } from "../../values/sql-type.ts";
import {
  checkBase64,
  checkBigint,
  checkBoolean,
  checkDate,
  checkDecimal,
  checkDouble,
  checkInt,
  checkNull,
  checkScalarText,
  checkText,
  checkTextLength,
  checkTime,
  checkTimestamp,
  lastInstant,
  refuse,
  refuseField,
  refuseNegative,
  refuseSyntax,
  wholeNumberAt,
} from "./field-check.ts";
import { checkArrayValues, checkMapValues, type ValueCheck } from "./nested-check.ts";

export interface RowFormat {
  readonly fields: readonly RowField[];
  /** The event-time field; its value is left in `eventTime` by a check that passes. */
  readonly eventTimeField: string | undefined;
  /** Where the event time is computed: its value is left in `eventTime` too, NaN where a row has none. */
  readonly computedTime?: ComputedTime | undefined;
  /** The first of these fields that a row has tells it apart; where it lies is left in `keyPlace`. */
  readonly keyFields?: readonly string[] | undefined;
  /** Fields that hold no negative number, those of rows within by their path. */
  readonly notNegative?: readonly string[] | undefined;
  readonly timeStyle: TimeStyle;
}

export interface ComputedTime {
  /** What it is called where it is wrong. */
  readonly name: string;
  readonly type: SqlType;
  /** The first of them that a row has is its event time. */
  readonly fields: readonly EventTimeField[];
}

export interface EventTimeField {
  readonly name: string;
  /** What one of it is where it is a number. */
  readonly unitMs: number;
}

/**
 * Answers the place behind the row's closing brace, or -1 with `fault` filled. White space before the row is
 * skipped. `bytes[end]` must be readable and no part of JSON text (0): it stops what runs over.
 */
export type RowCheck = (bytes: Uint8Array, from: number, end: number) => number;

/** The event time of the last row that passed. */
export const eventTime = { ms: 0 };

/** Where the key of the last row that passed lies; empty where it has none. */
export const keyPlace = { from: 0, to: 0 };

const runtime = {
  keyPlace,
  checkArrayValues,
  checkBase64,
  checkBigint,
  checkBoolean,
  checkDate,
  checkDecimal,
  checkDouble,
  checkInt,
  checkMapValues,
  checkNull,
  checkScalarText,
  checkString,
  checkText,
  checkTextLength,
  checkTime,
  checkTimestamp,
  checkValue,
  eventTime,
  lastInstant,
  refuse,
  refuseField,
  refuseNegative,
  refuseSyntax,
  skipSpace,
  keyWithEscapes,
  wholeNumberAt,
};

/** Fields are marked as seen in words of this many bits. */
const wordBits = 31;

export function compileRowCheck(format: RowFormat): RowCheck {
  return compileObjectCheck(format, "row.not-an-object");
}

/** `notObject` is what a value is refused with that is no object at all: a row, or a field of type ROW. */
function compileObjectCheck(format: RowFormat, notObject: RowErrorCode): RowCheck {
  const nested: ValueCheck[] = [];
  const source = rowCheckSource(format, nested, notObject);
  const names = Object.keys(runtime);
  const make = new Function(...names, "nested", "names", `"use strict";\n${source}\nreturn checkRow;`);
  const fieldNames = format.fields.map((field) => field.name);
  return make(...Object.values(runtime), nested, fieldNames) as RowCheck;
}

function rowCheckSource(format: RowFormat, nested: ValueCheck[], notObject: RowErrorCode): string {
  const locals = localsOf(format);
  const words = Math.max(1, Math.ceil(format.fields.length / wordBits));
  const seen = Array.from({ length: words }, (_, word) => `seen${word} = 0`).join(", ");
  const cases = format.fields.map((field, index) => {
    const bit = `${1 << (index % wordBits)}`;
    const word = `seen${Math.floor(index / wordBits)}`;
    return `      case ${index}:
        if ((${word} & ${bit}) !== 0) {
          refuse("row.duplicate-field", at, at);
          return refuseField(names[${index}]);
        }
        ${word} |= ${bit};
        ${fieldSource(field, index, format, nested)}
        break;`;
  });
  return `
function checkRow(bytes, from, end) {
  let at = skipSpace(bytes, from), ${[seen, ...locals].join(", ")}, field = 0, key = 0, byte = 0;
  if (at >= end || bytes[at] !== 123) {
    const to = checkValue(bytes, at, end, 0);
    return to < 0 ? refuseSyntax() : refuse("${notObject}", at, to);
  }
  at = skipSpace(bytes, at + 1);
  if (bytes[at] === 125) at++;
  else for (;;) {
    if (bytes[at] !== 34) { checkValue(bytes, from, end, 0); return refuseSyntax(); }
    key = ++at;
    while ((byte = bytes[at]) !== 34 && byte !== 92 && byte >= 32) at++;
    field = -1;
    if (byte === 34) {
      ${keyMatchSource(format.fields.map((entry) => entry.name))}
      at++;
    } else {
      at = checkString(bytes, key, end);
      if (at < 0) return refuseSyntax();
      field = names.indexOf(keyWithEscapes(bytes, key, at - 1));
    }
    if (bytes[at] !== 58) {
      at = skipSpace(bytes, at);
      if (bytes[at] !== 58) { checkValue(bytes, from, end, 0); return refuseSyntax(); }
    }
    if (bytes[++at] <= 32) at = skipSpace(bytes, at);
    switch (field) {
${cases.join("\n")}
      default:
        at = checkValue(bytes, at, end, 1);
        if (at < 0) return refuseSyntax();
    }
    if (bytes[at] <= 32) at = skipSpace(bytes, at);
    byte = bytes[at++];
    if (byte === 125) break;
    if (byte !== 44) { checkValue(bytes, from, end, 0); return refuseSyntax(); }
    if (bytes[at] <= 32) at = skipSpace(bytes, at);
  }
  if (at > end) { checkValue(bytes, from, end, 0); return refuseSyntax(); }
${requiredSource(format, words)}
${foundSource(format)}
  return at;
}`;
}

/** Locals that hold where the keys lie, and the times that the event time is computed of. */
function localsOf({ keyFields = [], computedTime }: RowFormat): readonly string[] {
  const keys = keyFields.flatMap((_, index) => [`keyFrom${index} = 0`, `keyTo${index} = 0`]);
  return [...keys, ...(computedTime?.fields ?? []).map((_, index) => `time${index} = NaN`)];
}

/** What the row was found to have: the first of several. */
function foundSource({ keyFields = [], computedTime }: RowFormat): string {
  const lines: string[] = [];
  if (keyFields.length > 0) {
    const first = (what: string) =>
      keyFields.map((_, index) => `keyTo${index} > 0 ? ${what}${index} : `).join("");
    lines.push(`  keyPlace.from = ${first("keyFrom")}0; keyPlace.to = ${first("keyTo")}0;`);
  }
  if (computedTime !== undefined) {
    const times = computedTime.fields.map((_, index) => `time${index} === time${index} ? time${index} : `);
    lines.push(`  eventTime.ms = ${times.join("")}NaN;`);
  }
  return lines.join("\n");
}

function fieldSource(field: RowField, index: number, format: RowFormat, nested: ValueCheck[]): string {
  const isEventTime = field.name === format.eventTimeField;
  const nullCode = isEventTime ? "row.event-time-missing" : "row.null-field";
  const onNull =
    field.type.nullable && !isEventTime
      ? "if ((at = checkNull(bytes, at, end)) < 0) return -1;"
      : `const to = checkNull(bytes, at, end); if (to < 0) return -1;
          refuse("${nullCode}", at, to); return refuseField(names[${index}]);`;
  const isNegative = format.notNegative?.includes(field.name) ?? false;
  const onFault = `return refuseField(names[${index}]);`;
  const { before, behind } = keepSource(field, format);
  return `if (bytes[at] === 110) {
          ${onNull}
        } else {
          ${before}${isNegative ? "const valueFrom = at;" : ""}
          at = ${checkCall(field.type, format.timeStyle, nested, within(format.notNegative, field.name))};
          if (at < 0) ${onFault}
          ${isNegative ? `if (refuseNegative(bytes, valueFrom, at) < 0) ${onFault}` : ""}
          ${isEventTime ? "eventTime.ms = lastInstant.ms;" : ""}${behind}
        }`;
}

/** What is kept of a field's value: where it lies, or the time that it is. */
function keepSource(field: RowField, { keyFields = [], computedTime }: RowFormat) {
  const key = keyFields.indexOf(field.name);
  const time = computedTime?.fields.findIndex(({ name }) => name === field.name) ?? -1;
  const before = [key < 0 ? "" : `keyFrom${key} = at;`, time < 0 ? "" : "const timeFrom = at;"];
  const behind = [key < 0 ? "" : `keyTo${key} = at;`];
  if (time >= 0) {
    const { unitMs } = computedTime!.fields[time]!;
    const ms = isTimestamp(field.type) ? "lastInstant.ms" : `wholeNumberAt(bytes, timeFrom, at) * ${unitMs}`;
    behind.push(`time${time} = ${ms};`);
  }
  return { before: before.join(""), behind: behind.join("") };
}

/** Of paths those that go through the field, from there on. */
function within(paths: readonly string[] | undefined, field: string): readonly string[] {
  const prefix = `${field}.`;
  return (paths ?? []).filter((path) => path.startsWith(prefix)).map((path) => path.slice(prefix.length));
}

function requiredSource(format: RowFormat, words: number): string {
  const lines: string[] = [];
  for (let word = 0; word < words; word++) {
    const required = format.fields
      .map((field, index) => ({ field, index }))
      .filter(({ index }) => Math.floor(index / wordBits) === word)
      .filter(({ field }) => !field.type.nullable || field.name === format.eventTimeField);
    if (required.length === 0) continue;
    const mask = required.reduce((bits, { index }) => bits | (1 << (index % wordBits)), 0);
    const each = required.map(({ field, index }) => {
      const code = field.name === format.eventTimeField ? "row.event-time-missing" : "row.missing-field";
      return `    if ((seen${word} & ${1 << (index % wordBits)}) === 0) {
      refuse("${code}", from, at); return refuseField(names[${index}]);
    }`;
    });
    lines.push(`  if ((seen${word} & ${mask}) !== ${mask}) {\n${each.join("\n")}\n  }`);
  }
  return lines.join("\n");
}

/** `notNegative` are paths within the value. */
function checkCall(
  type: SqlType,
  style: TimeStyle,
  nested: ValueCheck[],
  notNegative: readonly string[],
): string {
  switch (type.kind) {
    case "BOOLEAN":
      return "checkBoolean(bytes, at, end)";
    case "TINYINT":
      return "checkInt(bytes, at, end, -128, 127)";
    case "SMALLINT":
      return "checkInt(bytes, at, end, -32768, 32767)";
    case "INT":
      return "checkInt(bytes, at, end, -2147483648, 2147483647)";
    case "BIGINT":
      return "checkBigint(bytes, at, end)";
    case "FLOAT":
    case "DOUBLE":
      return "checkDouble(bytes, at, end)";
    case "DECIMAL":
      return `checkDecimal(bytes, at, end, ${type.precision}, ${type.scale})`;
    case "CHAR":
    case "VARCHAR":
      return type.length === stringLengthMax
        ? "checkText(bytes, at, end)"
        : `checkTextLength(bytes, at, end, ${type.length})`;
    case "BINARY":
    case "VARBINARY":
      return `checkBase64(bytes, at, end, ${type.length})`;
    case "DATE":
      return "checkDate(bytes, at, end)";
    case "TIME":
      return "checkTime(bytes, at, end)";
    case "TIMESTAMP":
      return `checkTimestamp(bytes, at, end, "${style}", "none")`;
    case "TIMESTAMP_LTZ":
      return `checkTimestamp(bytes, at, end, "${style}", "required")`;
    case "ROW":
      nested.push(rowValueCheck(type.fields, style, notNegative));
      return `nested[${nested.length - 1}](bytes, at, end)`;
    case "ARRAY":
      nested.push(valueCheck(type.element, style, notNegative));
      return `checkArrayValues(bytes, at, end, nested[${nested.length - 1}])`;
    case "MAP":
      nested.push(mapValueCheck(type, style, notNegative));
      return `checkMapValues(bytes, at, end, nested[${nested.length - 1}])`;
    default:
      assert(false, `a column of type ${type.kind} cannot be declared`);
  }
}

function rowValueCheck(
  fields: readonly RowField[],
  timeStyle: TimeStyle,
  notNegative: readonly string[],
): ValueCheck {
  return compileObjectCheck({ fields, eventTimeField: undefined, notNegative, timeStyle }, "row.wrong-type");
}

/** The check of one value of a type, where it is not a field: elements of arrays and values of maps. */
function valueCheck(type: SqlType, style: TimeStyle, notNegative: readonly string[]): ValueCheck {
  const nested: ValueCheck[] = [];
  return orNullCheck(type, checkCall(type, style, nested, notNegative), nested);
}

function mapValueCheck(map: MapType, style: TimeStyle, notNegative: readonly string[]): ValueCheck {
  if (!takesScalars(map)) return valueCheck(map.value, style, notNegative);
  return orNullCheck(map.value, `checkScalarText(bytes, at, end, ${map.value.length})`, []);
}

function orNullCheck({ nullable }: SqlType, call: string, nested: readonly ValueCheck[]): ValueCheck {
  const onNull = nullable
    ? "checkNull(bytes, at, end)"
    : 'checkNull(bytes, at, end) < 0 ? -1 : refuse("row.null-field", at, at + 4)';
  const body = `"use strict"; return (bytes, at, end) => bytes[at] === 110 ? ${onNull} : ${call};`;
  return new Function(...Object.keys(runtime), "nested", body)(
    ...Object.values(runtime),
    nested,
  ) as ValueCheck;
}
