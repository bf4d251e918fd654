/**
 * VAR_POP, VAR_SAMP, STDDEV_POP, STDDEV_SAMP: of DOUBLEs, by Welford's recurrence, as Flink computes them;
 * what the recurrence has lost to rounding so that less than nothing is left is NULL there too. The binder
 * casts the argument to DOUBLE and the result to the type of the argument. Neither is there without a value,
 * a sample's not without two.
 */
import type { Accumulator, AccumulatorSlot } from "./accumulator.ts";

export type VarianceName = "VAR_POP" | "VAR_SAMP" | "STDDEV_POP" | "STDDEV_SAMP";

export function varianceAccumulator(name: VarianceName): Accumulator {
  const isSample = name === "VAR_SAMP" || name === "STDDEV_SAMP";
  const isRoot = name === "STDDEV_POP" || name === "STDDEV_SAMP";
  return {
    lanes: [
      { name: "count", kind: "f64" },
      { name: "mean", kind: "f64" },
      { name: "squares", kind: "f64" },
    ],
    emitAdd: ({ lane, argument }) => `{ const value = c${argument}[row], delta = value - ${lane("mean")};
      ${lane("count")} += 1; ${lane("mean")} += delta / ${lane("count")};
      ${lane("squares")} += delta * (value - ${lane("mean")}); }`,
    add: (slot, value) => {
      const count = slot.number("count") + 1;
      const delta = (value as number) - slot.number("mean");
      const mean = slot.number("mean") + delta / count;
      set(slot, count, mean, slot.number("squares") + delta * ((value as number) - mean));
    },
    retract: (slot, value) => {
      const count = slot.number("count") - 1;
      if (count === 0) return set(slot, 0, 0, 0);
      const delta = (value as number) - slot.number("mean");
      const mean = slot.number("mean") - delta / count;
      set(slot, count, mean, slot.number("squares") - delta * ((value as number) - mean));
    },
    result: (slot) => {
      const divisor = slot.number("count") - (isSample ? 1 : 0);
      const squares = slot.number("squares");
      if (divisor <= 0 || squares < 0) return null;
      return isRoot ? Math.sqrt(squares / divisor) : squares / divisor;
    },
    merge: (into, from) => {
      const [left, right] = [into.number("count"), from.number("count")];
      if (right === 0) return;
      const count = left + right;
      const delta = from.number("mean") - into.number("mean");
      const mean = into.number("mean") + (delta * right) / count;
      const squares = into.number("squares") + from.number("squares");
      set(into, count, mean, squares + (delta * delta * left * right) / count);
    },
  };
}

function set(slot: AccumulatorSlot, count: number, mean: number, squares: number): void {
  slot.setNumber("count", count);
  slot.setNumber("mean", mean);
  slot.setNumber("squares", squares);
}
