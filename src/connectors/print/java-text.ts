/**
 * A value as Java's `toString` writes it, which is what Flink's print connector shows: times as ISO-8601
 * without seconds that are nothing (`2026-03-01T12:30`), instants with `Z`, bytes as a list of signed
 * numbers, NULL as null.
 */
import { casterOf } from "../../functions/scalar/cast.ts";
import { nestedText } from "../../values/nested/nested-text.ts";
import { isNested, isTimestamp, type SqlType, stringLengthMax } from "../../values/sql-type.ts";
import type { SqlValue } from "../../values/sql-value.ts";
import { formatTime, formatTimestampMicros, formatTimestampMs } from "../../values/timestamp.ts";

/** A row within a row shows a kind too. */
const rowBrackets = ["+I[", "]"] as const;
const text: SqlType = { kind: "VARCHAR", length: stringLengthMax, nullable: false };

export function javaText(value: SqlValue, type: SqlType): string {
  if (value === null) return "null";
  if (typeof value === "boolean") return String(value);
  if (isNested(type)) return nestedText(value as Uint8Array, type, javaText, rowBrackets);
  if (value instanceof Uint8Array) return `[${Array.from(new Int8Array(value)).join(", ")}]`;
  if (type.kind === "TIME") return localTime(formatTime(value as number, 3));
  if (isTimestamp(type)) {
    const written =
      typeof value === "bigint" ? formatTimestampMicros(value) : formatTimestampMs(value as number);
    const [date, time] = written.split(" ") as [string, string];
    // An instant always shows its seconds, a local time only where there are any.
    return type.kind === "TIMESTAMP" ? `${date}T${localTime(time)}` : `${date}T${shortFraction(time)}Z`;
  }
  return casterOf(type, text)!(value) as string;
}

function localTime(time: string): string {
  return shortFraction(time).replace(/^(\d\d:\d\d):00$/, "$1");
}

/** Java writes the fraction of a second in threes, and leaves it out where it is nothing. */
function shortFraction(time: string): string {
  return time.replace(/000$/, "").replace(/\.(000)?$/, "");
}
