/**
 * The interpreted twin of `compile-window.ts`: the same groups by plain values, one row at a time, slow and
 * clear.
 */

import type { Lane } from "../../state/keyed-state.ts";
import { indexMask, indexShift } from "../../state/paged-state.ts";
import { readValue } from "../../values/column-access.ts";
import type { SqlValue } from "../../values/sql-value.ts";
import type { KeyLanes } from "../operators/group-layout.ts";
import { readKey } from "../operators/group-slot.ts";
import { everSlice, type WindowGroups } from "../operators/window-groups.ts";
import type { LocateKernel } from "./locate-kernel.ts";
import {
  firstEndOf,
  hashBytes,
  isTakenBack,
  lastEndOf,
  sliceEndOf,
  timeColumnOf,
  type WindowKernel,
  type WindowShape,
} from "./window-kernel.ts";

export function interpretWindow(shape: WindowShape): WindowKernel {
  const { groups, window } = shape;
  const { overlap } = groups.layout;
  return (batch, selection, count, host) => {
    groups.aggregates.begin(batch);
    for (const row of selection.subarray(0, count)) {
      const time = readValue(batch, timeColumnOf(window), row) as number;
      const watermark = batch.watermarksMs![row]!;
      const sliceEnd = sliceEndOf(time, window);
      const firstEnd = firstEndOf(sliceEnd, window);
      const lastEnd = lastEndOf(sliceEnd, window);
      if (lastEnd < firstEnd) {
        host.inNoWindow(batch, row);
        continue;
      }
      if (lastEnd - 1 <= watermark) {
        host.late(batch, row);
        continue;
      }
      const isBack = isTakenBack(batch, row);
      const isPast = firstEnd - 1 <= watermark;
      if (overlap !== undefined && isPast) host.closeUpTo(watermark);
      const keys = shape.keys.map((column) => readValue(batch, column, row));
      const address = findOrMake(groups, keys, overlap === undefined ? sliceEnd : everSlice);
      markChanged(groups, address);
      if (overlap !== undefined && (isPast || groups.parts!.isEarly(address, firstEnd))) {
        groups.parts!.joinMerged(address, sliceEnd);
        groups.aggregates.changeExact(address, batch, row, isBack);
        if (isPast) groups.setNumber(address, overlap.stale, 1);
      }
      const part = groups.parts?.findOrMake(address, sliceEnd);
      groups.aggregates.change(part ?? address, batch, row, isBack);
    }
  };
}

/** The twin of `compileLocate`. */
export function interpretLocate(groups: WindowGroups, keys: readonly number[]): LocateKernel {
  return (batch, selection, count, addresses) => {
    for (let place = 0; place < count; place++) {
      const values = keys.map((column) => readValue(batch, column, selection[place]!));
      addresses[place] = findOrMake(groups, values, everSlice, false);
    }
  };
}

function findOrMake(groups: WindowGroups, keys: readonly SqlValue[], sliceEnd: number, joins = true): number {
  const { state, layout } = groups;
  const hash = hashOf(keys, sliceEnd);
  let entry = hash & state.probeMask;
  for (;;) {
    const address = state.indexPages[entry >>> indexShift]!.i32[entry & indexMask]!;
    if (address === 0) break;
    const end = state.pages[address >>> 16]!.f64[((address & 0xffff) + layout.sliceEnd.offset) >> 3];
    const same = layout.keys.every((lanes, index) => sameValue(readKey(state, address, lanes), keys[index]!));
    if (end === sliceEnd && same) return address;
    entry = (entry + 1) & state.probeMask;
  }
  const address = state.insert(hash, entry);
  if (joins) groups.joinSlice(address, sliceEnd);
  state.writable(address).f64[((address & 0xffff) + layout.sliceEnd.offset) >> 3] = sliceEnd;
  for (const [index, lanes] of layout.keys.entries()) storeKey(groups, address, lanes, keys[index]!);
  return address;
}

/** Hashes need not be the compiled ones: a state is built by one kernel only. */
function hashOf(keys: readonly SqlValue[], sliceEnd: number): number {
  const text = `${sliceEnd}|${keys.map((value) => `${typeof value}:${String(value)}`).join("|")}`;
  const bytes = new TextEncoder().encode(text);
  return hashBytes(new DataView(bytes.buffer, bytes.byteOffset), 0, bytes.length, 0);
}

function sameValue(left: SqlValue, right: SqlValue): boolean {
  if (left instanceof Uint8Array && right instanceof Uint8Array) return Buffer.compare(left, right) === 0;
  return left === right || (Number.isNaN(left) && Number.isNaN(right));
}

function storeKey(groups: WindowGroups, address: number, lanes: KeyLanes, value: SqlValue): void {
  const page = groups.state.writable(address);
  const slot = address & 0xffff;
  if (value === null) {
    page.u8[slot + lanes.nulls.offset] = 1;
    return;
  }
  const at = slot + lanes.value.offset;
  if (lanes.value.kind === "bytes") {
    const bytes = typeof value === "string" ? new TextEncoder().encode(value) : (value as Uint8Array);
    page.i32[at >> 2] = groups.state.arena.store(bytes, 0, bytes.length);
    page.i32[(at >> 2) + 1] = bytes.length;
  } else if (lanes.value.kind === "f64") page.f64[at >> 3] = value as number;
  else if (lanes.value.kind === "i32") page.i32[at >> 2] = value as number;
  else if (lanes.value.kind === "u8") page.u8[at] = value === true ? 1 : 0;
  else storeWhole(page.i64, page.u64, at, slot, lanes, value as bigint);
}

function storeWhole(
  i64: BigInt64Array,
  u64: BigUint64Array,
  at: number,
  slot: number,
  lanes: { readonly low: Lane | undefined },
  value: bigint,
): void {
  if (lanes.low === undefined) i64[at >> 3] = value;
  else {
    i64[at >> 3] = value >> 64n;
    u64[(slot + lanes.low.offset) >> 3] = BigInt.asUintN(64, value);
  }
}

function markChanged(groups: WindowGroups, address: number): void {
  const page = groups.state.writable(address);
  const at = (address & 0xffff) + groups.layout.changed.offset;
  if (page.u8[at] === 1) return;
  page.u8[at] = 1;
  groups.markChanged(address);
}
