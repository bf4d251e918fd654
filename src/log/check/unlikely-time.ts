/**
 * Rows whose event time cannot be meant: one clock that is wrong by a year would push the watermark, and all
 * rows of the others would be late for that year.
 */
import { catalogue } from "../../errors/catalogue.ts";
import { instantRange } from "../../functions/scalar/time-texts.ts";
import { type Zone, zoneNamed } from "../../functions/scalar/zones.ts";
import type { SqlType } from "../../values/sql-type.ts";
import type { CheckedBody } from "./check-body.ts";
import type { RowFormat } from "./row-check.ts";

/** Ten years: what is sent is of this age at most, where it is asked what was meant. */
const sameAgeMs = 10 * 365.25 * 86_400_000;

export interface TimeLimits {
  /** How far behind the log's clock an event time may be, and how far ahead. */
  readonly eventAgeMsMax: number;
  readonly eventAheadMsMax: number;
  /** What shows the time of a TIMESTAMP, which has no zone. */
  readonly timeZone: string;
}

/** Marks the rows as not passed, and says why. */
export function refuseUnlikelyTimes(
  checked: CheckedBody,
  format: RowFormat,
  nowMs: number,
  limits: TimeLimits,
): void {
  const { rowCount, passed, rejected } = checked;
  const time = timeOf(format, checked);
  if (time === undefined) return;
  const { field, type, timesMs } = time;
  const clockMs = clockOf(type, zoneNamed(limits.timeZone), nowMs);
  const before = rejected.length;
  for (let row = 0; row < rowCount; row++) {
    const timeMs = timesMs[row]!;
    // Of a row without a time nothing is known here.
    if (passed[row] !== 1 || Number.isNaN(timeMs)) continue;
    const code = faultOf(timeMs, clockMs, limits);
    if (code === undefined) continue;
    passed[row] = 0;
    rejected.push({ index: row, code, field, message: sentence(code, field, timeMs, limits) });
  }
  if (rejected.length > before) rejected.sort((one, other) => one.index - other.index);
}

/** The event times of the rows, and whose they are; undefined where nothing tells them. */
function timeOf({ fields, eventTimeField, computedTime }: RowFormat, checked: CheckedBody) {
  if (computedTime !== undefined) {
    return { field: computedTime.name, type: computedTime.type, timesMs: checked.computedTimesMs };
  }
  if (eventTimeField === undefined) return undefined;
  const { type } = fields.find(({ name }) => name === eventTimeField)!;
  return { field: eventTimeField, type, timesMs: checked.eventTimesMs };
}

type TimeFault =
  | "row.event-time-ahead"
  | "row.event-time-old"
  | "row.event-time-unit"
  | "row.number-out-of-range";

function faultOf(timeMs: number, clockMs: number, limits: TimeLimits): TimeFault | undefined {
  if (timeMs > clockMs + limits.eventAheadMsMax) return "row.event-time-ahead";
  if (timeMs < instantRange.min) return "row.number-out-of-range";
  if (isInSeconds(timeMs, clockMs)) return "row.event-time-unit";
  return timeMs < clockMs - limits.eventAgeMsMax ? "row.event-time-old" : undefined;
}

/** A time of January 1970 that in seconds would be of the last years: somebody's clock counts them. */
function isInSeconds(timeMs: number, clockMs: number): boolean {
  const inSecondsMs = timeMs * 1000;
  return (
    clockMs - timeMs > 2 * sameAgeMs && inSecondsMs > clockMs - sameAgeMs && inSecondsMs < clockMs + sameAgeMs
  );
}

/** The log's clock as the column's type writes it. */
function clockOf(type: SqlType, zone: Zone | undefined, nowMs: number): number {
  return type.kind === "TIMESTAMP" && zone !== undefined ? nowMs + zone.offsetMs(nowMs) : nowMs;
}

/** It says nothing of how far: read again later, the row has the same reason. */
function sentence(code: TimeFault, field: string, timeMs: number, limits: TimeLimits): string {
  const limitMs = code === "row.event-time-ahead" ? limits.eventAheadMsMax : limits.eventAgeMsMax;
  const found = code === "row.event-time-unit" ? new Date(timeMs).toISOString() : `${timeMs} ms`;
  const values = { field, found, limit: `${limitMs / 1000} s`, expected: "the years 0 to 9999" };
  return catalogue[code].template.replace(/\{(\w+)\}/g, (_, name: keyof typeof values) => values[name]);
}
