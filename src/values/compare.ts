/**
 * The order of values within a type. NULLs have no order here: whoever compares says first what a NULL means.
 *
 * Strings are ordered by Unicode code point, which is the order of their UTF-8 bytes: the interpreter
 * compares JavaScript strings, compiled code compares bytes, and both must agree. JavaScript's own `<` does
 * not: it compares UTF-16 units and puts U+FFFF above U+10000.
 *
 * Doubles compare as Java's operators do, which Flink's generated code uses: 0 equals -0, and NaN is neither
 * below, equal to nor above anything, so that `compareValues` answers undefined for it.
 */
import type { SqlValue } from "./sql-value.ts";

export type Ordering = -1 | 0 | 1;

/** Orders two values of one type, neither of them NULL; undefined where a NaN has no order. */
export function compareValues(
  left: Exclude<SqlValue, null>,
  right: Exclude<SqlValue, null>,
): Ordering | undefined {
  if (typeof left === "string") return compareStrings(left, right as string);
  if (left instanceof Uint8Array) return compareBytes(left, right as Uint8Array);
  if (left < right) return -1;
  if (left > right) return 1;
  return left === right ? 0 : undefined;
}

/** By code point: only where the first differing units are surrogates or above them do units mislead. */
export function compareStrings(left: string, right: string): Ordering {
  const length = Math.min(left.length, right.length);
  for (let at = 0; at < length; at++) {
    const leftUnit = left.charCodeAt(at);
    const rightUnit = right.charCodeAt(at);
    if (leftUnit !== rightUnit) return codePointRank(leftUnit) < codePointRank(rightUnit) ? -1 : 1;
  }
  return left.length === right.length ? 0 : left.length < right.length ? -1 : 1;
}

/** Unsigned, byte by byte, a prefix before what continues it. */
export function compareBytes(left: Uint8Array, right: Uint8Array): Ordering {
  const length = Math.min(left.length, right.length);
  for (let at = 0; at < length; at++) {
    if (left[at]! !== right[at]!) return left[at]! < right[at]! ? -1 : 1;
  }
  return left.length === right.length ? 0 : left.length < right.length ? -1 : 1;
}

/** Surrogates stand for code points above U+FFFF, so they rank above every other unit. */
function codePointRank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
