/**
 * Whole rows in pages, for operators that keep rows: one slot a row, a lane a column, and lanes of the
 * operator's own to chain them by. Rows are copied in from a batch and out into one lane by lane; no value is
 * made on the way, so that nothing is allocated a row but its slot and its strings.
 */
import type { Lane, LaneSpec, Page, StateImage } from "../../state/keyed-state.ts";
import { indexMask, indexShift, PagedState } from "../../state/paged-state.ts";
import { laneBytes, layoutSlot } from "../../state/slot-layout.ts";
import { compareSlices } from "../../values/byte-slices.ts";
import { growArena } from "../../values/column-access.ts";
import { type ColumnBatch, isNull, setNull } from "../../values/column-batch.ts";
import type { RowSchema } from "../../values/row-schema.ts";
import type { SqlValue } from "../../values/sql-value.ts";
import { type KeyLanes, laneFinder, valueLaneSpecs, valueLanes } from "./group-layout.ts";
import { readKey } from "./group-slot.ts";
import { hashOfValue } from "./value-hash.ts";

export class RowStore {
  readonly #state: PagedState;
  readonly #columns: readonly KeyLanes[];
  readonly #lane: (name: string) => Lane;

  constructor(owner: string, schema: RowSchema, own: readonly LaneSpec[], bytesMax: number) {
    const types = schema.columns.map(({ type }) => type);
    const layout = layoutSlot([...valueLaneSpecs("column", types), ...own]);
    this.#state = new PagedState(`${owner} rows`, layout, bytesMax);
    this.#columns = valueLanes("column", types, layout);
    this.#lane = laneFinder(layout);
  }

  /** How many columns a row has. */
  get width(): number {
    return this.#columns.length;
  }

  get rowCount(): number {
    return this.#state.slotCount;
  }

  get bytesUsed(): number {
    return this.#state.bytesUsed;
  }

  /** A lane of the operator's own. */
  lane(name: string): Lane {
    return this.#lane(name);
  }

  /** Every row, in no order. */
  addresses(): Iterable<number> {
    return this.#state.addresses();
  }

