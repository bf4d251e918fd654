/**
 * Where windows overlap: the groups of a key's slices, parts of its window's group, chained by the ends of
 * their slices from the newest on. The window's group has the beginning of the chain and its length: what
 * the last part is linked to is void, so that a part that comes or goes touches no other one.
 */
import type { OverlapLanes } from "./group-layout.ts";
import type { WindowGroups } from "./window-groups.ts";

export class GroupParts {
  readonly #groups: WindowGroups;
  readonly #lanes: OverlapLanes;
  #ordered = new Int32Array(64);

  constructor(groups: WindowGroups, lanes: OverlapLanes) {
    this.#groups = groups;
    this.#lanes = lanes;
  }

  /** The key's group of a slice; it is made where there is none. */
  findOrMake(whole: number, sliceEnd: number): number {
    let younger = 0;
    let older = this.newest(whole);
    // Rows come mostly in order: the place is at the beginning.
    for (let left = this.count(whole); left > 0 && sliceEnd <= this.#newestEnd(whole); left--) {
      const end = this.endOf(older);
      if (end === sliceEnd) return older;
      if (end < sliceEnd) break;
      younger = older;
      older = this.#older(older);
    }
    return this.#make(whole, sliceEnd, older, younger);
  }

  /**
   * A row came for a slice that is in the window's group already: there the row goes too, as well as into its
   * part, as far as a part can be taken back exactly: of that the order of rows is all one.
   */
  joinMerged(whole: number, sliceEnd: number): void {
    const { merged } = this.#lanes;
    const before = this.count(whole);
    this.findOrMake(whole, sliceEnd);
    const made = this.count(whole) - before;
    this.#setI32(whole, merged.offset, this.#i32(whole, merged.offset) + made);
  }

  /** Whether the window's group holds all slices of the window that ends there, before it has closed. */
  isEarly(whole: number, windowEnd: number): boolean {
    const { hasEarly, early } = this.#lanes;
    return this.#groups.numberOf(whole, early) === windowEnd && this.#groups.numberOf(whole, hasEarly) === 1;
  }

  setEarly(whole: number, windowEnd: number): void {
    this.#groups.setNumber(whole, this.#lanes.early, windowEnd);
    this.#groups.setNumber(whole, this.#lanes.hasEarly, 1);
  }

  /** The key's groups of the slices that end behind one time and up to another, from the oldest on. */
  between(whole: number, behind: number, upTo: number): readonly number[] {
    const found: number[] = [];
    let part = this.newest(whole);
    for (let left = this.count(whole); left > 0; left--) {
      const end = this.endOf(part);
      if (end <= behind) break;
      if (end <= upTo) found.push(part);
      part = this.#older(part);
    }
    return found.reverse();
  }

  /** The end of the key's first slice. */
  firstEnd(whole: number): number {
    let part = this.newest(whole);
    for (let left = this.count(whole); left > 1; left--) part = this.#older(part);
    return this.endOf(part);
  }

  /** The key's groups, from the oldest to the newest. They are valid until the next call. */
  inOrder(whole: number): Int32Array {
    const count = this.count(whole);
    if (count > this.#ordered.length) this.#ordered = new Int32Array(count * 2);
    let part = this.newest(whole);
    for (let place = count - 1; place >= 0; place--) {
      this.#ordered[place] = part;
      part = this.#older(part);
    }
    return this.#ordered.subarray(0, count);
  }

  count(whole: number): number {
    return this.#i32(whole, this.#lanes.parts.offset);
  }

  newest(whole: number): number {
    return this.#i32(whole, this.#lanes.newest.offset);
  }

  wholeOf(part: number): number {
    return this.#i32(part, this.#lanes.window.offset);
  }

  endOf(part: number): number {
    return this.#f64(part, this.#groups.layout.sliceEnd.offset);
  }

  /** The oldest part leaves its chain: slices leave their windows in order. */
  dropOldest(whole: number): void {
    const { newest, parts } = this.#lanes;
    const left = this.count(whole) - 1;
    this.#setI32(whole, parts.offset, left);
    if (left > 0) return;
    this.#setI32(whole, newest.offset, 0);
    this.#setNewestEnd(whole, 0);
  }

  #make(whole: number, sliceEnd: number, older: number, younger: number): number {
    const { state, layout } = this.#groups;
    const { window, newest, parts, older: olderLane } = this.#lanes;
    const part = state.insertPart();
    this.#groups.joinSlice(part, sliceEnd);
    const page = state.writable(part);
    const at = part & 0xffff;
    page.f64[(at + layout.sliceEnd.offset) >> 3] = sliceEnd;
    page.i32[(at + window.offset) >> 2] = whole;
    page.i32[(at + olderLane.offset) >> 2] = older;
    this.#setI32(whole, parts.offset, this.count(whole) + 1);
    if (younger !== 0) this.#setI32(younger, olderLane.offset, part);
    else {
      this.#setI32(whole, newest.offset, part);
      this.#setNewestEnd(whole, sliceEnd);
    }
    return part;
  }

  #older(part: number): number {
    return this.#i32(part, this.#lanes.older.offset);
  }

  #newestEnd(whole: number): number {
    return this.#f64(whole, this.#lanes.newestEnd.offset);
  }

  #setNewestEnd(whole: number, end: number): void {
    const at = ((whole & 0xffff) + this.#lanes.newestEnd.offset) >> 3;
    this.#groups.state.writable(whole).f64[at] = end;
  }

  #i32(address: number, offset: number): number {
    return this.#groups.state.pages[address >>> 16]!.i32[((address & 0xffff) + offset) >> 2]!;
  }

  #setI32(address: number, offset: number, value: number): void {
    this.#groups.state.writable(address).i32[((address & 0xffff) + offset) >> 2] = value;
  }

  #f64(address: number, offset: number): number {
    return this.#groups.state.pages[address >>> 16]!.f64[((address & 0xffff) + offset) >> 3]!;
  }
}
