import type { StatusPanel } from "../../../../src/serving/pages.ts";
import { type About, formulaOf } from "../../explain/about.ts";
import type { Mark } from "../../explain/mark.ts";
import type { PanelInput } from "../panel-kind.ts";
import type { StatusModel } from "./shape.ts";

/** Of the position of an item, each of which has a source of its own, or is of the server itself. */
export function aboutStatus(
  [at]: Mark,
  { items }: StatusModel,
  { panel, readings }: PanelInput<StatusPanel>,
): About | undefined {
  const [shown, item] = [items[Number(at)], panel.items[Number(at)]];
  if (shown !== undefined && shown.is !== "measure")
    return { title: `${panel.title}, ${shown.title}`, numbers: [], rows: undefined, source: shown.is };
  if (shown?.is !== "measure" || item?.shows.is !== "measure") return undefined;
  const { title, exact } = shown;
  const { value, source } = item.shows;
  const number = { title, formula: formulaOf(value), value: exact || "no number" };
  return { title: `${panel.title}, ${title}`, numbers: [number], rows: readings[source]?.rows, source };
}
