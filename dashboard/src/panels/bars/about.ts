import type { BarsPanel } from "../../../../src/serving/pages.ts";
import { newestRows, rowsWithin } from "../../data/cells.ts";
import { plainName, sumOf } from "../../data/groups.ts";
import { isOfLatest } from "../../data/measures.ts";
import { type About, about, aboutNumber } from "../../explain/about.ts";
import type { Mark } from "../../explain/mark.ts";
import type { PanelInput } from "../panel-kind.ts";
import type { Bars } from "./shape.ts";

/** Of the key of a bar, and of the position of one of its parts. */
export function aboutBars([key, part]: Mark, model: Bars, input: PanelInput<BarsPanel>): About | undefined {
  const { panel } = input;
  const bar = model.bars.find((each) => each.key === key);
  if (bar === undefined) return undefined;
  const name = plainName(bar.names);
  const number = (value = bar.value) =>
    aboutNumber(name, panel.value, value.value, panel.format, value.currency);
  if (panel.values.length > 0) return aboutMeasure(bar.names[0] ?? "", number().value, input);
  if (typeof part !== "number") return about([panel.title, name], [number()], bar.rowsOf.flat());
  const value = sumOf(bar.lengths.filter((length) => length.part === part).map((length) => length.value));
  const partName = plainName([model.parts[part]?.name ?? null]);
  return value && about([panel.title, name, partName], [number(value)], bar.rowsOf[part]);
}

/** Where each bar is a measure of its own, all of the same rows. */
function aboutMeasure(
  title: string,
  value: string,
  { panel, readings: [reading], around }: PanelInput<BarsPanel>,
): About | undefined {
  const measure = panel.values.find((each) => each.title === title)?.value;
  if (reading === undefined || measure === undefined) return undefined;
  const within = rowsWithin(reading, panel.time, around.fromMs, around.toMs);
  const rows = isOfLatest(measure) ? newestRows(reading, within, panel.time) : within;
  const { formula } = aboutNumber(title, measure, undefined, panel.format);
  return about([panel.title, title], [{ title, formula, value }], rows);
}
