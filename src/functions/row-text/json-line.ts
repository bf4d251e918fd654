/** A row as one JSON object, as Flink's format `json` writes it: decimals as numbers, NULL as null. */
import { readValue } from "../../values/column-access.ts";
import { type ColumnBatch, isNull } from "../../values/column-batch.ts";
import type { TimeStyle } from "../../values/json/time-text.ts";
import { nestedJson } from "../../values/json/write-nested.ts";
import type { RowSchema } from "../../values/row-schema.ts";
import { isNested, isNumeric, type SqlType } from "../../values/sql-type.ts";
import type { SqlValue } from "../../values/sql-value.ts";
import { fileText } from "./file-text.ts";
import type { LineWriter } from "./line-writer.ts";

/** Answers bytes that are good until the next call. */
type LineBytes = (batch: ColumnBatch, row: number) => Buffer;
type CellWriter = (line: GrowingLine, batch: ColumnBatch, row: number) => void;

const quote = 0x22;
const backslash = 0x5c;
const space = 0x20;
const bytesAtFirst = 1024;
/** Of more bytes than these the copy is the runtime's. */
const copiedHereMax = 48;

export function jsonLineWriter(schema: RowSchema, style: TimeStyle): LineWriter {
  const write = jsonLineBytes(schema, style);
  return (batch, row) => write(batch, row).toString();
}

export function jsonLineBytes(schema: RowSchema, style: TimeStyle): LineBytes {
  const line = new GrowingLine();
  const cells = schema.columns.map(({ name, type }, index) => ({
    head: Buffer.from(`${index === 0 ? "{" : ","}${JSON.stringify(name)}:`),
    write: cellWriter(type, index, style),
  }));
  return (batch, row) => {
    line.length = 0;
    for (const { head, write } of cells) {
      line.copy(head, 0, head.length);
      write(line, batch, row);
    }
    line.text(cells.length === 0 ? "{}" : "}");
    return line.bytes.subarray(0, line.length);
  };
}

/** Texts stay the bytes that they are, as long as none of them needs an escape. */
function cellWriter(type: SqlType, column: number, style: TimeStyle): CellWriter {
  if (type.kind !== "VARCHAR" && type.kind !== "CHAR")
    return (line, batch, row) => line.text(cell(readValue(batch, column, row), type, style));
  return (line, batch, row) => {
    const values = batch.columns[column]!;
    if (values.physical !== "bytes" || isNull(values.nulls, row)) {
      line.text(cell(readValue(batch, column, row), type, style));
      return;
    }
    const start = values.starts[row]!;
    const length = values.lengths[row]!;
    if (needsEscape(batch.arena, start, length)) {
      line.text(cell(readValue(batch, column, row), type, style));
      return;
    }
    line.byte(quote);
    line.copy(batch.arena, start, length);
    line.byte(quote);
  };
}

function needsEscape(bytes: Uint8Array, start: number, length: number): boolean {
  for (let at = start; at < start + length; at++) {
    const byte = bytes[at]!;
    if (byte < space || byte === quote || byte === backslash) return true;
  }
  return false;
}

class GrowingLine {
  bytes = Buffer.allocUnsafe(bytesAtFirst);
  length = 0;

  byte(byte: number): void {
    this.#reserve(1);
    this.bytes[this.length++] = byte;
  }

  copy(from: Uint8Array, start: number, length: number): void {
    this.#reserve(length);
    if (length > copiedHereMax) this.bytes.set(from.subarray(start, start + length), this.length);
    else for (let at = 0; at < length; at++) this.bytes[this.length + at] = from[start + at]!;
    this.length += length;
  }

  text(text: string): void {
    // A character of a JavaScript text is at most three bytes.
    this.#reserve(text.length * 3);
    this.length += this.bytes.write(text, this.length);
  }

  #reserve(count: number): void {
    if (this.length + count <= this.bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.bytes.length * 2, this.length + count));
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
  }
}

function cell(value: SqlValue, type: SqlType, style: TimeStyle): string {
  // JSON has no NaN and no infinity.
  if (value === null || (typeof value === "number" && !Number.isFinite(value))) return "null";
  if (isNested(type)) return nestedJson(value as Uint8Array, type, (part, of) => cell(part, of, style));
  const text = fileText(value, type, style);
  return isNumeric(type) || type.kind === "BOOLEAN" ? text : JSON.stringify(text);
}
