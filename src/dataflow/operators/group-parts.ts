/**
 * Where windows overlap: the groups of a key's slices, parts of its window's group, chained by the ends of
 * their slices. The window's group has the ends of the chain; `older` of the oldest part and `younger` of
 * the newest are void, so that a part that leaves touches no other one.
 */
import { assert } from "../../errors/quickwater-error.ts";
import type { OverlapLanes } from "./group-layout.ts";
import type { WindowGroups } from "./window-groups.ts";

export class GroupParts {
  readonly #groups: WindowGroups;
  readonly #lanes: OverlapLanes;

  constructor(groups: WindowGroups, lanes: OverlapLanes) {
    this.#groups = groups;
    this.#lanes = lanes;
  }

  /** The key's group of a slice; it is made where there is none. */
  findOrMake(whole: number, sliceEnd: number): number {
    let younger = 0;
    let older = this.newest(whole);
    const oldest = this.oldest(whole);
    // Rows come mostly in order: the place is at the beginning.
    while (older !== 0) {
      const end = this.endOf(older);
      if (end === sliceEnd) return older;
      if (end < sliceEnd) break;
      younger = older;
      older = older === oldest ? 0 : this.#older(older);
    }
    return this.#make(whole, sliceEnd, older, younger);
  }

  /** The key's group of a slice; 0 where there is none. */
  find(whole: number, sliceEnd: number): number {
    const oldest = this.oldest(whole);
    for (let part = this.newest(whole); part !== 0; part = this.#older(part)) {
      const end = this.endOf(part);
      if (end <= sliceEnd) return end === sliceEnd ? part : 0;
      if (part === oldest) return 0;
    }
    return 0;
  }

  newest(whole: number): number {
    return this.#i32(whole, this.#lanes.newest.offset);
  }

  oldest(whole: number): number {
    return this.#i32(whole, this.#lanes.oldest.offset);
  }

  /** The next part of its window's group; 0 behind the newest. */
  younger(whole: number, part: number): number {
    return part === this.newest(whole) ? 0 : this.#i32(part, this.#lanes.younger.offset);
  }

  wholeOf(part: number): number {
    return this.#i32(part, this.#lanes.window.offset);
  }

  endOf(part: number): number {
    const { offset } = this.#groups.layout.sliceEnd;
    return this.#groups.state.pages[part >>> 16]!.f64[((part & 0xffff) + offset) >> 3]!;
  }

  /** Takes the oldest part out of its chain: slices leave their windows in order. */
  detachOldest(whole: number, part: number): void {
    assert(part === this.oldest(whole), "a slice has left its windows before an older one");
    const younger = this.younger(whole, part);
    this.#setI32(whole, this.#lanes.oldest.offset, younger);
    if (younger === 0) this.#setI32(whole, this.#lanes.newest.offset, 0);
  }

  #make(whole: number, sliceEnd: number, older: number, younger: number): number {
    const { state, layout } = this.#groups;
    const { window, newest, oldest, ...lanes } = this.#lanes;
    const part = state.insertPart();
    this.#groups.joinSlice(part, sliceEnd);
    const page = state.writable(part);
    const at = part & 0xffff;
    page.f64[(at + layout.sliceEnd.offset) >> 3] = sliceEnd;
    page.i32[(at + window.offset) >> 2] = whole;
    page.i32[(at + lanes.older.offset) >> 2] = older;
    page.i32[(at + lanes.younger.offset) >> 2] = younger;
    if (older === 0) this.#setI32(whole, oldest.offset, part);
    else this.#setI32(older, lanes.younger.offset, part);
    if (younger === 0) this.#setI32(whole, newest.offset, part);
    else this.#setI32(younger, lanes.older.offset, part);
    return part;
  }

  #older(part: number): number {
    return this.#i32(part, this.#lanes.older.offset);
  }

  #i32(address: number, offset: number): number {
    return this.#groups.state.pages[address >>> 16]!.i32[((address & 0xffff) + offset) >> 2]!;
  }

  #setI32(address: number, offset: number, value: number): void {
    this.#groups.state.writable(address).i32[((address & 0xffff) + offset) >> 2] = value;
  }
}
