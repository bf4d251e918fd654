/**
 * Every time that a value is there, in the order in which the times came: one slot each, chained through the
 * group and through the value. What is taken back of a value is its oldest time, as in Flink.
 */
import type { Lane, LaneSpec, StateImage } from "../../state/keyed-state.ts";
import { allocateBatch } from "../../values/column-access.ts";
import { RowStore } from "./row-store.ts";
import type { SlotNumbers, TreeTops } from "./treap.ts";

/** The ends of a group's chain, in the group's slot. */
export interface ArrivalLanes {
  readonly oldest: Lane;
  readonly newest: Lane;
}

/** The ends of a value's chain, in the value's slot. */
export const arrivalLanes: readonly LaneSpec[] = [
  { name: "oldest", kind: "i32" },
  { name: "newest", kind: "i32" },
];

const ownLanes: readonly LaneSpec[] = [
  { name: "value", kind: "i32" },
  { name: "before", kind: "i32" },
  { name: "behind", kind: "i32" },
  { name: "again", kind: "i32" },
];
const noColumns = allocateBatch({ columns: [] }, 1);

export class Occurrences {
  readonly #times: RowStore;
  readonly #values: SlotNumbers;
  readonly #groups: TreeTops;
  readonly #ofGroup: ArrivalLanes;
  readonly #ofValue: ArrivalLanes;
  readonly #value: Lane;
  readonly #before: Lane;
  readonly #behind: Lane;
  readonly #again: Lane;
  #sequence = 0;

  constructor(owner: string, values: RowStore, groups: TreeTops, lanes: ArrivalLanes, bytesMax: number) {
    this.#times = new RowStore(`${owner} occurrences`, noColumns.schema, ownLanes, bytesMax);
    this.#values = values;
    this.#groups = groups;
    this.#ofGroup = lanes;
    this.#ofValue = { oldest: values.lane("oldest"), newest: values.lane("newest") };
    this.#value = this.#times.lane("value");
    this.#before = this.#times.lane("before");
    this.#behind = this.#times.lane("behind");
    this.#again = this.#times.lane("again");
  }

  get bytesUsed(): number {
    return this.#times.bytesUsed;
  }

  add(group: number, value: number): void {
    const time = this.#times.add(noColumns, 0, ++this.#sequence);
    this.#times.setNumber(time, this.#value, value);
    this.#link(group, this.#groups.numberOf(group, this.#ofGroup.newest), time);
    this.#link(group, time, 0);
    const newest = this.#values.number(value, this.#ofValue.newest);
    if (newest === 0) this.#values.setNumber(value, this.#ofValue.oldest, time);
    else this.#times.setNumber(newest, this.#again, time);
    this.#values.setNumber(value, this.#ofValue.newest, time);
  }

  removeOldest(group: number, value: number): void {
    const time = this.#values.number(value, this.#ofValue.oldest);
    const again = this.#times.number(time, this.#again);
    this.#values.setNumber(value, this.#ofValue.oldest, again);
    if (again === 0) this.#values.setNumber(value, this.#ofValue.newest, 0);
    this.#link(group, this.#times.number(time, this.#before), this.#times.number(time, this.#behind));
    this.#times.free(time);
  }

  clear(group: number): void {
    for (let time = this.#groups.numberOf(group, this.#ofGroup.oldest); time !== 0; ) {
      const behind = this.#times.number(time, this.#behind);
      this.#times.free(time);
      time = behind;
    }
    this.#groups.setNumber(group, this.#ofGroup.oldest, 0);
    this.#groups.setNumber(group, this.#ofGroup.newest, 0);
  }

  /** The slot of the value that came first; 0 where there is none. */
  first(group: number): number {
    return this.#valueOf(this.#groups.numberOf(group, this.#ofGroup.oldest));
  }

  last(group: number): number {
    return this.#valueOf(this.#groups.numberOf(group, this.#ofGroup.newest));
  }

  each(group: number, visit: (value: number) => void): void {
    let time = this.#groups.numberOf(group, this.#ofGroup.oldest);
    for (; time !== 0; time = this.#times.number(time, this.#behind)) visit(this.#valueOf(time));
  }

  freeze(): StateImage {
    return this.#times.freeze();
  }

  restore(image: StateImage): void {
    this.#times.restore(image);
    this.#sequence = this.#times.rowCount;
  }

  #valueOf(time: number): number {
    return time === 0 ? 0 : this.#times.number(time, this.#value);
  }

  /** Makes two times neighbours; 0 is the end of the chain. */
  #link(group: number, before: number, behind: number): void {
    if (before === 0) this.#groups.setNumber(group, this.#ofGroup.oldest, behind);
    else this.#times.setNumber(before, this.#behind, behind);
    if (behind === 0) this.#groups.setNumber(group, this.#ofGroup.newest, before);
    else this.#times.setNumber(behind, this.#before, before);
  }
}
