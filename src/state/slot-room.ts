/** Where slots of one width lie in the pages of a state: the next place, and those that are free again. */
import { pageBytes } from "./keyed-state.ts";
import { byteOf, type PageSet, pageOf, reservedBytes } from "./page-set.ts";

export class SlotRoom {
  readonly #pages: PageSet;
  readonly #slotBytes: number;
  #next = 0;
  #pageEnd = 0;
  /** The first free slot; a free slot begins with the address of the next. */
  #free = 0;

  constructor(pages: PageSet, slotBytes: number) {
    this.#pages = pages;
    this.#slotBytes = slotBytes;
  }

  /** A slot of zeros. Its page is fit to be written. */
  take(): number {
    const isUsed = this.#free !== 0;
    const address = isUsed ? this.#free : this.#takeNew();
    const page = this.#pages.writable(pageOf(address));
    if (!isUsed) return address;
    this.#free = page.i32[byteOf(address) >> 2]!;
    // Slots are multiples of 8 bytes and begin at one; a fill of so few bytes costs more than the loop.
    const end = (byteOf(address) + this.#slotBytes) >> 3;
    for (let at = byteOf(address) >> 3; at < end; at++) page.f64[at] = 0;
    return address;
  }

  giveBack(address: number): void {
    this.#pages.writable(pageOf(address)).i32[byteOf(address) >> 2] = this.#free;
    this.#free = address;
  }

  freeze(): readonly number[] {
    return [this.#next, this.#pageEnd, this.#free];
  }

  restore([next = 0, pageEnd = 0, free = 0]: readonly number[]): void {
    this.#next = next;
    this.#pageEnd = pageEnd;
    this.#free = free;
  }

  #takeNew(): number {
    if (this.#pageEnd === 0 || this.#next + this.#slotBytes > this.#pageEnd) {
      const page = this.#pages.addPage();
      this.#next = page * pageBytes + reservedBytes;
      this.#pageEnd = (page + 1) * pageBytes;
    }
    const address = this.#next;
    this.#pages.ensure(pageOf(address), byteOf(address) + this.#slotBytes);
    this.#next += this.#slotBytes;
    return address;
  }
}
