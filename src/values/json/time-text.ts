/**
 * Times as JSON writes them, read from bytes: ISO-8601 (`2026-03-01T12:30:00.000Z`) or, where a table says
 * so, SQL (`2026-03-01 12:30:00.000`). Answers NaN for what is not exactly that, or for a date that does
 * not exist; a digit of a second beyond the sixth is cut off.
 */

import { daysFromCivil, daysInMonth } from "../timestamp.ts";

/** `shown`: as the API shows them, where a local time ends with `Z` too. */
export type TimeStyle = "iso" | "sql" | "shown";
/** `none`: a local time, no zone may follow. `required`: an instant, `Z` or an offset must follow. */
export type ZoneRule = "none" | "required";

const dayMs = 86_400_000;

/** Microseconds within the millisecond of the last instant that was read. */
let lastMicros = 0;
export function microsOfLastRead(): number {
  return lastMicros;
}

/** Milliseconds since 1970 of the text from `from` to `to` (the quotes left out), or NaN. */
export function readTimestamp(
  bytes: Uint8Array,
  from: number,
  to: number,
  style: TimeStyle,
  zone: ZoneRule,
): number {
  if (to - from < 16) return Number.NaN;
  const separator = bytes[from + 10]!;
  if (separator !== (style === "sql" ? 0x20 : 0x54)) return Number.NaN;
  const days = readDate(bytes, from, from + 10);
  if (Number.isNaN(days)) return Number.NaN;
  let timeEnd = to;
  let offsetMs = 0;
  if (zone === "required" || style === "shown") {
    const last = bytes[to - 1]!;
    if (last === 0x5a) timeEnd = to - 1;
    else {
      offsetMs = readOffset(bytes, to - 6);
      timeEnd = to - 6;
    }
  }
  // NaN of either part makes the whole NaN.
  return days * dayMs + readTime(bytes, from + 11, timeEnd) - offsetMs;
}

/** Days since 1970 of `2026-03-01`, or NaN. */
export function readDate(bytes: Uint8Array, from: number, to: number): number {
  if (to - from !== 10 || bytes[from + 4] !== 0x2d || bytes[from + 7] !== 0x2d) return Number.NaN;
  const year = twoDigits(bytes, from) * 100 + twoDigits(bytes, from + 2);
  const month = twoDigits(bytes, from + 5);
  const day = twoDigits(bytes, from + 8);
  // Comparisons with NaN are false, so a character that is no digit ends here too.
  if (!(year >= 0 && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month)))
    return Number.NaN;
  return daysFromCivil(year, month, day);
}

/** Milliseconds of the day of `12:30`, `12:30:00`, `12:30:00.123`, or NaN. */
export function readTime(bytes: Uint8Array, from: number, to: number): number {
  lastMicros = 0;
  if (to - from < 5 || bytes[from + 2] !== 0x3a) return Number.NaN;
  const hour = twoDigits(bytes, from);
  const minute = twoDigits(bytes, from + 3);
  if (!(hour <= 23 && minute <= 59)) return Number.NaN;
  const minuteMs = (hour * 60 + minute) * 60_000;
  if (to - from === 5) return minuteMs;
  if (to - from < 8 || bytes[from + 5] !== 0x3a) return Number.NaN;
  const second = twoDigits(bytes, from + 6);
  if (!(second <= 59)) return Number.NaN;
  const secondMs = minuteMs + second * 1000;
  if (to - from === 8) return secondMs;
  return secondMs + readFraction(bytes, from + 8, to);
}

/** Milliseconds of `.123456`; leaves what is finer in `lastMicros`. */
function readFraction(bytes: Uint8Array, from: number, to: number): number {
  const digits = to - from - 1;
  if (bytes[from] !== 0x2e || digits < 1 || digits > 9) return Number.NaN;
  let micros = 0;
  for (let place = 0; place < digits; place++) {
    const digit = bytes[from + 1 + place]! - 0x30;
    if (digit < 0 || digit > 9) return Number.NaN;
    if (place < 6) micros = micros * 10 + digit;
  }
  for (let place = digits; place < 6; place++) micros *= 10;
  lastMicros = micros % 1000;
  return (micros - lastMicros) / 1000;
}

/** `+01:00` in milliseconds. */
function readOffset(bytes: Uint8Array, from: number): number {
  const sign = bytes[from]!;
  if ((sign !== 0x2b && sign !== 0x2d) || bytes[from + 3] !== 0x3a) return Number.NaN;
  const hours = twoDigits(bytes, from + 1);
  const minutes = twoDigits(bytes, from + 4);
  if (!(hours <= 18 && minutes <= 59)) return Number.NaN;
  return (sign === 0x2d ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}

function twoDigits(bytes: Uint8Array, at: number): number {
  const tens = bytes[at]! - 0x30;
  const ones = bytes[at + 1]! - 0x30;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}
