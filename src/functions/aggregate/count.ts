/** COUNT(*) counts rows, COUNT(x) values that are not NULL. A double counts exactly to 2^53. */
import type { Accumulator, AccumulatorSlot } from "./accumulator.ts";

export function countAccumulator(): Accumulator {
  return {
    lanes: [{ name: "count", kind: "f64" }],
    ignoresValues: true,
    emitAdd: ({ lane }) => `${lane("count")} += 1;`,
    add: (slot) => slot.setNumber("count", slot.number("count") + 1),
    retract: (slot) => addCount(slot, -1),
    result: (slot) => BigInt(slot.number("count")),
    merge: (into, from) => addCount(into, from.number("count")),
    unmerge: (from, part) => addCount(from, -part.number("count")),
    emitRetract: ({ lane }) => `${lane("count")} -= 1;`,
    emitMerge: ({ into, from }) => `${into("count")} += ${from("count")};`,
    emitUnmerge: ({ into, from }) => `${into("count")} -= ${from("count")};`,
    emitResult: ({ lane, setCount }) => setCount(lane("count")),
  };
}

export function addCount(slot: AccumulatorSlot, count: number): void {
  slot.setNumber("count", slot.number("count") + count);
}
