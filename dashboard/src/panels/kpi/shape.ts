/** One number: what it is, how it changed, how far it is from its target, and its way here. */
import type { KpiPanel, Tone } from "../../../../src/serving/pages.ts";
import type { WireRow } from "../../../../src/serving/protocol.ts";
import { decimalOf } from "../../data/cells.ts";
import { currencyOf } from "../../data/formatted.ts";
import { isOfLatest } from "../../data/measures.ts";
import { panelValue } from "../../data/panel-value.ts";
import { between, type Slot, slotsOf, slotValue, type TimedRows } from "../../data/slots.ts";
import { type Opening, openWords } from "../../data/spans.ts";
import { add, divide, type ExactDecimal, nearestNumber, subtract } from "../../numbers/exact-decimal.ts";
import type { PanelInput } from "../panel-kind.ts";
import { type Change, changeOf } from "./change.ts";

/** More points than that are put into buckets: the picture is a hundred pixels wide. */
const pointsMax = 120;
const bucketSpansMs = [1, 5, 15, 60, 300, 900, 3_600, 14_400, 86_400, 604_800].map(
  (seconds) => seconds * 1_000,
);

export interface SparkPoint {
  readonly startMs: number;
  /** Undefined where nobody knows. */
  readonly value: ExactDecimal | undefined;
  readonly open: boolean;
  /** Undefined where nobody says how long it is. */
  readonly endMs: number | undefined;
  readonly rows: readonly WireRow[];
}

/** Of what is whole: a window that fills is less than it will be. */
export interface Extremes {
  readonly min: ExactDecimal;
  readonly max: ExactDecimal;
  /** Undefined where the page wants none: of rates it tells nothing. */
  readonly mean: ExactDecimal | undefined;
}

export interface Kpi {
  /** Undefined where no number can be read. */
  readonly value: ExactDecimal | undefined;
  /** Those that the value is of. */
  readonly rows: readonly WireRow[];
  readonly currency: string;
  readonly opening: Opening | undefined;
  /** Whether the number is of the open window alone, and not of whole ones before it too. */
  readonly isOfLatest: boolean;
  readonly corrected: boolean;
  /** The time of the newest row. */
  readonly newestMs: number | undefined;
  readonly change: Change | undefined;
  /** Its way here, oldest first: empty where neither that nor its extremes are shown. */
  readonly points: readonly SparkPoint[];
  /** Each window of it, where extremes are told: those are of windows, not of what is drawn as one point. */
  readonly windows: readonly SparkPoint[];
  readonly extremes: Extremes | undefined;
  /** Of the target: 0.82 is 82 %. */
  readonly reached: ExactDecimal | undefined;
}

export function shapeKpi({ panel, readings, around }: PanelInput<KpiPanel>): Kpi | undefined {
  const reading = readings[0];
  if (reading === undefined) return undefined;
  const of = panelValue(panel.value, reading, panel.time, around);
  if (of === undefined) return undefined;
  const { value, opening, corrected, newestMs } = of;
  const { points, windows } = pointsOf({ panel, readings, around }, of.timed);
  return {
    value,
    rows: of.rows,
    currency: currencyOf(panel.format, reading, of.rows.at(-1) ?? reading.rows[0]),
    opening,
    isOfLatest: isOfLatest(panel.value),
    corrected,
    newestMs,
    change: changeOf({ panel, reading, of, around }),
    points,
    windows,
    extremes: panel.extremes ? extremesOf(windows, panel.mean) : undefined,
    reached: reachedOf(value, panel.target),
  };
}

/** As they are drawn, and one of each window: what is put into buckets is another number than a window's. */
function pointsOf({ panel, readings, around }: PanelInput<KpiPanel>, timed: TimedRows | undefined) {
  const { time, value, sparkline, extremes } = panel;
  const reading = readings[0];
  const none: readonly SparkPoint[] = [];
  const isShown = sparkline || extremes;
  if (reading === undefined || timed === undefined || time === null || !isShown) {
    return { points: none, windows: none };
  }
  const by = (bucketMs: number | null): readonly SparkPoint[] =>
    slotsOf(reading, timed, { end: "window_end", bucketMs }, around).map(
      ({ startMs, endMs, rows, open }: Slot): SparkPoint => ({
        startMs,
        value: slotValue(value, reading, rows, time),
        open,
        endMs,
        rows,
      }),
    );
  const times = new Set(between(timed.rows, around.fromMs, around.toMs).map(({ ms }) => ms));
  if (times.size <= pointsMax) {
    const points = by(null);
    return { points, windows: points };
  }
  const windows = extremes ? by(null) : none;
  return { points: by(bucketFor(around.toMs - around.fromMs)), windows };
}

function bucketFor(spanMs: number): number {
  return bucketSpansMs.find((ms) => spanMs / ms <= pointsMax) ?? Math.ceil(spanMs / pointsMax);
}

function extremesOf(points: readonly SparkPoint[], hasMean: boolean): Extremes | undefined {
  const values = points.flatMap(({ value, open }) => (value === undefined || open ? [] : [value]));
  const [first] = values;
  if (first === undefined) return undefined;
  let [min, max, sum] = [first, first, first];
  for (const value of values.slice(1)) {
    if (subtract(value, min).unscaled < 0n) min = value;
    if (subtract(max, value).unscaled < 0n) max = value;
    sum = add(sum, value);
  }
  const count = { unscaled: BigInt(values.length), scale: 0 };
  return { min, max, mean: hasMean ? divide(sum, count, sum.scale + 2) : undefined };
}

function reachedOf(value: ExactDecimal | undefined, target: number | null): ExactDecimal | undefined {
  const goal = target === null ? undefined : decimalOf(target);
  if (value === undefined || goal === undefined || goal.unscaled === 0n) return undefined;
  return divide(value, goal, 6);
}

export interface ChangeWords {
  /** "12.3 %"; empty where no ratio is told. */
  readonly amount: string;
  /** "more than the hour before". */
  readonly rest: string;
  readonly arrow: "▲" | "▼" | "";
  readonly tone: Tone;
}

const percent = new Intl.NumberFormat(undefined, { style: "percent", maximumFractionDigits: 1 });
/** After next to nothing the ratio tells nothing. */
const ratioMax = 9.99;
/** Less is written as 0 %. */
const ratioMin = 0.0005;

export function changeWords(change: Change, better: KpiPanel["better"]): ChangeWords {
  const plain = (rest: string): ChangeWords => ({ amount: "", rest, arrow: "", tone: "plain" });
  if (change.is === "unknown") return plain(change.why);
  if (change.is === "from-nothing") return plain(`nothing ${inPeriod(change.than)}`);
  const ratio = nearestNumber(change.ratio);
  const size = Math.abs(ratio);
  if (size < ratioMin) return plain(`as much as ${change.than}`);
  const isMore = ratio > 0;
  const isGood = isMore === (better === "more");
  return {
    amount: size > ratioMax ? `over ${percent.format(ratioMax)}` : percent.format(size),
    rest: `${isMore ? "more" : "less"} than ${change.than}`,
    arrow: isMore ? "▲" : "▼",
    tone: better === "neither" ? "plain" : isGood ? "good" : "bad",
  };
}

/** "the hour before" is a period, "5 minutes before" an instant. */
function inPeriod(than: string): string {
  return than.startsWith("the ") ? `in ${than}` : than;
}

/** What is to be said of the number's standing; empty where it is final. */
export function standingWords({ opening, isOfLatest, corrected }: Kpi): string {
  const words = opening && openWords(opening);
  if (words !== undefined) return isOfLatest ? words : `newest ${words}`;
  return corrected ? "corrected" : "";
}
