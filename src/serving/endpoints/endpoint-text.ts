/** Rows as an endpoint answers them: objects by column name as JSON, or records of CSV. */
import type { RowSchema } from "../../values/row-schema.ts";
import { cellsOf } from "../../views/view.ts";
import type { AnswerFormat } from "./endpoint.ts";

export function listText(columns: RowSchema, rows: readonly string[], format: AnswerFormat): string {
  if (format === "json") return `[${rows.map(objectText(columns)).join(",")}]`;
  const names = columns.columns.map(({ name }) => field(name));
  const records = rows.map((text) => cellsOf({ text }).map(csvCell).join(","));
  return [names.join(","), ...records, ""].join("\r\n");
}

export function objectText({ columns }: RowSchema): (row: string) => string {
  const names = columns.map(({ name }) => JSON.stringify(name));
  return (text) => {
    const cells = cellsOf({ text });
    return `{${names.map((name, place) => `${name}:${cells[place]}`).join(",")}}`;
  };
}

/** NULL is nothing, an empty text is `""`; what is made of values stays JSON. */
function csvCell(cell: string): string {
  if (cell === "null") return "";
  const text = cell.startsWith('"') ? plainText(JSON.parse(cell) as string) : cell;
  return text === "" ? '""' : field(text);
}

/** A spreadsheet computes a text that begins like a formula: one that somebody has sent may be anything. */
function plainText(text: string): string {
  const isFormula = /^[=+\-@\t\r]/.test(text) && !/^[+-]?\d+(?:\.\d+)?$/.test(text);
  return isFormula ? `'${text}` : text;
}

/** As RFC 4180 has it. */
function field(text: string): string {
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
