import type { SeriesPanel } from "../../../../src/serving/pages.ts";
import { type About, about, aboutNumber, timeWords } from "../../explain/about.ts";
import type { Mark } from "../../explain/mark.ts";
import type { PanelInput } from "../panel-kind.ts";
import { type Line, rowsOfLine } from "./lines.ts";
import type { Series } from "./shape.ts";

/** Of where a slot begins and the key of a line; without that, of all its lines. */
export function aboutSeries(
  [startMs, lineKey]: Mark,
  { slots, lines, currency }: Series,
  { panel, readings: [reading], around }: PanelInput<SeriesPanel>,
): About | undefined {
  const position = slots.findIndex((slot) => slot.startMs === startMs);
  const slot = slots[position];
  if (slot === undefined || reading === undefined) return undefined;
  const time = timeWords(slot.startMs, slot.endMs, around.times, around.toMs);
  const numberOf = (line: Line) => {
    const { value } = panel.values[panel.by === null ? Number(line.key) : 0]!;
    return aboutNumber(line.title, value, line.values[position], line.format, currency);
  };
  if (lineKey === undefined) return about([panel.title, time], lines.map(numberOf), slot.rows);
  const line = lines.find(({ key }) => key === lineKey);
  if (line === undefined) return undefined;
  const names = panel.by === null ? [line.title, time] : [panel.values[0]!.title, time, line.title];
  return about(names, [numberOf(line)], rowsOfLine(line, slot, lines, panel, reading));
}