  /** Copies a row in; numbers that differ from row to row spread the rows over the index. */
  add(batch: ColumnBatch, row: number, sequence: number): number {
    const hash = Math.imul(sequence, 0x9e3779b1);
    const mask = this.#state.probeMask;
    let entry = hash & mask;
    while (this.#readEntry(entry) !== 0) entry = (entry + 1) & mask;
    return this.#insert(hash, entry, batch, row);
  }

  /** Tells of each row that equals the batch's, of those that were added with this number. */
  findSame(batch: ColumnBatch, row: number, sequence: number, tell: (address: number) => void): void {
    const hash = Math.imul(sequence, 0x9e3779b1);
    const mask = this.#state.probeMask;
    for (let entry = hash & mask; ; entry = (entry + 1) & mask) {
      const address = this.#readEntry(entry);
      if (address === 0) return;
      if (this.#hashAt(address) === hash && this.isSame(address, batch, row)) tell(address);
    }
  }

  /** The row that equals the batch's, was added with this number, and has this in a lane; 0 if none does. */
  findWith(batch: ColumnBatch, row: number, sequence: number, lane: Lane, value: number): number {
    const hash = Math.imul(sequence, 0x9e3779b1);
    return this.#readEntry(this.#entryWith(batch, row, hash, lane, value));
  }

  /** That row, or one that is added where there is none: then `rowCount` has grown, and the lane is its. */
  findOrAdd(batch: ColumnBatch, row: number, sequence: number, lane: Lane, value: number): number {
    const hash = Math.imul(sequence, 0x9e3779b1);
    const entry = this.#entryWith(batch, row, hash, lane, value);
    const found = this.#readEntry(entry);
    if (found !== 0) return found;
    const address = this.#insert(hash, entry, batch, row);
    this.setNumber(address, lane, value);
    return address;
  }

  /**
   * Another row that was added with the same number and holds the same, of those that are asked for; 0 where
   * there is none.
   */
  findTwin(address: number, isMeant: (address: number) => boolean): number {
    const hash = this.#hashAt(address);
    const mask = this.#state.probeMask;
    for (let entry = hash & mask; ; entry = (entry + 1) & mask) {
      const other = this.#readEntry(entry);
      if (other === 0) return 0;
      const isOther = other !== address && this.#hashAt(other) === hash && isMeant(other);
      if (isOther && this.#holdsSame(address, other)) return other;
    }
  }

  /** A number that is the same for rows that are equal. */
  hashOf(batch: ColumnBatch, row: number): number {
    let hash = 0;
    for (let index = 0; index < this.#columns.length; index++) {
      const column = batch.columns[index]!;
      hash = Math.imul(
        hash ^ (isNull(column.nulls, row) ? 1 : hashOfValue(column, batch.arena, row)),
        0x85ebca6b,
      );
      hash ^= hash >>> 13;
    }
    return hash;
  }

  /** Gives the row's room back. It is taken out of no chain. */
  free(address: number): void {
    const page = this.#state.pages[address >>> 16]!;
    const slot = address & 0xffff;
    for (const { value } of this.#columns) {
      if (value.kind !== "bytes") continue;
      const at = (slot + value.offset) >> 2;
      this.#state.arena.free(page.i32[at]!, page.i32[at + 1]!);
    }
    this.#state.remove(address);
  }

  /** Copies a row out, from a column of the batch on; answers where the batch's arena ends then. */
  copyOut(address: number, to: ColumnBatch, row: number, arenaEnd: number, first = 0): number {
    let end = arenaEnd;
    for (let index = 0; index < this.#columns.length; index++) {
      end = this.copyColumn(address, index, to, first + index, row, end);
    }
    return end;
  }

  value(address: number, column: number): SqlValue {
    return readKey(this.#state, address, this.#columns[column]!);
  }

  number(address: number, lane: Lane): number {
    const page = this.#state.pages[address >>> 16]!;
    const at = (address & 0xffff) + lane.offset;
    return lane.kind === "f64" ? page.f64[at >> 3]! : lane.kind === "i32" ? page.i32[at >> 2]! : page.u8[at]!;
  }

  setNumber(address: number, lane: Lane, value: number): void {
    const page = this.#state.writable(address);
    const at = (address & 0xffff) + lane.offset;
    if (lane.kind === "f64") page.f64[at >> 3] = value;
    else if (lane.kind === "i32") page.i32[at >> 2] = value;
    else page.u8[at] = value;
  }

  /** Whether all columns hold what the batch's row does. */
  isSame(address: number, batch: ColumnBatch, row: number): boolean {
    for (let index = 0; index < this.#columns.length; index++) {
      const wasNull = this.isNull(address, index);
      if (wasNull !== isNull(batch.columns[index]!.nulls, row)) return false;
      if (!wasNull && this.compareColumn(address, index, batch, row) !== 0) return false;
    }
    return true;
  }

  isNull(address: number, column: number): boolean {
    const { nulls } = this.#columns[column]!;
    return this.#state.pages[address >>> 16]!.u8[(address & 0xffff) + nulls.offset] === 1;
  }

  /**
   * Less than 0, 0, or more, as the row's value lies before, at or behind the batch's; neither is NULL. NaN
   * is behind every number, so that there is an order at all.
   */
  compareColumn(address: number, index: number, batch: ColumnBatch, row: number): number {
    const { value, low } = this.#columns[index]!;
    const page = this.#state.pages[address >>> 16]!;
    const slot = address & 0xffff;
    const column = batch.columns[index]!;
    switch (column.physical) {
      case "u8":
        return page.u8[slot + value.offset]! - column.values[row]!;
      case "i32":
        return compareNumbers(page.i32[(slot + value.offset) >> 2]!, column.values[row]!);
      case "f64":
        return compareNumbers(page.f64[(slot + value.offset) >> 3]!, column.values[row]!);
      case "i64":
        return compareNumbers(page.i64[(slot + value.offset) >> 3]!, column.values[row]!);
      case "i128": {
        const high = compareNumbers(page.i64[(slot + value.offset) >> 3]!, column.high[row]!);
        return high !== 0 ? high : compareNumbers(page.u64[(slot + low!.offset) >> 3]!, column.low[row]!);
      }
      case "bytes": {
        const at = (slot + value.offset) >> 2;
        const from = page.i32[at]!;
        const bytes = from === 0 ? batch.arena : this.#state.arena.pages[from >>> 16]!.u8;
        const [start, length] = [column.starts[row]!, column.lengths[row]!];
        return compareSlices(bytes, from & 0xffff, page.i32[at + 1]!, batch.arena, start, length);
      }
    }
  }

  freeze(): StateImage {
    return this.#state.freeze();
  }

  restore(image: StateImage): void {
    this.#state.restore(image);
  }

  #holdsSame(left: number, right: number): boolean {
    return this.#columns.every(({ nulls, value, low }) => {
      for (const lane of [nulls, value, low]) {
        if (lane !== undefined && !this.#isSameLane(lane, left, right)) return false;
      }
      return true;
    });
  }

  #isSameLane(lane: Lane, left: number, right: number): boolean {
    const [one, other] = [this.#state.pages[left >>> 16]!, this.#state.pages[right >>> 16]!];
    const [at, otherAt] = [(left & 0xffff) + lane.offset, (right & 0xffff) + lane.offset];
    if (lane.kind !== "bytes") {
      for (let byte = 0; byte < laneBytes(lane.kind); byte++) {
        if (one.u8[at + byte] !== other.u8[otherAt + byte]) return false;
      }
      return true;
    }
    const [from, otherFrom] = [one.i32[at >> 2]!, other.i32[otherAt >> 2]!];
    const [length, otherLength] = [one.i32[(at >> 2) + 1]!, other.i32[(otherAt >> 2) + 1]!];
    if (length !== otherLength) return false;
    if (length === 0) return true;
    const { pages } = this.#state.arena;
    const bytes = pages[from >>> 16]!.u8;
    const otherBytes = pages[otherFrom >>> 16]!.u8;
    const [start, otherStart] = [from & 0xffff, otherFrom & 0xffff];
    return compareSlices(bytes, start, length, otherBytes, otherStart, length) === 0;
  }

  /** Where the index has that row, or where its search ends. */
  #entryWith(batch: ColumnBatch, row: number, hash: number, lane: Lane, value: number): number {
    const mask = this.#state.probeMask;
    for (let entry = hash & mask; ; entry = (entry + 1) & mask) {
      const address = this.#readEntry(entry);
      if (address === 0) return entry;
      if (this.#hashAt(address) !== hash || this.number(address, lane) !== value) continue;
      if (this.isSame(address, batch, row)) return entry;
    }
  }

  #readEntry(entry: number): number {
    return this.#state.indexPages[entry >>> indexShift]!.i32[entry & indexMask]!;
  }

  #insert(hash: number, entry: number, batch: ColumnBatch, row: number): number {
    const address = this.#state.insert(hash, entry);
    for (let index = 0; index < this.#columns.length; index++) this.#copyIn(address, index, batch, row);
    return address;
  }

  #hashAt(address: number): number {
    return this.#state.pages[address >>> 16]!.i32[(address & 0xffff) >> 2]!;
  }

