/**
 * Sorting and searching of many rows at once. Numbers are compared exactly, texts as the reader's locale
 * orders them; what is no number stands behind the numbers, and null last, in either direction.
 *
 * Only rows that are looked at are put in order: of 100,000 rows that change all the time, sorting all of
 * them for a page of ten would cost ten times as much.
 */
import type { WireRow, WireValue } from "../../../../src/serving/protocol.ts";
import { decimalOf, instantOf, textOf } from "../../data/cells.ts";
import { subtract } from "../../numbers/exact-decimal.ts";
import type { ShownColumn } from "../detail/columns.ts";

export interface Order {
  /** Its position. */
  readonly column: number;
  readonly descending: boolean;
}

type Compare = (left: number, right: number) => number;

/** One is costly to make and costs nothing to keep. */
const collator = new Intl.Collator();
const plainNumber = /^-?\d+(?:\.\d+)?$/;
const [ofNumber, ofText, ofNull] = [0, 1, 2];

/** Those from position `from` up to, not including, `to` of the order. Equal ones stay as they came. */
export function orderedRows(
  rows: readonly WireRow[],
  columns: readonly ShownColumn[],
  order: Order | null,
  from: number,
  to: number,
): readonly WireRow[] {
  const column = order === null ? undefined : columns[order.column];
  if (order === null || column === undefined) return rows.slice(from, to);
  const compare = comparison(rows, column, order.descending);
  const places = Uint32Array.from(rows, (_, index) => index);
  if (from > 0) selectSmallest(places, compare, 0, from);
  if (to < rows.length) selectSmallest(places, compare, from, to);
  return [...places.subarray(from, to).sort(compare)].map((place) => rows[place]!);
}

/** Compares rows by their positions. No two are equal, so that every sort is stable. */
function comparison(rows: readonly WireRow[], { cell, sorts }: ShownColumn, descending: boolean): Compare {
  const values = rows.map(cell);
  const numbers = Float64Array.from(values, (value) => numberFor(value, sorts));
  const kinds = Uint8Array.from(values, (value, place) =>
    value === null ? ofNull : Number.isNaN(numbers[place]) ? ofText : ofNumber,
  );
  const texts = values.map((value, place) => (kinds[place] === ofText ? textOf(value) : ""));
  const sign = descending ? -1 : 1;
  return (left, right) => {
    const kind = kinds[left]!;
    if (kind !== kinds[right]) return kind - kinds[right]!;
    let difference = 0;
    if (kind === ofText) difference = collator.compare(texts[left]!, texts[right]!);
    else if (kind === ofNumber) {
      difference = numbers[left]! - numbers[right]! || exactDifference(values[left]!, values[right]!);
    }
    return sign * difference || left - right;
  };
}

/** The nearest double, which never turns two numbers around; NaN where the column's rows are texts. */
function numberFor(value: WireValue, sorts: ShownColumn["sorts"]): number {
  if (sorts === "text" || value === null || typeof value === "object") return Number.NaN;
  if (sorts === "time") return instantOf(value) ?? Number.NaN;
  if (typeof value === "string") return plainNumber.test(value) ? Number(value) : Number.NaN;
  return Number(value);
}

/** Of values with one nearest double. */
function exactDifference(left: WireValue, right: WireValue): number {
  if (typeof left !== "string" || typeof right !== "string" || left === right) return 0;
  const [leftDecimal, rightDecimal] = [decimalOf(left), decimalOf(right)];
  if (leftDecimal === undefined || rightDecimal === undefined) return 0;
  const { unscaled } = subtract(leftDecimal, rightDecimal);
  return unscaled < 0n ? -1 : unscaled > 0n ? 1 : 0;
}

/** Quickselect: behind it, those up to `count` are before all others from `first` on, in no order. */
function selectSmallest(places: Uint32Array, compare: Compare, first: number, count: number): void {
  let [low, high] = [first, places.length - 1];
  while (low < high) {
    const pivot = middleOf(places, compare, low, high);
    let [left, right] = [low, high];
    while (left <= right) {
      while (compare(places[left]!, pivot) < 0) left++;
      while (compare(places[right]!, pivot) > 0) right--;
      if (left > right) break;
      [places[left], places[right]] = [places[right]!, places[left]!];
      left++;
      right--;
    }
    if (count - 1 <= right) high = right;
    else if (count - 1 >= left) low = left;
    else return;
  }
}

/** Of the first, the middle and the last: rows often come in order already. */
function middleOf(places: Uint32Array, compare: Compare, low: number, high: number): number {
  const three = [places[low]!, places[(low + high) >> 1]!, places[high]!];
  return three.sort(compare)[1]!;
}

/** Rows that have the text in any column, in whatever case. A number is found as it is shown, too. */
export function foundRows(
  rows: readonly WireRow[],
  columns: readonly ShownColumn[],
  search: string,
): readonly WireRow[] {
  const wanted = search.trim().toLocaleLowerCase();
  if (wanted === "") return rows;
  const digits = withoutGroups(wanted);
  return rows.filter((row) =>
    columns.some(({ cell, sorts }) => {
      const text = textOf(cell(row)).toLocaleLowerCase();
      return text.includes(wanted) || (sorts === "number" && digits !== wanted && text.includes(digits));
    }),
  );
}

/** "1,234.5" is 1234.5, as the reader's locale writes it. */
function withoutGroups(text: string): string {
  const parts = new Intl.NumberFormat().formatToParts(12_345.6);
  const [group, point] = ["group", "decimal"].map((type) => parts.find((part) => part.type === type)?.value);
  if (!/^[\d.,\s'’\u00a0\u202f]+$/.test(text)) return text;
  return text.replaceAll(group ?? ",", "").replace(point ?? ".", ".");
}
