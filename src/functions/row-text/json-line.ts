/**
 * A row as one JSON object, as Flink's format `json` writes it: decimals as numbers, NULL as null. In the
 * style `shown` values are written as the API shows them, which is what `jsonText` makes of them one by one.
 */
import { allocateBatch, readValue } from "../../values/column-access.ts";
import { type Column, type ColumnBatch, isNull } from "../../values/column-batch.ts";
import type { TimeStyle } from "../../values/json/time-text.ts";
import { jsonText } from "../../values/json/write.ts";
import { nestedJson } from "../../values/json/write-nested.ts";
import { NestedCursor } from "../../values/nested/nested-cursor.ts";
import type { RowSchema } from "../../values/row-schema.ts";
import { isNested, isNumeric, type RowField, type SqlType } from "../../values/sql-type.ts";
import type { SqlValue } from "../../values/sql-value.ts";
import { formatDouble } from "../scalar/cast.ts";
import { fileText } from "./file-text.ts";
import { GrowingLine } from "./growing-line.ts";
import type { LineWriter } from "./line-writer.ts";

/** Adds a row, or a value of it, to the end of the line. */
export type JsonWriter = (line: GrowingLine, batch: ColumnBatch, row: number) => void;

/** A value that is not NULL. */
type ValueWriter<Of extends Column> = (line: GrowingLine, column: Of, row: number, arena: Uint8Array) => void;
type Of<Physical> = Extract<Column, { physical: Physical }>;

const quote = 0x22;
const backslash = 0x5c;
const space = 0x20;
const letterT = 0x54;
const letterZ = 0x5a;
const brace = { open: 0x7b, close: 0x7d };
const bracket = { open: 0x5b, close: 0x5d };
const comma = 0x2c;
const words = { null: Buffer.from("null"), true: Buffer.from("true"), false: Buffer.from("false") };

export function jsonLineWriter(schema: RowSchema, style: TimeStyle): LineWriter {
  const write = jsonRowWriter(schema, style);
  const line = new GrowingLine();
  return (batch, row) => {
    line.clear();
    write(line, batch, row);
    return line.bytes.toString("utf8", 0, line.length);
  };
}

export function jsonRowWriter(schema: RowSchema, style: TimeStyle): JsonWriter {
  const cells = cellsOf(schema.columns, style);
  return (line, batch, row) => {
    for (const { head, write } of cells) {
      line.copy(head, 0, head.length);
      write(line, batch, row);
    }
    if (cells.length === 0) line.byte(brace.open);
    line.byte(brace.close);
  };
}

/** One a column, in their order: what each writes is its value alone. */
export function jsonCellWriters({ columns }: RowSchema, style: TimeStyle): readonly JsonWriter[] {
  return columns.map(({ type }, place) => cellWriter(type, place, style));
}

/** Each with what stands before it: a brace or a comma, its name. */
function cellsOf(fields: readonly RowField[], style: TimeStyle) {
  return fields.map(({ name, type }, index) => ({
    head: Buffer.from(`${index === 0 ? "{" : ","}${JSON.stringify(name)}:`),
    write: cellWriter(type, index, style),
  }));
}

function cellWriter(type: SqlType, place: number, style: TimeStyle): JsonWriter {
  const write = valueWriter(type, style) as ValueWriter<Column> | undefined;
  const asText: JsonWriter = (line, batch, row) => line.text(cell(readValue(batch, place, row), type, style));
  if (write === undefined) return asText;
  return (line, batch, row) => {
    const column = batch.columns[place]!;
    if (isNull(column.nulls, row)) writeWord(line, words.null);
    else write(line, column, row, batch.arena);
  };
}

/** Undefined of what is written by way of a JavaScript text. */
function valueWriter(type: SqlType, style: TimeStyle): ValueWriter<never> | undefined {
  switch (type.kind) {
    case "CHAR":
    case "VARCHAR":
      return writeString;
    case "BOOLEAN":
      return (line, { values }: Of<"u8">, row) =>
        writeWord(line, values[row] === 1 ? words.true : words.false);
    case "TINYINT":
    case "SMALLINT":
    case "INT":
      return (line, { values }: Of<"i32">, row) => line.decimal(values[row]!, 0);
    case "BIGINT":
      return (line, { values }: Of<"i64">, row) => writeDecimal(line, values[row]!, 0, type, style);
    case "DECIMAL":
      return decimalWriter(type, style);
    case "FLOAT":
      return style === "shown" ? writeShownDouble : undefined;
    case "DOUBLE":
      return style === "shown" ? writeShownDouble : writeDouble;
    case "TIMESTAMP":
    case "TIMESTAMP_LTZ":
      return type.precision <= 3 ? timestampWriter(type, style) : undefined;
    case "ROW":
      return nestedRowWriter(type.fields, style);
    case "ARRAY":
      return arrayWriter(type.element, style);
    default:
      return undefined;
  }
}

function writeWord(line: GrowingLine, word: Uint8Array): void {
  line.copy(word, 0, word.length);
}

