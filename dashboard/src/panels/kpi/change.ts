/**
 * How a number compares with an earlier one, at equal elapsed time: what is still open is not compared with
 * what is whole.
 */
import type { KpiPanel } from "../../../../src/serving/pages.ts";
import type { WireRow } from "../../../../src/serving/protocol.ts";
import { windowEndOf } from "../../data/cells.ts";
import { changeFrom, isOfLatest, measured } from "../../data/measures.ts";
import { type PanelValue, rowsOfMeasure } from "../../data/panel-value.ts";
import { between, slotValue, type TimedRow, tellsWhatIsFinal } from "../../data/slots.ts";
import { spanWords, theSpan } from "../../data/spans.ts";
import { divide, type ExactDecimal } from "../../numbers/exact-decimal.ts";
import type { PanelInput, Reading } from "../panel-kind.ts";

export type Change =
  | {
      readonly is: "ratio";
      /** 0.25 is 25 % more. */
      readonly ratio: ExactDecimal;
      /** "the hour before". */
      readonly than: string;
      /** What is compared; undefined where a column has the ratio. */
      readonly sides: { readonly now: ExactDecimal; readonly before: ExactDecimal } | undefined;
      /** Of both sides. */
      readonly rows: readonly WireRow[];
    }
  /** Then there was nothing, so there is no ratio to it. */
  | { readonly is: "from-nothing"; readonly than: string }
  | { readonly is: "unknown"; readonly why: string };

interface Comparison {
  readonly panel: KpiPanel;
  readonly reading: Reading;
  readonly of: PanelValue;
  readonly around: PanelInput["around"];
}

interface Period {
  readonly fromMs: number;
  readonly toMs: number;
  readonly words: string;
}

const hundred: ExactDecimal = { unscaled: 100n, scale: 0 };
const nothingToCompare: Change = { is: "unknown", why: "nothing to compare with" };

/** Undefined where nothing is to be compared with. */
export function changeOf(comparison: Comparison): Change | undefined {
  const { panel, reading, of, around } = comparison;
  const than = panel.compareMs === null ? "before" : earlier(panel.compareMs);
  if (panel.change !== null) {
    const told = measured(panel.change, reading, of.rows, panel.time);
    const ratio = told && panel.changeAs === "percent" ? divide(told, hundred, told.scale + 2) : told;
    return ratio === undefined
      ? nothingToCompare
      : { is: "ratio", ratio, than, sides: undefined, rows: of.rows };
  }
  if (panel.before !== null) {
    return compared(measured(panel.before, reading, of.rows, panel.time), of.value, than, of.rows);
  }
  if (of.timed === undefined) return undefined;
  if (isOfLatest(panel.value)) {
    return panel.compareMs === null ? undefined : sinceRow(comparison, of.timed.rows, panel.compareMs);
  }
  const period = panel.compareMs === null ? around.before : shifted(around, panel.compareMs);
  return period && sincePeriod(comparison, of.timed.rows, period);
}

function sinceRow(
  { panel, reading, of, around }: Comparison,
  rows: readonly TimedRow[],
  compareMs: number,
): Change | undefined {
  if (of.newestMs === undefined) return undefined;
  const { opening } = of;
  if (opening !== undefined && panel.value.per === null) {
    const window = opening.lengthMs === undefined ? "it" : theSpan(opening.lengthMs);
    return { is: "unknown", why: `compared when ${window} is whole` };
  }
  const earlierRows = between(rows, Number.NEGATIVE_INFINITY, of.newestMs - compareMs + 1);
  const newest = earlierRows.at(-1);
  if (newest === undefined) return tooShort(rows[0], around);
  const rowsBefore = rowsOfMeasure(panel.value, earlierRows);
  const before = measured(panel.value, reading, rowsBefore, panel.time);
  return compared(before, of.value, earlier(of.newestMs - newest.ms), [...rowsBefore, ...of.rows]);
}

/** What is whole of the span, with as much of the period before it. */
function sincePeriod(
  { panel, reading, of, around }: Comparison,
  rows: readonly TimedRow[],
  period: Period,
): Change {
  const oldest = rows[0];
  if (oldest === undefined) return nothingToCompare;
  if (oldest.ms > period.fromMs + distanceOf(rows)) return tooShort(oldest, around);
  const wholeUntilMs = firstOpenMs(reading, between(rows, around.fromMs, around.toMs)) ?? around.toMs;
  const passedMs = wholeUntilMs - around.fromMs;
  if (passedMs <= 0) return { is: "unknown", why: "nothing whole yet to compare" };
  const rowsFrom = (fromMs: number) => between(rows, fromMs, fromMs + passedMs).map(({ row }) => row);
  const side = (own: readonly WireRow[]) => slotValue(panel.value, reading, own, panel.time);
  const [rowsBefore, rowsNow] = [rowsFrom(period.fromMs), rowsFrom(around.fromMs)];
  const now = wholeUntilMs === around.toMs ? of.value : side(rowsNow);
  return compared(side(rowsBefore), now, period.words, [...rowsBefore, ...rowsNow]);
}

/** Rows do not reach back as far as what they would be compared with. */
function tooShort(oldest: TimedRow | undefined, around: PanelInput["around"]): Change {
  if (oldest === undefined) return nothingToCompare;
  return { is: "unknown", why: `not known before ${when(oldest.ms, around)}` };
}

/** Where the rows at the end begin that are not final. */
function firstOpenMs(reading: Reading, rows: readonly TimedRow[]): number | undefined {
  const last = rows.at(-1);
  if (last === undefined) return undefined;
  if (!tellsWhatIsFinal(reading, windowEndOf(reading, last.row) !== undefined)) return undefined;
  return rows[rows.findLastIndex(({ row }) => row.final) + 1]?.ms;
}

/** The least time between rows: where the first of a period may stand at most, if the period is whole. */
function distanceOf(rows: readonly TimedRow[]): number {
  let leastMs = Number.POSITIVE_INFINITY;
  for (let index = 1; index < rows.length; index += 1) {
    const distanceMs = rows[index]!.ms - rows[index - 1]!.ms;
    if (distanceMs > 0 && distanceMs < leastMs) leastMs = distanceMs;
  }
  return leastMs === Number.POSITIVE_INFINITY ? 0 : leastMs;
}

function compared(
  before: ExactDecimal | undefined,
  now: ExactDecimal | undefined,
  than: string,
  rows: readonly WireRow[],
): Change {
  if (before === undefined || now === undefined) return nothingToCompare;
  if (before.unscaled === 0n) return { is: "from-nothing", than };
  const ratio = changeFrom(before, now);
  return ratio === undefined ? nothingToCompare : { is: "ratio", ratio, than, sides: { now, before }, rows };
}

function shifted({ fromMs, toMs }: PanelInput["around"], byMs: number): Period {
  return { fromMs: fromMs - byMs, toMs: toMs - byMs, words: earlier(byMs) };
}

/** With the day where that is another one. */
function when(ms: number, { times, toMs }: PanelInput["around"]): string {
  return toMs - ms < 86_400_000 / 2 ? times.minute(ms) : times.moment(ms);
}

/** "5 minutes before". */
function earlier(ms: number): string {
  const words = spanWords(ms);
  return /^\d/.test(words) ? `${words} before` : `a${/^hour/.test(words) ? "n" : ""} ${words} before`;
}
