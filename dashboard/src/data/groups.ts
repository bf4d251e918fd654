/** Rows put together by what they are of, and one number of each such group. */
import type { ColumnPath, Format, Measure } from "../../../src/serving/pages.ts";
import type { WireRow, WireValue } from "../../../src/serving/protocol.ts";
import { add, type ExactDecimal } from "../numbers/exact-decimal.ts";
import type { Around, Reading } from "../panels/panel-kind.ts";
import type { Times } from "../time/times.ts";
import { cellOf, instantOf, newestRows, rowsWithin, textOf } from "./cells.ts";
import { currencyOf } from "./formatted.ts";
import { isAdditive, measured } from "./measures.ts";

export interface Group {
  /** By position of what the rows were put together by. */
  readonly names: readonly WireValue[];
  readonly rows: readonly WireRow[];
}

export interface SpanRows {
  readonly rows: readonly WireRow[];
  /** The instant that all of them are of; undefined where they are of the whole span. */
  readonly atMs: number | undefined;
}

/**
 * What of a reading is looked at. Where a measure takes the latest, only rows of the newest instant of all
 * are: else what was there an hour ago and is no longer would stand beside what is, and their sum would be no
 * total of any time.
 */
export function rowsToMeasure(
  reading: Reading,
  time: ColumnPath | null,
  measures: readonly Measure[],
  { fromMs, toMs }: Around,
): SpanRows {
  if (time === null || !measures.some(takesLatest)) {
    return { rows: rowsWithin(reading, time, fromMs, toMs), atMs: undefined };
  }
  const rows = newestRows(reading, rowsWithin(reading, time, fromMs, toMs), time);
  return { rows, atMs: rows[0] && instantOf(cellOf(reading.columns, time)(rows[0])) };
}

export function takesLatest({ of, per }: Measure): boolean {
  return of.aggregate === "latest" || per?.aggregate === "latest";
}

/**
 * Whether values of several names make one of all. Of the latest of each nobody says it: numbers and amounts
 * are taken for parts of a whole, shares and times are none.
 */
export function addsUp(measure: Measure, { as }: Format): boolean {
  const isLatest = measure.per === null && measure.of.aggregate === "latest";
  return isAdditive(measure) || (isLatest && (as === "number" || as === "money"));
}

/** In the order in which their first rows come. */
export function groupsOf(
  { columns }: Reading,
  rows: readonly WireRow[],
  by: readonly ColumnPath[],
): readonly Group[] {
  const cells = by.map((path) => cellOf(columns, path));
  const only = cells.length === 1 ? cells[0] : undefined;
  const groups = new Map<WireValue, { names: readonly WireValue[]; rows: WireRow[] }>();
  for (const row of rows) {
    const first = only?.(row);
    const isPlain = first === null || (first !== undefined && typeof first !== "object");
    const names = isPlain ? undefined : cells.map((cell) => cell(row));
    const key = isPlain ? first : JSON.stringify(names);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { names: names ?? [first ?? null], rows: [row] });
    else group.rows.push(row);
  }
  return [...groups.values()];
}

/** Of amounts in several currencies there is no sum. */
export interface GroupValue {
  readonly value: ExactDecimal;
  readonly currency: string;
}

/** Of rows to measure; undefined where there is no value that could be told. */
export function groupValue(
  measure: Measure,
  format: Format,
  reading: Reading,
  rows: readonly WireRow[],
): GroupValue | undefined {
  // Where the latest is asked for, all rows are of the same instant already.
  const value = measured(measure, reading, rows, null);
  if (value === undefined) return undefined;
  const currency = currencyOf(format, reading, rows[0]);
  const isOfRows = format.currency !== null && "column" in format.currency;
  const isMixed = isOfRows && rows.some((row) => currencyOf(format, reading, row) !== currency);
  return isMixed ? undefined : { value, currency };
}

/** Undefined of no value at all, and of amounts in several currencies. */
export function sumOf(values: readonly GroupValue[]): GroupValue | undefined {
  const [first] = values;
  if (first === undefined) return undefined;
  // Most have as many digits as the others: those are summed as they are.
  const byScale = new Map<number, bigint>();
  for (const { value, currency } of values) {
    if (currency !== first.currency) return undefined;
    byScale.set(value.scale, (byScale.get(value.scale) ?? 0n) + value.unscaled);
  }
  const sums = [...byScale].map(([scale, unscaled]): ExactDecimal => ({ unscaled, scale }));
  return { value: sums.reduce(add), currency: first.currency };
}

/** As it is read; null of what has no name. */
export function nameIn({ columns }: Reading, path: ColumnPath, name: WireValue, times: Times): string | null {
  if (name === null) return null;
  const isTime = columns.find((column) => column.name === path)?.type === "timestamp";
  const ms = isTime ? instantOf(name) : undefined;
  return ms === undefined ? textOf(name) : times.moment(ms);
}

/** What a name is called that is not there. */
export const noName = "none";

export function plainName(names: readonly (string | null)[]): string {
  return names.map((name) => (name === "" ? "empty" : (name ?? noName))).join(" · ");
}
