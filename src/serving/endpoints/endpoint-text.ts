/** Rows as an endpoint answers them: objects by column name as JSON, or records of CSV. */
import type { RowSchema } from "../../values/row-schema.ts";
import { frameOf, rowTextOf, type TextFormat } from "../../values/row-text.ts";
import { cellsOf } from "../../views/view.ts";

export function listText({ columns }: RowSchema, rows: readonly string[], format: TextFormat): string {
  const names = columns.map(({ name }) => name);
  const { head, before, behind, end } = frameOf(format, names);
  const textOf = rowTextOf(format, names);
  return `${head}${rows.map((text) => `${textOf(cellsOf({ text }))}${behind}`).join(before)}${end}`;
}

export function objectText({ columns }: RowSchema): (row: string) => string {
  const names = columns.map(({ name }) => name);
  const textOf = rowTextOf("json", names);
  return (text) => textOf(cellsOf({ text }));
}
