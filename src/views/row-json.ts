/** A view's row as the JSON text of an object by column name. */
import { cellSeparator, type ViewRow } from "./view.ts";

const everySeparator = new RegExp(cellSeparator, "g");

/** The row's own cells, and `$final` and `$revision` behind them. */
export function rowJson({ text, final, revision }: ViewRow, names: readonly string[]): string {
  let place = 1;
  const members = text.replace(everySeparator, () => names[place++]!);
  return `${names[0]}${members},"$final":${final},"$revision":${revision}}`;
}
