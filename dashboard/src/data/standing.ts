/** Whether rows of windows may still change, or have changed after they were final. */
import type { ColumnPath } from "../../../src/serving/pages.ts";
import type { WireRow } from "../../../src/serving/protocol.ts";
import { formatAge } from "../numbers/format.ts";
import type { Around, Reading } from "../panels/panel-kind.ts";
import { cellOf, instantOf } from "./cells.ts";

export interface Standing {
  readonly isOpen: boolean;
  readonly isCorrected: boolean;
}

/** Rows without a time are of no window: they are as true as the next change. */
export function standingOf(rows: readonly WireRow[], time: ColumnPath | null): Standing {
  return {
    isOpen: time !== null && rows.some(({ final }) => !final),
    isCorrected: time !== null && rows.some(({ revision }) => revision > 0),
  };
}

/** What has to be said of a picture for it to be true; of corrections how many rows were. */
export type Note = string | { readonly corrected: number };

/** What is said of both below a picture. */
export function standingNotes(
  reading: Reading,
  rows: readonly WireRow[],
  time: ColumnPath | null,
  around: Around,
): readonly Note[] {
  const { isOpen, isCorrected } = standingOf(rows, time);
  return [
    ...(isOpen ? [openNote(reading, rows, around)] : []),
    ...(isCorrected ? [{ corrected: rows.filter(({ revision }) => revision > 0).length }] : []),
  ];
}

/** How much of its time has passed, where there is one open window and its rows tell when it is. */
function openNote({ columns }: Reading, rows: readonly WireRow[], { toMs }: Around): string {
  const [start, end] = [cellOf(columns, "window_start"), cellOf(columns, "window_end")];
  const [first, ...others] = rows.filter(({ final }) => !final);
  const fromMs = first && instantOf(start(first));
  const untilMs = first && instantOf(end(first));
  const isOne = others.every((row) => instantOf(start(row)) === fromMs && instantOf(end(row)) === untilMs);
  const isKnown = fromMs !== undefined && untilMs !== undefined && fromMs <= toMs && toMs <= untilMs;
  if (!isOne || !isKnown) return "Dashed: of windows that are still open.";
  const percent = Math.floor((100 * (toMs - fromMs)) / (untilMs - fromMs));
  return `Dashed: still open, ${percent} % of the ${lengthWords(untilMs - fromMs)}.`;
}

const lengths: Readonly<Record<number, string>> = {
  60000: "minute",
  3600000: "hour",
  86400000: "day",
  604800000: "week",
};

function lengthWords(ms: number): string {
  return lengths[ms] ?? formatAge(ms);
}
