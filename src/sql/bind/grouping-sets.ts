/**
 * GROUP BY as sets of keys: `a, b` is one set; ROLLUP, CUBE and GROUPING SETS are several, and side by side
 * they are every combination.
 */
import { quickwaterError } from "../../errors/quickwater-error.ts";
import type { Expression, GroupingElement } from "../parse/ast.ts";
import type { BoundExpression } from "./bound-expression.ts";
import { literal } from "./coerce.ts";
import { featureRefused } from "./not-supported-yet.ts";

type KeySet = readonly Expression[];

/** More sets repeat every row more often. */
const setsMax = 64;

/** Each set's keys; one empty set where there is no GROUP BY. */
export function groupingSets(elements: readonly GroupingElement[]): readonly KeySet[] {
  let sets: readonly KeySet[] = [[]];
  for (const element of elements) {
    const added = setsOf(element);
    sets = sets.flatMap((set) => added.map((more) => [...set, ...more]));
    if (sets.length > setsMax) {
      throw quickwaterError("sql.too-many-sets", { limit: setsMax }, { position: element.position });
    }
  }
  return sets;
}

function setsOf(element: GroupingElement): readonly KeySet[] {
  switch (element.kind) {
    case "EmptyGrouping":
      return [[]];
    case "Rollup": {
      const keys = element.keys.map(keysOf);
      return Array.from({ length: keys.length + 1 }, (_, left) => keys.slice(0, keys.length - left).flat());
    }
    case "Cube": {
      const keys = element.keys.map(keysOf);
      if (keys.length > 6) throw quickwaterError("sql.too-many-sets", { limit: setsMax }, element);
      const all = (1 << keys.length) - 1;
      // From all keys to none, the first key kept longest.
      return Array.from({ length: all + 1 }, (_, left) =>
        keys.filter((_key, place) => ((all - left) >> (keys.length - 1 - place)) & 1).flat(),
      );
    }
    case "GroupingSets":
      return element.sets.flatMap(setsOf);
    default:
      return [keysOf(element)];
  }
}

/** `(a, b)` stands for both. */
function keysOf(key: Expression): KeySet {
  if (key.kind !== "RowConstructor") return [key];
  if (key.values.length === 0) throw featureRefused("An empty row as a key", key.position);
  return key.values;
}

/** Which of the keys each set has, by their places; the sets' numbers are those of GROUPING_ID. */
export class GroupedSets {
  readonly numbers: readonly number[];
  readonly #sets: readonly ReadonlySet<number>[];
  readonly #keyCount: number;

  constructor(sets: readonly ReadonlySet<number>[], keyCount: number) {
    this.#sets = sets;
    this.#keyCount = keyCount;
    const places = Array.from({ length: keyCount }, (_, place) => place);
    this.numbers = sets.map((_, index) => this.#groupingOf(index, places));
  }

  get hasTwins(): boolean {
    return new Set(this.numbers).size < this.numbers.length;
  }

  /** GROUPING and GROUPING_ID of keys, from the number of a row's set. */
  grouping(places: readonly number[], number: BoundExpression): BoundExpression {
    const isWhole = places.length === this.#keyCount && places.every((place, index) => place === index);
    if (isWhole) return number;
    const branches = this.numbers.map((value, index) => ({
      when: equals(number, value),
      then: bigint(this.#groupingOf(index, places)),
    }));
    return { kind: "Case", branches, otherwise: bigint(0), type: number.type };
  }

  /** The key in the sets that have it, NULL in the others. */
  keyIn(place: number, key: BoundExpression, number: BoundExpression): BoundExpression {
    if (this.isAlwaysThere(place)) return key;
    const type = { ...key.type, nullable: true } as BoundExpression["type"];
    const branches = this.numbers.flatMap((value, index) =>
      this.#sets[index]!.has(place) ? [{ when: equals(number, value), then: key }] : [],
    );
    return { kind: "Case", branches, otherwise: literal(null, type), type };
  }

  isAlwaysThere(place: number): boolean {
    return this.#sets.every((set) => set.has(place));
  }

  #groupingOf(set: number, places: readonly number[]): number {
    return places.reduce((number, place) => number * 2 + (this.#sets[set]!.has(place) ? 0 : 1), 0);
  }
}

function bigint(value: number): BoundExpression {
  return literal(BigInt(value), { kind: "BIGINT", nullable: false });
}

function equals(number: BoundExpression, value: number): BoundExpression {
  const type = { kind: "BOOLEAN", nullable: false } as const;
  return { kind: "Call", function: "EQUALS", arguments: [number, bigint(value)], type };
}
