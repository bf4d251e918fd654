/**
 * FIRST_VALUE and LAST_VALUE: the first or last value that came and is not NULL, whatever its time. Of rows
 * that may be taken back all values are kept as they came; one that is taken back goes where it came first.
 */
import { assert } from "../../errors/quickwater-error.ts";
import { type Accumulator, type AccumulatorNeeds, keptAccumulator } from "./accumulator.ts";
import { emitReadLanes, emitWriteLanes, readLanes, seenLane, valueLanes, writeLanes } from "./value-lanes.ts";

export function firstAccumulator({ argument, distinct, losesRows }: AccumulatorNeeds): Accumulator {
  assert(argument !== undefined, "FIRST_VALUE has an argument");
  if (losesRows) return keptAccumulator({ order: "arrival", once: distinct }, (values) => values.oldest());
  return {
    lanes: [...valueLanes(argument), seenLane],
    emitAdd: (context) => `if (${context.lane("seen")} === 0) { ${emitWriteLanes(context, argument)} }`,
    add: (slot, value) => {
      if (slot.number("seen") === 0) writeLanes(slot, argument, value);
    },
    result: (slot) => (slot.number("seen") === 0 ? null : readLanes(slot, argument)),
    emitResult: (context) => emitReadLanes(context, argument),
    merge: (into, from) => {
      if (into.number("seen") === 0 && from.number("seen") === 1)
        writeLanes(into, argument, readLanes(from, argument));
    },
  };
}

export function lastAccumulator({ argument, distinct, losesRows }: AccumulatorNeeds): Accumulator {
  assert(argument !== undefined, "LAST_VALUE has an argument");
  if (losesRows) return keptAccumulator({ order: "arrival", once: distinct }, (values) => values.newest());
  return {
    lanes: [...valueLanes(argument), seenLane],
    emitAdd: (context) => emitWriteLanes(context, argument),
    add: (slot, value) => writeLanes(slot, argument, value),
    result: (slot) => (slot.number("seen") === 0 ? null : readLanes(slot, argument)),
    emitResult: (context) => emitReadLanes(context, argument),
    merge: (into, from) => {
      if (from.number("seen") === 1) writeLanes(into, argument, readLanes(from, argument));
    },
  };
}
