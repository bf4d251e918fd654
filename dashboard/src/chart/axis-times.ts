/**
 * The words beside the marks of a time axis: a day at midnight, else the minute, or the second where marks
 * are close.
 */
import type { Times } from "../time/times.ts";

const daySeconds = 86_400;
const formats = new Map<string, Intl.DateTimeFormat>();

/** `stepSeconds` is how far marks are apart. */
export function axisTimes(marksSeconds: readonly number[], stepSeconds: number, times: Times): string[] {
  return marksSeconds.map((seconds) => {
    const ms = seconds * 1_000;
    if (stepSeconds >= daySeconds || isMidnight(ms, times)) return formatIn(times.zone, "day").format(ms);
    return stepSeconds < 60 ? formatIn(times.zone, "second").format(ms) : times.minute(ms);
  });
}

function isMidnight(ms: number, times: Times): boolean {
  return formatIn(times.zone, "clock").format(ms) === "00:00:00";
}

function formatIn(zone: string, what: "day" | "second" | "clock"): Intl.DateTimeFormat {
  const key = `${what} ${zone}`;
  let format = formats.get(key);
  if (format === undefined) {
    const clock = { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" } as const;
    const options = what === "day" ? ({ day: "numeric", month: "short" } as const) : clock;
    format = new Intl.DateTimeFormat(what === "clock" ? "en" : undefined, { ...options, timeZone: zone });
    formats.set(key, format);
  }
  return format;
}
