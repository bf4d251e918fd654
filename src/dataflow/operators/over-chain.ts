/**
 * The rows of OVER by key: a chain a key in the order of time, rows of one time as they came.
 *
 * State kept
 *   rows    one slot a row: the columns that are kept of it, its time and arrival, its neighbours, its key,
 *           whether its frame was reached
 *   groups  one slot a key: both ends of the chain, the accumulators of a frame, and what the frames of the
 *           key note there (`frameLanes`)
 * Cost      a row that comes: as many steps as there are rows of its key behind it by time.
 */
import type { Lane, LaneSpec, StateImage } from "../../state/keyed-state.ts";
import { allocateBatch } from "../../values/column-access.ts";
import type { ColumnBatch } from "../../values/column-batch.ts";
import type { ChangeKernel } from "../codegen/change-kernel.ts";
import type { KernelMode } from "../codegen/kernels.ts";
import { makeChange } from "../codegen/make-kernels.ts";
import type { AggregateShape } from "./aggregate-shape.ts";
import type { KeptRows } from "./kept-rows.ts";
import { RowStore } from "./row-store.ts";
import { WindowGroups } from "./window-groups.ts";

const chainLanes: readonly LaneSpec[] = [
  { name: "first", kind: "i32" },
  { name: "last", kind: "i32" },
];
const rowLanes: readonly LaneSpec[] = [
  { name: "time", kind: "f64" },
  { name: "arrival", kind: "f64" },
  { name: "before", kind: "i32" },
  { name: "next", kind: "i32" },
  { name: "group", kind: "i32" },
  { name: "is taken", kind: "u8" },
];

export class OverChain {
  readonly groups: WindowGroups;
  readonly store: RowStore;
  /** A row of the chain, as a batch of one row that has what the calls read. */
  readonly #one: ColumnBatch;
  readonly #arguments: readonly number[];
  readonly #kernel: ChangeKernel;
  readonly #firstLane: Lane;
  readonly #lastLane: Lane;
  readonly #time: Lane;
  readonly #arrival: Lane;
  readonly #beforeLane: Lane;
  readonly #nextLane: Lane;
  readonly #group: Lane;
  readonly #isTaken: Lane;
  #arrivals = 0;

  constructor(
    owner: string,
    { keyTypes, schema }: KeptRows,
    shape: AggregateShape,
    frameLanes: readonly LaneSpec[],
    { mode, stateBytesMax }: { readonly mode: KernelMode; readonly stateBytesMax: number },
  ) {
    const bytesMax = Math.floor(stateBytesMax / 2);
    const own = [...chainLanes, ...frameLanes];
    this.groups = new WindowGroups(owner, keyTypes, shape, bytesMax, false, own);
    this.store = new RowStore(owner, schema, rowLanes, bytesMax);
    this.#kernel = makeChange(schema, this.groups, mode);
    this.#one = allocateBatch(schema, 1);
    this.#arguments = [...new Set(shape.calls.flatMap(({ argument }) => argument ?? []))];
    this.#firstLane = this.groupLane("first");
    this.#lastLane = this.groupLane("last");
    this.#time = this.store.lane("time");
    this.#arrival = this.store.lane("arrival");
    this.#beforeLane = this.store.lane("before");
    this.#nextLane = this.store.lane("next");
    this.#group = this.store.lane("group");
    this.#isTaken = this.store.lane("is taken");
  }

  groupLane(name: string): Lane {
    return this.groups.layout.own.get(name)!;
  }

  /** Adds a row where its time puts it, behind those of the same time. */
  insert(group: number, batch: ColumnBatch, row: number, timeMs: number): number {
    const arrival = ++this.#arrivals;
    const address = this.store.add(batch, row, arrival);
    this.store.setNumber(address, this.#time, timeMs);
    this.store.setNumber(address, this.#arrival, arrival);
    this.store.setNumber(address, this.#group, group);
    let before = this.last(group);
    while (before !== 0 && this.timeOf(before) > timeMs) before = this.before(before);
    const next = before === 0 ? this.first(group) : this.next(before);
    this.#link(group, before, address);
    this.#link(group, address, next);
    return address;
  }

  remove(group: number, address: number): void {
    this.#link(group, this.before(address), this.next(address));
    this.store.free(address);
  }

  timeOf(address: number): number {
    return this.store.number(address, this.#time);
  }

  groupOf(address: number): number {
    return this.store.number(address, this.#group);
  }

  /** Whether its key's frame has reached it. */
  isTaken(address: number): boolean {
    return this.store.number(address, this.#isTaken) === 1;
  }

  markTaken(address: number): void {
    this.store.setNumber(address, this.#isTaken, 1);
  }

  isBefore(left: number, right: number): boolean {
    const [leftMs, rightMs] = [this.timeOf(left), this.timeOf(right)];
    if (leftMs !== rightMs) return leftMs < rightMs;
    return this.store.number(left, this.#arrival) < this.store.number(right, this.#arrival);
  }

  first(group: number): number {
    return this.groups.numberOf(group, this.#firstLane);
  }

  last(group: number): number {
    return this.groups.numberOf(group, this.#lastLane);
  }

  /** 0 where there is none. */
  before(address: number): number {
    return this.store.number(address, this.#beforeLane);
  }

  next(address: number): number {
    return this.store.number(address, this.#nextLane);
  }

  /** So many rows before one; 0 where there are not so many. */
  back(address: number, count: number): number {
    let row = address;
    for (let left = count; left > 0 && row !== 0; left--) row = this.before(row);
    return row;
  }

  /** Adds a row to accumulators, which are a group's or a part's. */
  add(into: number, address: number): void {
    this.#change(into, address, false);
  }

  takeBack(from: number, address: number): void {
    this.#change(from, address, true);
  }

  freeze(): { readonly numbers: readonly number[]; readonly states: readonly StateImage[] } {
    return { numbers: [this.#arrivals], states: [this.store.freeze(), ...this.groups.freeze()] };
  }

  restore([arrivals = 0]: readonly number[], [rows, ...groups]: readonly StateImage[]): void {
    this.#arrivals = arrivals;
    this.store.restore(rows!);
    this.groups.restore(groups);
  }

  #change(group: number, address: number, isRetraction: boolean): void {
    let arenaEnd = 0;
    for (const column of this.#arguments) {
      arenaEnd = this.store.copyColumn(address, column, this.#one, column, 0, arenaEnd);
    }
    this.#kernel.begin(this.#one);
    this.#kernel.change(group, this.#one, 0, isRetraction);
  }

  /** Makes two rows neighbours; 0 is the end of the chain. */
  #link(group: number, before: number, next: number): void {
    if (before === 0) this.groups.setNumber(group, this.#firstLane, next);
    else this.store.setNumber(before, this.#nextLane, next);
    if (next === 0) this.groups.setNumber(group, this.#lastLane, before);
    else this.store.setNumber(next, this.#beforeLane, before);
  }
}
