/**
 * The aggregates of groups: their lanes, and the bags of values beside them. Rows go in and come out one by
 * one; groups are put together and taken apart again; a group that is freed frees its values.
 */
import type { Accumulator } from "../../functions/aggregate/accumulator.ts";
import type { Lane, StateImage } from "../../state/keyed-state.ts";
import type { PagedState } from "../../state/paged-state.ts";
import { laneBytes } from "../../state/slot-layout.ts";
import { readValue } from "../../values/column-access.ts";
import { type ColumnBatch, isNull } from "../../values/column-batch.ts";
import type { SqlValue } from "../../values/sql-value.ts";
import type { AggregateShape, Gate, ShapedCall } from "./aggregate-shape.ts";
import type { GroupLayout } from "./group-layout.ts";
import { GroupSlot } from "./group-slot.ts";
import { GroupValues } from "./group-values.ts";
import type { TreeTops } from "./treap.ts";
import { ValueBag } from "./value-bag.ts";

export class GroupAggregates {
  readonly shape: AggregateShape;
  readonly bags: readonly ValueBag[];
  /** By call: whether a part can be taken back exactly. The others are the rest. */
  readonly isExact: readonly boolean[];
  readonly hasRest: boolean;
  /** Whether values can be. */
  readonly hasExactBags: boolean;
  readonly #state: PagedState;
  readonly #lanes: readonly ReadonlyMap<string, Lane>[];
  /** By call: its lanes in whatever group is looked at, twice. */
  readonly #slots: readonly GroupSlot[];
  readonly #others: readonly GroupSlot[];
  /** By gate: whether the row goes through it. */
  readonly #isOpen: boolean[];

  constructor(
    owner: string,
    shape: AggregateShape,
    layout: GroupLayout,
    state: PagedState,
    groups: TreeTops,
    bagBytesMax: number,
  ) {
    this.shape = shape;
    this.#state = state;
    this.#lanes = layout.accumulators.map(({ lanes }) => lanes);
    this.bags = shape.bags.map((bag, index) => {
      return new ValueBag(owner, bag, groups, layout.bags[index]!, bagBytesMax);
    });
    this.#slots = this.#makeSlots();
    this.#others = this.#makeSlots();
    this.#isOpen = shape.gates.map(() => false);
    // Calls behind a bag hold what it has told them: they are parted with it, or made anew with it.
    const isParted = ({ accumulator: { retract, unmerge } }: ShapedCall) =>
      unmerge !== undefined && retract !== undefined;
    const gated = shape.calls.filter(({ gate }) => gate !== undefined);
    this.hasExactBags = gated.length > 0 && gated.every(isParted);
    this.isExact = shape.calls.map(({ accumulator, gate }) =>
      gate === undefined ? accumulator.unmerge !== undefined : this.hasExactBags,
    );
    this.hasRest = this.isExact.includes(false);
  }

  get bytesUsed(): number {
    return this.bags.reduce((bytes, bag) => bytes + bag.bytesUsed, 0);
  }

  /** The rows that follow are the batch's. */
  begin(batch: ColumnBatch): void {
    for (const bag of this.bags) bag.begin(batch);
  }

  /** Adds a row to a group, or takes it back. */
  change(address: number, batch: ColumnBatch, row: number, isRetraction: boolean): void {
    this.#change(address, batch, row, isRetraction, false);
  }

  /** The same for what can be parted again exactly. */
  changeExact(address: number, batch: ColumnBatch, row: number, isRetraction: boolean): void {
    this.#change(address, batch, row, isRetraction, true);
  }

