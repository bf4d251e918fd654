/**
 * A value of DuckDB as the JSON text that the same value of a view has. What the column of the view cannot
 * hold, such as a digit too many, stays in the text, and is told as a difference.
 */
import type {
  DuckDBBlobValue,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructValue,
  DuckDBTimestampValue,
  DuckDBTimeValue,
  DuckDBValue,
} from "@duckdb/node-api";
import type { SqlType } from "../../values/sql-type.ts";
import { formatDate, formatInstantMicros, formatInstantMs, formatTime } from "../../values/timestamp.ts";

const dayMicros = 86_400_000_000n;

export function duckCell(value: DuckDBValue, type: SqlType): string {
  if (value === null) return "null";
  switch (type.kind) {
    case "DECIMAL":
      return JSON.stringify(withPlaces(numberText(value), type.scale));
    case "FLOAT":
    case "DOUBLE": {
      const number = Number(numberText(value));
      return Number.isFinite(number) ? String(number) : "null";
    }
    case "TIMESTAMP":
    case "TIMESTAMP_LTZ":
      return JSON.stringify(instantText(value));
    case "DATE":
      return has(value, "days") ? JSON.stringify(formatDate((value as DuckDBDateValue).days)) : textOf(value);
    case "TIME":
      return has(value, "micros")
        ? JSON.stringify(formatTime(Number((value as DuckDBTimeValue).micros / 1000n), 3))
        : textOf(value);
    case "BINARY":
    case "VARBINARY":
      return has(value, "bytes")
        ? JSON.stringify(Buffer.from((value as DuckDBBlobValue).bytes).toString("base64"))
        : textOf(value);
    case "ROW":
    case "ARRAY":
    case "MAP":
      return nestedCell(value, type);
    case "CHAR":
    case "VARCHAR":
    case "BOOLEAN":
      return typeof value === "boolean" ? String(value) : textOf(value);
    default:
      return withPlaces(numberText(value), 0);
  }
}

function nestedCell(value: DuckDBValue, type: SqlType & { readonly kind: "ROW" | "ARRAY" | "MAP" }): string {
  if (type.kind === "ARRAY") {
    if (!has(value, "items")) return textOf(value);
    return `[${(value as DuckDBListValue).items.map((item) => duckCell(item, type.element)).join(",")}]`;
  }
  if (!has(value, "entries")) return textOf(value);
  if (type.kind === "ROW") {
    const { entries } = value as DuckDBStructValue;
    const members = type.fields.map((field) => {
      return `${JSON.stringify(field.name)}:${duckCell(entries[field.name] ?? null, field.type)}`;
    });
    return `{${members.join(",")}}`;
  }
  const { entries } = value as DuckDBMapValue;
  const members = entries.map((entry) => {
    const name = duckCell(entry.key, type.key);
    return `${name.startsWith('"') ? name : JSON.stringify(name)}:${duckCell(entry.value, type.value)}`;
  });
  return `{${members.join(",")}}`;
}

/** A date means its midnight. */
function instantText(value: DuckDBValue): string {
  if (has(value, "micros")) return microsText((value as DuckDBTimestampValue).micros);
  if (has(value, "days")) return microsText(BigInt((value as DuckDBDateValue).days) * dayMicros);
  return String(value);
}

/** DuckDB does not know how many digits were declared: three, or six where they say something. */
function microsText(micros: bigint): string {
  return micros % 1_000n === 0n ? formatInstantMs(Number(micros / 1_000n)) : formatInstantMicros(micros);
}

/** All digits that there are. */
function numberText(value: DuckDBValue): string {
  return String(has(value, "scale") ? (value as DuckDBDecimalValue).toString() : value);
}

/** With so many places where nothing is lost. */
function withPlaces(text: string, places: number): string {
  const match = /^(-?\d+)(?:\.(\d*?)0*)?$/.exec(text);
  if (match === null) return text;
  const [, whole, fraction = ""] = match;
  const digits = fraction.padEnd(places, "0");
  return digits === "" ? whole! : `${whole}.${digits}`;
}

function textOf(value: DuckDBValue): string {
  return JSON.stringify(String(value));
}

function has(value: DuckDBValue, member: string): boolean {
  return typeof value === "object" && value !== null && member in value;
}
