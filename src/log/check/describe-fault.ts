/**
 * The sentence for a row that did not pass: only made for rows that failed, so it may allocate as it likes.
 */
import { catalogue, type RowErrorCode } from "../../errors/catalogue.ts";
import { depthMax, scanFailure } from "../../values/json/scan.ts";
import { formatType, type RowField, type SqlType, withNullable } from "../../values/sql-type.ts";
import { fault } from "./field-check.ts";
import type { RowFormat } from "./row-check.ts";

export interface FaultText {
  readonly field: string | undefined;
  readonly message: string;
}

const shownCharactersMax = 60;

export function describeFault(
  code: RowErrorCode,
  format: RowFormat,
  bytes: Uint8Array,
  from: number,
  end: number,
): FaultText {
  if (code === "row.not-json" || code === "row.too-deep") {
    const offset = Math.max(0, Math.min(scanFailure.at, end) - from);
    const problem =
      scanFailure.at >= end ? "it ends too early" : `${shownByte(bytes[scanFailure.at]!)} is unexpected`;
    return { field: undefined, message: fill(code, { offset, problem, limit: depthMax }) };
  }
  const found = shown(bytes, fault.from, fault.to);
  if (code === "row.not-an-object") return { field: undefined, message: fill(code, { found }) };
  const type = typeAt(format.fields, fault.field.split("."));
  const expected = type === undefined ? "its type" : expectation(code, type, format);
  return { field: fault.field, message: fill(code, { field: fault.field, found, expected }) };
}

function fill(code: RowErrorCode, values: Readonly<Record<string, string | number>>): string {
  return catalogue[code].template.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));
}

function shownByte(byte: number): string {
  return byte < 0x20 || byte > 0x7e
    ? `the byte 0x${byte.toString(16).padStart(2, "0")}`
    : `"${String.fromCharCode(byte)}"`;
}

function shown(bytes: Uint8Array, from: number, to: number): string {
  const text = new TextDecoder().decode(bytes.subarray(from, Math.min(to, from + shownCharactersMax * 4)));
  return text.length > shownCharactersMax ? `${text.slice(0, shownCharactersMax)}…` : text;
}

function typeAt(fields: readonly RowField[], path: readonly string[]): SqlType | undefined {
  // A name may hold a point itself, so each field is tried as a prefix of the path.
  for (const field of fields) {
    const length = field.name.split(".").length;
    if (path.slice(0, length).join(".") !== field.name) continue;
    const rest = path.slice(length);
    if (rest.length === 0) return field.type;
    if (field.type.kind === "ROW") return typeAt(field.type.fields, rest);
    return field.type;
  }
  return undefined;
}

function expectation(code: RowErrorCode, type: SqlType, format: RowFormat): string {
  const name = formatType(withNullable(type, true));
  if (code !== "row.bad-time") return name;
  const space = format.timeStyle === "iso" ? "T" : " ";
  if (type.kind === "DATE") return `${name} like 2026-03-01`;
  if (type.kind === "TIME") return `${name} like 12:30:00`;
  const zone = type.kind === "TIMESTAMP_LTZ" ? "Z" : "";
  const without = type.kind === "TIMESTAMP" ? ", without a zone" : "";
  return `${name} like 2026-03-01${space}12:30:00.000${zone}${without}`;
}
