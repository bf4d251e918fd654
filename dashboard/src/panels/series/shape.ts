/** Numbers over time: what is known of each slot, exact, and what is to be said of it. */
import type { SeriesPanel } from "../../../../src/serving/pages.ts";
import { cellOf, textOf } from "../../data/cells.ts";
import { currencyOf, formatted } from "../../data/formatted.ts";
import { between, type Slot, slotsOf, timedRows } from "../../data/slots.ts";
import { openingOf, openWords } from "../../data/spans.ts";
import { formatAge } from "../../numbers/format.ts";
import type { PanelInput, Reading } from "../panel-kind.ts";
import { type Line, linesOf } from "./lines.ts";

/** More are a curtain. */
const marksMax = 100;

export interface Mark {
  readonly ms: number;
  /** Of what took a while: until when. */
  readonly untilMs?: number | undefined;
  readonly text: string;
}

export interface Series {
  /** Oldest first. */
  readonly slots: readonly Slot[];
  readonly lines: readonly Line[];
  readonly currency: string;
  /** Oldest first. */
  readonly marks: readonly Mark[];
  /** What the picture does not show, in words. */
  readonly missing: readonly string[];
}

export function shapeSeries({ panel, readings, around }: PanelInput<SeriesPanel>): Series | undefined {
  const reading = readings[0];
  if (reading === undefined) return undefined;
  const timed = timedRows(reading, panel.time);
  const slots = slotsOf(reading, timed, panel, around);
  if (slots.length === 0) return undefined;
  const { lines, leftOut, unread } = linesOf(panel, reading, slots);
  const marks = [...marksOf(panel, readings[1], around), ...chronicleMarks(panel, around)].sort(
    (one, other) => one.ms - other.ms,
  );
  const newest = slots.at(-1)?.rows[0] ?? reading.rows[0];
  return {
    slots,
    lines,
    currency: currencyOf(panel.format, reading, newest),
    marks: marks.slice(-marksMax),
    missing: [
      counted(leftOut, "more line is", "more lines are", "left out"),
      counted(unread, "point has", "points have", "no number"),
      counted(timed.timeless, "row has", "rows have", "no time"),
      counted(Math.max(0, marks.length - marksMax), "older mark is", "older marks are", "left out"),
    ].filter((words) => words !== ""),
  };
}

function counted(count: number, one: string, many: string, what: string): string {
  return count === 0 ? "" : `${count.toLocaleString()} ${count === 1 ? one : many} ${what}`;
}

function marksOf(
  { marks }: SeriesPanel,
  reading: Reading | undefined,
  around: PanelInput["around"],
): readonly Mark[] {
  if (marks === null || reading === undefined) return [];
  const text = cellOf(reading.columns, marks.text);
  const { rows } = timedRows(reading, marks.time);
  return between(rows, around.fromMs, around.toMs).map(({ row, ms }) => ({ ms, text: textOf(text(row)) }));
}

/** Why there may be a gap or a step: the server was away, or the view became another one. */
function chronicleMarks({ sources: [source] }: SeriesPanel, around: PanelInput["around"]): readonly Mark[] {
  const { chronicle, fromMs, toMs } = around;
  const view = source?.over === "view" ? source.view : undefined;
  const marks = chronicle.flatMap((entry): Mark[] => {
    if (entry.kind === "changed") {
      const isOfView = view !== undefined && entry.views.includes(view);
      return isOfView ? [{ ms: Date.parse(entry.at), text: `The SQL of ${view} changed` }] : [];
    }
    const [ms, untilMs] = [Date.parse(entry.from), Date.parse(entry.to)];
    return [{ ms, untilMs, text: `The server was away for ${formatAge(untilMs - ms)}` }];
  });
  return marks.filter(({ ms, untilMs = ms }) => ms < toMs && untilMs >= fromMs);
}

/** "open, 62 % of the minute", "corrected"; empty of what is final. */
export function slotWords({ startMs, endMs, open, revision }: Slot, nowMs: number): string {
  if (open) return openWords(openingOf(startMs, endMs, nowMs));
  return revision > 0 ? "corrected" : "";
}

/** The marks that are nearer to this slot than to the next, or go on in it. */
export function marksAt({ slots, marks }: Series, position: number): readonly Mark[] {
  const fromMs = position === 0 ? Number.NEGATIVE_INFINITY : (slots[position]?.startMs ?? 0);
  const toMs = slots[position + 1]?.startMs ?? Number.POSITIVE_INFINITY;
  return marks.filter(({ ms, untilMs = ms }) => untilMs >= fromMs && ms < toMs);
}

/** What the picture shows, for those who do not see it. */
export function seriesLabel(model: Series, { panel, around }: PanelInput<SeriesPanel>): string {
  const { slots, lines, currency } = model;
  const [first, last] = [slots[0], slots.at(-1)];
  const span = `${around.times.moment(first?.startMs ?? 0)} to ${around.times.moment(last?.startMs ?? 0)}`;
  const newest = lines.map((line) => {
    const value = line.values.findLast((each) => each !== undefined);
    return `${line.title} ${formatted(value, line.format, currency)}`;
  });
  const open = last?.open ? `; the newest is ${slotWords(last, around.toMs)}` : "";
  return `${panel.title}, ${slots.length} points from ${span}. Newest: ${newest.join(", ")}${open}.`;
}
