/** Rows as the text of a whole file or answer: what stands before, between and behind them. */
import { csvCell, csvHeader, csvLineEnd } from "./csv-cell.ts";

export type TextFormat = "csv" | "json" | "ndjson";

/** What stands around the rows; `before` not before the first one. */
export interface RowFrame {
  readonly head: string;
  readonly before: string;
  readonly behind: string;
  readonly end: string;
}

export function frameOf(format: TextFormat, names: readonly string[]): RowFrame {
  switch (format) {
    case "csv":
      return { head: csvHeader(names), before: "", behind: csvLineEnd, end: "" };
    case "json":
      return { head: "[", before: ",", behind: "", end: "]" };
    case "ndjson":
      return { head: "", before: "", behind: "\n", end: "" };
  }
}

/** A row of these columns, of its cells as JSON texts; without what stands around it. */
export function rowTextOf(
  format: TextFormat,
  names: readonly string[],
): (cells: readonly string[]) => string {
  if (format === "csv") return (cells) => cells.map(csvCell).join(",");
  const members = memberNames({ columns: names.map((name) => ({ name })) });
  return (cells) => `${cells.map((cell, place) => `${members[place]}${cell}`).join("")}}`;
}

/** What stands before each cell of a row as an object. */
export function memberNames({
  columns,
}: {
  readonly columns: readonly { readonly name: string }[];
}): readonly string[] {
  return columns.map(({ name }, place) => `${place === 0 ? "{" : ","}${JSON.stringify(name)}:`);
}
