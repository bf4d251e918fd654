/**
 * A value as Flink's SQL client shows it: `2026-03-01 12:30:00.000`, `TRUE`, `1.0E10`, bytes as `x'0aff'`.
 */
import { casterOf } from "../../functions/scalar/cast.ts";
import { nestedText } from "../../values/nested/nested-text.ts";
import { isBinary, isNested, type SqlType, stringLengthMax } from "../../values/sql-type.ts";
import type { SqlValue } from "../../values/sql-value.ts";

const text: SqlType = { kind: "VARCHAR", length: stringLengthMax, nullable: false };

export function cellText(value: Exclude<SqlValue, null>, type: SqlType): string {
  if (isBinary(type)) return `x'${Buffer.from(value as Uint8Array).toString("hex")}'`;
  if (isNested(type)) {
    return nestedText(value as Uint8Array, type, (part, of) => (part === null ? "NULL" : cellText(part, of)));
  }
  return casterOf(type, text)!(value) as string;
}
