/**
 * The rows of a view where they are owned, in the engine thread: final rows in pages, oldest first in a
 * chain, open rows only in the batch that tells of them.
 *
 * State kept  one slot a final row: its key and its cells as JSON texts, its revision. The link leads to the
 *             row that became final after it, `before` to the one that did before.
 * Standing    a final row is kept; first and open rows are told and forgotten. They never take the place of
 *             a final row.
 * Image       the rows, their order and how many there are. What was not told yet is not in it: after a
 *             restore every row is told again, which a replica takes as it would take it once.
 * Bound       `rowsMax` final rows: beyond it the oldest leave, and are told as removed.
 */

import type { Lane, PartImage } from "../state/keyed-state.ts";
import { indexMask, indexShift, PagedState } from "../state/paged-state.ts";
import { layoutSlot } from "../state/slot-layout.ts";
import { readValue } from "../values/column-access.ts";
import { type ColumnBatch, rowKind } from "../values/column-batch.ts";
import { jsonText } from "../values/json/write.ts";
import {
  type ChangeBatch,
  cellSeparator,
  type Freshness,
  keyText,
  type ViewCounters,
  type ViewRow,
  type ViewSchema,
} from "./view.ts";

const stateBytesMax = 1024 * 1024 * 1024;

export class LiveTable {
  readonly schema: ViewSchema;
  readonly #rowsMax: number;
  readonly #state: PagedState;
  readonly #keyLane: Lane;
  readonly #cellsLane: Lane;
  readonly #revisionLane: Lane;
  readonly #beforeLane: Lane;
  #oldest = 0;
  #newest = 0;
  /** What changed since the last batch, by key; a removed row is undefined. */
  #pending = new Map<string, ViewRow | undefined>();

