/**
 * One side of a join: its rows in pages, those of one key chained in the order in which they came. The keys
 * are in groups that both sides share.
 */

import type { Lane, LaneSpec, StateImage } from "../../state/keyed-state.ts";
import type { ColumnBatch } from "../../values/column-batch.ts";
import { isNull } from "../../values/column-batch.ts";
import type { RowSchema } from "../../values/row-schema.ts";
import type { KernelMode } from "../codegen/kernels.ts";
import type { LocateKernel } from "../codegen/locate-kernel.ts";
import { makeLocate } from "../codegen/make-kernels.ts";
import { AddressHeap } from "./address-heap.ts";
import { Recency, recencyLanes } from "./recency.ts";
import { RowStore } from "./row-store.ts";
import type { WindowGroups } from "./window-groups.ts";

export type SideName = "left" | "right";

/** Lanes of the groups: the chains of both sides, and how many rows are of the key, chained or not. */
export const chainLanes: readonly LaneSpec[] = [
  { name: "left first", kind: "i32" },
  { name: "left last", kind: "i32" },
  { name: "right first", kind: "i32" },
  { name: "right last", kind: "i32" },
  { name: "rows", kind: "i32" },
];

const rowLanes: readonly LaneSpec[] = [
  { name: "group", kind: "i32" },
  { name: "before", kind: "i32" },
  { name: "behind", kind: "i32" },
  { name: "partners", kind: "i32" },
  { name: "alone", kind: "u8" },
  { name: "time", kind: "f64" },
  { name: "arrival", kind: "f64" },
];

export interface JoinSideOptions {
  readonly name: SideName;
  readonly schema: RowSchema;
  readonly keys: readonly number[];
  /** Rows may be taken back, so that they are found by what they hold. */
  readonly losesRows: boolean;
  /** How long a row is kept, by append time; undefined where something else ends it. */
  readonly retentionMs: number | undefined;
  readonly mode: KernelMode;
  readonly bytesMax: number;
}

export class JoinSide {
  readonly store: RowStore;
  /** The rows by age, where age ends them. */
  readonly recency: Recency | undefined;
  readonly #groups: WindowGroups;
  readonly #keys: readonly number[];
  readonly #locate: LocateKernel;
  readonly #losesRows: boolean;
  readonly #first: Lane;
  readonly #last: Lane;
  readonly #rows: Lane;
  readonly #group: Lane;
  readonly #before: Lane;
  readonly #behind: Lane;
  readonly #partners: Lane;
  readonly #alone: Lane;
  readonly #time: Lane;
  readonly #arrival: Lane;
  #arrivals = 0;

  constructor(owner: string, groups: WindowGroups, options: JoinSideOptions) {
    const { name, schema, keys, mode, bytesMax, retentionMs } = options;
    const lanes = retentionMs === undefined ? rowLanes : [...rowLanes, ...recencyLanes];
    this.store = new RowStore(`${owner} ${name}`, schema, lanes, bytesMax);
    this.recency =
      retentionMs === undefined
        ? undefined
        : new Recency(this.store, (lane) => this.store.lane(lane), retentionMs);
    this.#groups = groups;
    this.#keys = keys;
    this.#losesRows = options.losesRows;
    this.#locate = makeLocate(groups, keys, mode);
    this.#first = groups.layout.own.get(`${name} first`)!;
    this.#last = groups.layout.own.get(`${name} last`)!;
    this.#rows = groups.layout.own.get("rows")!;
    this.#group = this.store.lane("group");
    this.#before = this.store.lane("before");
    this.#behind = this.store.lane("behind");
    this.#partners = this.store.lane("partners");
    this.#alone = this.store.lane("alone");
    this.#time = this.store.lane("time");
    this.#arrival = this.store.lane("arrival");
  }

  /** Writes the group of each row. */
  locate(batch: ColumnBatch, selection: Int32Array, count: number, addresses: Int32Array): void {
    this.#locate(batch, selection, count, addresses);
  }

