/** A row as one JSON object, as Flink's format `json` writes it: decimals as numbers, NULL as null. */
import { readValue } from "../../values/column-access.ts";
import type { TimeStyle } from "../../values/json/time-text.ts";
import { nestedJson } from "../../values/json/write-nested.ts";
import type { RowSchema } from "../../values/row-schema.ts";
import { isNested, isNumeric, type SqlType } from "../../values/sql-type.ts";
import type { SqlValue } from "../../values/sql-value.ts";
import { fileText } from "./file-text.ts";
import type { LineWriter } from "./line-writer.ts";

export function jsonLineWriter(schema: RowSchema, style: TimeStyle): LineWriter {
  const names = schema.columns.map(({ name }) => JSON.stringify(name));
  return (batch, row) => {
    const members = schema.columns.map(
      ({ type }, index) => `${names[index]}:${cell(readValue(batch, index, row), type, style)}`,
    );
    return `{${members.join(",")}}`;
  };
}

function cell(value: SqlValue, type: SqlType, style: TimeStyle): string {
  // JSON has no NaN and no infinity.
  if (value === null || (typeof value === "number" && !Number.isFinite(value))) return "null";
  if (isNested(type)) return nestedJson(value as Uint8Array, type, (part, of) => cell(part, of, style));
  const text = fileText(value, type, style);
  return isNumeric(type) || type.kind === "BOOLEAN" ? text : JSON.stringify(text);
}
