/** What stands in a row: by the path of a column, as a text, as an exact number, as an instant. */
import type { WireColumn, WireRow, WireValue } from "../../../src/serving/protocol.ts";
import { type ExactDecimal, readDecimal } from "../numbers/exact-decimal.ts";
import type { Reading } from "../panels/panel-kind.ts";

export type Cell = (row: WireRow) => WireValue;

/** Reads `name`, or a member of an object: `metrics.revenue`. Of a column that is not there: null. */
export function cellOf(columns: readonly WireColumn[], path: string): Cell {
  const whole = columns.findIndex(({ name }) => name === path);
  if (whole !== -1) return ({ values }) => values[whole] ?? null;
  const [first = "", ...members] = path.split(".");
  const position = columns.findIndex(({ name }) => name === first);
  return ({ values }) => members.reduce<WireValue>(memberOf, values[position] ?? null);
}

function memberOf(value: WireValue, member: string): WireValue {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  return (value as Readonly<Record<string, WireValue>>)[member] ?? null;
}

/** Exact where it is written out; undefined of what is no number. */
export function decimalOf(value: WireValue): ExactDecimal | undefined {
  if (typeof value === "string") return readDecimal(value);
  if (typeof value === "boolean") return { unscaled: value ? 1n : 0n, scale: 0 };
  if (typeof value !== "number" || !Number.isFinite(value)) return undefined;
  return readDecimal(String(value)) ?? readDecimal(plainDigits(value));
}

/** A double that is written with an exponent. */
function plainDigits(value: number): string {
  return Math.abs(value) < 1 ? value.toFixed(20) : BigInt(Math.trunc(value)).toString();
}

/** From 1970 in either direction; beyond it no calendar has a day, and formats throw. */
const furthestMs = 8.64e15;

/** Undefined where it is no time. */
export function instantOf(value: WireValue): number | undefined {
  if (typeof value === "number") return Math.abs(value) <= furthestMs ? value : undefined;
  if (typeof value !== "string") return undefined;
  const ms = Date.parse(value);
  return Number.isNaN(ms) ? undefined : ms;
}

/** As it is read: an object is its JSON. */
export function textOf(value: WireValue): string {
  if (value === null) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

const windowEnd = "window_end";

/** Where a row's window ends, if a column says so. */
export function windowEndOf({ columns }: Reading, row: WireRow): number | undefined {
  return instantOf(cellOf(columns, windowEnd)(row));
}

/**
 * Rows whose time is from `fromMs` on and before `toMs`; all where no column tells it. Of windows that are
 * longer than that, those that go on in it.
 */
export function rowsWithin(
  reading: Reading,
  time: string | null,
  fromMs: number,
  toMs: number,
): readonly WireRow[] {
  const { columns, rows } = reading;
  if (time === null) return rows;
  const at = cellOf(columns, time);
  const begun: WireRow[] = [];
  let [before, beforeMs]: [WireRow[], number] = [[], Number.NEGATIVE_INFINITY];
  for (const row of rows) {
    const ms = instantOf(at(row));
    if (ms === undefined || ms >= toMs) continue;
    if (ms >= fromMs) begun.push(row);
    else if (ms > beforeMs) [before, beforeMs] = [[row], ms];
    else if (ms === beforeMs) before.push(row);
  }
  return begun.length > 0 ? begun : before.filter((row) => goesOnAt(reading, row, fromMs));
}

/** Whether its window is longer than to that instant. */
export function goesOnAt(reading: Reading, row: WireRow, ms: number): boolean {
  return (windowEndOf(reading, row) ?? Number.NEGATIVE_INFINITY) > ms;
}

/** Those of the greatest time, such as one for each name of a window; the first where no column tells it. */
export function newestRows(
  reading: Reading,
  rows: readonly WireRow[],
  time: string | null,
): readonly WireRow[] {
  const newest = newestRow(reading, rows, time);
  if (newest === undefined || time === null) return newest === undefined ? [] : [newest];
  const at = cellOf(reading.columns, time);
  const newestMs = instantOf(at(newest));
  return rows.filter((row) => instantOf(at(row)) === newestMs);
}

/** Of the greatest time; the first where no column tells it. */
export function newestRow({ columns }: Reading, rows: readonly WireRow[], time: string | null) {
  if (time === null) return rows[0];
  const at = cellOf(columns, time);
  let newest: WireRow | undefined;
  let newestMs = Number.NEGATIVE_INFINITY;
  for (const row of rows) {
    const ms = instantOf(at(row));
    if (ms !== undefined && ms > newestMs) [newest, newestMs] = [row, ms];
  }
  return newest;
}
