/**
 * Bytes of any length in pages: where strings of keys and values lie. Room is given in classes of 16 bytes
 * up to 256 and doublings beyond; what was freed is given again within its class. A value longer than a
 * page gets one of its own, which holds nothing else.
 */
import { type PageSetImage, pageBytes, pageShift } from "./keyed-state.ts";
import { byteOf, type MemoryBudget, PageSet, pageOf, reservedBytes } from "./page-set.ts";

const classCount = 16 + 8 + 1;
/** The last class: pages of their own, by their exact length. */
const ownPage = classCount - 1;

export class ByteArena {
  readonly #set: PageSet;
  /** Per class, the first free block; a free block begins with the address of the next. */
  readonly #free = new Int32Array(classCount);
  #next = 0;
  #pageEnd = 0;

  constructor(budget: MemoryBudget) {
    this.#set = new PageSet(budget);
  }

  get pages() {
    return this.#set.pages;
  }

  /** Copies `length` bytes in and answers their address. An empty value has address 0. */
  store(bytes: Uint8Array, start: number, length: number): number {
    if (length === 0) return 0;
    const address = this.#allocate(length);
    const page = this.#set.writable(pageOf(address));
    const to = byteOf(address);
    if (length < 32) for (let at = 0; at < length; at++) page.u8[to + at] = bytes[start + at]!;
    else page.u8.set(bytes.subarray(start, start + length), to);
    return address;
  }

  free(address: number, length: number): void {
    if (address === 0) return;
    const kind = classOf(length);
    // A page of its own stays with the class and is used for the next long value that fits it.
    const page = this.#set.writable(pageOf(address));
    page.i32[byteOf(address) >> 2] = this.#free[kind]!;
    this.#free[kind] = address;
  }

  /** The bytes themselves, valid until the next write. */
  view(address: number, length: number): Uint8Array {
    if (address === 0) return new Uint8Array(0);
    const at = byteOf(address);
    return this.#set.pages[pageOf(address)]!.u8.subarray(at, at + length);
  }

  freeze(): PageSetImage {
    return { pages: this.#set.freeze(), cursor: [this.#next, this.#pageEnd, ...this.#free] };
  }

  restore(image: PageSetImage): void {
    this.#set.restore(image.pages);
    this.#next = image.cursor[0] ?? 0;
    this.#pageEnd = image.cursor[1] ?? 0;
    this.#free.set(image.cursor.slice(2));
  }

  #allocate(length: number): number {
    const kind = classOf(length);
    if (kind === ownPage) return this.#allocateOwnPage(length);
    const reused = this.#free[kind]!;
    if (reused !== 0) {
      this.#free[kind] = this.#set.pages[pageOf(reused)]!.i32[byteOf(reused) >> 2]!;
      return reused;
    }
    const bytes = classBytes(kind);
    if (this.#next + bytes > this.#pageEnd || this.#pageEnd === 0) {
      const page = this.#set.addPage();
      this.#next = page * pageBytes + (page === 0 ? reservedBytes : 0);
      this.#pageEnd = (page + 1) * pageBytes;
    }
    const address = this.#next;
    this.#set.ensure(pageOf(address), byteOf(address) + bytes);
    this.#next += bytes;
    return address;
  }

  #allocateOwnPage(length: number): number {
    let before = 0;
    for (let address = this.#free[ownPage]!; address !== 0; ) {
      const page = this.#set.pages[pageOf(address)]!;
      const next = page.i32[byteOf(address) >> 2]!;
      if (page.u8.length - byteOf(address) >= length) {
        if (before === 0) this.#free[ownPage] = next;
        else this.#set.writable(pageOf(before)).i32[byteOf(before) >> 2] = next;
        return address;
      }
      before = address;
      address = next;
    }
    return (this.#set.addWhole((length + reservedBytes + 7) & ~7) << pageShift) | reservedBytes;
  }
}

function classOf(length: number): number {
  if (length <= 256) return (length - 1) >> 4;
  if (length > pageBytes - reservedBytes) return ownPage;
  // 512 is class 16, 1,024 is 17, … 65,536 is 23 and does not fit behind page 0's reserve.
  const kind = 32 - Math.clz32(length - 1) + 7;
  return kind >= 23 ? ownPage : kind;
}

function classBytes(kind: number): number {
  return kind < 16 ? (kind + 1) << 4 : 1 << (kind - 7);
}
