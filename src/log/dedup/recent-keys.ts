/**
 * The keys of an hour at most that are in no run yet: a table with open addressing in memory, which grows.
 * The second word of a hash is never 0: a slot that begins with two words of 0 is free.
 */
import { compareEntries, thirdWord, timeOf, wordsOfEntry } from "./key-entry.ts";
import { keyHash } from "./key-hash.ts";

const slotsMin = 4096;

export class RecentKeys {
  /** When the first of them came. */
  readonly baseMs: number;
  /** Where it follows others: each key of this step, and of those before it, is in one of those. */
  readonly behindStep: number;
  #slots = slotsMin;
  #words = new Uint32Array(slotsMin * wordsOfEntry);
  #count = 0;
  #lastMs: number;

  constructor(baseMs: number, behindStep: number) {
    this.baseMs = baseMs;
    this.behindStep = behindStep;
    this.#lastMs = baseMs;
  }

  get count(): number {
    return this.#count;
  }

  /** When the last of them came. */
  get lastMs(): number {
    return this.#lastMs;
  }

  get bytes(): number {
    return this.#words.byteLength;
  }

  /** When the key of `keyHash` came; -1 where it is not there. */
  find(): number {
    const at = this.#slotOf(keyHash.first, keyHash.second, keyHash.third);
    return this.#isFree(at) ? -1 : timeOf(this.#words[at + 2]!, this.baseMs);
  }

  /** Adds the key of `keyHash`, or gives it the later time. */
  add(appendTimeMs: number): void {
    const { first, second, third } = keyHash;
    const at = this.#slotOf(first, second, third);
    this.#lastMs = Math.max(this.#lastMs, appendTimeMs);
    if (this.#isFree(at)) this.#count++;
    this.#put(at, first, second, thirdWord(third, this.baseMs, appendTimeMs));
    if (this.#count * 2 > this.#slots) this.#grow();
  }

  /** The entries in the order of runs. */
  sorted(): Uint32Array<ArrayBuffer> {
    const from = this.#words;
    const entries = new Uint32Array(this.#count * wordsOfEntry);
    let count = 0;
    for (let at = 0; at < from.length; at += wordsOfEntry) {
      if (!this.#isFree(at)) entries.set(from.subarray(at, at + wordsOfEntry), wordsOfEntry * count++);
    }
    return sortEntries(entries);
  }

  #isFree(at: number): boolean {
    return this.#words[at] === 0 && this.#words[at + 1] === 0;
  }

  #put(at: number, first: number, second: number, word: number): void {
    const words = this.#words;
    words[at] = first;
    words[at + 1] = second;
    words[at + 2] = word;
  }

  /** Where the key is, or the free slot where it belongs. */
  #slotOf(first: number, second: number, third: number): number {
    const mask = this.#slots - 1;
    for (let slot = second & mask; ; slot = (slot + 1) & mask) {
      const at = slot * wordsOfEntry;
      if (this.#isFree(at) || compareEntries(this.#words, at, first, second, third) === 0) return at;
    }
  }

  #grow(): void {
    const from = this.#words;
    this.#slots *= 2;
    this.#words = new Uint32Array(this.#slots * wordsOfEntry);
    for (let at = 0; at < from.length; at += wordsOfEntry) {
      const [first, second, word] = [from[at]!, from[at + 1]!, from[at + 2]!];
      if (first === 0 && second === 0) continue;
      this.#put(this.#slotOf(first, second, word >>> 16), first, second, word);
    }
  }
}

const digitBits = 11;
const digits = 1 << digitBits;

/** By the first word in three passes; the few that share it are put in order by the rest. */
function sortEntries(entries: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  let from = entries;
  let to = new Uint32Array(entries.length);
  for (let shift = 0; shift < 32; shift += digitBits) {
    const places = new Uint32Array(digits + 1);
    for (let at = 0; at < from.length; at += wordsOfEntry)
      places[((from[at]! >>> shift) & (digits - 1)) + 1]!++;
    for (let digit = 0; digit < digits; digit++) places[digit + 1]! += places[digit]!;
    for (let at = 0; at < from.length; at += wordsOfEntry) {
      const place = places[(from[at]! >>> shift) & (digits - 1)]!++ * wordsOfEntry;
      to[place] = from[at]!;
      to[place + 1] = from[at + 1]!;
      to[place + 2] = from[at + 2]!;
    }
    [from, to] = [to, from];
  }
  orderRest(from);
  return from;
}

function orderRest(entries: Uint32Array): void {
  for (let at = wordsOfEntry; at < entries.length; at += wordsOfEntry) {
    const [first, second, word] = [entries[at]!, entries[at + 1]!, entries[at + 2]!];
    let place = at;
    while (place > 0 && compareEntries(entries, place - wordsOfEntry, first, second, word >>> 16) > 0) {
      entries.copyWithin(place, place - wordsOfEntry, place);
      place -= wordsOfEntry;
    }
    entries[place] = first;
    entries[place + 1] = second;
    entries[place + 2] = word;
  }
}
