/**
 * A cell of a row, which is JSON text, as a field of CSV by RFC 4180: NULL is nothing, an empty text is `""`,
 * what is made of values stays JSON, in quotes. A spreadsheet computes a text that begins like a formula, and
 * one that somebody has sent may be anything: such a text gets a `'` before it.
 *
 * The rules are patterns that both JavaScript and RE2 read: history has the same fields made by DuckDB.
 */

export const csvRules = {
  formula: String.raw`^[=+\-@\t\r]`,
  /** It begins like a formula, and there is nothing to compute. */
  number: String.raw`^[+-]?\d+(?:\.\d+)?$`,
  quoted: String.raw`[",\r\n]|^[ \t]|[ \t]$`,
} as const;

export const csvLineEnd = "\r\n";

const formula = new RegExp(csvRules.formula);
const number = new RegExp(csvRules.number);
const quoted = new RegExp(csvRules.quoted);

export function csvCell(cell: string): string {
  if (cell === "null") return "";
  if (cell.startsWith("{") || cell.startsWith("[")) return quotedText(cell);
  const text = cell.startsWith('"') ? plainText(JSON.parse(cell) as string) : cell;
  return text === "" ? '""' : csvField(text);
}

export function csvHeader(names: readonly string[]): string {
  return `${names.map(csvField).join(",")}${csvLineEnd}`;
}

function plainText(text: string): string {
  return formula.test(text) && !number.test(text) ? `'${text}` : text;
}

function csvField(text: string): string {
  return quoted.test(text) ? quotedText(text) : text;
}

function quotedText(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}
