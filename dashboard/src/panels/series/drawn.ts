/**
 * From exact numbers to the places of pixels: what is final and what is open apart, stacked where it is
 * stacked, and no more points than there are pixels. Doubles begin here and go to the canvas only.
 */
import type { Level, SeriesPanel } from "../../../../src/serving/pages.ts";
import { drawnPositions, type PixelValues } from "../../chart/decimate.ts";
import type { Slot } from "../../data/slots.ts";
import type { ExactDecimal } from "../../numbers/exact-decimal.ts";
import type { Around } from "../panel-kind.ts";
import type { Series } from "./shape.ts";

export interface DrawnLine {
  /** Of the lines of the chart. */
  readonly position: number;
  readonly whole: PixelValues;
  /** What is not final; for a line also the point before it, from which it goes on. */
  readonly open: PixelValues;
  /** Where it stands on; undefined where nothing is below it. */
  readonly base: PixelValues | undefined;
}

export interface Drawn {
  /** By column of the picture the slot that it shows. */
  readonly slots: readonly number[];
  readonly timesSeconds: readonly number[];
  /** From the lowest to the highest where they are stacked. */
  readonly lines: readonly DrawnLine[];
  readonly fromSeconds: number;
  readonly toSeconds: number;
  readonly low: number;
  readonly high: number;
  /** Of a bar; undefined where slots have no length. */
  readonly stepSeconds: number | undefined;
  /** Thresholds that are too far from the numbers to be drawn with them. */
  readonly outside: readonly Level[];
}

interface DrawnSettings {
  readonly panel: SeriesPanel;
  readonly around: Around;
  /** Keys of lines that the reader switched off. */
  readonly hidden: ReadonlySet<string>;
  /** In pixels. */
  readonly width: number;
}

export function drawnSeries(model: Series, { panel, around, hidden, width }: DrawnSettings): Drawn {
  const { slots, lines } = model;
  const shown = lines.flatMap((line, position) => (hidden.has(line.key) ? [] : [position]));
  const values = shown.map((position) => (lines[position]?.values ?? []).map(pixelValue));
  const tops = panel.stacked ? cumulated(values) : values;
  const times = slots.map(({ startMs }) => startMs);
  const drawn = drawnPositions(times, tops, width);
  const at = (of: PixelValues): PixelValues => drawn.map((position) => of[position] ?? null);
  const isOpen = drawn.map((position) => slots[position]?.open === true);
  const joined = panel.look !== "bars";
  const picked = tops.map(at);
  const [low, high] = rangeOf(picked);
  const inside = (level: Level): boolean => level.from >= 2 * low - high && level.from <= 2 * high - low;
  const within = panel.thresholds.filter(inside).map(({ from }) => from);
  const stepMs = panel.look === "bars" ? stepOf(slots) : undefined;
  const shiftMs = (stepMs ?? 0) / 2;
  return {
    slots: drawn,
    timesSeconds: drawn.map((position) => ((times[position] ?? 0) + shiftMs) / 1_000),
    lines: picked.map((top, index) => ({
      position: shown[index] ?? 0,
      whole: top.map((value, place) => (isOpen[place] ? null : value)),
      open: top.map((value, place) => (isOpen[place] || (joined && isOpen[place + 1]) ? value : null)),
      base: panel.stacked ? (picked[index - 1] ?? top.map(() => 0)) : undefined,
    })),
    fromSeconds: Math.min(around.fromMs, times[0] ?? around.fromMs) / 1_000,
    toSeconds: Math.max(around.toMs, (times.at(-1) ?? around.toMs) + 2 * shiftMs) / 1_000,
    low: Math.min(low, ...within),
    high: Math.max(high, ...within),
    stepSeconds: stepMs === undefined ? undefined : stepMs / 1_000,
    outside: panel.thresholds.filter((level) => !inside(level)),
  };
}

/**
 * The line that a value of the picture is of at that point: of lines the nearest, of what is stacked the one
 * whose part has it. Undefined of bars beside each other, which no value tells apart.
 */
export function lineAt(
  { lines }: Drawn,
  index: number,
  value: number,
  { look, stacked }: Pick<SeriesPanel, "look" | "stacked">,
): number | undefined {
  if (look === "bars" && !stacked && lines.length > 1) return undefined;
  const known = lines.flatMap(({ position, whole, open }) => {
    const top = whole[index] ?? open[index];
    return top == null ? [] : [{ position, top }];
  });
  if (stacked) return (known.find(({ top }) => top >= value) ?? known.at(-1))?.position;
  const apart = ({ top }: { readonly top: number }) => Math.abs(top - value);
  return known.toSorted((one, other) => apart(one) - apart(other))[0]?.position;
}

function pixelValue(value: ExactDecimal | undefined): number | null {
  if (value === undefined) return null;
  const number = Number(value.unscaled) / 10 ** value.scale;
  return Number.isFinite(number) ? number : null;
}

/** Each on top of those before it. A line that is not known at a time adds nothing to others that are. */
function cumulated(lines: readonly PixelValues[]): readonly PixelValues[] {
  const sums = (lines[0] ?? []).map((): number | null => null);
  return lines.map((values) => {
    for (const [place, value] of values.entries()) {
      if (value !== null) sums[place] = (sums[place] ?? 0) + value;
    }
    return [...sums];
  });
}

/** From zero, or from below it where numbers are negative; never of no height. */
function rangeOf(lines: readonly PixelValues[]): readonly [number, number] {
  let [low, high] = [0, 0];
  for (const values of lines) {
    for (const value of values) {
      if (value !== null && value < low) low = value;
      if (value !== null && value > high) high = value;
    }
  }
  return low === high ? [0, 1] : [low, high];
}

/** The least that a slot is long. */
function stepOf(slots: readonly Slot[]): number {
  let stepMs = Number.POSITIVE_INFINITY;
  for (const [position, { startMs, endMs }] of slots.entries()) {
    const untilMs = Math.min(
      endMs ?? Number.POSITIVE_INFINITY,
      slots[position + 1]?.startMs ?? endMs ?? startMs,
    );
    if (untilMs > startMs) stepMs = Math.min(stepMs, untilMs - startMs);
  }
  return stepMs === Number.POSITIVE_INFINITY ? 60_000 : stepMs;
}
