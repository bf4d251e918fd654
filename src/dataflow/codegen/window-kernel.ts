/**
 * What takes the rows of a batch into the groups of a window aggregation. Compiled in `compile-window.ts`;
 * its interpreted twin is `interpret-window.ts`.
 */
import type { AttachedWindow, SlicedWindow } from "../../sql/plan/logical-plan.ts";
import type { ByteArena } from "../../state/byte-arena.ts";
import { type ColumnBatch, rowKind } from "../../values/column-batch.ts";
import type { RowSchema } from "../../values/row-schema.ts";
import type { WindowGroups } from "../operators/window-groups.ts";

export type KernelWindow = SlicedWindow | AttachedWindow;

export interface WindowShape {
  readonly input: RowSchema;
  readonly window: KernelWindow;
  /** Positions of the key columns in the batch. */
  readonly keys: readonly number[];
  readonly groups: WindowGroups;
  /** Rows of the input may be taken back. */
  readonly losesRows: boolean;
}

/** Whom a kernel tells, while it takes a batch, of what cannot wait until its end. */
export interface WindowHost {
  /** The row is between two windows, in none: where HOP's slide is longer than its size. */
  inNoWindow(batch: ColumnBatch, row: number): void;
  /** The row is late for all of its windows. */
  late(batch: ColumnBatch, row: number): void;
  /**
   * The next row is late for some of its windows and not for others: those that this watermark closes are
   * closed before it is taken, as they would be if rows came one at a time.
   */
  closeUpTo(watermarkMs: number): void;
}

/** Takes the selected rows. */
export type WindowKernel = (
  batch: ColumnBatch,
  selection: Int32Array,
  count: number,
  host: WindowHost,
) => void;

export function isTakenBack({ kinds }: ColumnBatch, row: number): boolean {
  const kind = kinds === null ? rowKind.insert : kinds[row];
  return kind === rowKind.updateBefore || kind === rowKind.delete;
}

/** Equal bytes, four at a time; the last four overlap where the length is no multiple. */
export function sameBytes(
  left: DataView,
  leftAt: number,
  right: DataView,
  rightAt: number,
  length: number,
): boolean {
  if (length < 4) {
    for (let at = 0; at < length; at++) {
      if (left.getInt8(leftAt + at) !== right.getInt8(rightAt + at)) return false;
    }
    return true;
  }
  const last = length - 4;
  for (let at = 0; at < last; at += 4) {
    if (left.getInt32(leftAt + at, true) !== right.getInt32(rightAt + at, true)) return false;
  }
  return left.getInt32(leftAt + last, true) === right.getInt32(rightAt + last, true);
}

/** A hash of bytes, mixed into another; four at a time, the last four overlapping. */
export function hashBytes(view: DataView, from: number, length: number, seed: number): number {
  let hash = seed ^ length;
  if (length < 4) {
    for (let at = from; at < from + length; at++) hash = Math.imul(hash ^ view.getUint8(at), 0x01000193);
    return hash ^ (hash >>> 15);
  }
  const last = from + length - 4;
  for (let at = from; at < last; at += 4) {
    hash = Math.imul(hash ^ view.getInt32(at, true), 0x85ebca6b);
    hash ^= hash >>> 13;
  }
  hash = Math.imul(hash ^ view.getInt32(last, true), 0xc2b2ae35);
  return hash ^ (hash >>> 15);
}

/** The column that decides a row's slice: its event time, or the end of the window that it comes with. */
export function timeColumnOf(window: KernelWindow): number {
  return window.kind === "ATTACHED" ? window.endColumn : window.timeColumn;
}

/** The end of the slice that the time falls into. */
export function sliceEndOf(timeMs: number, window: KernelWindow): number {
  if (window.kind === "ATTACHED") return timeMs;
  const { sizeMs, stepMs, offsetMs } = window;
  const next = Math.floor((timeMs - offsetMs) / stepMs) * stepMs + offsetMs + stepMs;
  if (sizeMs % stepMs === 0) return next;
  return Math.min(next, lastEndUpTo(timeMs, window) + stepMs);
}

/** Where that slice begins: a window begins there, or one has ended. */
export function sliceStartOf(timeMs: number, window: KernelWindow): number {
  if (window.kind === "ATTACHED") return timeMs;
  const { stepMs, offsetMs } = window;
  const start = Math.floor((timeMs - offsetMs) / stepMs) * stepMs + offsetMs;
  return Math.max(start, lastEndUpTo(timeMs, window));
}

/** The first end of a window that is at the slice's end or behind it. */
export function firstEndOf(sliceEndMs: number, window: KernelWindow): number {
  if (window.kind === "ATTACHED") return sliceEndMs;
  const { sizeMs, stepMs, offsetMs } = window;
  const firstEverMs = offsetMs + sizeMs;
  return Math.ceil((sliceEndMs - firstEverMs) / stepMs) * stepMs + firstEverMs;
}

/** The last end of a window that is at the time or before it. */
export function lastEndUpTo(timeMs: number, { sizeMs, stepMs, offsetMs }: SlicedWindow): number {
  const firstEverMs = offsetMs + sizeMs;
  return Math.floor((timeMs - firstEverMs) / stepMs) * stepMs + firstEverMs;
}

/** The end of the last window that a slice is part of; before the slice's own where it is part of none. */
export function lastEndOf(sliceEndMs: number, window: KernelWindow): number {
  if (window.kind === "ATTACHED") return sliceEndMs;
  const { kind, sizeMs, stepMs, offsetMs } = window;
  if (kind !== "CUMULATE") {
    return Math.ceil((sliceEndMs - offsetMs) / stepMs) * stepMs + offsetMs - stepMs + sizeMs;
  }
  return Math.floor((sliceEndMs - stepMs - offsetMs) / sizeMs) * sizeMs + offsetMs + sizeMs;
}

/** Where a window begins that ends there. */
export function windowStartOf(endMs: number, { kind, sizeMs, stepMs, offsetMs }: SlicedWindow): number {
  if (kind !== "CUMULATE") return endMs - sizeMs;
  return Math.floor((endMs - stepMs - offsetMs) / sizeMs) * sizeMs + offsetMs;
}

/** Puts bytes behind those that lie in an arena; answers where the whole lies then. */
export function appendBytes(
  arena: ByteArena,
  before: number,
  length: number,
  between: Uint8Array,
  bytes: Uint8Array,
  from: number,
  count: number,
): number {
  const whole = new Uint8Array(length + between.length + count);
  whole.set(arena.view(before, length));
  whole.set(between, length);
  whole.set(bytes.subarray(from, from + count), length + between.length);
  arena.free(before, length);
  return arena.store(whole, 0, whole.length);
}
