/** Reads the bytes of a nested value from front to back; `nested-sink.ts` says how they lie. */

import { writeNull } from "../column-access.ts";
import type { Column } from "../column-batch.ts";
import { type Physical, physicalOf, type SqlType } from "../sql-type.ts";
import type { SqlValue } from "../sql-value.ts";
import { readUtf8 } from "../utf8.ts";

/** Of a lane in bytes; what lies by its length has none. */
const laneBytes: Readonly<Record<Exclude<Physical, "bytes">, number>> = {
  u8: 1,
  i32: 4,
  f64: 8,
  i64: 8,
  i128: 16,
};

export class NestedCursor {
  #bytes: Uint8Array;
  #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  /** Goes on at another place, which may be in other bytes. */
  moveTo(bytes: Uint8Array, at: number): void {
    if (bytes !== this.#bytes) {
      this.#bytes = bytes;
      this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    }
    this.#at = at;
  }

  get at(): number {
    return this.#at;
  }

  /** Of an ARRAY or a MAP, before its first element. */
  count(): number {
    const count = this.#view.getInt32(this.#at, true);
    this.#at += 4;
    return count;
  }

  skip(type: SqlType, values = 1): void {
    const physical = physicalOf(type);
    for (let left = values; left > 0; left--) {
      if (this.#bytes[this.#at++] === 0) continue;
      const length = physical === "bytes" ? this.count() : laneBytes[physical];
      this.#at += length;
    }
  }

  /** The next value; a part that is nested shares the memory of the whole. */
  next(type: SqlType): SqlValue {
    if (this.#bytes[this.#at++] === 0) return null;
    const at = this.#at;
    const physical = physicalOf(type);
    if (physical === "bytes") return this.#nextBytes(type);
    this.#at += laneBytes[physical];
    switch (physical) {
      case "u8":
        return this.#bytes[at] === 1;
      case "i32":
        return this.#view.getInt32(at, true);
      case "f64":
        return this.#view.getFloat64(at, true);
      case "i64":
        return this.#view.getBigInt64(at, true);
      case "i128":
        return (this.#view.getBigInt64(at + 8, true) << 64n) | this.#view.getBigUint64(at, true);
    }
  }

  /** Whether the next value is NULL; if not, what is next is its payload. */
  nextIsNull(): boolean {
    return this.#bytes[this.#at++] === 0;
  }

  /** Puts the next value into a row of a column whose arena these bytes are. */
  nextInto(column: Column, row: number): void {
    const isPresent = this.#bytes[this.#at++] === 1;
    if (isPresent) column.nulls[row >> 3]! &= ~(1 << (row & 7));
    else {
      writeNull(column, row);
      return;
    }
    const at = this.#at;
    if (column.physical === "bytes") {
      const length = this.count();
      column.starts[row] = this.#at;
      column.lengths[row] = length;
      this.#at += length;
      return;
    }
    this.#at += laneBytes[column.physical];
    switch (column.physical) {
      case "u8":
        column.values[row] = this.#bytes[at]!;
        return;
      case "i32":
        column.values[row] = this.#view.getInt32(at, true);
        return;
      case "f64":
        column.values[row] = this.#view.getFloat64(at, true);
        return;
      case "i64":
        column.values[row] = this.#view.getBigInt64(at, true);
        return;
      case "i128":
        column.low[row] = this.#view.getBigUint64(at, true);
        column.high[row] = this.#view.getBigInt64(at + 8, true);
    }
  }

  #nextBytes(type: SqlType): SqlValue {
    const length = this.count();
    const bytes = this.#bytes.subarray(this.#at, this.#at + length);
    this.#at += length;
    return type.kind === "CHAR" || type.kind === "VARCHAR" ? readUtf8(bytes) : bytes;
  }
}
