/** The number of a panel that shows one: of the newest row, or of the rows of the page's span. */
import type { Measure } from "../../../src/serving/pages.ts";
import type { WireRow } from "../../../src/serving/protocol.ts";
import { type ExactDecimal, zero } from "../numbers/exact-decimal.ts";
import type { Around, Reading } from "../panels/panel-kind.ts";
import { cellOf, instantOf, windowEndOf } from "./cells.ts";
import { isAdditive, isOfLatest, measured } from "./measures.ts";
import { between, fromWhen, type TimedRow, type TimedRows, tellsWhatIsFinal, timedRows } from "./slots.ts";
import { type Opening, openingOf } from "./spans.ts";

const windowStart = "window_start";

export interface PanelValue {
  /** Undefined where no number can be read. */
  readonly value: ExactDecimal | undefined;
  /** Those that the value is of. */
  readonly rows: readonly WireRow[];
  /** Of the reading; undefined where no column tells the time. */
  readonly timed: TimedRows | undefined;
  readonly newestMs: number | undefined;
  /** Of the newest row, if that is not final. */
  readonly opening: Opening | undefined;
  /** Whether the value is of a row that was corrected. */
  readonly corrected: boolean;
}

/** Undefined where there is nothing to show. */
export function panelValue(
  measure: Measure,
  reading: Reading,
  time: string | null,
  around: Around,
): PanelValue | undefined {
  if (time === null) return timelessValue(measure, reading);
  const timed = timedRows(reading, time);
  const fromMs = isOfLatest(measure)
    ? Number.NEGATIVE_INFINITY
    : fromWhen(reading, timed, around.fromMs, around.toMs);
  const within = between(timed.rows, fromMs, around.toMs);
  const newest = within.at(-1);
  if (newest === undefined) {
    const oldest = timed.rows[0];
    const isBefore = oldest !== undefined && oldest.ms < around.fromMs;
    const isKnown = oldest === undefined ? isCountOfNone(measure, reading) : isBefore && isAdditive(measure);
    return isKnown ? { ...nothing, timed } : undefined;
  }
  const rows = rowsOfMeasure(measure, within);
  return {
    value: measured(measure, reading, rows, time),
    rows,
    timed,
    newestMs: newest.ms,
    opening: openingAt(reading, newest, around.toMs),
    corrected: isOfLatest(measure) && newest.row.revision > 0,
  };
}

/** Those that decide it: where only the newest does, nobody reads the others. */
export function rowsOfMeasure(measure: Measure, timed: readonly TimedRow[]): readonly WireRow[] {
  const newestMs = timed.at(-1)?.ms;
  const decisive = isOfLatest(measure) ? timed.slice(timed.findIndex(({ ms }) => ms === newestMs)) : timed;
  return decisive.map(({ row }) => row);
}

function timelessValue(measure: Measure, reading: Reading): PanelValue | undefined {
  if (reading.rows.length === 0) return isCountOfNone(measure, reading) ? nothing : undefined;
  return {
    value: measured(measure, reading, reading.rows, null),
    rows: reading.rows,
    timed: undefined,
    newestMs: undefined,
    opening: undefined,
    corrected: isOfLatest(measure) && (reading.rows[0]?.revision ?? 0) > 0,
  };
}

/** What is known to be none: rows there are from before the span, and none of it; or none of some. */
const nothing: PanelValue = {
  value: zero,
  rows: [],
  timed: undefined,
  newestMs: undefined,
  opening: undefined,
  corrected: false,
};

/** Where a view has had rows, and none is as it is asked for, their number is 0. */
function isCountOfNone({ of, per }: Measure, { hadRows }: Reading): boolean {
  return hadRows === true && of.aggregate === "count" && per === null;
}

function openingAt(reading: Reading, { row, ms }: TimedRow, nowMs: number): Opening | undefined {
  const endMs = windowEndOf(reading, row);
  if (row.final || !tellsWhatIsFinal(reading, endMs !== undefined)) return undefined;
  const startMs = instantOf(cellOf(reading.columns, windowStart)(row)) ?? ms;
  return openingOf(startMs, endMs, nowMs);
}
