/**
 * ROW, ARRAY and MAP outside of batches, a level at a time: their bytes to values and back. A part that is
 * nested itself is the bytes that it has as a whole. Compiled code reads parts where they lie
 * (`dataflow/codegen/nested-part-code.ts`).
 */
import { quickwaterError } from "../../errors/quickwater-error.ts";
import { compareSlices } from "../byte-slices.ts";
import { compareValues } from "../compare.ts";
import type { RowField, SqlType } from "../sql-type.ts";
import type { SqlValue } from "../sql-value.ts";
import { int32At } from "./lane-bytes.ts";
import { NestedCursor } from "./nested-cursor.ts";
import { NestedSink } from "./nested-sink.ts";

export type Entry = readonly [key: SqlValue, value: SqlValue];
export type MapType = Extract<SqlType, { kind: "MAP" }>;

const sink = new NestedSink();
/** A row that comes in is smaller; a query could put arrays together until the memory is full. */
const madeBytesMax = 16 * 1024 * 1024;

export function fieldsOf(row: Uint8Array, fields: readonly RowField[]): SqlValue[] {
  const cursor = new NestedCursor(row);
  return fields.map(({ type }) => cursor.next(type));
}

export function itemsOf(array: Uint8Array, element: SqlType): SqlValue[] {
  const cursor = new NestedCursor(array);
  const items: SqlValue[] = [];
  for (let left = cursor.count(); left > 0; left--) items.push(cursor.next(element));
  return items;
}

export function entriesOf(map: Uint8Array, { key, value }: MapType): Entry[] {
  const cursor = new NestedCursor(map);
  const entries: Entry[] = [];
  for (let left = cursor.count(); left > 0; left--) entries.push([cursor.next(key), cursor.next(value)]);
  return entries;
}

/** Of an ARRAY or a MAP. */
export function countOf(bytes: Uint8Array): number {
  return int32At(bytes, 0);
}

export function rowOf(values: readonly SqlValue[], fields: readonly RowField[]): Uint8Array {
  sink.begin();
  for (const [index, { type }] of fields.entries()) sink.put(values[index]!, type);
  return written();
}

export function arrayOf(items: readonly SqlValue[], element: SqlType): Uint8Array {
  sink.begin();
  sink.setCount(sink.openCount(), items.length);
  for (const item of items) sink.put(item, element);
  return written();
}

/** Of so many items as they lie in a nested value, each with its flag, in pieces of one or more. */
export function arrayOfPieces(pieces: readonly Uint8Array[], count: number): Uint8Array {
  sink.begin();
  sink.setCount(sink.openCount(), count);
  for (const piece of pieces) sink.append(piece, 0, piece.length);
  return written();
}

/** The array without the elements that are this value: those that lie as it would. */
export function arrayWithout(array: Uint8Array, element: SqlType, unwanted: SqlValue): Uint8Array {
  sink.begin();
  sink.put(unwanted, element);
  const part = written();
  const cursor = new NestedCursor(array);
  sink.begin();
  const place = sink.openCount();
  let kept = 0;
  for (let left = cursor.count(); left > 0; left--) {
    const from = cursor.at;
    cursor.skip(element);
    const length = cursor.at - from;
    if (compareSlices(array, from, length, part, 0, part.length) === 0) continue;
    sink.append(array, from, length);
    kept++;
  }
  sink.setCount(place, kept);
  return written();
}

/** The entries in the order of their keys; of keys that are there twice the last value counts. */
export function mapOf(entries: readonly Entry[], { key, value }: MapType): Uint8Array {
  const distinct = new Map<SqlValue, Entry>();
  for (const entry of entries) distinct.set(identityOf(entry[0]), entry);
  sink.begin();
  sink.setCount(sink.openCount(), distinct.size);
  for (const [name, item] of [...distinct.values()].sort(byKey)) {
    sink.put(name, key);
    sink.put(item, value);
  }
  return written();
}

/** NULL, which Flink takes for a key, comes first. */
function byKey([left]: Entry, [right]: Entry): number {
  if (left === null || right === null) return left === right ? 0 : left === null ? -1 : 1;
  return compareValues(left, right) ?? 0;
}

/** What is the same for two values of one type that are equal, for sets and maps. */
export function identityOf(value: SqlValue): SqlValue {
  return value instanceof Uint8Array ? Buffer.from(value).toString("latin1") : value;
}

function written(): Uint8Array {
  if (sink.end > madeBytesMax) {
    const reason = `the value would have ${sink.end} bytes, ${madeBytesMax} are allowed`;
    throw quickwaterError("sql.bad-argument", { function: "ROW, ARRAY or MAP", reason });
  }
  return sink.bytes.slice(0, sink.end);
}
