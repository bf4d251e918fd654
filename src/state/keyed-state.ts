/**
 * Keyed state: what an operator remembers, by key, in pages.
 *
 * State is a set of pages of `pageBytes`, of which the first begin shorter and grow. An **index** (open
 * addressing, linear probing) leads from a key's hash to a **slot** of fixed width; bytes of any length
 * (strings) lie in an **arena**. An address is `page << 16 | byteInPage`, so that `pages[address >>> 16]` and
 * `address & 0xffff` reach it without arithmetic. The contract hands out addresses, never objects: reading or
 * changing a slot is reading or writing typed arrays.
 *
 * Layout of a slot: lane 0 is the key's hash (i32), lane 1 is a link that the owner may use to chain slots
 * (i32), then the lanes of the owner's `SlotLayout`, each aligned to its width. A string lane is (address,
 * length). Address 0 is "none": the first 16 bytes of page 0 are never given out.
 *
 * A slot may have **parts**: slots that are in no index, because the owner reaches them by a lane of another
 * one. A part has the same lanes up to `partBytes`, and no hash.
 *
 * Obligations of the owner (an operator's kernel)
 *   - Before the first write into a page after a freeze it calls `writable(page)` and writes to what that
 *     returns. All access is through `pages`; no view onto a page is kept across a call that may write or
 *     allocate.
 *   - It frees what it removes: `remove` gives the slot back, `removePart` a part, bytes in the arena are
 *     freed by the owner's lanes.
 *
 * What is guaranteed
 *   - An address stays valid until its slot is removed; growth moves no slot, only the index.
 *   - `freeze` costs one flag a page, whatever the size. A frozen image never changes: a page is copied
 *     by the first write after, and the image keeps the old one. A page that nobody wrote between two
 *     freezes is the same object in both images, so that a checkpoint writes the others alone.
 *   - `restore` of an image gives the same lookups, in the same order of slots. It copies nothing: the
 *     image's pages are taken as frozen ones.
 *   - Memory is bounded by `bytesMax`; beyond it `insert` and `store` throw `StateFull`, which names the
 *     owner. Pages that only an image still holds are beside that: at most as much again for each image
 *     that somebody keeps.
 *
 * What is not
 *   - Order: walking the slots gives no order of keys. Whoever needs one sorts what it found.
 *   - Equality of keys: the state compares hashes only, the owner's kernel compares lanes.
 */
export const pageBytes = 65_536;
export const pageShift = 16;
export const pageMask = 0xffff;

/** One page, seen as each lane width. */
export interface Page {
  readonly u8: Uint8Array;
  readonly i32: Int32Array;
  readonly f64: Float64Array;
  readonly i64: BigInt64Array;
  readonly u64: BigUint64Array;
  /** For reads that are not aligned. */
  readonly view: DataView;
  /** Set by `freeze`: the next write has to copy. */
  frozen: boolean;
  /** Of a frozen one: the only image that has it (`spare-pages.ts`); 0 where there may be others. */
  hold: number;
}

export type LaneKind = "u8" | "i32" | "f64" | "i64" | "u64" | "bytes";

export interface LaneSpec {
  readonly name: string;
  readonly kind: LaneKind;
}

export interface Lane extends LaneSpec {
  /** Byte offset within the slot; `bytes` is an i32 address followed by an i32 length. */
  readonly offset: number;
}

export interface SlotLayout {
  readonly lanes: readonly Lane[];
  readonly slotBytes: number;
  /** A part, a slot that is in no index, ends before the lanes that only slots with a key have. */
  readonly partBytes: number;
}

/** A whole state as of one instant: what a checkpoint writes and a restart reads. */
export interface StateImage {
  readonly slotBytes: number;
  /** Names, kinds and places of the lanes: an image of others must not be restored. */
  readonly layout: string;
  readonly slots: PageSetImage;
  readonly arena: PageSetImage;
  readonly index: PageSetImage;
  readonly slotCount: number;
}

export interface PageSetImage {
  /** Each is the whole of its buffer. */
  readonly pages: readonly Uint8Array[];
  /** Bookkeeping of the set (where the next slot goes, lists of free ones), as numbers. */
  readonly cursor: readonly number[];
}

/** What one part of the engine (an operator, a watermark, a view's rows) keeps, as of one instant. */
export interface PartImage {
  /** Its few numbers, in an order of its own. */
  readonly numbers: readonly number[];
  readonly states: readonly StateImage[];
}

export class StateFull extends Error {
  constructor(owner: string, bytesMax: number) {
    super(`The state of ${owner} has reached its limit of ${bytesMax} bytes`);
    this.name = "StateFull";
  }
}
