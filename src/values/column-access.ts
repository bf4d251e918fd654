/**
 * Batches made from a schema, and single values read from and written to their columns. This is the plain way
 * in and out, for tests, the interpreter, printing and the API; it allocates a value at each call, so that no
 * hot loop goes through here.
 */

import type { Column, ColumnBatch } from "./column-batch.ts";
import { isNull, noCause, setNull } from "./column-batch.ts";
import type { RowSchema } from "./row-schema.ts";
import type { SqlType } from "./sql-type.ts";
import { physicalOf } from "./sql-type.ts";
import type { SqlValue } from "./sql-value.ts";
import { readUtf8 } from "./utf8.ts";

const utf8Encoder = new TextEncoder();

/** An empty batch with room for `capacity` rows. Its arena is empty and grows as `writeValue` needs it. */
export function allocateBatch(schema: RowSchema, capacity: number): ColumnBatch {
  return {
    schema,
    rowCount: 0,
    cause: noCause,
    standing: "final",
    columns: schema.columns.map((column) => allocateColumn(column.type, capacity)),
    arena: new Uint8Array(0),
    kinds: null,
    rowIndexes: null,
    eventTimesMs: null,
    watermarksMs: null,
  };
}

/** One column of zeros without NULLs. */
function allocateColumn(type: SqlType, capacity: number): Column {
  const physical = physicalOf(type);
  const nulls = new Uint8Array((capacity + 7) >> 3);
  switch (physical) {
    case "u8":
      return { physical, values: new Uint8Array(capacity), nulls };
    case "i32":
      return { physical, values: new Int32Array(capacity), nulls };
    case "f64":
      return { physical, values: new Float64Array(capacity), nulls };
    case "i64":
      return { physical, values: new BigInt64Array(capacity), nulls };
    case "i128":
      return { physical, high: new BigInt64Array(capacity), low: new BigUint64Array(capacity), nulls };
    case "bytes":
      return { physical, starts: new Int32Array(capacity), lengths: new Int32Array(capacity), nulls };
  }
}

export function columnCapacity(column: Column): number {
  switch (column.physical) {
    case "bytes":
      return column.starts.length;
    case "i128":
      return column.high.length;
    default:
      return column.values.length;
  }
}

/** The same rows in a batch with room for `capacity`; the old one must not be used any more. */
export function growBatch(batch: ColumnBatch, capacity: number): ColumnBatch {
  const grown = allocateBatch(batch.schema, capacity);
  for (const [index, column] of batch.columns.entries()) copyColumn(column, grown.columns[index]!);
  grown.rowCount = batch.rowCount;
  grown.cause = batch.cause;
  grown.standing = batch.standing;
  grown.arena = batch.arena;
  if (batch.kinds !== null) {
    grown.kinds = new Uint8Array(capacity);
    grown.kinds.set(batch.kinds);
  }
  if (batch.rowIndexes !== null) {
    grown.rowIndexes = new Int32Array(capacity);
    grown.rowIndexes.set(batch.rowIndexes);
  }
  grown.eventTimesMs = growTimes(batch.eventTimesMs, capacity);
  grown.watermarksMs = growTimes(batch.watermarksMs, capacity);
  return grown;
}

/** The value at a row, by the column's own type. Bytes are copied out, because the arena is used again. */
export function readValue(batch: ColumnBatch, columnIndex: number, row: number): SqlValue {
  const column = batch.columns[columnIndex]!;
  if (isNull(column.nulls, row)) return null;
  const { type } = batch.schema.columns[columnIndex]!;
  switch (column.physical) {
    case "u8":
      return type.kind === "NULL" ? null : column.values[row] === 1;
    case "i32":
    case "f64":
    case "i64":
      return column.values[row]!;
    case "i128":
      return (column.high[row]! << 64n) | column.low[row]!;
    case "bytes": {
      const start = column.starts[row]!;
      const end = start + column.lengths[row]!;
      const isText = type.kind === "CHAR" || type.kind === "VARCHAR";
      return isText ? readUtf8(batch.arena, start, end) : batch.arena.slice(start, end);
    }
  }
}

