/** Views as tables of a query over history: their rows as they are, and which of them are final. */
import { quickwaterError } from "../errors/quickwater-error.ts";
import type { ViewsBeside } from "../history/history-client.ts";
import { ToldRows } from "../views/told-rows.ts";
import { cellSeparator } from "../views/view.ts";
import { type ViewDirectory, viewNamed } from "./view-directory.ts";

const finalColumn = { name: "_final", type: { kind: "BOOLEAN", nullable: false } } as const;

/** `rowsMax`: of all views that one query reads. */
export function viewsBeside(views: ViewDirectory, rowsMax: number): ViewsBeside {
  return {
    names: () => views.views().map(({ schema }) => schema.name),
    rows: (names) => {
      const read = names.map((name) => viewNamed(views, name));
      const count = read.reduce((sum, { rowCount }) => sum + rowCount, 0);
      if (count > rowsMax) throw quickwaterError("request.query-reads", { limit: rowsMax });
      return read.map((view) => {
        const told = new ToldRows(view.schema);
        return {
          name: view.schema.name,
          step: view.stepNumber,
          schema: { columns: [...view.schema.schema.columns, finalColumn] },
          rows: Array.from(view.rows(), ({ text, final }) => `${told.text(text)}${cellSeparator}${final}`),
        };
      });
    },
  };
}
