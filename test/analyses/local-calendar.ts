/** The calendar of a time zone, by what Node knows of it: nothing here is DuckDB's. */
import { dayMs, hourMs, minuteMs } from "./asked-rows.ts";

export type Grain = "day" | "week" | "month";

const formats = new Map<string, Intl.DateTimeFormat>();

/** The wall clock as if it were UTC. */
export function wallMs(ms: number, timeZone: string): number {
  const format =
    formats.get(timeZone) ??
    new Intl.DateTimeFormat("en-CA", {
      timeZone,
      hourCycle: "h23",
      ...{
        year: "numeric",
        month: "2-digit",
        day: "2-digit",
        hour: "2-digit",
        minute: "2-digit",
        second: "2-digit",
      },
    } as Intl.DateTimeFormatOptions);
  formats.set(timeZone, format);
  const of = Object.fromEntries(format.formatToParts(ms).map(({ type, value }) => [type, Number(value)]));
  return (
    Date.UTC(of.year!, of.month! - 1, of.day!, of.hour!, of.minute!, of.second!) +
    (((ms % 1_000) + 1_000) % 1_000)
  );
}

/** The number of the period that an instant is in; the next one has the next number. */
export function periodOf(ms: number, grain: Grain, timeZone: string): number {
  const wall = wallMs(ms, timeZone);
  const day = Math.floor(wall / dayMs);
  if (grain === "day") return day;
  // 1 January 1970 was a Thursday.
  if (grain === "week") return Math.floor((day + 3) / 7);
  const date = new Date(wall);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}

/** When it begins. */
export function beginOf(period: number, grain: Grain, timeZone: string): number {
  const wall =
    grain === "day"
      ? period * dayMs
      : grain === "week"
        ? (period * 7 - 3) * dayMs
        : Date.UTC(Math.floor(period / 12), period % 12, 1);
  for (let offset = -15 * hourMs; offset <= 15 * hourMs; offset += 15 * minuteMs)
    if (wallMs(wall - offset, timeZone) === wall) return wall - offset;
  throw new Error(`no midnight in ${timeZone} at ${new Date(wall).toISOString()}`);
}
