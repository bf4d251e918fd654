/**
 * The groups of a window aggregation, in pages.
 *
 * State kept
 *   groups   one slot a (slice, key): slice end, key lanes with their NULL flags, the accumulators' lanes,
 *            a mark that the group changed since it was last shown. The link chains the groups of a slice.
 *   slices   one slot an open slice: its end, the first group of its chain, how many there are.
 * A slice is what all windows over the same rows share; a TUMBLE window is one slice.
 *
 * What a watermark does: slices whose end it has passed are handed out in order and freed, with all their
 * groups. A checkpoint holds both states; the list of changed groups is made again from all groups after a
 * restore.
 */

import { assert } from "../../errors/quickwater-error.ts";
import type { Accumulator, AccumulatorSlot } from "../../functions/aggregate/accumulator.ts";
import type { Lane, LaneSpec, Page, StateImage } from "../../state/keyed-state.ts";
import { indexMask, indexShift, PagedState } from "../../state/paged-state.ts";
import { layoutSlot } from "../../state/slot-layout.ts";
import { physicalOf, type SqlType } from "../../values/sql-type.ts";
import type { SqlValue } from "../../values/sql-value.ts";

/** Where one key column lies in a slot. */
export interface KeyLanes {
  readonly type: SqlType;
  readonly nulls: Lane;
  /** One lane; of a wide DECIMAL the high one, with `low` beside it. */
  readonly value: Lane;
  readonly low: Lane | undefined;
}

export interface AccumulatorLanes {
  readonly accumulator: Accumulator;
  readonly lanes: ReadonlyMap<string, Lane>;
}

export interface GroupLayout {
  readonly sliceEnd: Lane;
  readonly changed: Lane;
  readonly keys: readonly KeyLanes[];
  readonly accumulators: readonly AccumulatorLanes[];
}

const sliceLanes: readonly LaneSpec[] = [
  { name: "end", kind: "f64" },
  { name: "first", kind: "i32" },
  { name: "groups", kind: "i32" },
];
const sliceBytesMax = 16 * 1024 * 1024;

