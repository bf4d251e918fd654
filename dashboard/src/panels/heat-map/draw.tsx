import { type ReactNode, useContext, useMemo } from "react";
import type { Format, HeatMapPanel } from "../../../../src/serving/pages.ts";
import { HeatLegend } from "../../chart/heat-legend.tsx";
import { Notes } from "../../chart/notes.tsx";
import { type GridCell, ValueGrid } from "../../chart/value-grid.tsx";
import { exactWords } from "../../data/exact-words.ts";
import { formatted } from "../../data/formatted.ts";
import { plainName } from "../../data/groups.ts";
import { heatBounds } from "../../data/heat-scale.ts";
import { compare } from "../../data/ratios.ts";
import { ExplainContext } from "../../explain/explained-number.tsx";
import type { ExactDecimal } from "../../numbers/exact-decimal.ts";
import type { DrawProps } from "../panel-kind.ts";
import type { HeatCell, HeatMap } from "./shape.ts";

export function DrawHeatMap({ panel, model }: DrawProps<HeatMapPanel, HeatMap>): ReactNode {
  const { columns, scale, currency, notes } = model;
  const explain = useContext(ExplainContext);
  const rows = useMemo(
    () =>
      model.rows.map(({ name, cells }) => ({
        heading: name,
        aside: undefined,
        cells: cells.map((cell, at) =>
          gridCell(cell, plainName([name]), plainName([model.columns[at] ?? null]), panel.format),
        ),
      })),
    [model, panel.format],
  );
  return (
    <div className="px-5 pb-4">
      <ValueGrid
        label={`${panel.title}, ${columns.length} columns and ${rows.length} rows`}
        columns={columns}
        corner={["", undefined]}
        rows={rows}
        resting={mostWords(model, panel.format)}
        cellWidthMin={columns.length > 31 ? 16 : 6}
        onPress={
          explain && ((from, row, column) => explain(from, [model.rows[row]!.name, columns[column] ?? null]))
        }
      />
      <HeatLegend
        bounds={heatBounds(scale).map((bound) => formatted(bound, panel.format, currency))}
        hasMissing={model.rows.some(({ cells }) => cells.some(({ is }) => is === "missing"))}
      />
      <Notes notes={notes} />
    </div>
  );
}

function gridCell(cell: HeatCell, row: string, column: string, format: Format): GridCell {
  const place = `${row} · ${column}`;
  if (cell.is === "missing") return { look: cell, short: "", words: `${place}: nothing` };
  if (cell.is === "unreadable") return { look: cell, short: "–", words: `${place}: no value` };
  const { value, step, isOpen, isCorrected } = cell;
  const standing = `${isOpen ? ", still open" : ""}${isCorrected ? ", corrected" : ""}`;
  return {
    look: { is: "value", step, isOpen },
    short: `${formatted(value.value, format, value.currency)}${isCorrected ? "*" : ""}`,
    words: `${place}: ${exactWords(value, format)}${standing}`,
  };
}

/** The cell with the most. */
function mostWords({ columns, rows, currency }: HeatMap, format: Format): string {
  let most: { readonly value: ExactDecimal; readonly place: string } | undefined;
  for (const { name, cells } of rows) {
    for (const [at, cell] of cells.entries()) {
      if (cell.is !== "value" || (most && compare(cell.value.value, most.value) <= 0)) continue;
      most = { value: cell.value.value, place: plainName([name, columns[at] ?? null]) };
    }
  }
  return most === undefined
    ? ""
    : `Most: ${most.place}: ${exactWords({ value: most.value, currency }, format)}`;
}
