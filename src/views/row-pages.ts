/**
 * Rows of a view by key, in pages, oldest first: the final ones where they are owned, all where they are
 * served.
 *
 * State kept  one slot a row: its cells as JSON texts, a line each, and its revision, or the complement of
 *             that where the row is not final. Its key is in its cells and does not lie there twice. The link
 *             leads to the row that came after it, `before` to the one that did before.
 * Image       the rows, their order and how many there are. Older ones have a row's key beside its cells too.
 */
import type { Lane, PartImage } from "../state/keyed-state.ts";
import { indexMask, indexShift, PagedState } from "../state/paged-state.ts";
import { layoutSlot } from "../state/slot-layout.ts";
import { readUtf8 } from "../values/utf8.ts";
import type { ViewRow, ViewSchema } from "./view.ts";

const stateBytesMax = 1024 * 1024 * 1024;
const noBytes = new Uint8Array(0);
const separatorByte = 10;
const commaByte = 44;
const openingByte = 91;
const closingByte = 93;

export class RowPages {
  readonly #key: readonly number[];
  readonly #state: PagedState;
  readonly #keyLane: Lane;
  readonly #cellsLane: Lane;
  readonly #revisionLane: Lane;
  readonly #beforeLane: Lane;
  #oldest = 0;
  #newest = 0;
  /** Of the last search: where a row of that key would go. */
  #hash = 0;
  #entry = 0;
  #scratch = Buffer.alloc(1024);