export class WindowGroups {
  readonly layout: GroupLayout;
  readonly state: PagedState;
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
    accumulators: readonly Accumulator[],
    bytesMax: number,
  ) {
    const specs = groupLaneSpecs(keys, accumulators);
    const slot = layoutSlot(specs);
    const lane = (name: string) => slot.lanes.find((candidate) => candidate.name === name)!;
    this.layout = {
      sliceEnd: lane("slice end"),
      changed: lane("changed"),
      keys: keys.map((type, index) => ({
        type,
        nulls: lane(`key ${index} null`),
        value: lane(`key ${index}`),
        low: physicalOf(type) === "i128" ? lane(`key ${index} low`) : undefined,
      })),
      accumulators: accumulators.map((accumulator, index) => ({
        accumulator,
        lanes: new Map(accumulator.lanes.map((spec) => [spec.name, lane(`aggregate ${index} ${spec.name}`)])),
      })),
    };
    this.state = new PagedState(owner, slot, bytesMax);
    const sliceLayout = layoutSlot(sliceLanes);
    [this.#sliceEndLane, this.#firstLane, this.#countLane] = sliceLayout.lanes as [Lane, Lane, Lane];
    this.#slices = new PagedState(`${owner} slices`, sliceLayout, sliceBytesMax);
  }

  get bytesUsed(): number {
    return this.state.bytesUsed + this.#slices.bytesUsed;
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
      if (end - 1 <= watermarkMs) ends.push(end);
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
    const slice = this.#findSlice(sliceEnd);
    if (slice === 0) return;
    for (const address of this.groupsOf(sliceEnd)) {
      const page = this.state.pages[address >>> 16]!;
      const at = address & 0xffff;
      for (const lane of this.state.layout.lanes) {
        if (lane.kind !== "bytes") continue;
        this.state.arena.free(page.i32[(at + lane.offset) >> 2]!, page.i32[((at + lane.offset) >> 2) + 1]!);
      }
      this.state.remove(address);
    }
    this.#slices.remove(slice);
    this.#lastEnd = Number.NaN;
    this.#earliestEnd = this.#findEarliestEnd();
  }

  freeze(): readonly StateImage[] {
    return [this.state.freeze(), this.#slices.freeze()];
  }

  /** Every group counts as changed afterwards: who was shown what is not known any more. */
  restore([groups, slices]: readonly StateImage[]): void {
    assert(
      groups !== undefined && slices !== undefined,
      "groups were restored from another operator's images",
    );
    this.state.restore(groups);
    this.#slices.restore(slices);
    this.#lastEnd = Number.NaN;
    this.#earliestEnd = this.#findEarliestEnd();
    this.markAllChanged();
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

  slot(address: number, lanes: ReadonlyMap<string, Lane>): AccumulatorSlot {
    return new GroupSlot(this.state, address, lanes);
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

function hashOfEnd(sliceEnd: number): number {
  return Math.imul(sliceEnd / 1000, 0x9e3779b1) ^ Math.imul(sliceEnd % 4_294_967_291, 0x85ebca6b);
}

function groupLaneSpecs(keys: readonly SqlType[], accumulators: readonly Accumulator[]): readonly LaneSpec[] {
  return [
    { name: "slice end", kind: "f64" },
    { name: "changed", kind: "u8" },
    ...keys.flatMap((type, index): LaneSpec[] => {
      const physical = physicalOf(type);
      const nulls: LaneSpec = { name: `key ${index} null`, kind: "u8" };
      if (physical === "i128") {
        return [nulls, { name: `key ${index}`, kind: "i64" }, { name: `key ${index} low`, kind: "u64" }];
      }
      return [nulls, { name: `key ${index}`, kind: physical as LaneSpec["kind"] }];
    }),
    ...accumulators.flatMap((accumulator, index) =>
      accumulator.lanes.map((lane) => ({ name: `aggregate ${index} ${lane.name}`, kind: lane.kind })),
    ),
  ];
}

/** An accumulator's lanes in one slot; for the interpreted twin and for results, never in a hot loop. */
class GroupSlot implements AccumulatorSlot {
  readonly #state: PagedState;
  readonly #address: number;
  readonly #lanes: ReadonlyMap<string, Lane>;

  constructor(state: PagedState, address: number, lanes: ReadonlyMap<string, Lane>) {
    this.#state = state;
    this.#address = address;
    this.#lanes = lanes;
  }

  number(name: string): number {
    const lane = this.#lanes.get(name)!;
    const at = (this.#address & 0xffff) + lane.offset;
    const page = this.#page();
    return lane.kind === "f64" ? page.f64[at >> 3]! : lane.kind === "i32" ? page.i32[at >> 2]! : page.u8[at]!;
  }

  setNumber(name: string, value: number): void {
    const lane = this.#lanes.get(name)!;
    const at = (this.#address & 0xffff) + lane.offset;
    const page = this.#state.writable(this.#address);
    if (lane.kind === "f64") page.f64[at >> 3] = value;
    else if (lane.kind === "i32") page.i32[at >> 2] = value;
    else page.u8[at] = value;
  }

  bigint(name: string): bigint {
    const lane = this.#lanes.get(name)!;
    const at = ((this.#address & 0xffff) + lane.offset) >> 3;
    return lane.kind === "u64" ? this.#page().u64[at]! : this.#page().i64[at]!;
  }

  setBigint(name: string, value: bigint): void {
    const lane = this.#lanes.get(name)!;
    this.#state.writable(this.#address).i64[((this.#address & 0xffff) + lane.offset) >> 3] = value;
  }

  bytes(name: string): Uint8Array {
    const at = ((this.#address & 0xffff) + this.#lanes.get(name)!.offset) >> 2;
    const page = this.#page();
    return this.#state.arena.view(page.i32[at]!, page.i32[at + 1]!);
  }

  setBytes(name: string, value: Uint8Array): void {
    const at = ((this.#address & 0xffff) + this.#lanes.get(name)!.offset) >> 2;
    const page = this.#state.writable(this.#address);
    this.#state.arena.free(page.i32[at]!, page.i32[at + 1]!);
    page.i32[at] = this.#state.arena.store(value, 0, value.length);
    page.i32[at + 1] = value.length;
  }

  #page(): Page {
    return this.#state.pages[this.#address >>> 16]!;
  }
}

/** The value of a key column in a slot. */
export function readKey(state: PagedState, address: number, key: KeyLanes): SqlValue {
  const page = state.pages[address >>> 16]!;
  const slot = address & 0xffff;
  if (page.u8[slot + key.nulls.offset] === 1) return null;
  const at = slot + key.value.offset;
  switch (key.value.kind) {
    case "u8":
      return page.u8[at] === 1;
    case "i32":
      return page.i32[at >> 2]!;
    case "f64":
      return page.f64[at >> 3]!;
    case "bytes": {
      const bytes = state.arena.view(page.i32[at >> 2]!, page.i32[(at >> 2) + 1]!);
      const isText = key.type.kind === "CHAR" || key.type.kind === "VARCHAR";
      return isText ? new TextDecoder().decode(bytes) : bytes.slice();
    }
    default: {
      const value = page.i64[at >> 3]!;
      return key.low === undefined ? value : (value << 64n) | page.u64[(slot + key.low.offset) >> 3]!;
    }
  }
}
