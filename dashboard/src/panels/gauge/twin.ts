/** A number on a scale and what is said of it, a line each. */
import type { GaugePanel } from "../../../../src/serving/pages.ts";
import { exact } from "../../data/formatted.ts";
import { levelWords } from "../../data/levels.ts";
import type { PanelInput, Twin } from "../panel-kind.ts";
import { type Gauge, standingWords } from "./shape.ts";

export function gaugeTwin(model: Gauge, { panel, around }: PanelInput<GaugePanel>): Twin {
  const { value, currency, level, beyond, newestMs } = model;
  const lines: readonly (readonly [string, string])[] = [
    [panel.title, exact(value, panel.format, currency) || "no number"],
    ["Scale", `${panel.min} to ${panel.max}${beyond === undefined ? "" : `: it is ${beyond}`}`],
    ["Level", level === undefined ? "" : levelWords(level)],
    ["Target", panel.target === null ? "" : String(panel.target)],
    ["Standing", standingWords(model)],
    ["Newest row", newestMs === undefined ? "" : around.times.moment(newestMs)],
    ...panel.levels.map((each): readonly [string, string] => [`From ${each.from}`, levelWords(each)]),
  ];
  return {
    headings: ["What", "Value"],
    rows: lines.filter(([, text]) => text !== ""),
    // The number is told first; the others are what the panel says.
    markAt: (row, column) => (row === 0 && column === 1 ? ["value"] : undefined),
  };
}
