/**
 * Rows by time: read once, oldest first, and put into slots, one for each time or each bucket. A slot
 * without rows is one of which it is known that nothing happened.
 */
import type { Measure } from "../../../src/serving/pages.ts";
import type { WireRow } from "../../../src/serving/protocol.ts";
import { type ExactDecimal, zero } from "../numbers/exact-decimal.ts";
import type { Around, Reading } from "../panels/panel-kind.ts";
import { cellOf, goesOnAt, instantOf } from "./cells.ts";
import { isAdditive, isOfLatest, measured } from "./measures.ts";

/** Beyond it a calendar has no days. */
const greatestInstantMs = 8.64e15;
/** More empty slots than anybody can see are not made. */
const slotsMax = 5_000;
/** What lies closer together are moments of their own and no grid. */
const gridStepMsMin = 1_000;

export interface TimedRow {
  readonly row: WireRow;
  readonly ms: number;
}

export interface TimedRows {
  /** Oldest first. */
  readonly rows: readonly TimedRow[];
  /** Rows without a time. */
  readonly timeless: number;
}

const timedByReading = new WeakMap<Reading, Map<string, TimedRows>>();

/** Rows are read once, however many panels show them. */
export function timedRows(reading: Reading, time: string): TimedRows {
  const byTime = timedByReading.get(reading) ?? new Map<string, TimedRows>();
  timedByReading.set(reading, byTime);
  const known = byTime.get(time);
  if (known !== undefined) return known;
  const rows = readTimes(reading, time);
  byTime.set(time, rows);
  return rows;
}

function readTimes({ columns, rows }: Reading, time: string): TimedRows {
  const at = cellOf(columns, time);
  const timed: TimedRow[] = [];
  let [sorted, reversed] = [true, true];
  for (const row of rows) {
    const ms = instantOf(at(row));
    if (ms === undefined || !(Math.abs(ms) <= greatestInstantMs)) continue;
    const last = timed[timed.length - 1];
    if (last !== undefined && last.ms > ms) sorted = false;
    if (last !== undefined && last.ms <= ms) reversed = false;
    timed.push({ row, ms });
  }
  if (!sorted && reversed) timed.reverse();
  else if (!sorted) timed.sort((left, right) => left.ms - right.ms);
  return { rows: timed, timeless: rows.length - timed.length };
}

/** From `fromMs` on and before `toMs`. */
export function between(rows: readonly TimedRow[], fromMs: number, toMs: number): readonly TimedRow[] {
  return rows.slice(positionOf(rows, fromMs), positionOf(rows, toMs));
}

/** Of what begins in a span, or of a window that is longer and goes on in it. */
export function fromWhen(reading: Reading, { rows }: TimedRows, fromMs: number, toMs: number): number {
  const first = positionOf(rows, fromMs);
  const [before, begun] = [rows[first - 1], rows[first]];
  if ((begun !== undefined && begun.ms < toMs) || before === undefined) return fromMs;
  return goesOnAt(reading, before.row, fromMs) ? before.ms : fromMs;
}

/** Of the first that is not before it. */
function positionOf(rows: readonly TimedRow[], ms: number): number {
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (rows[middle]!.ms < ms) low = middle + 1;
    else high = middle;
  }
  return low;
}

export interface Slot {
  readonly startMs: number;
  /** Undefined where nobody says how long it is. */
  readonly endMs: number | undefined;
  readonly rows: readonly WireRow[];
  /** What is in it may still change without a correction. */
  readonly open: boolean;
  /** The greatest of its rows. */
  readonly revision: number;
}

export interface SlotSettings {
  /** The column of a window's end. */
  readonly end: string | null;
  /** Null: one slot for each time. */
  readonly bucketMs: number | null;
}

/** Oldest first; empty where the span has no row. */
export function slotsOf(
  reading: Reading,
  timed: TimedRows,
  { end, bucketMs }: SlotSettings,
  around: Around,
): readonly Slot[] {
  const start = bucketMs === null ? (ms: number) => ms : (ms: number) => Math.floor(ms / bucketMs) * bucketMs;
  const lastMs = bucketMs === null ? around.toMs : Math.ceil(around.toMs / bucketMs) * bucketMs;
  const fromMs = start(fromWhen(reading, timed, around.fromMs, around.toMs));
  const rows = between(timed.rows, fromMs, lastMs);
  const ends = end === null ? undefined : cellOf(reading.columns, end);
  const windowEnd = (row: WireRow) => (ends === undefined ? undefined : instantOf(ends(row)));
  const drafts = draftsOf(rows, start);
  const stepMs = bucketMs ?? stepOf(drafts, windowEnd);
  const areWindows = drafts[0] !== undefined && windowEnd(drafts[0].rows[0]!) !== undefined;
  const tellsFinal = tellsWhatIsFinal(reading, areWindows);
  const closedMs = reading.watermarkMs ?? (around.endsNow ? around.toMs : Number.POSITIVE_INFINITY);
  const slots = drafts.map(({ startMs, rows }): Slot => {
    const endMs = (bucketMs === null ? windowEnd(rows[0]!) : undefined) ?? (stepMs && startMs + stepMs);
    const cut = bucketMs !== null && startMs + bucketMs > closedMs;
    let [open, revision] = [cut, 0];
    for (const row of rows) {
      if (tellsFinal && !row.final) open = true;
      if (row.revision > revision) revision = row.revision;
    }
    return { startMs, endMs, rows, open, revision };
  });
  return stepMs === undefined
    ? slots
    : withEmptySlots(slots, stepMs, timed, reading.watermarkMs, { fromMs, toMs: around.toMs });
}

