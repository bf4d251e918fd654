/**
 * Times as texts and back: DATE_FORMAT, TO_DATE, TO_TIMESTAMP, TO_TIMESTAMP_LTZ, UNIX_TIMESTAMP of a text,
 * FROM_UNIXTIME. The session's zone is UTC. A pattern that is written as a literal is checked when the query
 * is bound.
 */

import { powerOfTen } from "../../values/decimal.ts";
import { isInteger, isNumeric, isTimestamp, type SqlType } from "../../values/sql-type.ts";
import type { SqlValue } from "../../values/sql-value.ts";
import { millisecondsPerDay, parseDate } from "../../values/timestamp.ts";
import {
  badArgument,
  computedFunction,
  keepLast,
  resolveShape,
  string,
  type Take,
  takeBigint,
  takeText,
} from "./computed-function.ts";
import type { Argument, ScalarFunction, ScalarFunctionName, Signature } from "./scalar-function.ts";
import { wholeMs } from "./time-fields.ts";
import { type FormatItem, formatTime, readFormat, refusedLetter } from "./time-format.ts";
import { formatterReader, readDefaultTimestamp, simpleReader, type TimeReader } from "./time-reading.ts";

const date: SqlType = { kind: "DATE", nullable: true };
const timestamp: SqlType = { kind: "TIMESTAMP", precision: 3, nullable: true };
const instant: SqlType = { kind: "TIMESTAMP_LTZ", precision: 3, nullable: true };
const standardFormat = formatItems("UNIX_TIMESTAMP", "yyyy-MM-dd HH:mm:ss", true);
/** The years 0 to 9999; what is outside is NULL. */
export const instantRange = { min: -62_167_219_200_000, max: 253_402_300_799_999 } as const;

export const timeTextFunctions: readonly ScalarFunction[] = [
  computedFunction({
    name: "DATE_FORMAT",
    takes: "a timestamp, a date or a STRING such as '2026-03-01 12:30:00', and a format",
    resolve: (given) => withFormat("DATE_FORMAT", given, 1, false, [takeDateOrText, takeText], string),
    prepare: ([value]) => dateFormatter(value!.type),
  }),
  computedFunction({
    name: "TO_DATE",
    takes: "a STRING and optionally its format",
    resolve: (given) => withFormat("TO_DATE", given, 1, true, [takeText, takeText], date),
    prepare: ([, format]) => {
      if (format === undefined) return (text: string) => readDate(text);
      const reader = readerFor("TO_DATE", simpleReader);
      return (text: string, pattern: string) => {
        const ms = reader(pattern)(text);
        return ms === undefined ? null : Math.floor(ms / millisecondsPerDay);
      };
    },
  }),
  computedFunction({
    name: "TO_TIMESTAMP",
    takes: "a STRING and optionally its format",
    resolve: (given) => withFormat("TO_TIMESTAMP", given, 1, true, [takeText, takeText], timestamp),
    prepare: ([, format]) => {
      if (format === undefined) return (text: string) => readDefaultTimestamp(text) ?? null;
      const reader = readerFor("TO_TIMESTAMP", formatterReader);
      // Flink tries the standard form where the format does not fit.
      return (text: string, pattern: string) =>
        reader(pattern)(text) ?? readDefaultTimestamp(text.trim()) ?? null;
    },
  }),
  computedFunction({
    name: "TO_TIMESTAMP_LTZ",
    takes: "a number, and 0 where it counts seconds or 3 where it counts milliseconds",
    resolve: resolveInstant,
    prepare: ([value, precision]) => {
      const type = value!.type;
      return (count: number | bigint) => toInstant(count, type, precision!.literal === 0);
    },
  }),
  computedFunction({
    name: "UNIX_TIMESTAMP",
    takes: "a STRING and optionally its format",
    resolve: (given) =>
      withFormat(
        "UNIX_TIMESTAMP",
        given,
        1,
        true,
        [takeText, takeText],
        { kind: "BIGINT", nullable: true },
        false,
      ),
    prepare: ([, format]) => {
      const standard = simpleReader(standardFormat);
      const reader = format === undefined ? () => standard : readerFor("UNIX_TIMESTAMP", simpleReader);
      return (text: string, pattern = "") => {
        const ms = reader(pattern)(text);
        return ms === undefined ? -(1n << 63n) : BigInt(Math.trunc(ms / 1000));
      };
    },
  }),
  computedFunction({
    name: "FROM_UNIXTIME",
    takes: "a count of seconds and optionally a format",
    resolve: (given) => withFormat("FROM_UNIXTIME", given, 1, false, [takeBigint, takeText], string),
    prepare: ([, format]) => {
      const items = format === undefined ? () => standardFormat : itemsFor("FROM_UNIXTIME", false);
      return (seconds: bigint, pattern = "") =>
        formatTime(items(pattern), Number(seconds) * 1000, 0, "simple");
    },
  }),
];

