/**
 * How a key lies in memory and on disk: three words, of which the last holds 16 bits of the hash and when the
 * key came, in tenths of a second behind the beginning of whatever holds it.
 */
export const wordsOfEntry = 3;
export const bytesOfEntry = 12;

const tickMs = 100;
/** The third word. A time behind the last that fits counts as that one. */
export function thirdWord(third: number, baseMs: number, appendTimeMs: number): number {
  const ticks = Math.min(Math.max(Math.floor((appendTimeMs - baseMs) / tickMs), 0), 0xffff);
  return ((third << 16) | ticks) >>> 0;
}

/** The same entry in a holder that begins earlier. */
export function movedWord(word: number, baseMs: number, earlierMs: number): number {
  return thirdWord(word >>> 16, earlierMs, timeOf(word, baseMs));
}

export function timeOf(word: number, baseMs: number): number {
  return baseMs + (word & 0xffff) * tickMs;
}

/** Less than 0 where the first is before the second in the order of runs: by hash, not by time. */
export function compareEntries(
  one: Uint32Array,
  at: number,
  first: number,
  second: number,
  third: number,
): number {
  return one[at]! - first || one[at + 1]! - second || (one[at + 2]! >>> 16) - third;
}
