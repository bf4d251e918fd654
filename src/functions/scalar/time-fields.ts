/**
 * Parts of dates and times: EXTRACT and its short forms YEAR, WEEK, HOUR, …. Weeks are those of ISO 8601;
 * days of the week go from Sunday, 1, and with ISODOW from Monday. The answer is a BIGINT.
 */
import { isTimestamp, type SqlType } from "../../values/sql-type.ts";
import { civilFromDays, daysFromCivil, millisecondsPerDay } from "../../values/timestamp.ts";
import { bigint, computedFunction, resolveShape, type Take } from "./computed-function.ts";
import type { Argument, ScalarFunction, ScalarFunctionName, Signature } from "./scalar-function.ts";

/** Of days since 1970-01-01. */
const dateFields = {
  YEAR: (days) => civilFromDays(days).year,
  QUARTER: (days) => Math.floor((civilFromDays(days).month + 2) / 3),
  MONTH: (days) => civilFromDays(days).month,
  WEEK: (days) => isoWeek(days).week,
  DAY: (days) => civilFromDays(days).day,
  DOY: (days) => days - daysFromCivil(civilFromDays(days).year, 1, 1) + 1,
  DOW: (days) => dayOfWeek(days) + 1,
  ISODOW: (days) => ((dayOfWeek(days) + 6) % 7) + 1,
  ISOYEAR: (days) => isoWeek(days).year,
  DECADE: (days) => Math.trunc(civilFromDays(days).year / 10),
  CENTURY: (days) => upTo(civilFromDays(days).year, 100),
  MILLENNIUM: (days) => upTo(civilFromDays(days).year, 1000),
} as const satisfies Readonly<Record<string, (days: number) => number>>;

/** Of microseconds of the day. */
const clockFields = {
  HOUR: (micros) => Math.floor(micros / 3_600_000_000),
  MINUTE: (micros) => Math.floor(micros / 60_000_000) % 60,
  SECOND: (micros) => Math.floor(micros / 1_000_000) % 60,
  MILLISECOND: (micros) => Math.floor(micros / 1000) % 1000,
  MICROSECOND: (micros) => micros % 1_000_000,
  NANOSECOND: (micros) => (micros % 1_000_000) * 1000,
} as const satisfies Readonly<Record<string, (micros: number) => number>>;

/** Seconds since 1970 in UTC; EPOCH counts on the wall clock of the session's zone, as Flink does. */
export const unixTime = "UNIX_TIME";

type DateUnit = keyof typeof dateFields;
type ClockUnit = keyof typeof clockFields;

export const timeFieldFunctions: readonly ScalarFunction[] = [
  computedFunction({
    name: "EXTRACT",
    takes: "a unit of time and a date, time or timestamp that has it",
    resolve: ([unit, ...operands]) => {
      const signature = resolveField(String(unit?.literal), operands);
      return signature && { ...signature, operands: [unit!.type, ...signature.operands] };
    },
    prepare: ([unit, operand]) => {
      const read = fieldReader(String(unit!.literal), operand!.type);
      return (_: string, value: number | bigint) => read(value);
    },
  }),
  short("YEAR", "YEAR"),
  short("QUARTER", "QUARTER"),
  short("MONTH", "MONTH"),
  short("WEEK", "WEEK"),
  short("DAYOFYEAR", "DOY"),
  short("DAYOFMONTH", "DAY"),
  short("DAYOFWEEK", "DOW"),
  short("HOUR", "HOUR"),
  short("MINUTE", "MINUTE"),
  short("SECOND", "SECOND"),
];

function short(name: ScalarFunctionName, unit: DateUnit | ClockUnit): ScalarFunction {
  return computedFunction({
    name,
    takes: unit in dateFields ? "a date or timestamp" : "a time or timestamp",
    resolve: (given) => resolveField(unit, given),
    prepare: ([operand]) => fieldReader(unit, operand!.type),
  });
}

function resolveField(unit: string, given: readonly Argument[]): Signature | undefined {
  const take: Take = (type) => (hasField(type, unit) ? type : undefined);
  return resolveShape(given, { takes: [take], result: bigint });
}

/** Of a DATE Flink gives no hours, of a TIME no days and nothing below a millisecond. */
function hasField(type: SqlType, unit: string): boolean {
  if (unit === "EPOCH" || unit === unixTime) return type.kind === "TIMESTAMP_LTZ";
  if (isTimestamp(type)) return unit in dateFields || unit in clockFields;
  if (type.kind === "DATE") return unit in dateFields;
  return type.kind === "TIME" && unit in clockFields && unit !== "MICROSECOND" && unit !== "NANOSECOND";
}

function fieldReader(unit: string, type: SqlType): (value: number | bigint) => bigint {
  if (unit === "EPOCH" || unit === unixTime) return (value) => BigInt(Math.trunc(wholeMs(value) / 1000));
  if (unit in dateFields) {
    const read = dateFields[unit as DateUnit];
    if (type.kind === "DATE") return (value) => BigInt(read(value as number));
    return (value) => BigInt(read(Math.floor(wholeMs(value) / millisecondsPerDay)));
  }
  const read = clockFields[unit as ClockUnit];
  return (value) => BigInt(read(microsOfDay(value)));
}

/** A timestamp of either lane as milliseconds; finer digits fall away, toward the past. */
export function wholeMs(value: number | bigint): number {
  return typeof value === "number"
    ? value
    : Math.floor(Number(value - (((value % 1000n) + 1000n) % 1000n)) / 1000);
}

function microsOfDay(value: number | bigint): number {
  const ms = wholeMs(value);
  const within = ms - Math.floor(ms / millisecondsPerDay) * millisecondsPerDay;
  return within * 1000 + (typeof value === "bigint" ? Number(((value % 1000n) + 1000n) % 1000n) : 0);
}

/** 0 is Sunday. */
export function dayOfWeek(days: number): number {
  return (((days + 4) % 7) + 7) % 7;
}

/** The week that holds the day's Thursday; its year is the Thursday's. */
function isoWeek(days: number): { readonly year: number; readonly week: number } {
  const thursday = days + 4 - (((dayOfWeek(days) + 6) % 7) + 1);
  const { year } = civilFromDays(thursday);
  return { year, week: Math.floor((thursday - daysFromCivil(year, 1, 1)) / 7) + 1 };
}

function upTo(year: number, size: number): number {
  return Math.trunc((year > 0 ? year + size - 1 : year - size + 1) / size);
}
