/** Reads the bytes of a nested value from front to back; `nested-sink.ts` says how they lie. */

import { writeNull } from "../column-access.ts";
import type { Column } from "../column-batch.ts";
import { isCharacter, type Physical, physicalOf, type SqlType } from "../sql-type.ts";
import type { SqlValue } from "../sql-value.ts";
import { readUtf8 } from "../utf8.ts";
import { doubleAt, int32At, int64At, int128At, uint64At } from "./lane-bytes.ts";

/** Of a lane in bytes; what lies by its length has none. */
export const laneBytes: Readonly<Record<Exclude<Physical, "bytes">, number>> = {
  u8: 1,
  i32: 4,
  f64: 8,
  i64: 8,
  i128: 16,
};

export class NestedCursor {
  #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Goes on at another place, which may be in other bytes. */
  moveTo(bytes: Uint8Array, at: number): void {
    this.#bytes = bytes;
    this.#at = at;
  }

  get at(): number {
    return this.#at;
  }

  /** Of an ARRAY or a MAP, before its first element. */
  count(): number {
    const count = int32At(this.#bytes, this.#at);
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
        return int32At(this.#bytes, at);
      case "f64":
        return doubleAt(this.#bytes, at);
      case "i64":
        return int64At(this.#bytes, at);
      case "i128":
        return int128At(this.#bytes, at);
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
        column.values[row] = int32At(this.#bytes, at);
        return;
      case "f64":
        column.values[row] = doubleAt(this.#bytes, at);
        return;
      case "i64":
        column.values[row] = int64At(this.#bytes, at);
        return;
      case "i128":
        column.low[row] = uint64At(this.#bytes, at);
        column.high[row] = int64At(this.#bytes, at + 8);
    }
  }

  #nextBytes(type: SqlType): SqlValue {
    const length = this.count();
    const from = this.#at;
    this.#at += length;
    if (isCharacter(type)) return readUtf8(this.#bytes, from, this.#at);
    return this.#bytes.subarray(from, this.#at);
  }
}
