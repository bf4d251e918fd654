/**
 * What takes the rows of a batch into the groups of a window aggregation. Compiled in `compile-window.ts`;
 * its interpreted twin is `interpret-window.ts`.
 */
import type { AggregateCall, TumbleWindow } from "../../sql/plan/logical-plan.ts";
import type { ColumnBatch } from "../../values/column-batch.ts";
import type { RowSchema } from "../../values/row-schema.ts";
import type { WindowGroups } from "../operators/window-groups.ts";

export interface WindowShape {
  readonly input: RowSchema;
  readonly window: TumbleWindow;
  /** Positions of the key columns in the batch. */
  readonly keys: readonly number[];
  readonly aggregates: readonly AggregateCall[];
  readonly groups: WindowGroups;
}

/** Takes the selected rows; answers how many were late. Each late row is told to `late` by its number. */
export type WindowKernel = (
  batch: ColumnBatch,
  selection: Int32Array,
  count: number,
  late: (row: number, sliceEndMs: number) => void,
) => number;

/** Equal bytes, four at a time is not worth it for keys of this length. */
export function sameBytes(
  left: Uint8Array,
  leftAt: number,
  right: Uint8Array,
  rightAt: number,
  length: number,
): boolean {
  for (let at = 0; at < length; at++) if (left[leftAt + at] !== right[rightAt + at]) return false;
  return true;
}

/** Less than 0, 0, or more, as the left bytes lie before, at or behind the right ones. */
export function orderBytes(
  left: Uint8Array,
  leftAt: number,
  leftLength: number,
  right: Uint8Array,
  rightAt: number,
  rightLength: number,
): number {
  const length = Math.min(leftLength, rightLength);
  for (let at = 0; at < length; at++) {
    const difference = left[leftAt + at]! - right[rightAt + at]!;
    if (difference !== 0) return difference;
  }
  return leftLength - rightLength;
}

/** A hash of bytes, mixed into another. */
export function hashBytes(bytes: Uint8Array, from: number, length: number, seed: number): number {
  let hash = seed ^ length;
  for (let at = from; at < from + length; at++) hash = Math.imul(hash ^ bytes[at]!, 0x01000193);
  return hash ^ (hash >>> 15);
}

/** The end of the window that the time falls into. */
export function sliceEndOf(timeMs: number, sizeMs: number, offsetMs: number): number {
  return Math.floor((timeMs - offsetMs) / sizeMs) * sizeMs + offsetMs + sizeMs;
}
