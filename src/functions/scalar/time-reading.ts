/**
 * Texts to times by a pattern, each as one of Java's readers does it: SimpleDateFormat lets every field run
 * over into the next larger one (month 13 is January), DateTimeFormatter bounds each field and only brings a
 * day behind the month's end back to that end. A text that cannot be read is undefined.
 */
import { daysFromCivil, daysInMonth, millisecondsPerDay } from "../../values/timestamp.ts";
import { type FormatItem, type ReadFields, readerOf } from "./time-format.ts";

export type TimeReader = (text: string) => number | undefined;

/** Milliseconds of the wall clock, or since the epoch where the text has a zone. */
export function simpleReader(items: readonly FormatItem[]): TimeReader {
  const read = readerOf(items, "simple");
  return (text) => {
    const fields = read(text);
    if (fields === undefined) return undefined;
    const [year, month] = [fields.get("y") ?? 1970, fields.get("M") ?? 1];
    const monthDays = daysFromCivil(year + Math.floor((month - 1) / 12), modulo(month - 1, 12) + 1, 1);
    const days = monthDays + (fields.get("d") ?? 1) - 1;
    const clock = (hourOf(fields) * 60 + (fields.get("m") ?? 0)) * 60 + (fields.get("s") ?? 0);
    const zone = (fields.get("X") ?? 0) * 60_000;
    return days * millisecondsPerDay + clock * 1000 + (fields.get("S") ?? 0) - zone;
  };
}

export function formatterReader(items: readonly FormatItem[]): TimeReader {
  const read = readerOf(items, "formatter");
  return (text) => {
    const fields = read(text);
    if (fields === undefined) return undefined;
    if ((fields.has("h") && (fields.get("h")! < 1 || fields.get("h")! > 12)) || fields.has("X"))
      return undefined;
    // Without AM or PM an hour of twelve is no hour of the day.
    const hour = fields.has("h") && !fields.has("a") ? 0 : hourOf(fields);
    const [minute, second] = [fields.get("m") ?? 0, fields.get("s") ?? 0];
    return boundedTime(fields.get("y") ?? 1970, fields.get("M") ?? 1, fields.get("d") ?? 1, [
      hour,
      minute,
      second,
      fields.get("S") ?? 0,
    ]);
  };
}

const defaultTimestamp = /^(\d{4})-(\d{1,2})-(\d{1,2})(?: (\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.(\d{0,9}))?)?$/;

/** `2026-03-01` or `2026-03-01 12:30:00.123`, what TO_TIMESTAMP reads without a pattern. */
export function readDefaultTimestamp(text: string): number | undefined {
  const match = defaultTimestamp.exec(text);
  if (match === null) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((part) => Number(part ?? "0"));
  const ms = Number((match[7] ?? "").padEnd(3, "0").slice(0, 3));
  return boundedTime(year!, month!, day!, [hour!, minute!, second!, ms]);
}

type Clock = readonly [hour: number, minute: number, second: number, ms: number];

function boundedTime(year: number, month: number, day: number, clock: Clock): number | undefined {
  const [hour, minute, second, ms] = clock;
  // 24:00 is the next day's midnight.
  const isMidnight = hour === 24 && minute === 0 && second === 0 && ms === 0;
  const isWithin = month >= 1 && month <= 12 && day >= 1 && day <= 31 && minute <= 59 && second <= 59;
  if (!isWithin || (hour > 23 && !isMidnight)) return undefined;
  const days = daysFromCivil(year, month, Math.min(day, daysInMonth(year, month)));
  return days * millisecondsPerDay + ((hour * 60 + minute) * 60 + second) * 1000 + ms;
}

function hourOf(fields: ReadFields): number {
  if (fields.has("H")) return fields.get("H")!;
  if (!fields.has("h")) return 0;
  return modulo(fields.get("h")!, 12) + (fields.get("a") ?? 0) * 12;
}

function modulo(value: number, divisor: number): number {
  return value - Math.floor(value / divisor) * divisor;
}
