/**
 * Seeded chance: the same seed gives the same numbers on every machine (xoshiro128**, by Blackman and
 * Vigna).
 */
export class Random {
  readonly #state = new Uint32Array(4);

  constructor(seed: number) {
    this.seed(seed);
  }

  /** Begins anew, as if it were made with this seed. */
  seed(seed: number): void {
    // Splitmix spreads a small seed over the whole state.
    let word = seed >>> 0;
    for (let index = 0; index < 4; index++) {
      word = (word + 0x9e3779b9) >>> 0;
      let mixed = word;
      mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
      mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
      this.#state[index] = mixed ^ (mixed >>> 15);
    }
  }

  /** 32 random bits. */
  bits(): number {
    const state = this.#state;
    const scrambled = Math.imul(rotate(Math.imul(state[1]!, 5), 7), 9) >>> 0;
    const shifted = state[1]! << 9;
    state[2]! ^= state[0]!;
    state[3]! ^= state[1]!;
    state[1]! ^= state[2]!;
    state[0]! ^= state[3]!;
    state[2]! ^= shifted;
    state[3] = rotate(state[3]!, 11);
    return scrambled;
  }

  /** From 0 up to 1, 1 left out, with 53 bits. */
  unit(): number {
    return ((this.bits() >>> 5) * 67_108_864 + (this.bits() >>> 6)) / 9_007_199_254_740_992;
  }

  /** A whole number from `from` to `to`, both included. */
  between(from: number, to: number): number {
    return from + Math.floor(this.unit() * (to - from + 1));
  }

  /** Written byte by byte: this is what most events are made of. */
  uuid(): string {
    const text = uuidBytes;
    let at = 0;
    for (let word = 0; word < 4; word++) {
      const bits = this.bits();
      for (let shift = 28; shift >= 0; shift -= 4) {
        if (at === 8 || at === 13 || at === 18 || at === 23) text[at++] = hyphen;
        let digit = (bits >>> shift) & 15;
        if (at === 14) digit = 4;
        if (at === 19) digit = (digit & 3) | 8;
        text[at++] = hexDigits[digit]!;
      }
    }
    return text.toString("latin1", 0, 36);
  }
}

const uuidBytes = Buffer.alloc(36);
const hyphen = 0x2d;
const hexDigits = Uint8Array.from("0123456789abcdef", (digit) => digit.charCodeAt(0));

function rotate(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by));
}
