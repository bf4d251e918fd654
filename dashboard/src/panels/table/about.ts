import type { TablePanel } from "../../../../src/serving/pages.ts";
import { type About, about } from "../../explain/about.ts";
import type { Mark } from "../../explain/mark.ts";
import type { PanelInput } from "../panel-kind.ts";
import type { TableModel } from "./shape.ts";

/** Of the key of a row and the position of a column; without that, of all numbers of the row. */
export function aboutTable(
  [key, column]: Mark,
  { rows, columns }: TableModel,
  { panel, around }: PanelInput<TablePanel>,
): About | undefined {
  const row = rows.find((each) => each.key === key);
  if (row === undefined) return undefined;
  const first = columns[0]?.shown(row, around.times);
  const name = columns[0]?.sorts === "number" ? undefined : first;
  const numbers = columns.flatMap(({ title, sorts, exact }, place) => {
    const isMeant = column === undefined ? sorts === "number" : column === place;
    const value = exact(row) || "no value";
    return isMeant ? [{ title, formula: panel.columns[place]?.column, value }] : [];
  });
  return about([panel.title, name, column === undefined ? undefined : numbers[0]?.title], numbers, [row]);
}
