/** A value as Flink's file formats write it: bytes as base64, times without a fraction that is nothing. */

import type { TimeStyle } from "../../values/json/time-text.ts";
import { isTimestamp, type SqlType, stringLengthMax } from "../../values/sql-type.ts";
import type { SqlValue } from "../../values/sql-value.ts";
import { casterOf } from "../scalar/cast.ts";

const text: SqlType = { kind: "VARCHAR", length: stringLengthMax, nullable: false };

export function fileText(value: Exclude<SqlValue, null>, type: SqlType, style: TimeStyle): string {
  if (typeof value === "boolean") return String(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  const written = casterOf(type, text)!(value) as string;
  if (type.kind === "TIME") return withoutZeros(written);
  if (!isTimestamp(type)) return written;
  const time = style === "iso" ? written.replace(" ", "T") : written;
  return `${withoutZeros(time)}${type.kind === "TIMESTAMP_LTZ" ? "Z" : ""}`;
}

function withoutZeros(time: string): string {
  return time.includes(".") ? time.replace(/\.?0+$/, "") : time;
}
