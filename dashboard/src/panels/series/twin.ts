/** The same as a table: a row for each slot, oldest first, with every digit. */
import type { SeriesPanel } from "../../../../src/serving/pages.ts";
import { exact } from "../../data/formatted.ts";
import type { Slot } from "../../data/slots.ts";
import type { PanelInput, Twin } from "../panel-kind.ts";
import { marksAt, type Series, slotWords } from "./shape.ts";

export function seriesTwin(model: Series, { around }: PanelInput<SeriesPanel>): Twin {
  const { slots, lines, currency, marks } = model;
  const hasMarks = marks.length > 0;
  return {
    headings: unique(["Time", ...lines.map(({ title }) => title), "State", ...(hasMarks ? ["Marks"] : [])]),
    rows: slots.map((slot, position) => [
      new Date(slot.startMs).toISOString(),
      ...lines.map(({ values, format }) => exact(values[position], format, currency)),
      stateOf(slot, around.toMs),
      ...(hasMarks
        ? [
            marksAt(model, position)
              .map(({ text }) => text)
              .join("; "),
          ]
        : []),
    ]),
    markAt: (row, column) => {
      const [slot, line] = [slots[row], lines[column - 1]];
      return slot === undefined || line?.values[row] === undefined ? undefined : [slot.startMs, line.key];
    },
  };
}

function stateOf(slot: Slot, nowMs: number): string {
  if (slot.rows.length === 0) return "no row";
  return slotWords(slot, nowMs) || (slot.rows.every(({ final }) => final) ? "final" : "");
}

/** A value of a column may be called like another heading. */
function unique(headings: readonly string[]): readonly string[] {
  const used = new Set<string>();
  return headings.map((heading) => {
    let name = heading;
    for (let count = 2; used.has(name); count += 1) name = `${heading} (${count})`;
    used.add(name);
    return name;
  });
}
