/**
 * MIN and MAX: the smallest or largest value. NULL for a group without a value. Of rows that may be taken
 * back all values are kept, in order: the next extreme is there when the one before has gone.
 */
import { assert } from "../../errors/quickwater-error.ts";
import { compareValues } from "../../values/compare.ts";
import { isNested, physicalOf } from "../../values/sql-type.ts";
import type { SqlValue } from "../../values/sql-value.ts";
import {
  type Accumulator,
  type AccumulatorNeeds,
  type AccumulatorSlot,
  type EmitMergeContext,
  keptAccumulator,
} from "./accumulator.ts";
import { emitReadLanes, emitWriteLanes, readLanes, seenLane, valueLanes, writeLanes } from "./value-lanes.ts";

export function extremeAccumulator(
  which: "MIN" | "MAX",
  { argument, losesRows }: AccumulatorNeeds,
): Accumulator {
  assert(argument !== undefined, `${which} has an argument`);
  if (losesRows) {
    return keptAccumulator({ order: "value", once: true }, (values) =>
      which === "MIN" ? values.least() : values.greatest(),
    );
  }
  const physical = physicalOf(argument);
  assert(!isNested(argument), `${which} has no order of ${argument.kind}`);
  const isBetter = (value: SqlValue, kept: SqlValue) => {
    const order = compareValues(value!, kept!);
    return which === "MIN" ? order === -1 : order === 1;
  };
  const read = (slot: AccumulatorSlot) => readLanes(slot, argument);
  const add = (slot: AccumulatorSlot, value: SqlValue) => {
    if (slot.number("seen") === 1 && !isBetter(value, read(slot))) return;
    writeLanes(slot, argument, value);
  };
  return {
    lanes: [...valueLanes(argument), seenLane],
    emitAdd: (context) => {
      const sign = which === "MIN" ? "<" : ">";
      const { lane, argument: column } = context;
      const isBetterSource =
        physical === "bytes"
          ? `${context.compareBytes("value")} ${sign} 0`
          : physical === "i128"
            ? `h${column}[row] ${sign} ${lane("high")} ||
          (h${column}[row] === ${lane("high")} && c${column}[row] ${sign} ${lane("low")})`
            : `c${column}[row] ${sign} ${lane("value")}`;
      return `if (${lane("seen")} === 0 || ${isBetterSource}) { ${emitWriteLanes(context, argument)} }`;
    },
    add,
    result: (slot) => (slot.number("seen") === 0 ? null : read(slot)),
    merge: (into, from) => {
      if (from.number("seen") === 1) add(into, read(from));
    },
    emitResult: (context) => emitReadLanes(context, argument),
    // Bytes, and numbers of two lanes, are merged by the plain code.
    ...(physical === "bytes" || physical === "i128" ? {} : { emitMerge: emitExtreme(which) }),
  };
}

function emitExtreme(which: "MIN" | "MAX"): (context: EmitMergeContext) => string {
  const sign = which === "MIN" ? "<" : ">";
  return ({ into, from }) =>
    `if (${from("seen")} === 1 && (${into("seen")} === 0 || ${from("value")} ${sign} ${into("value")})) {
        ${into("value")} = ${from("value")}; ${into("seen")} = 1;
      }`;
}
