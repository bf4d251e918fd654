/**
 * What stands for a key: 80 bits of MurmurHash3 (x86, 128 bits). Two keys of a day's 86 million have the same
 * ones about once in a hundred million days. Nothing is allocated.
 */

/** The hash that was computed last: two words and half of a third. */
export const keyHash = { first: 0, second: 0, third: 0 };

const c1 = 0x239b961b;
const c2 = 0xab0e9789 | 0;
const c3 = 0x38b34ae5;
const c4 = 0xa1e38b93 | 0;

export function hashKey(bytes: Uint8Array, from: number, to: number): void {
  let h1 = 0;
  let h2 = 0;
  let h3 = 0;
  let h4 = 0;
  let at = from;
  for (; at + 16 <= to; at += 16) {
    h1 ^= mixed(wordAt(bytes, at), c1, 15, c2);
    h1 = (Math.imul(rotated(h1, 19) + h2, 5) + 0x561ccd1b) | 0;
    h2 ^= mixed(wordAt(bytes, at + 4), c2, 16, c3);
    h2 = (Math.imul(rotated(h2, 17) + h3, 5) + 0x0bcaa747) | 0;
    h3 ^= mixed(wordAt(bytes, at + 8), c3, 17, c4);
    h3 = (Math.imul(rotated(h3, 15) + h4, 5) + 0x96cd1c35) | 0;
    h4 ^= mixed(wordAt(bytes, at + 12), c4, 18, c1);
    h4 = (Math.imul(rotated(h4, 13) + h1, 5) + 0x32ac3b17) | 0;
  }
  const rest = to - at;
  if (rest > 12) h4 ^= mixed(lastWord(bytes, at + 12, to), c4, 18, c1);
  if (rest > 8) h3 ^= mixed(lastWord(bytes, at + 8, to), c3, 17, c4);
  if (rest > 4) h2 ^= mixed(lastWord(bytes, at + 4, to), c2, 16, c3);
  if (rest > 0) h1 ^= mixed(lastWord(bytes, at, to), c1, 15, c2);
  const length = to - from;
  h2 ^= length;
  h3 ^= length;
  h4 ^= length;
  h1 = ((h1 ^ length) + h2 + h3 + h4) | 0;
  h2 = finished(h2 + h1);
  h3 = finished(h3 + h1);
  h4 = finished(h4 + h1);
  h1 = (finished(h1) + h2 + h3 + h4) | 0;
  keyHash.first = h1 >>> 0;
  // An entry that begins with two words of 0 is none.
  keyHash.second = (h2 + h1) >>> 0 || 1;
  keyHash.third = (h3 + h1) & 0xffff;
}

function wordAt(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
}

/** Up to four bytes; those behind the key count as 0. */
function lastWord(bytes: Uint8Array, at: number, to: number): number {
  let word = 0;
  for (let place = Math.min(to, at + 4) - 1; place >= at; place--) word = (word << 8) | bytes[place]!;
  return word;
}

function rotated(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by));
}

function mixed(word: number, first: number, by: number, second: number): number {
  return Math.imul(rotated(Math.imul(word, first), by), second);
}

function finished(given: number): number {
  let word = given | 0;
  word = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
  return word ^ (word >>> 16);
}