  /** Copies a row in, chained to nothing yet. */
  add(batch: ColumnBatch, row: number, group: number, timeMs: number): number {
    const arrival = ++this.#arrivals;
    const address = this.store.add(batch, row, this.#losesRows ? this.store.hashOf(batch, row) : arrival);
    this.store.setNumber(address, this.#group, group);
    this.store.setNumber(address, this.#time, timeMs);
    this.store.setNumber(address, this.#arrival, arrival);
    this.#countRow(group, 1);
    if (this.#hasNullKey(batch, row)) this.store.setNumber(address, this.#alone, 1);
    return address;
  }

  /** A NULL among its keys equals nothing: it meets nobody. */
  isAlone(address: number): boolean {
    return this.store.number(address, this.#alone) === 1;
  }

  groupOf(address: number): number {
    return this.store.number(address, this.#group);
  }

  timeOf(address: number): number {
    return this.store.number(address, this.#time);
  }

  /** How many rows of the other side it has met and that stand. */
  partnersOf(address: number): number {
    return this.store.number(address, this.#partners);
  }

  setPartners(address: number, count: number): void {
    this.store.setNumber(address, this.#partners, count);
  }

  /** The first row of a key; 0 where there is none. */
  first(group: number): number {
    return this.#groups.numberOf(group, this.#first);
  }

  last(group: number): number {
    return this.#groups.numberOf(group, this.#last);
  }

  next(address: number): number {
    return this.store.number(address, this.#behind);
  }

  previous(address: number): number {
    return this.store.number(address, this.#before);
  }

  /** Chains a row behind another of its key; behind none it is the first. */
  link(address: number, before: number): void {
    const group = this.groupOf(address);
    const behind = before === 0 ? this.first(group) : this.next(before);
    this.store.setNumber(address, this.#before, before);
    this.store.setNumber(address, this.#behind, behind);
    if (before === 0) this.#groups.setNumber(group, this.#first, address);
    else this.store.setNumber(before, this.#behind, address);
    if (behind === 0) this.#groups.setNumber(group, this.#last, address);
    else this.store.setNumber(behind, this.#before, address);
  }

  unlink(address: number): void {
    const group = this.groupOf(address);
    const [before, behind] = [this.previous(address), this.next(address)];
    if (before !== 0) this.store.setNumber(before, this.#behind, behind);
    else this.#groups.setNumber(group, this.#first, behind);
    if (behind !== 0) this.store.setNumber(behind, this.#before, before);
    else this.#groups.setNumber(group, this.#last, before);
  }

  /** Gives the row's room back; it is taken out of no chain. Its key may have no row then. */
  free(address: number): void {
    this.#countRow(this.groupOf(address), -1);
    this.store.free(address);
  }

  #countRow(group: number, by: number): void {
    this.#groups.setNumber(group, this.#rows, this.#groups.numberOf(group, this.#rows) + by);
  }

  /** Of two rows whether one comes before the other by time, and by arrival at the same time. */
  isBefore(left: number, right: number): boolean {
    const byTime = this.timeOf(left) - this.timeOf(right);
    if (byTime !== 0) return byTime < 0;
    return this.store.number(left, this.#arrival) < this.store.number(right, this.#arrival);
  }

  /** Rows of it by time and arrival, those that are put in. */
  heapByTime(): AddressHeap {
    return new AddressHeap(
      (row) => this.timeOf(row),
      (one, other) => this.isBefore(one, other),
    );
  }

  /** Chains a row where its time puts it, behind those of the same time. */
  linkByTime(address: number): void {
    let before = this.last(this.groupOf(address));
    while (before !== 0 && this.isBefore(address, before)) before = this.previous(before);
    this.link(address, before);
  }

  #hasNullKey(batch: ColumnBatch, row: number): boolean {
    for (let place = 0; place < this.#keys.length; place++) {
      if (isNull(batch.columns[this.#keys[place]!]!.nulls, row)) return true;
    }
    return false;
  }

  freeze(): { readonly numbers: readonly number[]; readonly image: StateImage } {
    return { numbers: [this.#arrivals, ...(this.recency?.freeze() ?? [0, 0])], image: this.store.freeze() };
  }

  restore([arrivals = 0, ...ends]: readonly number[], image: StateImage): void {
    this.#arrivals = arrivals;
    this.recency?.restore(ends);
    this.store.restore(image);
  }
}
