/**
 * What a row has besides its columns goes with it through a projection: kind, event time, watermark, step.
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
  output.stepNumber = input.stepNumber;
  output.kinds = gatherKinds(input.kinds, selection, count, output.kinds);
  output.eventTimesMs = gatherTimes(input.eventTimesMs, selection, count, output.eventTimesMs);
  output.watermarksMs = gatherTimes(input.watermarksMs, selection, count, output.watermarksMs);
}

/**
 * The arrays of the output are used again where they are long enough, which is after the first batches
 * always.
 */
function gatherKinds(
  from: Uint8Array | null,
  selection: Int32Array,
  count: number,
  to: Uint8Array | null,
): Uint8Array | null {
  if (from === null) return null;
  const gathered = to !== null && to !== from && to.length >= count ? to : new Uint8Array(count);
  for (let k = 0; k < count; k++) gathered[k] = from[selection[k]!]!;
  return gathered;
}

function gatherTimes(
  from: Float64Array | null,
  selection: Int32Array,
  count: number,
  to: Float64Array | null,
): Float64Array | null {
  if (from === null) return null;
  const gathered = to !== null && to !== from && to.length >= count ? to : new Float64Array(count);
  for (let k = 0; k < count; k++) gathered[k] = from[selection[k]!]!;
  return gathered;
}
