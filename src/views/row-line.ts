/** The row that was written last, and its key, as bytes; texts are made of them when somebody asks. */
import { GrowingLine } from "../functions/row-text/growing-line.ts";
import { type JsonWriter, jsonCellWriters } from "../functions/row-text/json-line.ts";
import { compareSlices } from "../values/byte-slices.ts";
import type { ColumnBatch } from "../values/column-batch.ts";
import { readUtf8 } from "../values/utf8.ts";
import { cellSeparator, type ViewSchema } from "./view.ts";

const separator = cellSeparator.charCodeAt(0);
const comma = 0x2c;
const bracket = { open: 0x5b, close: 0x5d };

export class RowLine {
  readonly #key: readonly number[];
  readonly #cells: readonly JsonWriter[];
  readonly #line = new GrowingLine();
  readonly #keyLine = new GrowingLine();
  /** Where each cell begins in the line, and where one would begin behind the last. */
  readonly #begins: Int32Array;

  constructor({ schema, key }: Pick<ViewSchema, "schema" | "key">) {
    this.#key = key;
    this.#cells = jsonCellWriters(schema, "shown");
    this.#begins = new Int32Array(schema.columns.length + 1);
  }

  get bytes(): Uint8Array {
    return this.#line.bytes;
  }

  get length(): number {
    return this.#line.length;
  }

  get keyBytes(): Uint8Array {
    return this.#keyLine.bytes;
  }

  get keyLength(): number {
    return this.#keyLine.length;
  }

  get text(): string {
    return readUtf8(this.bytes, 0, this.length);
  }

  get key(): string {
    return readUtf8(this.keyBytes, 0, this.keyLength);
  }

  write(batch: ColumnBatch, row: number): void {
    const line = this.#line;
    const begins = this.#begins;
    line.clear();
    for (let place = 0; place < this.#cells.length; place++) {
      if (place > 0) line.byte(separator);
      begins[place] = line.length;
      this.#cells[place]!(line, batch, row);
    }
    begins[this.#cells.length] = line.length + 1;
    this.#beginKey();
    for (let at = 0; at < this.#key.length; at++) {
      const place = this.#key[at]!;
      if (at > 0) this.#keyLine.byte(comma);
      this.#keyLine.copy(line.bytes, begins[place]!, begins[place + 1]! - 1 - begins[place]!);
    }
    this.#keyLine.byte(bracket.close);
  }

  /** The key alone: the row is another one's, or none's. */
  writeKey(batch: ColumnBatch, row: number): void {
    this.#beginKey();
    for (let at = 0; at < this.#key.length; at++) {
      if (at > 0) this.#keyLine.byte(comma);
      this.#cells[this.#key[at]!]!(this.#keyLine, batch, row);
    }
    this.#keyLine.byte(bracket.close);
  }

  hasKeyOf({ keyBytes, keyLength }: RowLine): boolean {
    return compareSlices(this.keyBytes, 0, this.keyLength, keyBytes, 0, keyLength) === 0;
  }

  #beginKey(): void {
    this.#keyLine.clear();
    this.#keyLine.byte(bracket.open);
  }
}
