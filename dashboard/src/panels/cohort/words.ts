/** How what is known of a cell is written. */
import type { Format } from "../../../../src/serving/pages.ts";
import { exact, formatted } from "../../data/formatted.ts";
import type { CohortCell, CohortRow, Cohorts } from "./shape.ts";

export const count: Format = { as: "number", currency: null, digits: null };
export const percent: Format = { as: "percent", currency: null, digits: 1 };

export function cellWords({ size }: CohortRow, cell: CohortCell, { grain }: Cohorts): string {
  if (cell.is === "missing") return "nothing yet";
  if (cell.is === "unreadable") return "no value";
  const { active, averageEvents, isOpen } = cell;
  const counts = active && size && `${exact(active, count)} of ${exact(size, count)}`;
  const events = averageEvents && `${formatted(averageEvents, count)} times each`;
  const words = [`${exact(cell.percent, percent)} %`, counts, events, isOpen && openWords(cell, grain)];
  return words.filter((word) => typeof word === "string").join(", ");
}

export function openWords({ passed }: Extract<CohortCell, { is: "value" }>, grain: string): string {
  return passed === undefined ? `the ${grain} is not over` : `${Math.floor(passed * 100)} % of the ${grain}`;
}
