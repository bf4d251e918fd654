import type { HeatMapPanel } from "../../../../src/serving/pages.ts";
import { exact } from "../../data/formatted.ts";
import { plainName } from "../../data/groups.ts";
import type { Mark } from "../../explain/mark.ts";
import type { PanelInput, Twin } from "../panel-kind.ts";
import type { HeatMap } from "./shape.ts";

/** A row for each cell that is there. */
export function heatMapTwin({ columns, rows }: HeatMap, { panel }: PanelInput<HeatMapPanel>): Twin {
  const { x, y, format } = panel;
  const marks = rows.flatMap(({ name, cells }) =>
    cells.flatMap((cell, at) => (cell.is === "missing" ? [] : [{ mark: markOf(name, columns[at]), cell }])),
  );
  return {
    headings: [y ?? "Weekday", x ?? "Hour", "Value"],
    rows: rows.flatMap(({ name, cells }) =>
      cells.flatMap((cell, at) => {
        if (cell.is === "missing") return [];
        const value = cell.is === "value" ? exact(cell.value.value, format, cell.value.currency) : "";
        return [[plainName([name]), plainName([columns[at] ?? null]), value]];
      }),
    ),
    markAt: (row, column) => (column === 2 && marks[row]?.cell.is === "value" ? marks[row].mark : undefined),
  };
}

function markOf(row: string | null, column: string | null | undefined): Mark {
  return [row, column ?? null];
}