  constructor({ name, key }: ViewSchema, bytesMax = stateBytesMax) {
    this.#key = key;
    const layout = layoutSlot([
      { name: "key", kind: "bytes" },
      { name: "cells", kind: "bytes" },
      { name: "revision", kind: "i32" },
      { name: "before", kind: "i32" },
    ]);
    const lanes = layout.lanes as readonly [Lane, Lane, Lane, Lane];
    [this.#keyLane, this.#cellsLane, this.#revisionLane, this.#beforeLane] = lanes;
    this.#state = new PagedState(`view ${name}`, layout, bytesMax);
  }

  get count(): number {
    return this.#state.slotCount;
  }

  /** The address of the row that came first; 0 where there is none. */
  get oldest(): number {
    return this.#oldest;
  }

  /** The address of the key's row; 0 where there is none. */
  find(key: string): number {
    const length = this.#write(key);
    return this.findBytes(this.#scratch, length);
  }

  /** The same of a key's text as bytes. */
  findBytes(key: Uint8Array, length: number): number {
    let hash = length;
    for (let at = 0; at < length; at++) hash = Math.imul(hash ^ key[at]!, 0x01000193);
    const mask = this.#state.probeMask;
    this.#hash = hash;
    for (let entry = hash & mask; ; entry = (entry + 1) & mask) {
      const address = this.#state.indexPages[entry >>> indexShift]!.i32[entry & indexMask]!;
      this.#entry = entry;
      if (address === 0 || (this.#hashOf(address) === hash && this.#hasKey(address, key, length)))
        return address;
    }
  }

  /** Writes the row that the last search has found, or one of its key behind all; gives its address. */
  put(found: number, text: string, revision: number, isFinal = true): number {
    const length = this.#write(text);
    return this.putBytes(found, this.#scratch, length, isFinal ? revision : ~revision);
  }

  /** The same of a final row's text as bytes. */
  putBytes(found: number, text: Uint8Array, length: number, revision: number): number {
    const address = found === 0 ? this.#append() : found;
    this.#setNumber(address, this.#revisionLane, revision);
    const page = this.#state.writable(address);
    const at = ((address & 0xffff) + this.#cellsLane.offset) >> 2;
    this.#state.arena.free(page.i32[at]!, page.i32[at + 1]!);
    page.i32[at] = this.#state.arena.store(text, 0, length);
    page.i32[at + 1] = length;
    return address;
  }

  isFinal(address: number): boolean {
    return this.#numberOf(address, this.#revisionLane) >= 0;
  }

  /** Of a final row. */
  revisionOf(address: number): number {
    return this.#numberOf(address, this.#revisionLane);
  }

  rowAt(address: number): ViewRow {
    const slot = this.#state.pages[address >>> 16]!.i32;
    const at = ((address & 0xffff) + this.#cellsLane.offset) >> 2;
    const cells = slot[at]!;
    const length = slot[at + 1]!;
    const bytes = cells === 0 ? noBytes : this.#state.arena.pages[cells >>> 16]!.u8;
    const start = cells & 0xffff;
    const mark = slot[((address & 0xffff) + this.#revisionLane.offset) >> 2]!;
    return {
      key: this.#keyOf(bytes, start, length),
      text: readUtf8(bytes, start, start + length),
      final: mark >= 0,
      revision: mark < 0 ? ~mark : mark,
    };
  }

  /** The address of the row that came next; 0 behind the newest. */
  behind(address: number): number {
    return this.#linkOf(address);
  }

  /** From the oldest on; nothing must be written meanwhile. */
  *addresses(): Generator<number> {
    for (let address = this.#oldest; address !== 0; address = this.#linkOf(address)) yield address;
  }

  *rows(): Generator<ViewRow> {
    for (const address of this.addresses()) yield this.rowAt(address);
  }

  remove(address: number): void {
    const next = this.#linkOf(address);
    const before = this.#numberOf(address, this.#beforeLane);
    if (before === 0) this.#oldest = next;
    else this.#setLink(before, next);
    if (next === 0) this.#newest = before;
    else this.#setNumber(next, this.#beforeLane, before);
    const page = this.#state.pages[address >>> 16]!;
    for (const { offset } of [this.#keyLane, this.#cellsLane]) {
      const at = ((address & 0xffff) + offset) >> 2;
      this.#state.arena.free(page.i32[at]!, page.i32[at + 1]!);
    }
    this.#state.remove(address);
  }

  freeze(): PartImage {
    return { numbers: [this.#oldest, this.#newest], states: [this.#state.freeze()] };
  }

  restore({ numbers, states }: PartImage): void {
    this.#state.restore(states[0]!);
    [this.#oldest = 0, this.#newest = 0] = numbers;
  }

  #append(): number {
    const address = this.#state.insert(this.#hash, this.#entry);
    if (this.#newest === 0) this.#oldest = address;
    else this.#setLink(this.#newest, address);
    this.#setNumber(address, this.#beforeLane, this.#newest);
    this.#newest = address;
    return address;
  }

  /** A text of its own: one that is a part of the row's would keep all of that as long as somebody has it. */
  #keyOf(bytes: Uint8Array, start: number, length: number): string {
    const columns = this.#key;
    if (columns.length === 0) return "[]";
    this.#makeRoom(length * columns.length + 2);
    const key = this.#scratch;
    const end = start + length;
    let to = 0;
    key[to++] = openingByte;
    let column = 0;
    let cell = start;
    for (let place = 0; place < columns.length; place++) {
      if (place > 0) key[to++] = commaByte;
      const wanted = columns[place]!;
      if (wanted < column) {
        column = 0;
        cell = start;
      }
      for (; column < wanted; column++) cell = bytes.indexOf(separatorByte, cell) + 1;
      for (; cell < end && bytes[cell] !== separatorByte; cell++) key[to++] = bytes[cell]!;
    }
    key[to++] = closingByte;
    return readUtf8(key, 0, to);
  }

  /** Whether the row's cells make the key. */
  #hasKey(address: number, key: Uint8Array, length: number): boolean {
    const cells = this.#cellsOf(address);
    const columns = this.#key;
    let at = 1;
    let column = 0;
    let cell = 0;
    for (let place = 0; place < columns.length; place++) {
      const wanted = columns[place]!;
      if (wanted < column) column = cell = 0;
      for (; column < wanted; column++) cell = cells.indexOf(separatorByte, cell) + 1;
      for (; cell < cells.length && cells[cell] !== separatorByte; cell++, at++)
        if (cells[cell] !== key[at]) return false;
      if (key[at++] !== (place === columns.length - 1 ? closingByte : commaByte)) return false;
    }
    return columns.length === 0 || at === length;
  }

  /** Into the scratch; answers how many bytes it is. */
  #write(text: string): number {
    // A UTF-16 unit needs three bytes at most.
    this.#makeRoom(text.length * 3);
    return this.#scratch.write(text);
  }

  #makeRoom(length: number): void {
    if (length > this.#scratch.length) this.#scratch = Buffer.alloc(length);
  }

  #cellsOf(address: number): Uint8Array {
    const page = this.#state.pages[address >>> 16]!;
    const at = ((address & 0xffff) + this.#cellsLane.offset) >> 2;
    return this.#state.arena.view(page.i32[at]!, page.i32[at + 1]!);
  }

  #hashOf(address: number): number {
    return this.#state.pages[address >>> 16]!.i32[(address & 0xffff) >> 2]!;
  }

  #linkOf(address: number): number {
    return this.#state.pages[address >>> 16]!.i32[((address & 0xffff) >> 2) + 1]!;
  }

  #setLink(address: number, to: number): void {
    this.#state.writable(address).i32[((address & 0xffff) >> 2) + 1] = to;
  }

  #numberOf(address: number, lane: Lane): number {
    return this.#state.pages[address >>> 16]!.i32[((address & 0xffff) + lane.offset) >> 2]!;
  }

  #setNumber(address: number, lane: Lane, value: number): void {
    this.#state.writable(address).i32[((address & 0xffff) + lane.offset) >> 2] = value;
  }
}
