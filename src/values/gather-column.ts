/** Rows of a column copied to another column of the same form, lane by lane. `bytes` stay in their arena. */
import { type Column, isNull, setNull } from "./column-batch.ts";

/** Row k of `to` becomes row `selection[k]` of `from`. */
export function gatherColumn(from: Column, selection: Int32Array, count: number, to: Column): void {
  to.nulls.fill(0, 0, (count + 7) >> 3);
  for (let k = 0; k < count; k++) if (isNull(from.nulls, selection[k]!)) setNull(to.nulls, k);
  if (from.physical === "bytes" && to.physical === "bytes") {
    gatherLane(from.starts, selection, count, to.starts);
    gatherLane(from.lengths, selection, count, to.lengths);
  } else if (from.physical === "i128" && to.physical === "i128") {
    gatherLane(from.high, selection, count, to.high);
    gatherLane(from.low, selection, count, to.low);
  } else if (from.physical !== "bytes" && from.physical !== "i128") {
    gatherLane(from.values as Int32Array, selection, count, (to as typeof from).values as Int32Array);
  }
}

/** The arrays of both are of one class, whichever it is. */
function gatherLane<Lane extends Int32Array | BigInt64Array | BigUint64Array>(
  from: Lane,
  selection: Int32Array,
  count: number,
  to: Lane,
): void {
  for (let k = 0; k < count; k++) to[k] = from[selection[k]!]!;
}
