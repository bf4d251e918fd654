/**
 * How CAST reads a text as a date or time: Flink's own rules, which differ from those of its literals and
 * of its JSON. A DATE may lack its day and month and be followed by anything behind a space; a TIMESTAMP
 * stands there whole, brings a day that the month lacks back to its last, and knows 24:00:00.
 */
import {
  daysFromCivil,
  daysInMonth,
  millisecondsPerDay,
  parseDate,
  parseTime,
} from "../../values/timestamp.ts";

const dateText = /^(\d{1,4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?(?: .*)?$/s;
const timestampText = /^(\d{4})-(\d{1,2})-(\d{1,2})(?: (\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.(\d{0,9}))?)?$/;

export function readDate(text: string): number | undefined {
  const match = dateText.exec(text.trim());
  if (match === null) return undefined;
  return parseDate(`${match[1]!.padStart(4, "0")}-${match[2] ?? "01"}-${match[3] ?? "01"}`);
}

/** As milliseconds of the day. */
export function readTime(text: string): number | undefined {
  const trimmed = text.trim();
  return parseTime(/^\d{1,2}$/.test(trimmed) ? `${trimmed}:00` : trimmed);
}

/** As microseconds since 1970. */
export function readTimestamp(text: string): bigint | undefined {
  const match = timestampText.exec(text);
  if (match === null) return undefined;
  const [year, month, day, hours, minutes, seconds] = match.slice(1, 7).map((part) => Number(part ?? 0));
  const nanoseconds = (match[7] ?? "").padEnd(9, "0");
  if (year === 0 || month! < 1 || month! > 12 || day! < 1 || day! > 31) return undefined;
  const secondOfDay = (hours! * 60 + minutes!) * 60 + seconds!;
  const isNextMidnight = hours === 24 && secondOfDay === 24 * 60 * 60 && Number(nanoseconds) === 0;
  if ((hours! > 23 && !isNextMidnight) || minutes! > 59 || seconds! > 59) return undefined;
  const days = daysFromCivil(year!, month!, Math.min(day!, daysInMonth(year!, month!)));
  const ms = days * millisecondsPerDay + secondOfDay * 1000;
  return BigInt(ms) * 1000n + BigInt(nanoseconds.slice(0, 6));
}
