import type { Step } from "../../log/event-log.ts";
import { withPadding } from "../runtime/step-origin.ts";

/** A step with one of its rows alone: rows are taken one by one anyway, however they came together. */
export function oneRowOf(step: Step, row: number): Step {
  const { rowEnds, rowKinds, causeIndexes, bytes } = step;
  const of = bytes.subarray(row === 0 ? 0 : rowEnds[row - 1], rowEnds[row]);
  return {
    ...step,
    rowCount: 1,
    firstRowOffset: step.firstRowOffset + row,
    rowEnds: Int32Array.of(of.length),
    rowKinds: rowKinds?.slice(row, row + 1) ?? null,
    causeIndexes: causeIndexes?.slice(row, row + 1) ?? null,
    // Decoders write over what they read, and look a little further.
    bytes: withPadding(of),
  };
}