  #copyIn(address: number, index: number, batch: ColumnBatch, row: number): void {
    const { nulls, value, low } = this.#columns[index]!;
    const column = batch.columns[index]!;
    const page = this.#state.writable(address);
    const slot = address & 0xffff;
    if (isNull(column.nulls, row)) {
      page.u8[slot + nulls.offset] = 1;
      return;
    }
    switch (column.physical) {
      case "u8":
        page.u8[slot + value.offset] = column.values[row]!;
        return;
      case "i32":
        page.i32[(slot + value.offset) >> 2] = column.values[row]!;
        return;
      case "f64":
        page.f64[(slot + value.offset) >> 3] = column.values[row]!;
        return;
      case "i64":
        page.i64[(slot + value.offset) >> 3] = column.values[row]!;
        return;
      case "i128":
        page.i64[(slot + value.offset) >> 3] = column.high[row]!;
        page.u64[(slot + low!.offset) >> 3] = column.low[row]!;
        return;
      case "bytes":
        this.#storeBytes(
          page,
          (slot + value.offset) >> 2,
          batch.arena,
          column.starts[row]!,
          column.lengths[row]!,
        );
    }
  }

  #storeBytes(page: Page, at: number, bytes: Uint8Array, start: number, length: number): void {
    page.i32[at] = this.#state.arena.store(bytes, start, length);
    page.i32[at + 1] = length;
  }

  /** Copies one value out into a column of a batch. */
  copyColumn(
    address: number,
    index: number,
    to: ColumnBatch,
    place: number,
    row: number,
    arenaEnd: number,
  ): number {
    const { value, low } = this.#columns[index]!;
    const column = to.columns[place]!;
    const page = this.#state.pages[address >>> 16]!;
    const slot = address & 0xffff;
    if (this.isNull(address, index)) setNull(column.nulls, row);
    else column.nulls[row >> 3]! &= ~(1 << (row & 7));
    // The lanes of a NULL are zero, as the batch's contract asks.
    switch (column.physical) {
      case "u8":
        column.values[row] = page.u8[slot + value.offset]!;
        return arenaEnd;
      case "i32":
        column.values[row] = page.i32[(slot + value.offset) >> 2]!;
        return arenaEnd;
      case "f64":
        column.values[row] = page.f64[(slot + value.offset) >> 3]!;
        return arenaEnd;
      case "i64":
        column.values[row] = page.i64[(slot + value.offset) >> 3]!;
        return arenaEnd;
      case "i128":
        column.high[row] = page.i64[(slot + value.offset) >> 3]!;
        column.low[row] = page.u64[(slot + low!.offset) >> 3]!;
        return arenaEnd;
      case "bytes":
        return this.#copyBytesOut(page, (slot + value.offset) >> 2, column, to, row, arenaEnd);
    }
  }

  #copyBytesOut(
    page: Page,
    at: number,
    column: { readonly starts: Int32Array; readonly lengths: Int32Array },
    to: ColumnBatch,
    row: number,
    arenaEnd: number,
  ): number {
    const from = page.i32[at]!;
    const length = page.i32[at + 1]!;
    const end = arenaEnd + length;
    if (end > to.arena.length) to.arena = growArena(to.arena, arenaEnd, end);
    if (length > 0) {
      const begin = from & 0xffff;
      to.arena.set(this.#state.arena.pages[from >>> 16]!.u8.subarray(begin, begin + length), arenaEnd);
    }
    column.starts[row] = arenaEnd;
    column.lengths[row] = length;
    return end;
  }
}

function compareNumbers<T extends number | bigint>(left: T, right: T): number {
  if (left < right) return -1;
  if (left > right) return 1;
  if (left === right) return 0;
  return Number(Number.isNaN(left)) - Number(Number.isNaN(right));
}
