/** A number and what is said of it, a line each; then its way, a line for each point. */
import type { KpiPanel } from "../../../../src/serving/pages.ts";
import { exact, formatted } from "../../data/formatted.ts";
import type { Mark } from "../../explain/mark.ts";
import { type ExactDecimal, writeDecimal } from "../../numbers/exact-decimal.ts";
import type { PanelInput, Twin } from "../panel-kind.ts";
import { changeWords, type Kpi, standingWords } from "./shape.ts";

export function kpiTwin(model: Kpi, { panel, around }: PanelInput<KpiPanel>): Twin {
  const { value, currency, change, newestMs, extremes, reached, points } = model;
  const write = (of: ExactDecimal | undefined) => exact(of, panel.format, currency);
  const sides = change?.is === "ratio" ? change.sides : undefined;
  const words = change && changeWords(change, panel.better);
  const lines: readonly (readonly [string, string | undefined, (Mark | undefined)?])[] = [
    [panel.title, value === undefined ? "no number" : write(value), ["value"]],
    ["Standing", standingWords(model) || undefined],
    ["Newest row", newestMs === undefined ? undefined : around.times.moment(newestMs)],
    ["Change", words && `${words.amount} ${words.rest}`.trim()],
    ["Change as a ratio", change?.is === "ratio" ? writeDecimal(change.ratio) : undefined, ["change"]],
    ["Compared", sides && write(sides.now), ["change"]],
    ["Compared with", sides && write(sides.before), ["change"]],
    ["Target", panel.target === null ? undefined : String(panel.target)],
    ["Of the target", reached && formatted(reached, { as: "share", currency: null, digits: 2 }), ["reached"]],
    ["Least", extremes && write(extremes.min), ["least"]],
    ["Mean", extremes?.mean && write(extremes.mean), ["mean"]],
    ["Greatest", extremes && write(extremes.max), ["greatest"]],
    ...(panel.sparkline ? points : []).map(
      (point) =>
        [
          around.times.moment(point.startMs),
          point.value === undefined ? "not known" : `${write(point.value)}${point.open ? " (open)" : ""}`,
          point.value && ["point", point.startMs],
        ] as const,
    ),
  ];
  const told = lines.filter(([, text]) => text !== undefined);
  return {
    headings: ["What", "Value"],
    rows: told.map(([name, text = ""]) => [name, text]),
    markAt: (row, column) => (column === 1 ? told[row]?.[2] : undefined),
  };
}
