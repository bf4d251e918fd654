/**
 * Comparing bytes where they lie, without a view of their own: for compiled code, which must not allocate.
 */

/** Less than 0, 0, or more, as the left bytes lie before, at or behind the right ones. */
export function compareSlices(
  left: Uint8Array,
  leftStart: number,
  leftLength: number,
  right: Uint8Array,
  rightStart: number,
  rightLength: number,
): number {
  const length = Math.min(leftLength, rightLength);
  for (let at = 0; at < length; at++) {
    const difference = left[leftStart + at]! - right[rightStart + at]!;
    if (difference !== 0) return difference;
  }
  return leftLength - rightLength;
}