function takeDateOrText(type: SqlType): SqlType | undefined {
  return isTimestamp(type) || type.kind === "DATE" ? type : takeText(type);
}

/** A signature whose argument at that place is a format; a written one that is wrong ends the binding. */
function withFormat(
  name: ScalarFunctionName,
  given: readonly Argument[],
  formatAt: number,
  reading: boolean,
  takes: readonly Take[],
  result: SqlType,
  mayBeNull = true,
): Signature | undefined {
  const optional = name === "DATE_FORMAT" ? 0 : 1;
  const signature = resolveShape(given, { takes, optional, result, mayBeNull });
  const written = given[formatAt]?.literal;
  if (signature !== undefined && typeof written === "string") formatItems(name, written, reading);
  return signature;
}

function formatItems(name: ScalarFunctionName, pattern: string, reading: boolean): readonly FormatItem[] {
  const items = readFormat(pattern);
  if (typeof items === "string") throw badArgument(name, items);
  const refused = refusedLetter(items, reading);
  if (refused === undefined) return items;
  throw badArgument(name, `${refused} is not taken in a format that is ${reading ? "read" : "written"}`);
}

function itemsFor(name: ScalarFunctionName, reading: boolean): (pattern: string) => readonly FormatItem[] {
  return keepLast((pattern) => formatItems(name, pattern, reading));
}

function readerFor(
  name: ScalarFunctionName,
  make: (items: readonly FormatItem[]) => TimeReader,
): (pattern: string) => TimeReader {
  return keepLast((pattern) => make(formatItems(name, pattern, true)));
}

function dateFormatter(type: SqlType): (value: never, pattern: string) => SqlValue {
  const items = itemsFor("DATE_FORMAT", false);
  if (isTimestamp(type)) {
    return (value: number | bigint, pattern) => {
      const micros = typeof value === "bigint" ? Number(((value % 1000n) + 1000n) % 1000n) : 0;
      return formatTime(items(pattern), wholeMs(value), micros, "formatter");
    };
  }
  if (type.kind === "DATE") {
    return (days: number, pattern) => formatTime(items(pattern), days * millisecondsPerDay, 0, "simple");
  }
  const read = simpleReader(standardFormat);
  return (text: string, pattern) => {
    const ms = read(text);
    return ms === undefined ? null : formatTime(items(pattern), ms, 0, "simple");
  };
}

/** `2026-03-01`, also with a time behind it, `2026-03` and `2026`; what is no day is NULL. */
function readDate(text: string): SqlValue {
  const space = text.indexOf(" ");
  const parts = (space > 0 ? text.slice(0, space) : text).split("-").map((part) => part.trim());
  if (parts.length > 3 || !parts.every((part) => /^\d{1,4}$/.test(part))) return null;
  const [year, month = "1", day = "1"] = parts;
  return parseDate(`${year!.padStart(4, "0")}-${month}-${day}`) ?? null;
}

function resolveInstant(given: readonly Argument[]): Signature | undefined {
  const [value, precision, ...more] = given;
  if (value === undefined || precision === undefined || more.length > 0 || !isNumeric(value.type))
    return undefined;
  if (precision.literal !== 0 && precision.literal !== 3) return undefined;
  const operands = [isInteger(value.type) ? { kind: "BIGINT" as const, nullable: true } : value.type];
  return { operands: [...operands, precision.type], result: instant };
}

/** Fractions of a DOUBLE count in seconds; a DECIMAL is cut to a whole number first. */
function toInstant(count: number | bigint, type: SqlType, inSeconds: boolean): SqlValue {
  const factor = inSeconds ? 1000 : 1;
  const whole = type.kind === "DECIMAL" ? (count as bigint) / powerOfTen(type.scale) : count;
  const ms = Math.trunc(Number(whole) * factor);
  return ms >= instantRange.min && ms <= instantRange.max ? ms : null;
}
