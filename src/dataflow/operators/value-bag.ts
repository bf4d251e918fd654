/**
 * The values of one argument, by group: for DISTINCT, for extremes of rows that are taken back, for what
 * reads all values of a group.
 *
 * State kept
 *   values       one slot a (group, value): the value, how often it is there for each of the conditions that
 *                count it, its neighbours among the group's values. It is freed with its last count.
 *   occurrences  where the order of arrival is wanted: one slot a time that the value is there, chained
 *                through the group in the order in which they came, and through the value.
 * A group's slot holds the beginning of its chain, and the top of its tree where values are kept in order: an
 * extreme is found in as many steps as the tree is deep, whatever was taken back.
 *
 * Checkpoint the slots. Cost: a value one probe; one that comes or goes as many steps as the tree is deep.
 */
import { assert } from "../../errors/quickwater-error.ts";
import type { Lane, LaneSpec, StateImage } from "../../state/keyed-state.ts";
import { allocateBatch } from "../../values/column-access.ts";
import type { Column, ColumnBatch } from "../../values/column-batch.ts";
import type { SqlType } from "../../values/sql-type.ts";
import type { SqlValue } from "../../values/sql-value.ts";
import { type ArrivalLanes, arrivalLanes, Occurrences } from "./occurrences.ts";
import { RowStore } from "./row-store.ts";
import { Treap, type TreeTops, treapLanes } from "./treap.ts";

/** How a group's values are kept: as they lie, by value, or as they came. */
export type BagOrder = "none" | "value" | "arrival";

export interface BagShape {
  /** Position of the argument in the rows. */
  readonly argument: number;
  readonly type: SqlType;
  readonly order: BagOrder;
  /** How many conditions count the values. */
  readonly counters: number;
  /** Each value is there once, however often it came. */
  readonly once: boolean;
}

/** The lanes of a bag in a group's slot. */
export interface BagLanes extends ArrivalLanes {
  readonly first: Lane;
  readonly last: Lane;
  readonly top: Lane;
}

const bagLanes: readonly LaneSpec[] = [
  { name: "group", kind: "i32" },
  { name: "previous", kind: "i32" },
  { name: "next", kind: "i32" },
];

export class ValueBag {
  readonly shape: BagShape;
  readonly #store: RowStore;
  readonly #groups: TreeTops;
  readonly #firstLane: Lane;
  readonly #lastLane: Lane;
  readonly #group: Lane;
  readonly #previous: Lane;
  readonly #next: Lane;
  readonly #counts: readonly Lane[];
  readonly #tree: Treap | undefined;
  readonly #occurrences: Occurrences | undefined;
  /** The rows that are being taken, as rows of the argument alone. */
  readonly #rows: { columns: [Column]; arena: Uint8Array } & Omit<ColumnBatch, "columns">;
  /** One value of another group. Groups are put together while rows are being taken, too. */
  readonly #copy: ColumnBatch;
  #sequence = 0;
  /** What was added last: each condition that counts a row's value asks for the same one. */
  #lastRow = -1;
  #lastGroup = 0;
  #lastEntry = 0;

