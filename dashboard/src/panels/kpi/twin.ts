/** A number and what is said of it, a line each; then its way, a line for each point. */
import type { KpiPanel } from "../../../../src/serving/pages.ts";
import { exact, formatted } from "../../data/formatted.ts";
import { type ExactDecimal, writeDecimal } from "../../numbers/exact-decimal.ts";
import type { PanelInput, Twin } from "../panel-kind.ts";
import { changeWords, type Kpi, standingWords } from "./shape.ts";

export function kpiTwin(model: Kpi, { panel, around }: PanelInput<KpiPanel>): Twin {
  const { value, currency, change, newestMs, extremes, reached, spark } = model;
  const write = (of: ExactDecimal | undefined) => exact(of, panel.format, currency);
  const sides = change?.is === "ratio" ? change.sides : undefined;
  const words = change && changeWords(change, panel.better);
  const lines: readonly (readonly [string, string | undefined])[] = [
    [panel.title, value === undefined ? "no number" : write(value)],
    ["Standing", standingWords(model) || undefined],
    ["Newest row", newestMs === undefined ? undefined : around.times.moment(newestMs)],
    ["Change", words && `${words.amount} ${words.rest}`.trim()],
    ["Change as a ratio", change?.is === "ratio" ? writeDecimal(change.ratio) : undefined],
    ["Compared", sides && write(sides.now)],
    ["Compared with", sides && write(sides.before)],
    ["Target", panel.target === null ? undefined : String(panel.target)],
    ["Of the target", reached && formatted(reached, { as: "share", currency: null, digits: 2 })],
    ["Least", extremes && write(extremes.min)],
    ["Mean", extremes?.mean && write(extremes.mean)],
    ["Greatest", extremes && write(extremes.max)],
    ...spark.map(
      (point) =>
        [
          around.times.moment(point.startMs),
          point.value === undefined ? "not known" : `${write(point.value)}${point.open ? " (open)" : ""}`,
        ] as const,
    ),
  ];
  return {
    headings: ["What", "Value"],
    rows: lines.filter((line): line is [string, string] => line[1] !== undefined),
  };
}
