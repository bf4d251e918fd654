/**
 * A growing set of pages with copy on the first write after a freeze. Addresses are `page << 16 | byte`;
 * page 0's first bytes are never given out, so that address 0 can mean "none".
 */
import { assert } from "../errors/quickwater-error.ts";
import { type Page, type PageSetImage, pageBytes, pageMask, pageShift, StateFull } from "./keyed-state.ts";
import { sparePages } from "./spare-pages.ts";

/** Pages share one limit with the rest of their state. */
export interface MemoryBudget {
  readonly owner: string;
  readonly bytesMax: number;
  bytesUsed: number;
}

export const reservedBytes = 16;
/** The first pages of a set begin so long and double: most states are small, and there are hundreds. */
const shortPages = 2;
const shortPageBytes = 4096;

export class PageSet {
  readonly #budget: MemoryBudget;
  /**
   * Read by kernels directly: `pages[address >>> 16]`. Its entries are replaced when a frozen page is
   * written.
   */
  readonly pages: Page[] = [];

  constructor(budget: MemoryBudget) {
    this.#budget = budget;
  }

  /** Adds a page that `ensure` makes longer as it fills, and answers its number. */
  addPage(): number {
    return this.addWhole(this.pages.length < shortPages ? shortPageBytes : pageBytes);
  }

  /** Adds one that is as long as it will ever be; a page longer than others holds one long value. */
  addWhole(bytes: number): number {
    this.pages.push(this.#make(bytes, 0));
    assert(this.pages.length <= 32_768, "a page set has outgrown its addresses");
    return this.pages.length - 1;
  }

  /** The page has room up to this byte: a longer one with its bytes may take the place of a short one. */
  ensure(pageNumber: number, bytes: number): void {
    const page = this.pages[pageNumber]!;
    let length = page.u8.length;
    if (length >= bytes) return;
    while (length < bytes) length *= 2;
    const longer = this.#make(length, page.u8.length);
    longer.u8.set(page.u8);
    this.pages[pageNumber] = longer;
  }

  /** The page, fit to be written: another takes the place of a frozen one. */
  writable(pageNumber: number): Page {
    const page = this.pages[pageNumber]!;
    if (!page.frozen) return page;
    // Of its own arrays either way: what is known of the page that it was is not known of this one.
    const thawed = sparePages.isLetGo(page) ? pageOver(page.u8.buffer as ArrayBuffer) : copyOf(page);
    this.pages[pageNumber] = thawed;
    return thawed;
  }

  /** The pages as they are now; from here on a write copies first. */
  freeze(): readonly Uint8Array[] {
    const { freezing } = sparePages;
    for (const page of this.pages) {
      if (freezing === 0) page.hold = 0;
      else if (!page.frozen) page.hold = freezing;
      page.frozen = true;
    }
    return this.pages.map((page) => page.u8);
  }

  /** The image's pages themselves, which stay as they are: a write copies first. */
  restore(pages: PageSetImage["pages"]): void {
    for (const page of this.pages) this.#budget.bytesUsed -= page.u8.length;
    this.pages.length = 0;
    for (const bytes of pages) {
      this.#budget.bytesUsed += bytes.length;
      this.pages.push({ ...pageOver(bytes.buffer as ArrayBuffer), u8: bytes, frozen: true });
    }
  }

  clear(): void {
    this.restore([]);
  }

  #make(bytes: number, bytesBefore: number): Page {
    const { owner, bytesMax } = this.#budget;
    const bytesUsed = this.#budget.bytesUsed + bytes - bytesBefore;
    if (bytesUsed > bytesMax) throw new StateFull(owner, bytesMax);
    this.#budget.bytesUsed = bytesUsed;
    if (bytes === pageBytes) sparePages.noteAdded();
    return pageOver(new ArrayBuffer(bytes));
  }
}

function copyOf(page: Page): Page {
  const spare = page.u8.length === pageBytes ? sparePages.take() : undefined;
  sparePages.replace(page);
  if (spare === undefined) return pageOver(page.u8.buffer.slice(0) as ArrayBuffer);
  const copy = pageOver(spare);
  copy.f64.set(page.f64);
  return copy;
}

function pageOver(buffer: ArrayBuffer): Page {
  return {
    u8: new Uint8Array(buffer),
    i32: new Int32Array(buffer),
    f64: new Float64Array(buffer),
    i64: new BigInt64Array(buffer),
    u64: new BigUint64Array(buffer),
    view: new DataView(buffer),
    frozen: false,
    hold: 0,
  };
}

export function byteOf(address: number): number {
  return address & pageMask;
}

export function pageOf(address: number): number {
  return address >>> pageShift;
}
