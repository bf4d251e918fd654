/**
 * Slots in the order in which they were last touched, so that those that were not for long are found without
 * looking at the others: a chain through the slots, whose ends are kept with the operator's numbers. The time
 * is the append time of steps, which never falls.
 */
import type { Lane, LaneSpec } from "../../state/keyed-state.ts";
import type { SlotNumbers } from "./treap.ts";
import type { WindowGroups } from "./window-groups.ts";

export const recencyLanes: readonly LaneSpec[] = [
  { name: "taken at", kind: "f64" },
  { name: "older", kind: "i32" },
  { name: "younger", kind: "i32" },
];

export class Recency {
  readonly #slots: SlotNumbers;
  readonly #retentionMs: number;
  readonly #takenAt: Lane;
  readonly #older: Lane;
  readonly #younger: Lane;
  #oldest = 0;
  #youngest = 0;

  constructor(slots: SlotNumbers, lane: (name: string) => Lane, retentionMs: number) {
    this.#slots = slots;
    this.#retentionMs = retentionMs;
    this.#takenAt = lane("taken at");
    this.#older = lane("older");
    this.#younger = lane("younger");
  }

  /** Puts a slot at the young end of the chain. */
  touch(address: number, appendTimeMs: number): void {
    this.#slots.setNumber(address, this.#takenAt, appendTimeMs);
    if (address === this.#youngest) return;
    const isNew = address !== this.#oldest && this.#slots.number(address, this.#older) === 0;
    if (!isNew) this.forget(address);
    this.#link(this.#youngest, address);
    this.#link(address, 0);
  }

  /** The next slot that was not touched for so long; it is in the chain no more. 0 where there is none. */
  takeExpired(appendTimeMs: number): number {
    const address = this.#oldest;
    if (address === 0) return 0;
    if (this.#slots.number(address, this.#takenAt) + this.#retentionMs > appendTimeMs) return 0;
    this.forget(address);
    return address;
  }

  freeze(): readonly number[] {
    return [this.#oldest, this.#youngest];
  }

  restore([oldest = 0, youngest = 0]: readonly number[]): void {
    this.#oldest = oldest;
    this.#youngest = youngest;
  }

  /** Takes a slot out that is freed. */
  forget(address: number): void {
    this.#link(this.#slots.number(address, this.#older), this.#slots.number(address, this.#younger));
  }

  /** Makes two slots neighbours; 0 is the end of the chain. */
  #link(older: number, younger: number): void {
    if (older === 0) this.#oldest = younger;
    else this.#slots.setNumber(older, this.#younger, younger);
    if (younger === 0) this.#youngest = older;
    else this.#slots.setNumber(younger, this.#older, older);
  }
}

/** Of groups that have its lanes. */
export function recencyOf(groups: WindowGroups, retentionMs: number): Recency {
  const slots = {
    number: (address: number, lane: Lane) => groups.numberOf(address, lane),
    setNumber: (address: number, lane: Lane, value: number) => groups.setNumber(address, lane, value),
  };
  return new Recency(slots, (name) => groups.layout.own.get(name)!, retentionMs);
}
