/**
 * Dates and times as numbers, without the machine's time zone: a DATE is days since 1970-01-01, a TIME
 * milliseconds of the day, a TIMESTAMP milliseconds (or microseconds as a bigint) since the epoch in the
 * proleptic Gregorian calendar. A TIMESTAMP_LTZ is the same number, meant as an instant of UTC.
 *
 * A text that names a day that does not exist is no date; nothing is carried over into the next month.
 */

/** Whether a text may, must or must not end in a zone (`Z`, `+02:00`). */
export type ZoneRule = "none" | "optional" | "required";

export const millisecondsPerDay = 86_400_000;

const dateText = /^(\d{4})-(\d{1,2})-(\d{1,2})$/;
const timeText = /^(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,9}))?)?$/;
const zoneText = /(Z|[+-]\d{2}:?\d{2})$/;

/** Days since 1970-01-01 of a day of the proleptic Gregorian calendar. */
export function daysFromCivil(year: number, month: number, day: number): number {
  // Years begin in March here, so that the leap day is a year's last day and needs no case of its own.
  const marchYear = month <= 2 ? year - 1 : year;
  const era = Math.floor(marchYear / 400);
  const yearOfEra = marchYear - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

export interface CivilDate {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

export function civilFromDays(days: number): CivilDate {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return { year, month, day: dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1 };
}

export function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

function isCalendarDay(year: number, month: number, day: number): boolean {
  return month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month);
}

/** `2026-03-01` as days; undefined where it is no day of the calendar. */
export function parseDate(text: string): number | undefined {
  const match = dateText.exec(text);
  if (match === null) return undefined;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  return isCalendarDay(year, month, day) ? daysFromCivil(year, month, day) : undefined;
}

/** `12:30`, `12:30:00` or `12:30:00.123` as milliseconds of the day; finer digits fall away. */
export function parseTime(text: string): number | undefined {
  const nanoseconds = parseTimeNanoseconds(text);
  return nanoseconds === undefined ? undefined : Math.floor(nanoseconds / 1_000_000);
}

/** A SQL or ISO-8601 timestamp (`2026-03-01 12:30:00.123`, `2026-03-01T12:30:00.123Z`) as milliseconds. */
export function parseTimestampMs(text: string, zone: ZoneRule = "none"): number | undefined {
  const parts = parseTimestampParts(text, zone);
  return (
    parts && parts.days * millisecondsPerDay + Math.floor(parts.nanoseconds / 1_000_000) - parts.offsetMs
  );
}

/** The same as microseconds. */
export function parseTimestampMicros(text: string, zone: ZoneRule = "none"): bigint | undefined {
  const parts = parseTimestampParts(text, zone);
  if (parts === undefined) return undefined;
  const wholeMs = parts.days * millisecondsPerDay - parts.offsetMs;
  return BigInt(wholeMs) * 1000n + BigInt(Math.floor(parts.nanoseconds / 1000));
}

/** `2026-03-01` */
export function formatDate(days: number): string {
  const { year, month, day } = civilFromDays(days);
  return `${padYear(year)}-${pad(month, 2)}-${pad(day, 2)}`;
}

/** `12:30:00`, with as many digits behind the point as the precision says. */
export function formatTime(ms: number, precision: number): string {
  const seconds = Math.floor(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  const hour = twoDigits[Math.floor(minutes / 60)];
  const clock = `${hour}:${twoDigits[minutes % 60]}:${twoDigits[seconds % 60]}`;
  if (precision === 0) return clock;
  const fraction = pad(ms % 1000, 3);
  return `${clock}.${precision === 3 ? fraction : fraction.padEnd(9, "0").slice(0, precision)}`;
}

/** By number, up to 99. */
const twoDigits = Array.from({ length: 100 }, (_, number) => pad(number, 2));
let lastDays = Number.NaN;
let lastDate = "";

/** `2026-03-01 12:30:00.000`, as SQL writes a TIMESTAMP. */
export function formatTimestampMs(ms: number, precision = 3): string {
  const days = Math.floor(ms / millisecondsPerDay);
  // Times of one day come one after the other.
  if (days !== lastDays) [lastDays, lastDate] = [days, formatDate(days)];
  return `${lastDate} ${formatTime(ms - days * millisecondsPerDay, precision)}`;
}

export function formatTimestampMicros(micros: bigint, precision = 6): string {
  const withinMs = ((micros % 1000n) + 1000n) % 1000n;
  const ms = Number((micros - withinMs) / 1000n);
  if (precision <= 3) return formatTimestampMs(ms, precision);
  return `${formatTimestampMs(ms, 3)}${pad(Number(withinMs), 3).slice(0, precision - 3)}`;
}

/** `2026-03-01T12:30:00.000Z`, as the API sends an instant. */
export function formatInstantMs(ms: number): string {
  return `${formatTimestampMs(ms, 3).replace(" ", "T")}Z`;
}

export function formatInstantMicros(micros: bigint): string {
  return `${formatTimestampMicros(micros, 6).replace(" ", "T")}Z`;
}

interface TimestampParts {
  readonly days: number;
  readonly nanoseconds: number;
  readonly offsetMs: number;
}

function parseTimestampParts(text: string, zone: ZoneRule): TimestampParts | undefined {
  const separator = text.search(/[ T]/);
  const zoneMatch = separator < 0 ? null : zoneText.exec(text);
  if (zone === "required" ? zoneMatch === null : zone === "none" && zoneMatch !== null) return undefined;
  const offsetMs = zoneMatch === null ? 0 : parseOffsetMs(zoneMatch[1]!);
  const local = zoneMatch === null ? text : text.slice(0, zoneMatch.index);
  const days = parseDate(separator < 0 ? local : local.slice(0, separator));
  // A date alone is the midnight that begins it, as Flink reads TIMESTAMP '2026-03-01'.
  const nanoseconds = separator < 0 ? 0 : parseTimeNanoseconds(local.slice(separator + 1));
  if (days === undefined || nanoseconds === undefined || offsetMs === undefined) return undefined;
  return { days, nanoseconds, offsetMs };
}

function parseTimeNanoseconds(text: string): number | undefined {
  const match = timeText.exec(text);
  if (match === null) return undefined;
  const [hours, minutes, seconds] = [Number(match[1]), Number(match[2]), Number(match[3] ?? "0")];
  if (hours > 23 || minutes > 59 || seconds > 59) return undefined;
  return ((hours * 60 + minutes) * 60 + seconds) * 1e9 + Number((match[4] ?? "").padEnd(9, "0"));
}

function parseOffsetMs(text: string): number | undefined {
  if (text === "Z") return 0;
  const hours = Number(text.slice(1, 3));
  const minutes = Number(text.slice(-2));
  // Java's ZoneOffset, which Flink uses, ends at 18 hours.
  if (minutes > 59 || hours * 60 + minutes > 18 * 60) return undefined;
  return (text.startsWith("-") ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}

function pad(value: number, width: number): string {
  return String(value).padStart(width, "0");
}

function padYear(year: number): string {
  return year < 0 ? `-${pad(-year, 4)}` : pad(year, 4);
}
