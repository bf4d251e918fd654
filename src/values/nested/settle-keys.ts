/**
 * Brings the entries of a MAP that was written as they came into the order of their keys, and of keys that
 * are there twice leaves the last. In most streams objects are written by one program, so that entries which
 * are in order are found to be so without a move.
 */
import { compareSlices } from "../byte-slices.ts";
import { NestedCursor } from "./nested-cursor.ts";
import type { NestedSink } from "./nested-sink.ts";
import { entriesOf, type MapType, mapOf } from "./nested-value.ts";

/** The flag and the length before a text. */
const headBytes = 5;

/** Looks at the MAP that begins at `from` and ends the sink. Its keys are texts. */
export function settleKeys(sink: NestedSink, from: number, type: MapType): void {
  const map = sink.bytes.subarray(from, sink.end);
  if (isSettled(map, type)) return;
  const settled = mapOf(entriesOf(map.slice(), type), type);
  sink.end = from;
  sink.append(settled, 0, settled.length);
}

/** Whether each key is above the one before it. */
function isSettled(map: Uint8Array, { key, value }: MapType): boolean {
  const cursor = new NestedCursor(map);
  const count = cursor.count();
  let [last, lastLength] = [0, 0];
  for (let entry = 0; entry < count; entry++) {
    const start = cursor.at + headBytes;
    cursor.skip(key);
    const length = cursor.at - start;
    if (entry > 0 && compareSlices(map, last, lastLength, map, start, length) >= 0) return false;
    [last, lastLength] = [start, length];
    cursor.skip(value);
  }
  return true;
}
