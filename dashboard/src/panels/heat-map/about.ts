import type { HeatMapPanel } from "../../../../src/serving/pages.ts";
import { plainName } from "../../data/groups.ts";
import { type About, about, aboutNumber } from "../../explain/about.ts";
import type { Mark } from "../../explain/mark.ts";
import type { PanelInput } from "../panel-kind.ts";
import type { HeatMap } from "./shape.ts";

/** Of the names of a row and of a column. */
export function aboutHeatMap(
  [row, column]: Mark,
  { rows, columns }: HeatMap,
  { panel }: PanelInput<HeatMapPanel>,
): About | undefined {
  const cells = rows.find(({ name }) => name === row)?.cells;
  const cell = cells?.[columns.indexOf(column as string | null)];
  if (cell?.is !== "value") return undefined;
  const { value, currency } = cell.value;
  const number = aboutNumber(panel.title, panel.value ?? undefined, value, panel.format, currency);
  const names = [row, column].map((name) => plainName([typeof name === "string" ? name : null]));
  return about([panel.title, ...names], [number], cell.rows);
}
