/**
 * The interpreted twin of the compiled decoder: finds each field by walking the row's text anew, and reads
 * it by plain parsing. Slow, and without one line in common with its twin but the walking over values.
 */
import type { ScanColumn } from "../../sql/plan/logical-plan.ts";
import { writeValue } from "../../values/column-access.ts";
import { parseDecimal } from "../../values/decimal.ts";
import { keyWithEscapes } from "../../values/json/key-match.ts";
import { unescapeInPlace } from "../../values/json/read.ts";
import { passValue, skipSpace } from "../../values/json/scan.ts";
import type { TimeStyle } from "../../values/json/time-text.ts";
import { arrayOf, type Entry, mapOf, rowOf } from "../../values/nested/nested-value.ts";
import type { SqlType } from "../../values/sql-type.ts";
import type { SqlValue } from "../../values/sql-value.ts";
import { parseDate, parseTime, parseTimestampMicros, parseTimestampMs } from "../../values/timestamp.ts";
import type { DecodeKernel } from "./decoder.ts";

export function interpretDecoder(columns: readonly ScanColumn[], style: TimeStyle): DecodeKernel {
  return (rows, from, to, output) => {
    output.arena = new Uint8Array(0);
    let arenaEnd = 0;
    for (let row = from; row < to; row++) {
      const start = row === 0 ? 0 : rows.rowEnds[row - 1]!;
      columns.forEach((column, index) => {
        const value = readField(rows.bytes, start, column, style);
        arenaEnd = writeValue(output, index, row - from, value, arenaEnd);
      });
    }
    output.rowCount = to - from;
  };
}

function readField(bytes: Uint8Array, start: number, column: ScanColumn, style: TimeStyle): SqlValue {
  let at = skipSpace(bytes, start);
  for (const name of column.path) {
    at = findField(bytes, at, name);
    if (at < 0 || bytes[at] === 0x6e) return null;
  }
  return readAt(bytes, at, column.type, style);
}

function readAt(bytes: Uint8Array, at: number, type: SqlType, style: TimeStyle): SqlValue {
  if (at < 0 || bytes[at] === 0x6e) return null;
  switch (type.kind) {
    case "ROW":
      return rowOf(
        type.fields.map((field) => readAt(bytes, findField(bytes, at, field.name), field.type, style)),
        type.fields,
      );
    case "ARRAY":
      return arrayOf(
        membersOf(bytes, at).map((place) => readAt(bytes, place, type.element, style)),
        type.element,
      );
    case "MAP": {
      const entries = membersOf(bytes, at).map((place): Entry => {
        const colon = skipSpace(bytes, passValue(viewOf(bytes), bytes, place));
        const value = readAt(bytes, skipSpace(bytes, colon + 1), type.value, style);
        return [readAt(bytes, place, type.key, style), value];
      });
      return mapOf(entries, type);
    }
    default: {
      const end = passValue(viewOf(bytes), bytes, at);
      return parse(new Uint8Array(bytes.slice(at, end)), type, style);
    }
  }
}

/** The places of an array's elements, or of an object's keys. */
function membersOf(bytes: Uint8Array, at: number): number[] {
  const view = viewOf(bytes);
  const places: number[] = [];
  const isEnd = (place: number): boolean => bytes[place] === 0x5d || bytes[place] === 0x7d;
  for (let place = skipSpace(bytes, at + 1); !isEnd(place); ) {
    places.push(place);
    place = skipSpace(bytes, passValue(view, bytes, place));
    if (bytes[place] === 0x3a) place = skipSpace(bytes, passValue(view, bytes, skipSpace(bytes, place + 1)));
    if (bytes[place] === 0x2c) place = skipSpace(bytes, place + 1);
  }
  return places;
}

/** The place of the field's value in the object at `at`, or -1. */
function findField(bytes: Uint8Array, at: number, name: string): number {
  const view = viewOf(bytes);
  let place = skipSpace(bytes, at + 1);
  while (bytes[place] !== 0x7d) {
    const keyEnd = passValue(view, bytes, place);
    const key = keyWithEscapes(bytes, place + 1, keyEnd - 1);
    const value = skipSpace(bytes, skipSpace(bytes, keyEnd) + 1);
    if (key === name) return value;
    place = skipSpace(bytes, passValue(view, bytes, value));
    if (bytes[place] === 0x2c) place = skipSpace(bytes, place + 1);
  }
  return -1;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset);
}

function parse(text: Uint8Array, type: SqlType, style: TimeStyle): SqlValue {
  const quoted = text[0] === 0x22;
  const length = quoted ? unescapeInPlace(text, 1, text.length - 1) : text.length;
  const plain = new TextDecoder().decode(text.subarray(quoted ? 1 : 0, quoted ? 1 + length : length));
  switch (type.kind) {
    case "BOOLEAN":
      return plain === "true";
    case "BIGINT":
      return BigInt(plain);
    case "DECIMAL":
      return parseDecimal(plain, type) as bigint;
    case "CHAR":
    case "VARCHAR":
      // In a MAP it may be a number or a truth, which is the text that is written.
      return plain;
    case "BINARY":
    case "VARBINARY":
      return new Uint8Array(Buffer.from(plain, "base64"));
    case "FLOAT":
      return Math.fround(Number(plain));
    case "DATE":
      return parseDate(plain)!;
    case "TIME":
      return parseTime(plain)!;
    case "TIMESTAMP":
    case "TIMESTAMP_LTZ": {
      const spaced = style === "iso" ? plain.replace("T", " ") : plain;
      const zone = type.kind === "TIMESTAMP" ? "none" : "required";
      return type.precision <= 3 ? parseTimestampMs(spaced, zone)! : parseTimestampMicros(spaced, zone)!;
    }
    default:
      return Number(plain);
  }
}