  /** Takes a row back out of what one call holds; whether it counts there was asked before. */
  retractCall(call: number, address: number, batch: ColumnBatch, row: number): void {
    const { accumulator, argument } = this.shape.calls[call]!;
    const value = argument === undefined ? null : readValue(batch, argument, row);
    accumulator.retract!(this.#slots[call]!.at(address), value);
  }

  result(address: number, call: number): SqlValue {
    return this.shape.calls[call]!.accumulator.result(this.#slots[call]!.at(address));
  }

  /** Adds everything that another group holds. */
  merge(into: number, from: number): void {
    this.mergeExact(into, from);
    this.mergeRest(into, from);
  }

  /** Adds what can be taken back again. */
  mergeExact(into: number, from: number): void {
    this.#eachCall(true, (call) => this.mergeCall(call, into, from));
    if (this.hasExactBags) this.mergeBags(into, from);
  }

  /** Takes that back. */
  unmergeExact(from: number, part: number): void {
    this.#eachCall(true, (call) => this.unmergeCall(call, from, part));
    if (this.hasExactBags) this.unmergeBags(from, part);
  }

  /** Adds what can not. */
  mergeRest(into: number, from: number): void {
    this.#eachCall(false, (call) => this.mergeCall(call, into, from));
    if (!this.hasExactBags) this.mergeBags(into, from);
  }

  mergeCall(call: number, into: number, from: number): void {
    const { accumulator, gate } = this.shape.calls[call]!;
    if (gate !== undefined) return;
    accumulator.merge(this.#slots[call]!.at(into), this.#others[call]!.at(from));
  }

  /** The values, and what the calls behind them hold. */
  mergeBags(into: number, from: number): void {
    this.bags.forEach((bag, index) => {
      bag.absorb(into, from, (counter, entry) => {
        this.#eachBehind(index, counter, (call, { accumulator }) => {
          accumulator.add(this.#slots[call]!.at(into), valueFor(accumulator, bag, entry));
        });
      });
    });
  }

  unmergeCall(call: number, from: number, part: number): void {
    const { accumulator, gate } = this.shape.calls[call]!;
    if (gate !== undefined) return;
    accumulator.unmerge!(this.#slots[call]!.at(from), this.#others[call]!.at(part));
  }

  unmergeBags(from: number, part: number): void {
    this.bags.forEach((bag, index) => {
      bag.withdraw(from, part, (counter, entry) => {
        this.#eachBehind(index, counter, (call, { accumulator }) => {
          accumulator.retract!(this.#slots[call]!.at(from), valueFor(accumulator, bag, entry));
        });
      });
    });
  }

  /** Empties a group's aggregates. */
  clear(address: number): void {
    this.freeValues(address);
    this.#clearCalls(address, () => true);
  }

  clearRest(address: number): void {
    if (!this.hasExactBags) this.freeValues(address);
    this.#clearCalls(address, (call) => !this.isExact[call]);
  }

  freeValues(address: number): void {
    for (const bag of this.bags) bag.clear(address);
  }

  freeze(): readonly StateImage[] {
    return this.bags.flatMap((bag) => bag.freeze());
  }

  restore(images: readonly StateImage[]): void {
    let next = 0;
    for (const bag of this.bags) {
      bag.restore(images.slice(next));
      next += bag.imageCount;
    }
  }

  #change(address: number, batch: ColumnBatch, row: number, isRetraction: boolean, isExact: boolean): void {
    const { gates, calls } = this.shape;
    const changed = isExact && !this.hasExactBags ? 0 : gates.length;
    for (let index = 0; index < changed; index++) {
      const { bag, counter, argument, filter } = gates[index]!;
      const passes = takesRow(batch, row, argument, filter);
      this.#isOpen[index] =
        passes &&
        (isRetraction
          ? this.bags[bag]!.retract(address, row, counter)
          : this.bags[bag]!.add(address, row, counter));
    }
    for (let index = 0; index < calls.length; index++) {
      const { accumulator, argument, filter, gate } = calls[index]!;
      if (accumulator.keeps !== undefined || (isExact && !this.isExact[index])) continue;
      const passes = gate === undefined ? takesRow(batch, row, argument, filter) : this.#isOpen[gate]!;
      if (!passes) continue;
      const isRead = argument !== undefined && accumulator.ignoresValues === undefined;
      const value = isRead ? readValue(batch, argument, row) : null;
      const slot = this.#slots[index]!.at(address);
      if (isRetraction) accumulator.retract!(slot, value);
      else accumulator.add(slot, value);
    }
  }

  #eachCall(isExact: boolean, visit: (call: number) => void): void {
    for (let call = 0; call < this.isExact.length; call++) if (this.isExact[call] === isExact) visit(call);
  }

  #clearCalls(address: number, isCleared: (call: number) => boolean): void {
    const page = this.#state.writable(address);
    const at = address & 0xffff;
    for (const [call, lanes] of this.#lanes.entries()) {
      if (!isCleared(call)) continue;
      for (const lane of lanes.values()) {
        if (lane.kind === "bytes") {
          const place = (at + lane.offset) >> 2;
          this.#state.arena.free(page.i32[place]!, page.i32[place + 1]!);
        }
        page.u8.fill(0, at + lane.offset, at + lane.offset + laneBytes(lane.kind));
      }
    }
  }

  #eachBehind(bag: number, counter: number, visit: (place: number, call: ShapedCall) => void): void {
    const isBehind = (gate: Gate) => gate.bag === bag && gate.counter === counter;
    this.shape.calls.forEach((call, place) => {
      if (call.gate !== undefined && isBehind(this.shape.gates[call.gate]!)) visit(place, call);
    });
  }

  #makeSlots(): readonly GroupSlot[] {
    return this.shape.calls.map(({ gate }, index) => {
      const bag = gate === undefined ? undefined : this.bags[this.shape.gates[gate]!.bag];
      return new GroupSlot(this.#state, 0, this.#lanes[index]!, bag && new GroupValues(bag));
    });
  }
}

function valueFor({ ignoresValues }: Accumulator, bag: ValueBag, entry: number): SqlValue {
  return ignoresValues === undefined ? bag.valueOf(entry) : null;
}

function takesRow(
  batch: ColumnBatch,
  row: number,
  argument: number | undefined,
  filter: number | undefined,
): boolean {
  if (argument !== undefined && isNull(batch.columns[argument]!.nulls, row)) return false;
  if (filter === undefined) return true;
  return readValue(batch, filter, row) === true;
}
