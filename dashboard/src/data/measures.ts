/** One number of many rows, in exact arithmetic: a rate is the sum of its parts, never a mean of rates. */

import type { Measure, MeasureTerm } from "../../../src/serving/pages.ts";
import type { WireRow } from "../../../src/serving/protocol.ts";
import { add, divide, type ExactDecimal, subtract, zero } from "../numbers/exact-decimal.ts";
import type { Reading } from "../panels/panel-kind.ts";
import { type Cell, cellOf, decimalOf, newestRows } from "./cells.ts";

/** Behind the point, of what is divided. */
const quotientDigits = 12;

/** Undefined where there is nothing to tell: no row, no value in any, or nothing to divide by. */
export function measured(
  measure: Measure,
  reading: Reading,
  rows: readonly WireRow[],
  time: string | null,
): ExactDecimal | undefined {
  const of = termOf(measure.of, reading, rows, time);
  if (measure.per === null || of === undefined) return of;
  const per = termOf(measure.per, reading, rows, time);
  return per === undefined || per.unscaled === 0n ? undefined : divide(of, per, quotientDigits);
}

function termOf(
  { aggregate, column }: MeasureTerm,
  reading: Reading,
  rows: readonly WireRow[],
  time: string | null,
): ExactDecimal | undefined {
  if (column === null) return { unscaled: BigInt(rows.length), scale: 0 };
  const cell = cellOf(reading.columns, column);
  if (aggregate === "latest") return sumOf(cell, newestRows(reading, rows, time));
  if (aggregate === "count") {
    return { unscaled: BigInt(rows.filter((row) => cell(row) !== null).length), scale: 0 };
  }
  if (aggregate === "sum") return sumOf(cell, rows);
  let found: ExactDecimal | undefined;
  for (const row of rows) {
    const value = decimalOf(cell(row));
    if (value !== undefined) found = found === undefined ? value : extreme(aggregate, found, value);
  }
  return found;
}

function sumOf(cell: Cell, rows: readonly WireRow[]): ExactDecimal | undefined {
  let sum: ExactDecimal | undefined;
  for (const row of rows) {
    const value = decimalOf(cell(row));
    if (value !== undefined) sum = add(sum ?? zero, value);
  }
  return sum;
}

function extreme(aggregate: "min" | "max", left: ExactDecimal, right: ExactDecimal): ExactDecimal {
  const leftIsLess = subtract(left, right).unscaled < 0n;
  return leftIsLess === (aggregate === "min") ? left : right;
}

/**
 * Whether the value of all rows is the sum of the values of some and of the others. Sums and counts of none
 * are nothing, other measures of none are not known.
 */
export function isAdditive({ of, per }: Measure): boolean {
  return per === null && (of.aggregate === "sum" || of.aggregate === "count");
}

/** Only the newest rows decide it. */
export function isOfLatest({ of, per }: Measure): boolean {
  return of.aggregate === "latest" && (per === null || per.aggregate === "latest");
}

/** How much more it is than before: 0.25 is 25 % more. Undefined where there was nothing before. */
export function changeFrom(before: ExactDecimal | undefined, now: ExactDecimal | undefined) {
  if (before === undefined || now === undefined || before.unscaled === 0n) return undefined;
  const base = before.unscaled < 0n ? { ...before, unscaled: -before.unscaled } : before;
  return divide(subtract(now, before), base, 6);
}