  constructor(schema: ViewSchema, rowsMax: number) {
    this.schema = schema;
    this.#rowsMax = rowsMax;
    const layout = layoutSlot([
      { name: "key", kind: "bytes" },
      { name: "cells", kind: "bytes" },
      { name: "revision", kind: "i32" },
      { name: "before", kind: "i32" },
    ]);
    const lanes = layout.lanes as readonly [Lane, Lane, Lane, Lane];
    [this.#keyLane, this.#cellsLane, this.#revisionLane, this.#beforeLane] = lanes;
    this.#state = new PagedState(`view ${schema.name}`, layout, stateBytesMax);
  }

  get rowCount(): number {
    return this.#state.slotCount;
  }

  get hasPending(): boolean {
    return this.#pending.size > 0;
  }

  accept(batch: ColumnBatch): void {
    if (batch.standing === "final") this.#acceptFinal(batch);
    else this.#acceptPassing(batch);
  }

  /** Nothing waits for a watermark here: what it makes final comes as rows. */
  advance(): void {}

  /**
   * What the row would be when it was computed again; undefined where that is what it is, and where the table
   * has let go of rows: it may have been one of them.
   */
  corrected(batch: ColumnBatch, row: number): { readonly key: string; readonly after: ViewRow | undefined } {
    const { key, text } = this.#textOf(batch, row);
    const { address } = this.#find(Buffer.from(key));
    const before = address === 0 ? undefined : this.#rowAt(address);
    if (before === undefined && this.#state.slotCount >= this.#rowsMax) return { key, after: undefined };
    if (before?.text === text) return { key, after: undefined };
    return {
      key,
      after: { key, text, final: true, revision: before === undefined ? 0 : before.revision + 1 },
    };
  }

  /** A row that a correction gives, or takes away. */
  correct(key: string, row: ViewRow | undefined): void {
    if (row === undefined) this.#removeKey(key);
    else this.#pending.set(key, this.#keep(key, row.text));
  }

  finalRow(key: string): ViewRow | undefined {
    const { address } = this.#find(Buffer.from(key));
    return address === 0 ? undefined : this.#rowAt(address);
  }

  /** From the oldest on. */
  *finalRows(): Generator<ViewRow> {
    for (let address = this.#oldest; address !== 0; address = this.#linkOf(address))
      yield this.#rowAt(address);
  }

  freeze(): PartImage {
    return { numbers: [this.#oldest, this.#newest], states: [this.#state.freeze()] };
  }

  restore({ numbers, states }: PartImage): void {
    this.#state.restore(states[0]!);
    [this.#oldest = 0, this.#newest = 0] = numbers;
    this.#pending = new Map();
    for (const row of this.finalRows()) this.#pending.set(row.key, row);
  }

  #acceptFinal(batch: ColumnBatch): void {
    for (let row = 0; row < batch.rowCount; row++) {
      const kind = batch.kinds?.[row] ?? rowKind.insert;
      if (kind === rowKind.insert || kind === rowKind.updateAfter) {
        const { key, text } = this.#textOf(batch, row);
        this.#pending.set(key, this.#keep(key, text));
        continue;
      }
      const key = this.#keyOf(batch, row);
      if (kind === rowKind.delete || !this.#isReplaced(batch, row, key)) this.#removeKey(key);
    }
    while (this.#state.slotCount > this.#rowsMax) this.#removeOldest();
  }

  /**
   * Whether the next row takes the place of this update-before. Where a filter left it out, or it has another
   * key, the row is gone.
   */
  #isReplaced(batch: ColumnBatch, row: number, key: string): boolean {
    const next = row + 1;
    if (next >= batch.rowCount || batch.kinds?.[next] !== rowKind.updateAfter) return false;
    return this.#keyOf(batch, next) === key;
  }

  /** Rows that are told in the present batch and of which nothing is kept. */
  #acceptPassing(batch: ColumnBatch): void {
    for (let row = 0; row < batch.rowCount; row++) {
      const { key, text } = this.#textOf(batch, row);
      if (this.#find(Buffer.from(key)).address !== 0) continue;
      if (batch.kinds?.[row] === rowKind.delete) this.#pending.set(key, undefined);
      else this.#pending.set(key, { key, text, final: false, revision: 0 });
    }
  }

  /** Everything that changed since the last call. */
  takeChanges(stepNumber: number, freshness: Freshness, counters: ViewCounters): ChangeBatch {
    const upserts: ViewRow[] = [];
    const removedKeys: string[] = [];
    for (const [key, row] of this.#pending) {
      if (row === undefined) removedKeys.push(key);
      else upserts.push(row);
    }
    this.#pending = new Map();
    return { view: this.schema.name, stepNumber, freshness, counters, upserts, removedKeys };
  }

  #textOf(batch: ColumnBatch, row: number): { key: string; text: string } {
    const { columns } = this.schema.schema;
    const cells = columns.map((column, index) => jsonText(readValue(batch, index, row), column.type));
    return { key: keyText(this.schema.key.map((index) => cells[index]!)), text: cells.join(cellSeparator) };
  }

  #keyOf(batch: ColumnBatch, row: number): string {
    const { key, schema } = this.schema;
    return keyText(key.map((index) => jsonText(readValue(batch, index, row), schema.columns[index]!.type)));
  }

  #keep(key: string, text: string): ViewRow {
    const bytes = Buffer.from(key);
    const found = this.#find(bytes);
    const address = found.address === 0 ? this.#append(found.hash, found.entry, bytes) : found.address;
    const revision = this.#numberOf(address, this.#revisionLane) + (found.address === 0 ? 0 : 1);
    this.#setNumber(address, this.#revisionLane, revision);
    this.#store(address, this.#cellsLane, Buffer.from(text));
    return { key, text, final: true, revision };
  }

  #append(hash: number, entry: number, key: Uint8Array): number {
    const address = this.#state.insert(hash, entry);
    this.#store(address, this.#keyLane, key);
    if (this.#newest === 0) this.#oldest = address;
    else this.#setLink(this.#newest, address);
    this.#setNumber(address, this.#beforeLane, this.#newest);
    this.#newest = address;
    return address;
  }

  #rowAt(address: number): ViewRow {
    const key = Buffer.from(this.#bytesOf(address, this.#keyLane)).toString();
    const text = Buffer.from(this.#bytesOf(address, this.#cellsLane)).toString();
    return { key, text, final: true, revision: this.#numberOf(address, this.#revisionLane) };
  }

  #store(address: number, lane: Lane, bytes: Uint8Array): void {
    const page = this.#state.writable(address);
    const at = ((address & 0xffff) + lane.offset) >> 2;
    this.#state.arena.free(page.i32[at]!, page.i32[at + 1]!);
    page.i32[at] = this.#state.arena.store(bytes, 0, bytes.length);
    page.i32[at + 1] = bytes.length;
  }

  #bytesOf(address: number, lane: Lane): Uint8Array {
    const page = this.#state.pages[address >>> 16]!;
    const at = ((address & 0xffff) + lane.offset) >> 2;
    return this.#state.arena.view(page.i32[at]!, page.i32[at + 1]!);
  }

  #find(key: Uint8Array): { address: number; hash: number; entry: number } {
    let hash = key.length;
    for (const byte of key) hash = Math.imul(hash ^ byte, 0x01000193);
    const mask = this.#state.probeMask;
    for (let entry = hash & mask; ; entry = (entry + 1) & mask) {
      const address = this.#state.indexPages[entry >>> indexShift]!.i32[entry & indexMask]!;
      if (address === 0) return { address, hash, entry };
      if (Buffer.compare(this.#bytesOf(address, this.#keyLane), key) === 0) return { address, hash, entry };
    }
  }

  #removeOldest(): void {
    const key = Buffer.from(this.#bytesOf(this.#oldest, this.#keyLane)).toString();
    this.#remove(this.#oldest);
    this.#pending.set(key, undefined);
  }

  #removeKey(key: string): void {
    const { address } = this.#find(Buffer.from(key));
    if (address === 0) return;
    this.#remove(address);
    this.#pending.set(key, undefined);
  }

  #remove(address: number): void {
    const next = this.#linkOf(address);
    const before = this.#numberOf(address, this.#beforeLane);
    if (before === 0) this.#oldest = next;
    else this.#setLink(before, next);
    if (next === 0) this.#newest = before;
    else this.#setNumber(next, this.#beforeLane, before);
    this.#free(address);
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

  #free(address: number): void {
    for (const lane of [this.#keyLane, this.#cellsLane]) {
      const bytes = this.#bytesOf(address, lane);
      const page = this.#state.pages[address >>> 16]!;
      this.#state.arena.free(page.i32[((address & 0xffff) + lane.offset) >> 2]!, bytes.length);
    }
    this.#state.remove(address);
  }
}