/**
 * Writes a value at a row; `arenaEnd` is where the used part of the batch's arena ends, the answer where it
 * ends afterwards. The arena is replaced by a larger one when it is full.
 */
export function writeValue(
  batch: ColumnBatch,
  columnIndex: number,
  row: number,
  value: SqlValue,
  arenaEnd: number,
): number {
  const column = batch.columns[columnIndex]!;
  if (value === null) {
    writeNull(column, row);
    return arenaEnd;
  }
  column.nulls[row >> 3]! &= ~(1 << (row & 7));
  switch (column.physical) {
    case "u8":
      column.values[row] = value ? 1 : 0;
      return arenaEnd;
    case "i32":
    case "f64":
      column.values[row] = value as number;
      return arenaEnd;
    case "i64":
      column.values[row] = value as bigint;
      return arenaEnd;
    case "i128":
      column.high[row] = BigInt.asIntN(64, (value as bigint) >> 64n);
      column.low[row] = BigInt.asUintN(64, value as bigint);
      return arenaEnd;
    case "bytes": {
      const bytes = typeof value === "string" ? utf8Encoder.encode(value) : (value as Uint8Array);
      const end = arenaEnd + bytes.length;
      if (end > batch.arena.length) batch.arena = growArena(batch.arena, arenaEnd, end);
      batch.arena.set(bytes, arenaEnd);
      column.starts[row] = arenaEnd;
      column.lengths[row] = bytes.length;
      return end;
    }
  }
}

/** Marks a NULL and leaves the lane's zero in its place, as the batch's contract asks. */
export function writeNull(column: Column, row: number): void {
  setNull(column.nulls, row);
  switch (column.physical) {
    case "i64":
      column.values[row] = 0n;
      return;
    case "i128":
      column.high[row] = 0n;
      column.low[row] = 0n;
      return;
    case "bytes":
      column.starts[row] = 0;
      column.lengths[row] = 0;
      return;
    default:
      column.values[row] = 0;
  }
}

/** All values of a row, for tests and printing. */
export function readRow(batch: ColumnBatch, row: number): SqlValue[] {
  return batch.columns.map((_, index) => readValue(batch, index, row));
}

/** A batch of the given rows. */
export function batchOfRows(schema: RowSchema, rows: readonly (readonly SqlValue[])[]): ColumnBatch {
  const batch = allocateBatch(schema, rows.length);
  let arenaEnd = 0;
  for (const [row, values] of rows.entries()) {
    for (const [column, value] of values.entries())
      arenaEnd = writeValue(batch, column, row, value, arenaEnd);
  }
  batch.rowCount = rows.length;
  return batch;
}

/**
 * An arena of at least `needed` bytes with the used part copied; it doubles, so that appending stays linear.
 */
export function growArena(arena: Uint8Array, used: number, needed: number): Uint8Array {
  const grown = new Uint8Array(Math.max(needed, arena.length * 2, 256));
  grown.set(arena.subarray(0, used));
  return grown;
}

function growTimes(times: Float64Array | null, capacity: number): Float64Array | null {
  if (times === null) return null;
  const grown = new Float64Array(capacity);
  grown.set(times);
  return grown;
}

function copyColumn(from: Column, to: Column): void {
  to.nulls.set(from.nulls);
  if (from.physical === "bytes" && to.physical === "bytes") {
    to.starts.set(from.starts);
    to.lengths.set(from.lengths);
  } else if (from.physical === "i128" && to.physical === "i128") {
    to.high.set(from.high);
    to.low.set(from.low);
  } else if (from.physical === "i64" && to.physical === "i64") {
    to.values.set(from.values);
  } else if (from.physical === "u8" && to.physical === "u8") {
    to.values.set(from.values);
  } else if (from.physical === "i32" && to.physical === "i32") {
    to.values.set(from.values);
  } else if (from.physical === "f64" && to.physical === "f64") {
    to.values.set(from.values);
  }
}
