/** Exact numbers beside each other: which is more, and what share one is of another. */
import { divide, type ExactDecimal, nearestNumber, subtract, zero } from "../numbers/exact-decimal.ts";

/** Behind the point, of what is only a place on the screen. */
const placeDigits = 6;
/** Far more than are shown: what is rounded twice is rounded wrongly. */
const shareDigits = 12;

/** Below 0 where `left` is less. */
export function compare(left: ExactDecimal, right: ExactDecimal): number {
  const isAlike = left.scale === right.scale;
  const unscaled = isAlike ? left.unscaled - right.unscaled : subtract(left, right).unscaled;
  return unscaled < 0n ? -1 : unscaled > 0n ? 1 : 0;
}

export function greater(left: ExactDecimal, right: ExactDecimal): ExactDecimal {
  return compare(left, right) < 0 ? right : left;
}

/** Where `value` lies between `low` (0) and `high` (1); 0 where there is nothing between them. */
export function placeBetween(value: ExactDecimal, low: ExactDecimal, high: ExactDecimal): number {
  const room = subtract(high, low);
  return room.unscaled === 0n ? 0 : nearestNumber(divide(subtract(value, low), room, placeDigits));
}

/** 0.25 of a quarter; undefined of nothing. */
export function shareOf(
  part: ExactDecimal | undefined,
  whole: ExactDecimal | undefined,
): ExactDecimal | undefined {
  if (part === undefined || whole === undefined || compare(whole, zero) === 0) return undefined;
  return divide(part, whole, shareDigits);
}
