import type { HeatMapPanel } from "../../../../src/serving/pages.ts";
import { exact } from "../../data/formatted.ts";
import { plainName } from "../../data/groups.ts";
import type { PanelInput, Twin } from "../panel-kind.ts";
import type { HeatMap } from "./shape.ts";

/** A row for each cell that is there. */
export function heatMapTwin({ columns, rows }: HeatMap, { panel }: PanelInput<HeatMapPanel>): Twin {
  const { x, y, format } = panel;
  return {
    headings: [y ?? "Weekday", x ?? "Hour", "Value"],
    rows: rows.flatMap(({ name, cells }) =>
      cells.flatMap((cell, at) => {
        if (cell.is === "missing") return [];
        const value = cell.is === "value" ? exact(cell.value.value, format, cell.value.currency) : "";
        return [[plainName([name]), plainName([columns[at] ?? null]), value]];
      }),
    ),
  };
}
