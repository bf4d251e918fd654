import { exact } from "../../data/formatted.ts";
import { plainName } from "../../data/groups.ts";
import type { Twin } from "../panel-kind.ts";
import type { Cohorts } from "./shape.ts";
import { count, openWords, percent } from "./words.ts";

/** A row for each period that has begun. */
export function cohortsTwin({ rows, periods, grain }: Cohorts): Twin {
  const marks = rows.flatMap(({ name, size, cells }) =>
    cells.flatMap((cell, at) =>
      cell.is === "missing" ? [] : [{ name, size, period: periods[at] ?? "", cell }],
    ),
  );
  return {
    headings: ["Cohort", "Size", `Since, in ${grain}s`, "Percent", "Came back", "Times each", "State"],
    rows: rows.flatMap(({ name, size, cells }) =>
      cells.flatMap((cell, at) => {
        if (cell.is === "missing") return [];
        const place = [plainName([name]), exact(size, count), periods[at] ?? ""];
        if (cell.is === "unreadable") return [[...place, "", "", "", "no value"]];
        const numbers = [
          exact(cell.percent, percent),
          exact(cell.active, count),
          exact(cell.averageEvents, count),
        ];
        return [[...place, ...numbers, cell.isOpen ? openWords(cell, grain) : "final"]];
      }),
    ),
    markAt: (row, column) => {
      const { name, size, period, cell } = marks[row]!;
      if (column === 1) return size && [name];
      const isThere = cell.is === "value" && [cell.percent, cell.active, cell.averageEvents][column - 3];
      return isThere ? [name, period] : undefined;
    },
  };
}
