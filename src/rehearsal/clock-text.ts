/** Times of the virtual clock as files have them. */
import type { YamlValue } from "../project/yaml-file.ts";

const dayMs = 86_400_000;

/** `2026-03-02T09:00:00Z` */
export function instantOf(value: YamlValue): number {
  const text = String(value.value ?? "");
  const isWhole = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/.test(text);
  const timeMs = isWhole ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(timeMs)) throw value.refuse("an instant, such as 2026-03-02T09:00:00Z");
  return timeMs;
}

/** `09:00`, `09:00:10` or `09:00:10.250` of the day (in UTC) of the clock; undefined where it is none. */
export function timeOfDayMs(value: YamlValue, clockMs: number): number | undefined {
  const match = /^(\d\d):(\d\d)(?::(\d\d(?:\.\d{1,3})?))?$/.exec(String(value.value ?? ""));
  if (match === null) return undefined;
  const [, hours, minutes, seconds = "0"] = match.map((part) => part ?? undefined);
  if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) >= 60) return undefined;
  const ofDay = (Number(hours) * 60 + Number(minutes)) * 60_000 + Math.round(Number(seconds) * 1000);
  return Math.floor(clockMs / dayMs) * dayMs + ofDay;
}

/** Without a fraction where there is none. */
export function clockText(timeMs: number): string {
  return new Date(timeMs).toISOString().replace(".000Z", "Z");
}
