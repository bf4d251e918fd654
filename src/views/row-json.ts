/** A view's row as the JSON text of an object by column name. */
import type { RowSchema } from "../values/row-schema.ts";
import { cellSeparator, type ViewRow } from "./view.ts";

const everySeparator = new RegExp(cellSeparator, "g");

/** What stands before each cell of a row as an object. */
export function memberNames({ columns }: RowSchema): readonly string[] {
  return columns.map(({ name }, place) => `${place === 0 ? "{" : ","}${JSON.stringify(name)}:`);
}

/** The row's own cells, and `$final` and `$revision` behind them. */
export function rowJson({ text, final, revision }: ViewRow, names: readonly string[]): string {
  let place = 1;
  const members = text.replace(everySeparator, () => names[place++]!);
  return `${names[0]}${members},"$final":${final},"$revision":${revision}}`;
}
