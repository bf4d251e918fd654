/** Keyed state in pages; `keyed-state.ts` says what it promises. */
import { assert } from "../errors/quickwater-error.ts";
import { ByteArena } from "./byte-arena.ts";
import { pageBytes, pageMask, pageShift, type SlotLayout, type StateImage } from "./keyed-state.ts";
import { byteOf, type MemoryBudget, PageSet, pageOf, reservedBytes } from "./page-set.ts";
import { layoutText } from "./slot-layout.ts";
import { SlotRoom } from "./slot-room.ts";

/** Index entries a page holds, as a shift and a mask for kernels. */
export const indexShift = 14;
export const indexMask = 0x3fff;
const indexEntriesMin = 64;

export class PagedState {
  readonly layout: SlotLayout;
  readonly arena: ByteArena;
  readonly #slots: PageSet;
  #index: PageSet;
  readonly #budget: MemoryBudget;
  readonly #layoutText: string;
  /** Index entries less one: `hash & probeMask` is where a search begins. */
  probeMask = 0;
  #slotCount = 0;
  readonly #whole: SlotRoom;
  readonly #parts: SlotRoom;

  constructor(owner: string, layout: SlotLayout, bytesMax: number) {
    assert(layout.slotBytes <= pageBytes - reservedBytes, `a slot of ${owner} is larger than a page`);
    this.layout = layout;
    this.#layoutText = layoutText(layout);
    this.#budget = { owner, bytesMax, bytesUsed: 0 };
    this.arena = new ByteArena(this.#budget);
    this.#slots = new PageSet(this.#budget);
    this.#whole = new SlotRoom(this.#slots, layout.slotBytes);
    this.#parts = new SlotRoom(this.#slots, layout.partBytes);
    this.#index = this.#makeIndex(indexEntriesMin);
    this.probeMask = indexEntriesMin - 1;
  }

  get slotCount(): number {
    return this.#slotCount;
  }

  get bytesUsed(): number {
    return this.#budget.bytesUsed;
  }

  /** Slot pages, by `address >>> 16`. */
  get pages() {
    return this.#slots.pages;
  }

  /** Index pages: entry e is `i32[e & indexMask]` of page `e >>> indexShift`, a slot's address or 0. */
  get indexPages() {
    return this.#index.pages;
  }

  /** The page that holds the address, fit to be written. */
  writable(address: number) {
    return this.#slots.writable(address >>> pageShift);
  }

  /**
   * Makes a slot for a key that is not there, at the index entry where its search ended. Lanes are zero but
   * for the hash. The index may grow, so entries found earlier are void afterwards.
   */
  insert(hash: number, entry: number): number {
    const address = this.#whole.take();
    this.#slots.pages[pageOf(address)]!.i32[byteOf(address) >> 2] = hash;
    this.#writeEntry(entry, address);
    this.#slotCount++;
    if (this.#slotCount * 10 > (this.probeMask + 1) * 7) this.#growIndex();
    return address;
  }

  /** Takes the slot out of the index and gives its room back. Its arena bytes are the owner's to free. */
  remove(address: number): void {
    let entry = this.#entryOf(address);
    const mask = this.probeMask;
    // Closes the gap: an entry behind it moves up where its own search would have passed the gap.
    for (let next = (entry + 1) & mask; ; next = (next + 1) & mask) {
      const moved = this.#readEntry(next);
      if (moved === 0) break;
      const home = this.#hashOf(moved) & mask;
      const passesGap = next > entry ? home <= entry || home > next : home <= entry && home > next;
      if (!passesGap) continue;
      this.#writeEntry(entry, moved);
      entry = next;
    }
    this.#writeEntry(entry, 0);
    this.#whole.giveBack(address);
    this.#slotCount--;
  }

  /** Makes a part, whose lanes are zero. */
  insertPart(): number {
    return this.#parts.take();
  }

  /** Gives a part's room back. Its arena bytes are the owner's to free. */
  removePart(address: number): void {
    this.#parts.giveBack(address);
  }

  /** Every slot with a key, in no order of keys. Slots must not be removed or made meanwhile. */
  *addresses(): Generator<number> {
    for (let entry = 0; entry <= this.probeMask; entry++) {
      const address = this.#readEntry(entry);
      if (address !== 0) yield address;
    }
  }

  freeze(): StateImage {
    return {
      slotBytes: this.layout.slotBytes,
      layout: this.#layoutText,
      slotCount: this.#slotCount,
      slots: { pages: this.#slots.freeze(), cursor: [...this.#whole.freeze(), ...this.#parts.freeze()] },
      index: { pages: this.#index.freeze(), cursor: [this.probeMask] },
      arena: this.arena.freeze(),
    };
  }

  restore(image: StateImage): void {
    assert(image.layout === this.#layoutText, "an image of another layout was restored");
    this.#slots.restore(image.slots.pages);
    this.#index.restore(image.index.pages);
    this.arena.restore(image.arena);
    this.#slotCount = image.slotCount;
    this.#whole.restore(image.slots.cursor.slice(0, 3));
    this.#parts.restore(image.slots.cursor.slice(3));
    this.probeMask = image.index.cursor[0]!;
  }

  #hashOf(address: number): number {
    return this.#slots.pages[address >>> pageShift]!.i32[(address & pageMask) >> 2]!;
  }

  #readEntry(entry: number): number {
    return this.#index.pages[entry >>> indexShift]!.i32[entry & indexMask]!;
  }

  #writeEntry(entry: number, address: number): void {
    this.#index.writable(entry >>> indexShift).i32[entry & indexMask] = address;
  }

  #entryOf(address: number): number {
    let entry = this.#hashOf(address) & this.probeMask;
    while (this.#readEntry(entry) !== address) entry = (entry + 1) & this.probeMask;
    return entry;
  }

  #makeIndex(entries: number): PageSet {
    const index = new PageSet(this.#budget);
    const pageEntries = indexMask + 1;
    if (entries < pageEntries) index.addWhole(entries * 4);
    else for (let page = 0; page < entries / pageEntries; page++) index.addWhole(pageBytes);
    return index;
  }

  /** Doubles the index: all entries are placed anew by their hashes; no slot moves. */
  #growIndex(): void {
    const before = this.#index;
    const entriesBefore = this.probeMask + 1;
    // The old one stays in its place until there is room for the new one: the limit may refuse it.
    this.#index = this.#makeIndex(entriesBefore * 2);
    this.probeMask = entriesBefore * 2 - 1;
    for (const page of before.pages) {
      for (const address of page.i32) {
        if (address === 0) continue;
        let entry = this.#hashOf(address) & this.probeMask;
        while (this.#readEntry(entry) !== 0) entry = (entry + 1) & this.probeMask;
        this.#writeEntry(entry, address);
      }
    }
    before.clear();
  }
}
