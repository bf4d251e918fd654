import type { CohortPanel } from "../../../../src/serving/pages.ts";
import { plainName } from "../../data/groups.ts";
import { type About, about, aboutNumber } from "../../explain/about.ts";
import type { Mark } from "../../explain/mark.ts";
import type { PanelInput } from "../panel-kind.ts";
import type { Cohorts } from "./shape.ts";
import { count, percent } from "./words.ts";

/** Of a cohort's name and a period; without that, of how many the cohort has. */
export function aboutCohorts(
  [name, period]: Mark,
  { rows, periods, grain }: Cohorts,
  { panel }: PanelInput<CohortPanel>,
): About | undefined {
  const cohort = rows.find((each) => each.name === name);
  if (cohort === undefined) return undefined;
  const { size, cells } = cohort;
  const sizes = size === undefined ? [] : [aboutNumber("Size", panel.size ?? undefined, size, count)];
  if (period === undefined) {
    const own = cells.flatMap((cell) => (cell.is === "value" && cell.row ? [cell.row] : []));
    return about(
      [panel.title, plainName([cohort.name]), "size"],
      sizes,
      panel.group === null ? undefined : own,
    );
  }
  const cell = cells[periods.indexOf(String(period))];
  if (cell?.is !== "value") return undefined;
  const more = [
    ...(cell.active === undefined ? [] : [aboutNumber("Came back", undefined, cell.active, count)]),
    ...sizes,
    ...(cell.averageEvents === undefined
      ? []
      : [aboutNumber("Times each", undefined, cell.averageEvents, count)]),
  ];
  const formula = panel.percent ?? "came back ÷ size";
  const number = aboutNumber("Came back, of all", formula, cell.percent, percent);
  const names = [panel.title, plainName([cohort.name]), `${grain} ${period}`];
  return about(names, [number, ...more], cell.row && [cell.row]);
}
