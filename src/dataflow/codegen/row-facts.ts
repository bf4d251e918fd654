/**
 * What a row has besides its columns goes with it through a projection: kind, place in its step, event time,
 * watermark; and what is the same for the whole batch.
 */
import { assert } from "../../errors/quickwater-error.ts";
import { columnCapacity } from "../../values/column-access.ts";
import type { ColumnBatch } from "../../values/column-batch.ts";

export function carryRowFacts(
  input: ColumnBatch,
  selection: Int32Array,
  count: number,
  output: ColumnBatch,
): void {
  const first = output.columns[0];
  assert(first === undefined || columnCapacity(first) >= count, "the projection's output batch is too small");
  output.rowCount = count;
  output.cause = input.cause;
  output.standing = input.standing;
  output.kinds = gather(input.kinds, selection, count, output.kinds, makeKinds);
  output.rowIndexes = gather(input.rowIndexes, selection, count, output.rowIndexes, makeIndexes);
  output.eventTimesMs = gather(input.eventTimesMs, selection, count, output.eventTimesMs, makeTimes);
  output.watermarksMs = gather(input.watermarksMs, selection, count, output.watermarksMs, makeTimes);
}

const makeKinds = (length: number) => new Uint8Array(length);
const makeIndexes = (length: number) => new Int32Array(length);
const makeTimes = (length: number) => new Float64Array(length);

/**
 * The arrays of the output are used again where they are long enough, which is after the first batches
 * always.
 */
function gather<Lane extends Uint8Array | Int32Array | Float64Array>(
  from: Lane | null,
  selection: Int32Array,
  count: number,
  to: Lane | null,
  make: (length: number) => Lane,
): Lane | null {
  if (from === null) return null;
  const gathered = to !== null && to !== from && to.length >= count ? to : make(count);
  for (let k = 0; k < count; k++) gathered[k] = from[selection[k]!]!;
  return gathered;
}
