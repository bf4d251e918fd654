/** One group's slot read and written plainly: for interpreted twins and for results, never in a hot loop. */

import { assert } from "../../errors/quickwater-error.ts";
import type { AccumulatorSlot } from "../../functions/aggregate/accumulator.ts";
import type { Lane, Page } from "../../state/keyed-state.ts";
import type { PagedState } from "../../state/paged-state.ts";
import { growArena, writeValue } from "../../values/column-access.ts";
import type { ColumnBatch } from "../../values/column-batch.ts";
import type { SqlValue } from "../../values/sql-value.ts";
import { readUtf8 } from "../../values/utf8.ts";
import type { KeyLanes } from "./group-layout.ts";
import type { GroupValues } from "./group-values.ts";

/** An accumulator's lanes in one slot. */
export class GroupSlot implements AccumulatorSlot {
  readonly #state: PagedState;
  #address: number;
  readonly #lanes: ReadonlyMap<string, Lane>;
  readonly #values: GroupValues | undefined;

  constructor(
    state: PagedState,
    address: number,
    lanes: ReadonlyMap<string, Lane>,
    values: GroupValues | undefined = undefined,
  ) {
    this.#state = state;
    this.#address = address;
    this.#lanes = lanes;
    this.#values = values;
  }

  get values(): GroupValues {
    assert(this.#values !== undefined, "an aggregate reads values that nobody keeps");
    return this.#values.of(this.#address);
  }

  /** The same lanes of another group, for who reads many and keeps none. */
  at(address: number): this {
    this.#address = address;
    return this;
  }

  number(name: string): number {
    const lane = this.#lanes.get(name)!;
    const at = (this.#address & 0xffff) + lane.offset;
    const page = this.#page();
    return lane.kind === "f64" ? page.f64[at >> 3]! : lane.kind === "i32" ? page.i32[at >> 2]! : page.u8[at]!;
  }

  setNumber(name: string, value: number): void {
    const lane = this.#lanes.get(name)!;
    const at = (this.#address & 0xffff) + lane.offset;
    const page = this.#state.writable(this.#address);
    if (lane.kind === "f64") page.f64[at >> 3] = value;
    else if (lane.kind === "i32") page.i32[at >> 2] = value;
    else page.u8[at] = value;
  }

  bigint(name: string): bigint {
    const lane = this.#lanes.get(name)!;
    const at = ((this.#address & 0xffff) + lane.offset) >> 3;
    return lane.kind === "u64" ? this.#page().u64[at]! : this.#page().i64[at]!;
  }

  setBigint(name: string, value: bigint): void {
    const lane = this.#lanes.get(name)!;
    this.#state.writable(this.#address).i64[((this.#address & 0xffff) + lane.offset) >> 3] = value;
  }

  bytes(name: string): Uint8Array {
    const at = ((this.#address & 0xffff) + this.#lanes.get(name)!.offset) >> 2;
    const page = this.#page();
    return this.#state.arena.view(page.i32[at]!, page.i32[at + 1]!);
  }

  setBytes(name: string, value: Uint8Array): void {
    const at = ((this.#address & 0xffff) + this.#lanes.get(name)!.offset) >> 2;
    const page = this.#state.writable(this.#address);
    this.#state.arena.free(page.i32[at]!, page.i32[at + 1]!);
    page.i32[at] = this.#state.arena.store(value, 0, value.length);
    page.i32[at + 1] = value.length;
  }

  #page(): Page {
    return this.#state.pages[this.#address >>> 16]!;
  }
}

/** Copies a key column into a batch, its bytes as they lie; answers where the batch's arena ends then. */
export function copyKey(
  state: PagedState,
  address: number,
  { nulls, value, low }: KeyLanes,
  to: ColumnBatch,
  index: number,
  row: number,
  arenaEnd: number,
): number {
  const page = state.pages[address >>> 16]!;
  const slot = address & 0xffff;
  const column = to.columns[index]!;
  const at = slot + value.offset;
  if (page.u8[slot + nulls.offset] === 1) return writeValue(to, index, row, null, arenaEnd);
  column.nulls[row >> 3]! &= ~(1 << (row & 7));
  switch (column.physical) {
    case "u8":
      column.values[row] = page.u8[at]!;
      return arenaEnd;
    case "i32":
      column.values[row] = page.i32[at >> 2]!;
      return arenaEnd;
    case "f64":
      column.values[row] = page.f64[at >> 3]!;
      return arenaEnd;
    case "i64":
      column.values[row] = page.i64[at >> 3]!;
      return arenaEnd;
    case "i128":
      column.high[row] = page.i64[at >> 3]!;
      column.low[row] = page.u64[(slot + low!.offset) >> 3]!;
      return arenaEnd;
    case "bytes": {
      const [from, length] = [page.i32[at >> 2]!, page.i32[(at >> 2) + 1]!];
      const end = arenaEnd + length;
      if (end > to.arena.length) to.arena = growArena(to.arena, arenaEnd, end);
      if (length > 0) {
        const bytes = state.arena.pages[from >>> 16]!.u8;
        const begin = from & 0xffff;
        for (let byte = 0; byte < length; byte++) to.arena[arenaEnd + byte] = bytes[begin + byte]!;
      }
      column.starts[row] = arenaEnd;
      column.lengths[row] = length;
      return end;
    }
  }
}

/** The value of a key column in a slot. */
export function readKey(state: PagedState, address: number, key: KeyLanes): SqlValue {
  const page = state.pages[address >>> 16]!;
  const slot = address & 0xffff;
  if (page.u8[slot + key.nulls.offset] === 1) return null;
  const at = slot + key.value.offset;
  switch (key.value.kind) {
    case "u8":
      return page.u8[at] === 1;
    case "i32":
      return page.i32[at >> 2]!;
    case "f64":
      return page.f64[at >> 3]!;
    case "bytes": {
      const bytes = state.arena.view(page.i32[at >> 2]!, page.i32[(at >> 2) + 1]!);
      const isText = key.type.kind === "CHAR" || key.type.kind === "VARCHAR";
      return isText ? readUtf8(bytes) : bytes.slice();
    }
    default: {
      const value = page.i64[at >> 3]!;
      return key.low === undefined ? value : (value << 64n) | page.u64[(slot + key.low.offset) >> 3]!;
    }
  }
}
