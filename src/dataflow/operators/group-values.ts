/** The values that a bag holds of one group, for the result of an aggregate. */
import type { KeptValues } from "../../functions/aggregate/accumulator.ts";
import type { SqlValue } from "../../values/sql-value.ts";
import type { ValueBag } from "./value-bag.ts";

export class GroupValues implements KeptValues {
  readonly #bag: ValueBag;
  #group = 0;

  constructor(bag: ValueBag) {
    this.#bag = bag;
  }

  /** Those of another group from here on. */
  of(group: number): this {
    this.#group = group;
    return this;
  }

  get size(): number {
    return this.#bag.size(this.#group);
  }

  at(rank: number): SqlValue {
    return this.#bag.at(this.#group, rank);
  }

  least(): SqlValue {
    return this.#bag.least(this.#group);
  }

  greatest(): SqlValue {
    return this.#bag.greatest(this.#group);
  }

  oldest(): SqlValue {
    return this.#bag.oldest(this.#group);
  }

  newest(): SqlValue {
    return this.#bag.newest(this.#group);
  }

  eachArrived(visit: (value: SqlValue) => void): void {
    this.#bag.eachArrived(this.#group, visit);
  }
}
