/**
 * The groups of a window aggregation, in pages.
 *
 * State kept
 *   groups   one slot a (slice, key): slice end, key lanes with their NULL flags, the accumulators' lanes,
 *            a mark that the group changed since it was last shown. The link chains the groups of a slice.
 *   slices   one slot an open slice: its end, the first group of its chain, how many there are.
 *   values   of aggregates that look at values themselves, in bags (`value-bag.ts`), freed with their group.
 * A slice is what all windows over the same rows share; a TUMBLE window is one slice. Where windows overlap,
 * the group that a key leads to is of the slice `everSlice`: the window that is next to close. The groups of
 * its slices are parts without a key, which are chained to it (`group-parts.ts`, `overlapping-windows.ts`).
 *
 * What a watermark does: slices whose end it has passed are handed out in order and freed, with all their
 * groups. A checkpoint holds both states; the list of changed groups is made again from all groups after a
 * restore.
 */

import { assert } from "../../errors/quickwater-error.ts";
import type { Lane, LaneSpec, StateImage } from "../../state/keyed-state.ts";
import { indexMask, indexShift, PagedState } from "../../state/paged-state.ts";
import { layoutSlot } from "../../state/slot-layout.ts";
import type { SqlType } from "../../values/sql-type.ts";
import type { AggregateShape } from "./aggregate-shape.ts";
import { GroupAggregates } from "./group-aggregates.ts";
import { type GroupLayout, layoutGroup } from "./group-layout.ts";
import { GroupParts } from "./group-parts.ts";

/** The end of the slice that is never closed. */
export const everSlice = Number.POSITIVE_INFINITY;

const scratchSlice = Number.NEGATIVE_INFINITY;
const scratchHash = 0;

const sliceLanes: readonly LaneSpec[] = [
  { name: "end", kind: "f64" },
  { name: "first", kind: "i32" },
  { name: "groups", kind: "i32" },
];
const sliceBytesMax = 16 * 1024 * 1024;

export class WindowGroups {
  readonly layout: GroupLayout;
  readonly state: PagedState;
  readonly aggregates: GroupAggregates;
  /** Where windows overlap. */
  readonly parts: GroupParts | undefined;
  readonly #slices: PagedState;
  readonly #sliceEndLane: Lane;
  readonly #firstLane: Lane;
  readonly #countLane: Lane;
  /** Addresses of groups that changed since they were last shown. */
  changed = new Int32Array(1024);
  changedCount = 0;
  /** The earliest end of an open slice; a watermark below it closes nothing. */
  #earliestEnd = Number.POSITIVE_INFINITY;
  #lastEnd = Number.NaN;
  #lastSlice = 0;

