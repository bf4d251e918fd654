/**
 * A value as JSON text, exact: BIGINT keeps all its digits, DECIMAL is a string of digits, a time is a UTC
 * instant, a wall clock as if it were one (`views/told-rows.ts` tells it outside). Rows are made into text
 * once, where they leave the engine, and the same text goes to every reader.
 */
import { formatDecimal } from "../decimal.ts";
import { isInteger, type SqlType } from "../sql-type.ts";
import type { SqlValue } from "../sql-value.ts";
import { formatDate, formatInstantMicros, formatInstantMs, formatTime } from "../timestamp.ts";
import { nestedJson } from "./write-nested.ts";

export function jsonText(value: SqlValue, type: SqlType): string {
  if (value === null) return "null";
  if (typeof value === "boolean") return value ? "true" : "false";
  switch (type.kind) {
    case "DECIMAL":
      return `"${formatDecimal(value as bigint, type.scale)}"`;
    case "DATE":
      return `"${formatDate(value as number)}"`;
    case "TIME":
      return `"${formatTime(value as number, 3)}"`;
    case "TIMESTAMP":
    case "TIMESTAMP_LTZ":
      return `"${typeof value === "bigint" ? formatInstantMicros(value) : formatInstantMs(value as number)}"`;
    case "FLOAT":
    case "DOUBLE":
      // JSON has no NaN and no infinity.
      return Number.isFinite(value) ? String(value) : "null";
    case "ROW":
    case "ARRAY":
    case "MAP":
      return nestedJson(value as Uint8Array, type, jsonText);
    default:
      if (isInteger(type) || typeof value === "number") return String(value);
      if (value instanceof Uint8Array) return JSON.stringify(Buffer.from(value).toString("base64"));
      return JSON.stringify(value);
  }
}
