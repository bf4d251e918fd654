/**
 * Rows whose event time cannot be meant: one clock that is wrong by a year would push the watermark, and all
 * rows of the others would be late for that year.
 */
import { catalogue, type RowErrorCode } from "../../errors/catalogue.ts";
import { type Zone, zoneNamed } from "../../functions/scalar/zones.ts";
import type { SqlType } from "../../values/sql-type.ts";
import type { CheckedBody } from "./check-body.ts";
import type { RowFormat } from "./row-check.ts";

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
  { fields, eventTimeField }: RowFormat,
  nowMs: number,
  limits: TimeLimits,
): void {
  if (eventTimeField === undefined) return;
  const { type } = fields.find(({ name }) => name === eventTimeField)!;
  const clockMs = clockOf(type, zoneNamed(limits.timeZone), nowMs);
  const { rowCount, passed, eventTimesMs, rejected } = checked;
  const [fromMs, toMs] = [clockMs - limits.eventAgeMsMax, clockMs + limits.eventAheadMsMax];
  const before = rejected.length;
  for (let row = 0; row < rowCount; row++) {
    const timeMs = eventTimesMs[row]!;
    if (passed[row] !== 1 || (timeMs >= fromMs && timeMs <= toMs)) continue;
    passed[row] = 0;
    const isAhead = timeMs > toMs;
    const code = isAhead ? "row.event-time-ahead" : "row.event-time-old";
    const limit = isAhead ? limits.eventAheadMsMax : limits.eventAgeMsMax;
    const message = sentence(code, eventTimeField, limit);
    rejected.push({ index: row, code, field: eventTimeField, message });
  }
  if (rejected.length > before) rejected.sort((one, other) => one.index - other.index);
}

/** The log's clock as the column's type writes it. */
function clockOf(type: SqlType, zone: Zone | undefined, nowMs: number): number {
  return type.kind === "TIMESTAMP" && zone !== undefined ? nowMs + zone.offsetMs(nowMs) : nowMs;
}

/** It says nothing of how far: read again later, the row has the same reason. */
function sentence(code: RowErrorCode, field: string, limitMs: number): string {
  const values = { field, limit: `${limitMs / 1000} s` };
  return catalogue[code].template.replace(/\{(\w+)\}/g, (_, name: keyof typeof values) => values[name]);
}
