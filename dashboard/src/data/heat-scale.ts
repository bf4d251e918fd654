/** One colour in steps of the same size: from zero on, or from the least where that is below zero. */
import { add, divide, type ExactDecimal, subtract, zero } from "../numbers/exact-decimal.ts";
import { compare, greater, placeBetween } from "./ratios.ts";

export const heatSteps = 6;

export interface HeatScale {
  readonly low: ExactDecimal;
  readonly high: ExactDecimal;
}

export function heatScaleOf(values: readonly ExactDecimal[]): HeatScale {
  let [low, high] = [zero, zero];
  for (const value of values) {
    if (compare(value, low) < 0) low = value;
    high = greater(high, value);
  }
  return { low, high };
}

/** From 0 to one less than there are steps. What lies beyond the scale has its last step. */
export function heatStepOf(value: ExactDecimal, { low, high }: HeatScale): number {
  const step = Math.floor(placeBetween(value, low, high) * heatSteps);
  return Math.min(Math.max(step, 0), heatSteps - 1);
}

/** Where each step begins, and where the last one ends. */
export function heatBounds({ low, high }: HeatScale): readonly ExactDecimal[] {
  const room = subtract(high, low);
  return Array.from({ length: heatSteps + 1 }, (_, step) => {
    const part = { unscaled: room.unscaled * BigInt(step), scale: room.scale };
    return add(low, divide(part, { unscaled: BigInt(heatSteps), scale: 0 }, room.scale + 2));
  });
}
