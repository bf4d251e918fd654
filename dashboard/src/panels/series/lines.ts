/** The lines of a chart: one for each measure, or one for each value of a column and one for the rest. */
import type { Format, Measure, SeriesPanel, Tone } from "../../../../src/serving/pages.ts";
import type { WireRow } from "../../../../src/serving/protocol.ts";
import { cellOf, textOf } from "../../data/cells.ts";
import { isAdditive, measured } from "../../data/measures.ts";
import { type Slot, slotValue } from "../../data/slots.ts";
import { absolute, type ExactDecimal, subtract, zero } from "../../numbers/exact-decimal.ts";
import type { Reading } from "../panel-kind.ts";

/** As many as there are colours that can be told apart. */
const linesMax = 8;

export interface Line {
  /** Unique within its chart. */
  readonly key: string;
  readonly title: string;
  readonly format: Format;
  readonly tone: Tone | null;
  /** Of all values of the column that have no line of their own. */
  readonly isRest: boolean;
  /** One number by another: it has more digits than anybody asked for. */
  readonly isRate: boolean;
  /** By position of the slots; undefined where nobody knows. */
  readonly values: readonly (ExactDecimal | undefined)[];
}

export interface Lines {
  readonly lines: readonly Line[];
  /** How many are in no line, because there are more than a chart can hold. */
  readonly leftOut: number;
  /** Points that have rows and no number. */
  readonly unread: number;
}

/** Reads the measure of a line at each slot, and counts where there should be a number and is none. */
class LineReader {
  readonly #panel: SeriesPanel;
  readonly #reading: Reading;
  readonly #slots: readonly Slot[];
  unread = 0;

  constructor(panel: SeriesPanel, reading: Reading, slots: readonly Slot[]) {
    this.#panel = panel;
    this.#reading = reading;
    this.#slots = slots;
  }

  values(measure: Measure, rowsAt: (position: number) => readonly WireRow[]): Line["values"] {
    return this.#slots.map((slot, position) => {
      const rows = rowsAt(position);
      // A moment of its own is no span of time in which a line without a row would be at zero.
      if (rows.length === 0 && slot.endMs === undefined) return undefined;
      const value = slotValue(measure, this.#reading, rows, this.#panel.time);
      // Of a rate there may be nothing to divide by.
      if (value === undefined && rows.length > 0 && measure.per === null) this.unread += 1;
      return value;
    });
  }
}

/** Rows of each slot by value of the column. */
type Parted = readonly ReadonlyMap<string, readonly WireRow[]>[];

export function linesOf(panel: SeriesPanel, reading: Reading, slots: readonly Slot[]): Lines {
  if (panel.by !== null) return linesBy(panel, panel.by, reading, slots);
  const reader = new LineReader(panel, reading, slots);
  const lines = panel.values.slice(0, linesMax).map(
    ({ title, value, format, tone }, position): Line => ({
      key: String(position),
      title,
      format,
      tone,
      isRest: false,
      isRate: value.per !== null,
      values: reader.values(value, (at) => slots[at]?.rows ?? []),
    }),
  );
  return { lines, leftOut: panel.values.length - lines.length, unread: reader.unread };
}

function linesBy(panel: SeriesPanel, by: string, reading: Reading, slots: readonly Slot[]): Lines {
  const [measure] = panel.values;
  if (measure === undefined) return { lines: [], leftOut: 0, unread: 0 };
  const { value, format, tone } = measure;
  const parted = partedBy(by, reading, slots);
  const keys = [...new Set(parted.flatMap((parts) => [...parts.keys()]))];
  const shown = keys.length <= linesMax ? keys : greatestOf(keys, parted, panel, value, reading);
  const reader = new LineReader(panel, reading, slots);
  const line = (title: string, isRest: boolean, rowsAt: (position: number) => readonly WireRow[]): Line => ({
    key: isRest ? restKey : keyBy(title),
    title: isRest ? "others" : title || "(empty)",
    format,
    tone: isRest ? null : tone,
    isRest,
    isRate: value.per !== null,
    values: reader.values(value, rowsAt),
  });
  const isShown = new Set(shown);
  const lines = shown.sort().map((key) => line(key, false, (position) => parted[position]?.get(key) ?? []));
  const restCount = keys.length - shown.length;
  if (restCount === 0) return { lines, leftOut: 0, unread: reader.unread };
  if (!isAdditive(value)) return { lines, leftOut: restCount, unread: reader.unread };
  const rest = line("", true, (position) =>
    [...(parted[position] ?? [])].flatMap(([key, rows]) => (isShown.has(key) ? [] : rows)),
  );
  return { lines: [...lines, rest], leftOut: 0, unread: reader.unread };
}

const restKey = "rest";
const keyBy = (part: string): string => `by ${part}`;

/** Those of a slot that are in the line. */
export function rowsOfLine(
  { key, isRest }: Line,
  slot: Slot,
  lines: readonly Line[],
  { by }: SeriesPanel,
  reading: Reading,
): readonly WireRow[] {
  if (by === null) return slot.rows;
  const partOf = partReader(by, reading);
  if (!isRest) return slot.rows.filter((row) => keyBy(partOf(row)) === key);
  const own = new Set(lines.map((line) => line.key));
  return slot.rows.filter((row) => !own.has(keyBy(partOf(row))));
}

function partReader(by: string, { columns }: Reading): (row: WireRow) => string {
  const cell = cellOf(columns, by);
  return (row) => {
    const value = cell(row);
    return value === null ? "none" : textOf(value);
  };
}

function partedBy(by: string, reading: Reading, slots: readonly Slot[]): Parted {
  const partOf = partReader(by, reading);
  return slots.map(({ rows }) => {
    const parts = new Map<string, WireRow[]>();
    for (const row of rows) {
      const key = partOf(row);
      const part = parts.get(key);
      if (part === undefined) parts.set(key, [row]);
      else part.push(row);
    }
    return parts;
  });
}

/** Those that come to most. */
function greatestOf(
  keys: readonly string[],
  parted: Parted,
  { time }: SeriesPanel,
  measure: Measure,
  reading: Reading,
): string[] {
  const rowsByKey = new Map<string, WireRow[]>(keys.map((key) => [key, []]));
  for (const parts of parted) {
    for (const [key, rows] of parts) for (const row of rows) rowsByKey.get(key)?.push(row);
  }
  const sized = keys.map((key) => {
    const whole = measured(measure, reading, rowsByKey.get(key) ?? [], time);
    return { key, size: absolute(whole ?? zero) };
  });
  sized.sort(
    (left, right) => Number(subtract(right.size, left.size).unscaled) || (left.key < right.key ? -1 : 1),
  );
  return sized.slice(0, linesMax).map(({ key }) => key);
}