  constructor(owner: string, shape: BagShape, groups: TreeTops, lanes: BagLanes, bytesMax: number) {
    this.shape = shape;
    const { type, order, counters } = shape;
    const schema = { columns: [{ name: "value", type }] };
    const counts = Array.from({ length: counters }, (_, index): LaneSpec => {
      return { name: `count ${index}`, kind: "i32" };
    });
    const ordered = order === "value" ? treapLanes : order === "arrival" ? arrivalLanes : [];
    this.#store = new RowStore(`${owner} values`, schema, [...bagLanes, ...counts, ...ordered], bytesMax);
    this.#groups = groups;
    this.#firstLane = lanes.first;
    this.#lastLane = lanes.last;
    this.#group = this.#store.lane("group");
    this.#previous = this.#store.lane("previous");
    this.#next = this.#store.lane("next");
    this.#counts = counts.map(({ name }) => this.#store.lane(name));
    this.#tree = order === "value" ? new Treap(this.#store, groups, lanes.top) : undefined;
    this.#occurrences =
      order === "arrival" ? new Occurrences(owner, this.#store, groups, lanes, bytesMax) : undefined;
    this.#copy = allocateBatch(schema, 1);
    this.#rows = { ...allocateBatch(schema, 1), columns: [this.#copy.columns[0]!] };
  }

  /** How many images it has. */
  get imageCount(): number {
    return this.#occurrences === undefined ? 1 : 2;
  }

  get bytesUsed(): number {
    return this.#store.bytesUsed + (this.#occurrences?.bytesUsed ?? 0);
  }

  /** The rows that `add` and `retract` speak of are the batch's from here on. */
  begin(batch: ColumnBatch): void {
    this.#rows.columns[0] = batch.columns[this.shape.argument]!;
    this.#rows.arena = batch.arena;
    this.#lastRow = -1;
  }

  /** Adds the row's value; answers whether the condition had none like it. */
  add(group: number, row: number, counter: number): boolean {
    if (row !== this.#lastRow || group !== this.#lastGroup) {
      this.#lastEntry = this.#findOrMake(this.#rows, group, row);
      this.#lastRow = row;
      this.#lastGroup = group;
    }
    const entry = this.#lastEntry;
    const count = this.#count(entry, counter);
    this.#store.setNumber(entry, this.#counts[counter]!, count + 1);
    if (count > 0 && this.shape.once) return false;
    this.#occurrences?.add(group, entry);
    if (count > 0) this.#tree?.resize(entry, 1);
    return count === 0;
  }

  /** Takes the row's value back; answers whether the condition has none like it any more. */
  retract(group: number, row: number, counter: number): boolean {
    const entry = this.#find(this.#rows, group, row);
    assert(entry !== 0, "a value was taken back that was never there");
    const count = this.#count(entry, counter);
    this.#store.setNumber(entry, this.#counts[counter]!, count - 1);
    if (count > 1 && this.shape.once) return false;
    this.#occurrences?.removeOldest(group, entry);
    if (count > 1) this.#tree?.resize(entry, -1);
    else this.#freeIfGone(group, entry);
    return count === 1;
  }

  /** Adds all values of another group; `tell` of the entry of each that a condition of this group lacked. */
  absorb(into: number, from: number, tell: (counter: number, entry: number) => void): void {
    assert(this.shape.order !== "arrival", "groups whose values are kept as they came are not put together");
    for (let other = this.#firstOf(from); other !== 0; other = this.#nextOf(other)) {
      this.#store.copyOut(other, this.#copy, 0, 0);
      const entry = this.#findOrMake(this.#copy, into, 0);
      for (let counter = 0; counter < this.#counts.length; counter++) {
        const added = this.#count(other, counter);
        if (added === 0) continue;
        const count = this.#count(entry, counter);
        this.#store.setNumber(entry, this.#counts[counter]!, count + added);
        if (!this.shape.once) this.#tree?.resize(entry, count === 0 ? added - 1 : added);
        if (count === 0) tell(counter, entry);
      }
    }
  }

  /** Takes back what was absorbed; `tell` of the entry of each value that is gone for a condition. */
  withdraw(from: number, part: number, tell: (counter: number, entry: number) => void): void {
    for (let other = this.#firstOf(part); other !== 0; other = this.#nextOf(other)) {
      this.#store.copyOut(other, this.#copy, 0, 0);
      const entry = this.#find(this.#copy, from, 0);
      for (let counter = 0; counter < this.#counts.length; counter++) {
        const taken = this.#count(other, counter);
        if (taken === 0) continue;
        const left = this.#count(entry, counter) - taken;
        this.#store.setNumber(entry, this.#counts[counter]!, left);
        if (left === 0) tell(counter, entry);
        else if (!this.shape.once) this.#tree?.resize(entry, -taken);
      }
      this.#freeIfGone(from, entry);
    }
  }

  /** Of an entry that there is; NULL of none. */
  valueOf(entry: number): SqlValue {
    return entry === 0 ? null : this.#store.value(entry, 0);
  }

  /** Frees all values of a group. */
  clear(group: number): void {
    this.#lastRow = -1;
    this.#occurrences?.clear(group);
    for (let entry = this.#firstOf(group); entry !== 0; ) {
      const next = this.#nextOf(entry);
      this.#store.free(entry);
      entry = next;
    }
    this.#groups.setNumber(group, this.#firstLane, 0);
    this.#groups.setNumber(group, this.#lastLane, 0);
    this.#tree?.forget(group);
  }

  /** How many values there are, in a bag that keeps them in order. */
  size(group: number): number {
    return this.#tree!.count(group);
  }

  /** The value of a rank, from 1, in a bag that keeps them in order; NULL where there is none. */
  at(group: number, rank: number): SqlValue {
    return this.valueOf(this.#tree!.at(group, rank));
  }

  least(group: number): SqlValue {
    return this.valueOf(this.#tree!.first(group));
  }

  greatest(group: number): SqlValue {
    return this.valueOf(this.#tree!.last(group));
  }

  /** In a bag that keeps values as they came. */
  oldest(group: number): SqlValue {
    return this.valueOf(this.#occurrences!.first(group));
  }

  newest(group: number): SqlValue {
    return this.valueOf(this.#occurrences!.last(group));
  }

  eachArrived(group: number, visit: (value: SqlValue) => void): void {
    this.#occurrences!.each(group, (entry) => visit(this.#store.value(entry, 0)));
  }

  freeze(): readonly StateImage[] {
    const values = this.#store.freeze();
    return this.#occurrences === undefined ? [values] : [values, this.#occurrences.freeze()];
  }

  restore([values, times]: readonly StateImage[]): void {
    this.#store.restore(values!);
    // The tree may grow into another shape than in a run that was never stopped; its order is the same.
    this.#sequence = this.#store.rowCount;
    this.#occurrences?.restore(times!);
  }

  #count(entry: number, counter: number): number {
    return this.#store.number(entry, this.#counts[counter]!);
  }

  #firstOf(group: number): number {
    return this.#groups.numberOf(group, this.#firstLane);
  }

  #nextOf(entry: number): number {
    return this.#store.number(entry, this.#next);
  }

  #hashOf(rows: ColumnBatch, group: number, row: number): number {
    return this.#store.hashOf(rows, row) ^ Math.imul(group, 0x85ebca6b);
  }

  #find(rows: ColumnBatch, group: number, row: number): number {
    return this.#store.findWith(rows, row, this.#hashOf(rows, group, row), this.#group, group);
  }

  #findOrMake(rows: ColumnBatch, group: number, row: number): number {
    const before = this.#store.rowCount;
    const entry = this.#store.findOrAdd(rows, row, this.#hashOf(rows, group, row), this.#group, group);
    if (this.#store.rowCount === before) return entry;
    this.#link(group, this.#groups.numberOf(group, this.#lastLane), entry);
    this.#link(group, entry, 0);
    if (this.#tree !== undefined) this.#hang(this.#tree, rows, group, row, entry);
    return entry;
  }

  /** Makes two values neighbours; 0 is the end of the chain. */
  #link(group: number, before: number, behind: number): void {
    if (before === 0) this.#groups.setNumber(group, this.#firstLane, behind);
    else this.#store.setNumber(before, this.#next, behind);
    if (behind === 0) this.#groups.setNumber(group, this.#lastLane, before);
    else this.#store.setNumber(behind, this.#previous, before);
  }

  #hang(tree: Treap, rows: ColumnBatch, group: number, row: number, entry: number): void {
    let up = 0;
    let side = tree.left;
    for (let at = tree.top(group); at !== 0; at = tree.below(at, side)) {
      up = at;
      side = this.#store.compareColumn(at, 0, rows, row) < 0 ? tree.right : tree.left;
    }
    tree.attach(group, up, side, entry, ++this.#sequence);
  }

  #freeIfGone(group: number, entry: number): void {
    this.#lastRow = -1;
    for (let counter = 0; counter < this.#counts.length; counter++) {
      if (this.#count(entry, counter) > 0) return;
    }
    this.#tree?.detach(group, entry);
    this.#link(group, this.#store.number(entry, this.#previous), this.#nextOf(entry));
    this.#store.free(entry);
  }
}