/** Texts stay the bytes that they are, as long as none of them needs an escape. */
function writeString(line: GrowingLine, column: Of<"bytes">, row: number, arena: Uint8Array): void {
  const start = column.starts[row]!;
  const length = column.lengths[row]!;
  if (needsEscape(arena, start, length)) {
    line.text(JSON.stringify(Buffer.from(arena.buffer, arena.byteOffset + start, length).toString()));
    return;
  }
  line.byte(quote);
  line.copy(arena, start, length);
  line.byte(quote);
}

function needsEscape(bytes: Uint8Array, start: number, length: number): boolean {
  for (let at = start; at < start + length; at++) {
    const byte = bytes[at]!;
    if (byte < space || byte === quote || byte === backslash) return true;
  }
  return false;
}

function decimalWriter(type: Extract<SqlType, { kind: "DECIMAL" }>, style: TimeStyle): ValueWriter<never> {
  return (line: GrowingLine, column: Of<"i64"> | Of<"i128">, row: number) => {
    const unscaled =
      column.physical === "i64" ? column.values[row]! : (column.high[row]! << 64n) | column.low[row]!;
    if (style !== "shown") writeDecimal(line, unscaled, type.scale, type, style);
    else if (Number.isSafeInteger(Number(unscaled))) {
      line.byte(quote);
      line.decimal(Number(unscaled), type.scale);
      line.byte(quote);
    } else line.text(jsonText(unscaled, type));
  };
}

/** As Java writes it: `1.0`, `1.0E10`. */
function writeDouble(line: GrowingLine, { values }: Of<"f64">, row: number): void {
  const value = values[row]!;
  line.text(Number.isFinite(value) ? formatDouble(value) : "null");
}

function writeShownDouble(line: GrowingLine, { values }: Of<"f64">, row: number): void {
  const value = values[row]!;
  if (Number.isSafeInteger(value)) line.decimal(value, 0);
  else line.text(Number.isFinite(value) ? String(value) : "null");
}

function writeDecimal(
  line: GrowingLine,
  unscaled: bigint,
  scale: number,
  type: SqlType,
  style: TimeStyle,
): void {
  const short = Number(unscaled);
  if (Number.isSafeInteger(short)) line.decimal(short, scale);
  else line.text(cell(unscaled, type, style));
}

function timestampWriter(
  { kind, precision }: Extract<SqlType, { kind: "TIMESTAMP" | "TIMESTAMP_LTZ" }>,
  style: TimeStyle,
): ValueWriter<never> {
  const unitMs = 10 ** (3 - precision);
  const separator = style === "iso" ? letterT : space;
  if (style === "shown")
    return (line: GrowingLine, { values }: Of<"f64">, row: number) => {
      line.byte(quote);
      line.timestamp(values[row]!, letterT, true);
      line.byte(letterZ);
      line.byte(quote);
    };
  return (line: GrowingLine, { values }: Of<"f64">, row: number) => {
    line.byte(quote);
    line.timestamp(Math.floor(values[row]! / unitMs) * unitMs, separator);
    if (kind === "TIMESTAMP_LTZ") line.byte(letterZ);
    line.byte(quote);
  };
}

/** Parts of a nested value are put into a row of their own, and written as a row's values are. */
function nestedRowWriter(fields: readonly RowField[], style: TimeStyle): ValueWriter<never> {
  const cells = cellsOf(fields, style);
  const parts = allocateBatch({ columns: fields }, 1);
  const cursor = new NestedCursor(parts.arena);
  return (line: GrowingLine, { starts }: Of<"bytes">, row: number, arena: Uint8Array) => {
    cursor.moveTo(arena, starts[row]!);
    parts.arena = arena;
    for (let place = 0; place < cells.length; place++) {
      const { head, write } = cells[place]!;
      cursor.nextInto(parts.columns[place]!, 0);
      line.copy(head, 0, head.length);
      write(line, parts, 0);
    }
    line.byte(brace.close);
  };
}

function arrayWriter(element: SqlType, style: TimeStyle): ValueWriter<never> {
  const write = cellWriter(element, 0, style);
  const parts = allocateBatch({ columns: [{ name: "element", type: element }] }, 1);
  const cursor = new NestedCursor(parts.arena);
  return (line: GrowingLine, { starts }: Of<"bytes">, row: number, arena: Uint8Array) => {
    cursor.moveTo(arena, starts[row]!);
    parts.arena = arena;
    line.byte(bracket.open);
    const count = cursor.count();
    for (let place = 0; place < count; place++) {
      if (place > 0) line.byte(comma);
      cursor.nextInto(parts.columns[0]!, 0);
      write(line, parts, 0);
    }
    line.byte(bracket.close);
  };
}

function cell(value: SqlValue, type: SqlType, style: TimeStyle): string {
  if (style === "shown") return jsonText(value, type);
  // JSON has no NaN and no infinity.
  if (value === null || (typeof value === "number" && !Number.isFinite(value))) return "null";
  if (isNested(type)) return nestedJson(value as Uint8Array, type, (part, of) => cell(part, of, style));
  const text = fileText(value, type, style);
  return isNumeric(type) || type.kind === "BOOLEAN" ? text : JSON.stringify(text);
}
