/** One number on a scale: where it stands, on which level, and how far from its target. */
import type { GaugePanel, Level } from "../../../../src/serving/pages.ts";
import type { WireRow } from "../../../../src/serving/protocol.ts";
import { decimalOf } from "../../data/cells.ts";
import { currencyOf } from "../../data/formatted.ts";
import { levelOf } from "../../data/levels.ts";
import { panelValue } from "../../data/panel-value.ts";
import { type Opening, openWords } from "../../data/spans.ts";
import { type ExactDecimal, nearestNumber, subtract } from "../../numbers/exact-decimal.ts";
import type { PanelInput } from "../panel-kind.ts";

/** A part of the scale, 0 at its beginning and 1 at its end. */
export interface Segment {
  readonly from: number;
  readonly to: number;
  readonly level: Level;
}

export interface Gauge {
  /** Undefined where no number can be read. */
  readonly value: ExactDecimal | undefined;
  /** Those that the value is of. */
  readonly rows: readonly WireRow[];
  readonly currency: string;
  /** Of the scale, within 0 and 1. */
  readonly part: number;
  readonly beyond: "below the scale" | "above the scale" | undefined;
  /** In which the number is. */
  readonly level: Level | undefined;
  readonly segments: readonly Segment[];
  /** Of the scale; undefined where it is not on it. */
  readonly targetPart: number | undefined;
  readonly opening: Opening | undefined;
  readonly corrected: boolean;
  readonly newestMs: number | undefined;
}

export function shapeGauge({ panel, readings, around }: PanelInput<GaugePanel>): Gauge | undefined {
  const reading = readings[0];
  if (reading === undefined) return undefined;
  const of = panelValue(panel.value, reading, panel.time, around);
  if (of === undefined) return undefined;
  const { value, opening, corrected, newestMs } = of;
  const levels = [...panel.levels].sort((left, right) => left.from - right.from);
  const targetPart = panel.target === null ? undefined : partOf(panel.target, panel);
  return {
    value,
    rows: of.rows,
    currency: currencyOf(panel.format, reading, of.rows.at(-1) ?? reading.rows[0]),
    part: value === undefined ? 0 : clamped(partOf(nearestNumber(value), panel)),
    beyond: beyondOf(value, panel),
    level: levelOf(value, levels),
    segments: segmentsOf(levels, panel),
    targetPart: targetPart !== undefined && targetPart === clamped(targetPart) ? targetPart : undefined,
    opening,
    corrected,
    newestMs,
  };
}

/** A scale without length has all at its beginning; one longer than any number is measured by halves. */
function partOf(value: number, { min, max }: GaugePanel): number {
  if (max <= min) return 0;
  return Number.isFinite(max - min)
    ? (value - min) / (max - min)
    : (value / 2 - min / 2) / (max / 2 - min / 2);
}

function clamped(part: number): number {
  return Math.min(1, Math.max(0, part));
}

function beyondOf(value: ExactDecimal | undefined, { min, max }: GaugePanel): Gauge["beyond"] {
  if (value === undefined) return undefined;
  if (!isAtLeast(value, min)) return "below the scale";
  return isAtLeast(value, max) && compared(value, max) !== 0 ? "above the scale" : undefined;
}

function isAtLeast(value: ExactDecimal, bound: number): boolean {
  return compared(value, bound) >= 0;
}

/** Exact: a number that is written as the bound is on it. */
function compared(value: ExactDecimal, bound: number): number {
  const exact = decimalOf(bound);
  if (exact === undefined) return nearestNumber(value) - bound;
  const { unscaled } = subtract(value, exact);
  return unscaled < 0n ? -1 : unscaled > 0n ? 1 : 0;
}

function segmentsOf(levels: readonly Level[], panel: GaugePanel): readonly Segment[] {
  return levels
    .map((level, position) => ({
      level,
      from: clamped(partOf(level.from, panel)),
      to: clamped(partOf(levels[position + 1]?.from ?? panel.max, panel)),
    }))
    .filter(({ from, to }) => to > from);
}

/** What is to be said of the number's standing; empty where it is final. */
export function standingWords({ opening, corrected }: Gauge): string {
  if (opening !== undefined) return openWords(opening);
  return corrected ? "corrected" : "";
}
