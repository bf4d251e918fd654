/**
 * Groups in the order of their last rows, so that those without a row for long are found without looking at
 * the others: a chain through the groups' slots, whose ends are kept with the operator's numbers. The time is
 * the append time of steps, which never falls.
 */
import type { Lane, LaneSpec } from "../../state/keyed-state.ts";
import type { WindowGroups } from "./window-groups.ts";

export const recentLanes: readonly LaneSpec[] = [
  { name: "taken at", kind: "f64" },
  { name: "older", kind: "i32" },
  { name: "younger", kind: "i32" },
];

export class RecentGroups {
  readonly #groups: WindowGroups;
  readonly #retentionMs: number;
  readonly #takenAt: Lane;
  readonly #older: Lane;
  readonly #younger: Lane;
  #oldest = 0;
  #youngest = 0;

  constructor(groups: WindowGroups, retentionMs: number) {
    this.#groups = groups;
    this.#retentionMs = retentionMs;
    this.#takenAt = groups.layout.own.get("taken at")!;
    this.#older = groups.layout.own.get("older")!;
    this.#younger = groups.layout.own.get("younger")!;
  }

  /** The group has got a row. */
  touch(group: number, appendTimeMs: number): void {
    this.#groups.setNumber(group, this.#takenAt, appendTimeMs);
    if (group === this.#youngest) return;
    const isNew = group !== this.#oldest && this.#groups.numberOf(group, this.#older) === 0;
    if (!isNew) this.#unlink(group);
    this.#link(this.#youngest, group);
    this.#link(group, 0);
  }

  /** The next group without a row for so long; it is in the chain no more. 0 where there is none. */
  takeExpired(appendTimeMs: number): number {
    const group = this.#oldest;
    if (group === 0) return 0;
    if (this.#groups.numberOf(group, this.#takenAt) + this.#retentionMs > appendTimeMs) return 0;
    this.#unlink(group);
    return group;
  }

  freeze(): readonly number[] {
    return [this.#oldest, this.#youngest];
  }

  restore([oldest = 0, youngest = 0]: readonly number[]): void {
    this.#oldest = oldest;
    this.#youngest = youngest;
  }

  #unlink(group: number): void {
    this.#link(this.#groups.numberOf(group, this.#older), this.#groups.numberOf(group, this.#younger));
  }

  /** Makes two groups neighbours; 0 is the end of the chain. */
  #link(older: number, younger: number): void {
    if (older === 0) this.#oldest = younger;
    else this.#groups.setNumber(older, this.#younger, younger);
    if (younger === 0) this.#youngest = older;
    else this.#groups.setNumber(younger, this.#older, older);
  }
}
