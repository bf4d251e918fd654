/** How fresh a view is, and what became of the rows that it was given. */
import type { Freshness, ViewCounters } from "../../views/view.ts";
import type { Pipeline } from "../physical/build-pipeline.ts";
import type { StreamSource } from "./stream-source.ts";

/** Of several streams the newest row; the watermark is what the result has advanced to, computed ones too. */
export function freshnessOf(sources: readonly StreamSource[], { gauges }: Pipeline): Freshness {
  let lastRowAtMs: number | undefined;
  for (const { watermark } of sources) {
    const last = watermark.lastRowAtMs;
    if (last !== undefined) lastRowAtMs = Math.max(last, lastRowAtMs ?? last);
  }
  const watermarkMs = gauges.at(-1)?.watermarkMs;
  return { lastRowAtMs, watermarkMs: Number.isFinite(watermarkMs) ? watermarkMs : undefined };
}

/** Behind an aggregation rows are of no stream any more: what is left out there is in no book of a source. */
export function countersOf({ scans, sourceSide }: Pipeline): ViewCounters {
  let rowsIn = 0;
  let rowsFiltered = 0;
  let rowsLate = 0;
  for (const { counters } of sourceSide) {
    rowsFiltered += counters.rowsFiltered;
    rowsLate += counters.rowsLate;
  }
  for (const { input } of scans) rowsIn += input.counters.rowsIn;
  return { rowsTaken: rowsIn - rowsFiltered - rowsLate, rowsFiltered, rowsLate };
}