/** Of rows that are never final it says nothing that they are not, unless they are windows. */
export function tellsWhatIsFinal({ rows }: Reading, areWindows: boolean): boolean {
  return areWindows || rows.some(({ final }) => final);
}

interface Draft {
  readonly startMs: number;
  readonly rows: WireRow[];
}

function draftsOf(rows: readonly TimedRow[], start: (ms: number) => number): readonly Draft[] {
  const drafts: Draft[] = [];
  let last: Draft | undefined;
  for (const { row, ms } of rows) {
    const startMs = start(ms);
    if (last?.startMs === startMs) last.rows.push(row);
    else {
      last = { startMs, rows: [row] };
      drafts.push(last);
    }
  }
  return drafts;
}

/** How far apart slots are that follow each other; undefined of moments that keep no distance. */
function stepOf(
  drafts: readonly Draft[],
  windowEnd: (row: WireRow) => number | undefined,
): number | undefined {
  const first = drafts[0];
  if (first === undefined) return undefined;
  const endMs = windowEnd(first.rows[0]!);
  let stepMs = endMs === undefined ? Number.POSITIVE_INFINITY : endMs - first.startMs;
  for (let index = 1; index < drafts.length; index += 1) {
    stepMs = Math.min(stepMs, drafts[index]!.startMs - drafts[index - 1]!.startMs);
  }
  if (!(stepMs >= gridStepMsMin) || stepMs === Number.POSITIVE_INFINITY) return undefined;
  return drafts.every(({ startMs }) => (startMs - first.startMs) % stepMs === 0) ? stepMs : undefined;
}

/**
 * Nothing happened where there is no row between rows, or up to the watermark; before the first row there
 * is, and behind both, nobody knows.
 */
function withEmptySlots(
  slots: readonly Slot[],
  stepMs: number,
  timed: TimedRows,
  watermarkMs: number | null,
  { fromMs, toMs }: Pick<Around, "fromMs" | "toMs">,
): readonly Slot[] {
  const [first, last] = [slots[0], slots.at(-1)];
  if (first === undefined || last === undefined) return slots;
  const reachesBack = timed.rows[0]!.ms < fromMs;
  const before = reachesBack ? Math.floor((first.startMs - fromMs) / stepMs) : 0;
  const closedMs = Math.min(watermarkMs ?? Number.NEGATIVE_INFINITY, toMs);
  const firstMs = first.startMs - before * stepMs;
  const lastMs = Math.max(
    last.startMs,
    last.startMs + Math.floor((closedMs - last.startMs) / stepMs - 1) * stepMs,
  );
  const count = (lastMs - firstMs) / stepMs + 1;
  if (!(count <= slotsMax) || count === slots.length) return slots;
  const byStart = new Map(slots.map((slot) => [slot.startMs, slot]));
  const shortestMs = Math.min(...slots.map(lengthOf));
  let takenMs = Number.NEGATIVE_INFINITY;
  return Array.from({ length: count }, (_, index) => firstMs + index * stepMs).flatMap((startMs): Slot[] => {
    const slot = byStart.get(startMs);
    // An hour that the clock shows twice is one window: none begins in its midst.
    if (slot !== undefined) takenMs = startMs + lengthOf(slot) - shortestMs;
    else if (startMs <= takenMs) return [];
    return [slot ?? { startMs, endMs: startMs + stepMs, rows: [], open: false, revision: 0 }];
  });
}

function lengthOf({ startMs, endMs }: Slot): number {
  return (endMs ?? startMs) - startMs;
}

/** The measure of some rows of a slot, oldest first: zero where it is known that nothing happened. */
export function slotValue(
  measure: Measure,
  reading: Reading,
  rows: readonly WireRow[],
  time: string | null,
): ExactDecimal | undefined {
  if (rows.length === 0) return isAdditive(measure) ? zero : undefined;
  const decisive = isOfLatest(measure) ? lastOf(reading, rows, time) : rows;
  // Of one row the newest is known without its time.
  return measured(measure, reading, decisive, decisive.length === 1 ? null : time);
}

/** Those at the end that are of one time: of thousands nobody reads the times of the others. */
function lastOf(reading: Reading, rows: readonly WireRow[], time: string | null): readonly WireRow[] {
  if (time === null || rows.length === 1) return rows;
  const at = cellOf(reading.columns, time);
  const lastMs = instantOf(at(rows.at(-1)!));
  let first = rows.length - 1;
  while (first > 0 && instantOf(at(rows[first - 1]!)) === lastMs) first -= 1;
  return rows.slice(first);
}