  constructor(
    owner: string,
    keys: readonly SqlType[],
    aggregates: AggregateShape,
    bytesMax: number,
    overlapping = false,
    own: readonly LaneSpec[] = [],
  ) {
    const { slot, layout } = layoutGroup(keys, aggregates, overlapping, own);
    this.layout = layout;
    // Groups and each bag of their values have an equal part of what may be kept.
    const partBytesMax = Math.floor(bytesMax / (1 + aggregates.bags.length));
    this.state = new PagedState(owner, slot, partBytesMax);
    this.aggregates = new GroupAggregates(owner, aggregates, layout, this.state, this, partBytesMax);
    this.parts = layout.overlap && new GroupParts(this, layout.overlap);
    const sliceLayout = layoutSlot(sliceLanes);
    [this.#sliceEndLane, this.#firstLane, this.#countLane] = sliceLayout.lanes as [Lane, Lane, Lane];
    this.#slices = new PagedState(`${owner} slices`, sliceLayout, sliceBytesMax);
  }

  get bytesUsed(): number {
    return this.state.bytesUsed + this.#slices.bytesUsed + this.aggregates.bytesUsed;
  }

  get openSlices(): number {
    return this.#slices.slotCount;
  }

  /** A new group: chained to its slice. The kernel has written nothing but the hash yet. */
  joinSlice(address: number, sliceEnd: number): void {
    const slice = this.#sliceAddress(sliceEnd);
    const slicePage = this.#slices.writable(slice);
    const sliceAt = slice & 0xffff;
    const page = this.state.writable(address);
    page.i32[((address & 0xffff) >> 2) + 1] = slicePage.i32[(sliceAt + this.#firstLane.offset) >> 2]!;
    slicePage.i32[(sliceAt + this.#firstLane.offset) >> 2] = address;
    slicePage.i32[(sliceAt + this.#countLane.offset) >> 2]! += 1;
  }

  markChanged(address: number): void {
    if (this.changedCount === this.changed.length) {
      const grown = new Int32Array(this.changed.length * 2);
      grown.set(this.changed);
      this.changed = grown;
    }
    this.changed[this.changedCount++] = address;
  }

  /** Ends of the slices that this watermark closes, ascending. */
  closable(watermarkMs: number): readonly number[] {
    if (this.#earliestEnd - 1 > watermarkMs) return [];
    const ends: number[] = [];
    for (const slice of this.#slices.addresses()) {
      const end = this.#endOf(slice);
      if (end - 1 <= watermarkMs && end !== everSlice) ends.push(end);
    }
    return ends.sort((left, right) => left - right);
  }

  /** Addresses of a slice's groups. */
  groupsOf(sliceEnd: number): Int32Array {
    const slice = this.#findSlice(sliceEnd);
    if (slice === 0) return new Int32Array(0);
    const page = this.#slices.pages[slice >>> 16]!;
    const at = slice & 0xffff;
    const addresses = new Int32Array(page.i32[(at + this.#countLane.offset) >> 2]!);
    let address = page.i32[(at + this.#firstLane.offset) >> 2]!;
    // The chain begins with the newest group: filled from behind, groups come out in the order they came in.
    for (let place = addresses.length - 1; place >= 0; place--) {
      addresses[place] = address;
      address = this.state.pages[address >>> 16]!.i32[((address & 0xffff) >> 2) + 1]!;
    }
    return addresses;
  }

  /** Frees a slice with all its groups, the bytes of their keys and accumulators too. */
  removeSlice(sliceEnd: number): void {
    for (const address of this.groupsOf(sliceEnd)) {
      if (this.parts === undefined) this.freeGroup(address);
      else this.freePart(address);
    }
    this.forgetSlice(sliceEnd);
  }

  /** Frees a slice alone: its groups are the owner's to free. */
  forgetSlice(sliceEnd: number): void {
    const slice = this.#findSlice(sliceEnd);
    if (slice === 0) return;
    this.#slices.remove(slice);
    this.#lastEnd = Number.NaN;
    this.#earliestEnd = this.#findEarliestEnd();
  }

  /** Keeps of a slice the groups for which the test holds, in their order; frees the others. */
  retain(sliceEnd: number, isKept: (address: number) => boolean): void {
    const slice = this.#findSlice(sliceEnd);
    if (slice === 0) return;
    let newest = 0;
    let count = 0;
    for (const address of this.groupsOf(sliceEnd)) {
      if (!isKept(address)) {
        this.freeGroup(address);
        continue;
      }
      this.state.writable(address).i32[((address & 0xffff) >> 2) + 1] = newest;
      newest = address;
      count++;
    }
    const page = this.#slices.writable(slice);
    page.i32[((slice & 0xffff) + this.#firstLane.offset) >> 2] = newest;
    page.i32[((slice & 0xffff) + this.#countLane.offset) >> 2] = count;
  }

  /** The earliest end of an open slice; Infinity where there is none. */
  get earliestEnd(): number {
    return this.#earliestEnd;
  }

  numberOf(address: number, lane: Lane): number {
    const page = this.state.pages[address >>> 16]!;
    const at = (address & 0xffff) + lane.offset;
    return lane.kind === "f64" ? page.f64[at >> 3]! : lane.kind === "i32" ? page.i32[at >> 2]! : page.u8[at]!;
  }

  setNumber(address: number, lane: Lane, value: number): void {
    const page = this.state.writable(address);
    const at = (address & 0xffff) + lane.offset;
    if (lane.kind === "f64") page.f64[at >> 3] = value;
    else if (lane.kind === "i32") page.i32[at >> 2] = value;
    else page.u8[at] = value;
  }

  /** A group may lose its last row and get another one in the same batch: called when the batch is taken. */
  freeEmpty(addresses: Int32Array, isEmpty: (address: number) => boolean): void {
    const empty = new Set(addresses.filter(isEmpty));
    for (const address of empty) this.freeGroup(address);
  }

  /** Gives back a group's slot and the bytes of its key and accumulators. It is taken out of no chain. */
  freeGroup(address: number): void {
    this.aggregates.freeValues(address);
    this.#freeBytes(address, this.state.layout.slotBytes);
    this.state.remove(address);
  }

  /** Gives back a group that is a part of another. */
  freePart(address: number): void {
    this.aggregates.freeValues(address);
    this.#freeBytes(address, this.state.layout.partBytes);
    this.state.removePart(address);
  }

  #freeBytes(address: number, bytes: number): void {
    const page = this.state.pages[address >>> 16]!;
    const at = address & 0xffff;
    for (const lane of this.state.layout.lanes) {
      if (lane.kind !== "bytes" || lane.offset >= bytes) continue;
      this.state.arena.free(page.i32[(at + lane.offset) >> 2]!, page.i32[((at + lane.offset) >> 2) + 1]!);
    }
  }

  freeze(): readonly StateImage[] {
    return [this.state.freeze(), this.#slices.freeze(), ...this.aggregates.freeze()];
  }

  /** Which groups changed since they were shown is not in an image: the owner marks them. */
  restore([groups, slices, ...values]: readonly StateImage[]): void {
    assert(
      groups !== undefined && slices !== undefined,
      "groups were restored from another operator's images",
    );
    this.state.restore(groups);
    this.#slices.restore(slices);
    this.aggregates.restore(values);
    this.#lastEnd = Number.NaN;
    this.#earliestEnd = this.#findEarliestEnd();
    this.changedCount = 0;
  }

  /** Addresses of the groups that changed since the last call; nothing is marked afterwards. */
  takeChanged(): Int32Array {
    const taken = this.changed.slice(0, this.changedCount);
    for (const address of taken) this.setNumber(address, this.layout.changed, 0);
    this.changedCount = 0;
    return taken;
  }

  markAllChanged(): void {
    this.changedCount = 0;
    for (const address of this.state.addresses()) {
      this.state.writable(address).u8[(address & 0xffff) + this.layout.changed.offset] = 1;
      this.markChanged(address);
    }
  }

  #findEarliestEnd(): number {
    let earliest = Number.POSITIVE_INFINITY;
    for (const slice of this.#slices.addresses()) earliest = Math.min(earliest, this.#endOf(slice));
    return earliest;
  }

  /** A group of no slice and no key, for whoever has to put two together for a moment. */
  scratch(): number {
    const { state, layout } = this;
    let entry = scratchHash & state.probeMask;
    for (;;) {
      const address = this.state.indexPages[entry >>> indexShift]!.i32[entry & indexMask]!;
      if (address === 0) break;
      if (this.numberOf(address, layout.sliceEnd) === scratchSlice) return address;
      entry = (entry + 1) & state.probeMask;
    }
    const made = state.insert(scratchHash, entry);
    this.setNumber(made, layout.sliceEnd, scratchSlice);
    return made;
  }

  #endOf(slice: number): number {
    return this.#slices.pages[slice >>> 16]!.f64[((slice & 0xffff) + this.#sliceEndLane.offset) >> 3]!;
  }

  #sliceAddress(sliceEnd: number): number {
    if (sliceEnd === this.#lastEnd) return this.#lastSlice;
    const found = this.#findSlice(sliceEnd);
    const slice = found === 0 ? this.#addSlice(sliceEnd) : found;
    this.#lastEnd = sliceEnd;
    this.#lastSlice = slice;
    return slice;
  }

  #addSlice(sliceEnd: number): number {
    const hash = hashOfEnd(sliceEnd);
    let entry = hash & this.#slices.probeMask;
    while (this.#entry(entry) !== 0) entry = (entry + 1) & this.#slices.probeMask;
    const slice = this.#slices.insert(hash, entry);
    this.#slices.writable(slice).f64[((slice & 0xffff) + this.#sliceEndLane.offset) >> 3] = sliceEnd;
    this.#earliestEnd = Math.min(this.#earliestEnd, sliceEnd);
    return slice;
  }

  #findSlice(sliceEnd: number): number {
    const mask = this.#slices.probeMask;
    for (let entry = hashOfEnd(sliceEnd) & mask; ; entry = (entry + 1) & mask) {
      const slice = this.#entry(entry);
      if (slice === 0 || this.#endOf(slice) === sliceEnd) return slice;
    }
  }

  #entry(entry: number): number {
    return this.#slices.indexPages[entry >>> indexShift]!.i32[entry & indexMask]!;
  }
}

/** The watermark that closes a window of this end; undefined where there is none to close. */
export function closedBy(endMs: number): number | undefined {
  return endMs === everSlice ? undefined : endMs - 1;
}

/** The hash's part of a slice; the compiled kernels write the same. */
export function hashOfEnd(sliceEnd: number): number {
  return Math.imul(sliceEnd / 1000, 0x9e3779b1) ^ Math.imul(sliceEnd % 4_294_967_291, 0x85ebca6b);
}
