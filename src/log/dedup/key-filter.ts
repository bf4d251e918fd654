/**
 * A filter of the keys of a run: says of a key that it is not there, or that it may be. Each key sets seven
 * bits within one line of 64 bytes, so that asking costs one access to memory. With eleven bits a key about
 * one in a hundred of those that are not there may be.
 */
const wordsOfLine = 16;
const bitsOfKey = 11;
const bitsSet = 7;

export class KeyFilter {
  readonly words: Uint32Array;
  readonly #lines: number;

  constructor(words: Uint32Array) {
    this.words = words;
    this.#lines = words.length / wordsOfLine;
  }

  static forCount(count: number): KeyFilter {
    return new KeyFilter(new Uint32Array(wordsOfFilter(count)));
  }

  add(first: number, second: number): void {
    const line = this.#lineOf(first);
    let bits = second;
    for (let bit = 0; bit < bitsSet; bit++) {
      this.words[line + ((bits >>> 5) & 15)]! |= 1 << (bits & 31);
      bits = next(bits);
    }
  }

  mayHave(first: number, second: number): boolean {
    const line = this.#lineOf(first);
    let bits = second;
    for (let bit = 0; bit < bitsSet; bit++) {
      if ((this.words[line + ((bits >>> 5) & 15)]! & (1 << (bits & 31))) === 0) return false;
      bits = next(bits);
    }
    return true;
  }

  #lineOf(first: number): number {
    return Math.floor((first / 0x1_0000_0000) * this.#lines) * wordsOfLine;
  }
}

function next(bits: number): number {
  return Math.imul(bits, 0x9e3779b1) >>> 7;
}

export function wordsOfFilter(count: number): number {
  return Math.max(1, Math.ceil((count * bitsOfKey) / (32 * wordsOfLine))) * wordsOfLine;
}
