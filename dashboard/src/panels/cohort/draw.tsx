import { type ReactNode, useContext, useMemo } from "react";
import type { CohortPanel } from "../../../../src/serving/pages.ts";
import { HeatLegend } from "../../chart/heat-legend.tsx";
import { Notes } from "../../chart/notes.tsx";
import { type GridCell, ValueGrid } from "../../chart/value-grid.tsx";
import { formatted } from "../../data/formatted.ts";
import { plainName } from "../../data/groups.ts";
import { heatBounds } from "../../data/heat-scale.ts";
import { ExplainContext } from "../../explain/explained-number.tsx";
import type { DrawProps } from "../panel-kind.ts";
import type { CohortCell, CohortRow, Cohorts } from "./shape.ts";
import { cellWords, count, percent } from "./words.ts";

/** Room for "12.5%". */
const cellWidthMin = 42;

export function DrawCohorts({ panel, model }: DrawProps<CohortPanel, Cohorts>): ReactNode {
  const { periods, scale, isOpenEnded, grain, notes } = model;
  const explain = useContext(ExplainContext);
  const rows = useMemo(
    () =>
      model.rows.map((row) => ({
        heading: row.name,
        aside: formatted(row.size, count),
        cells: row.cells.map((cell, at) => gridCell(row, cell, at, model)),
      })),
    [model],
  );
  return (
    <div className="px-5 pb-4">
      <ValueGrid
        label={`${panel.title}, ${rows.length} cohorts by ${grain}`}
        columns={periods}
        corner={["Cohort", "Size"]}
        rows={rows}
        resting={`Share of the cohort that came back, by ${grain} since it began.`}
        cellWidthMin={cellWidthMin}
        onPress={
          explain && ((from, row, column) => explain(from, [model.rows[row]!.name, periods[column] ?? ""]))
        }
      />
      <HeatLegend
        bounds={heatBounds(scale).map((bound) => formatted(bound, percent))}
        isOpenEnded={isOpenEnded}
        hasMissing={false}
      />
      <Notes notes={notes} />
    </div>
  );
}

function gridCell(row: CohortRow, cell: CohortCell, at: number, model: Cohorts): GridCell {
  const place = `${plainName([row.name])} · ${model.grain} ${model.periods[at]}`;
  const words = `${place}: ${cellWords(row, cell, model)}`;
  if (cell.is === "missing") return { look: cell, short: "", words };
  if (cell.is === "unreadable") return { look: cell, short: "–", words };
  return {
    look: { is: "value", step: cell.step, isOpen: cell.isOpen },
    short: formatted(cell.percent, percent),
    words,
  };
}
