/**
 * The condition that finds the rows of a detail: its columns equal those of the row that was opened. Values
 * come from events, which anybody may have sent: each is a literal that cannot end before its end.
 */
import type { WireColumn, WireRow, WireValue } from "../../../../src/serving/protocol.ts";
import { cellOf } from "../../data/cells.ts";
import { quotedName, timestampLiteral } from "../../data/sql.ts";

export type DetailCondition =
  | { readonly is: "condition"; readonly sql: string }
  /** No condition says exactly this value; `column` is that of the row. */
  | { readonly is: "unmatchable"; readonly column: string };

export function detailCondition(
  match: Readonly<Record<string, string>>,
  columns: readonly WireColumn[],
  row: WireRow,
): DetailCondition {
  const terms: string[] = [];
  for (const [column, path] of Object.entries(match)) {
    const value = cellOf(columns, path)(row);
    const literal = literalOf(
      value,
      columns.find(({ name }) => name === path),
    );
    if (literal === undefined) return { is: "unmatchable", column: path };
    terms.push(literal === "NULL" ? `${quotedName(column)} IS NULL` : `${quotedName(column)} = ${literal}`);
  }
  return { is: "condition", sql: terms.join(" AND ") };
}

const plainNumber = /^-?\d+(?:\.\d+)?$/;
const doubleNumber = /^-?\d+(?:\.\d+)?e[+-]?\d+$/;
const day = /^\d{4}-\d{2}-\d{2}$/;
const clock = /^\d{2}:\d{2}:\d{2}(?:\.\d+)?$/;

/** Undefined of what no literal says exactly. */
function literalOf(value: WireValue, column: WireColumn | undefined): string | undefined {
  if (value === null) return "NULL";
  if (typeof value === "boolean") return value ? "TRUE" : "FALSE";
  if (typeof value === "number") return numberLiteral(value);
  return typeof value === "string" ? textLiteral(value, column) : undefined;
}

/** A whole number that a double does not hold is another one by now. */
function numberLiteral(value: number): string | undefined {
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) return undefined;
  const text = String(value);
  if (plainNumber.test(text)) return text;
  return doubleNumber.test(text) ? text.toUpperCase() : undefined;
}

function textLiteral(text: string, column: WireColumn | undefined): string | undefined {
  switch (column?.type) {
    case "decimal":
      return plainNumber.test(text) ? text : undefined;
    case "date":
      return day.test(text) ? `DATE '${text}'` : undefined;
    case "time":
      return clock.test(text) ? `TIME '${text}'` : undefined;
    case "timestamp":
      return timestampLiteral(text, column.sqlType);
    case "bytes":
      return undefined;
    default:
      return `'${text.replaceAll("'", "''")}'`;
  }
}
