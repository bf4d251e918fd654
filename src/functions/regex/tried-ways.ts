/**
 * Finding by trying one way through the pattern after the other, that of most weight first, in texts that are
 * short enough to remember each place of the program at each place of the text: where it was tried it did not
 * lead to a match, whoever comes there again. So no pair is tried twice, and nothing is made but the match.
 */
import { holds } from "./assertions.ts";
import type { Match, Steps } from "./match.ts";
import { asciiPoints, canBegin, type Instruction, type Program } from "./program.ts";

/** Pairs of places that are remembered: 8 KB of bits. */
const pairsMax = 65_536;
const nowhere = -1;
const [notAsked, notTaken, taken] = [0, 1, 2];

/** Whether what is left of a text is short enough. */
export function isShort({ instructions }: Program, length: number): boolean {
  return instructions.length * (length + 1) <= pairsMax;
}

export class TriedWays {
  readonly #program: readonly Instruction[];
  readonly #begins: Uint8Array | undefined;
  /** By place of the program and point of ASCII whether that is taken there, as far as it was asked. */
  readonly #takes: Uint8Array;
  #tried = new Uint32Array(64);
  readonly #taken: Int32Array;
  /**
   * Where to go on when a way ends, the last on top: a place of the program and one of the text. Between
   * them, what a slot held before it was written on the way: minus one less the slot, and that.
   */
  #waiting = new Int32Array(64);
  #count = 0;

  constructor({ instructions, slots, begins }: Program) {
    this.#program = instructions;
    this.#begins = begins;
    this.#taken = new Int32Array(slots);
    this.#takes = new Uint8Array(instructions.length * asciiPoints);
  }

  find(text: string, from: number, whole: boolean, steps: Steps): Match | undefined {
    this.#forget(this.#program.length * (text.length - from + 1));
    for (let at = from; at <= text.length; at = behindPoint(text, at)) {
      if (!whole && !canBegin(this.#begins, text, at)) continue;
      if (this.#finds(text, from, at, whole, steps)) return Array.from(this.#taken);
      if (whole) break;
    }
    return undefined;
  }

  #finds(text: string, from: number, start: number, whole: boolean, steps: Steps): boolean {
    this.#taken.fill(-1);
    this.#count = 0;
    this.#wait(0, start);
    while (this.#count > 0) {
      const at = this.#waiting[--this.#count]!;
      const place = this.#waiting[--this.#count]!;
      if (place < 0) this.#taken[-1 - place] = at;
      else if (this.#goes(text, from, place, at, whole, steps)) return true;
    }
    return false;
  }

  /** Goes one way from a place until it ends; answers whether that is a match. */
  #goes(text: string, from: number, begin: number, beginAt: number, whole: boolean, steps: Steps): boolean {
    let place = begin;
    let at = beginAt;
    while (this.#enter((at - from) * this.#program.length + place)) {
      steps.take(1);
      const instruction = this.#program[place]!;
      switch (instruction.kind) {
        case "match":
          return !whole || at === text.length;
        case "point":
          at = this.#behind(text, at, place);
          if (at === nowhere) return false;
          place++;
          break;
        case "split":
          this.#wait(instruction.second, at);
          place = instruction.first;
          break;
        case "jump":
          place = instruction.to;
          break;
        case "save":
          this.#wait(-1 - instruction.slot, this.#taken[instruction.slot]!);
          this.#taken[instruction.slot] = at;
          place++;
          break;
        case "assert":
          if (!holds(instruction.assertion, text, at)) return false;
          place++;
      }
    }
    return false;
  }

  /** So many pairs are not tried. */
  #forget(pairs: number): void {
    const words = (pairs + 31) >>> 5;
    if (this.#tried.length < words) this.#tried = new Uint32Array(words);
    else this.#tried.fill(0, 0, words);
  }

  /** Answers whether the pair was not tried before. */
  #enter(pair: number): boolean {
    const bit = 1 << (pair & 31);
    const bits = this.#tried[pair >>> 5]!;
    if ((bits & bit) !== 0) return false;
    this.#tried[pair >>> 5] = bits | bit;
    return true;
  }

  /** Behind the character at that place of the text, if the instruction takes it. */
  #behind(text: string, at: number, place: number): number {
    if (at >= text.length) return nowhere;
    const unit = text.charCodeAt(at);
    if (unit >= asciiPoints)
      return this.#tests(place, text.codePointAt(at)!) ? behindPoint(text, at) : nowhere;
    const asked = place * asciiPoints + unit;
    if (this.#takes[asked] === notAsked) this.#takes[asked] = this.#tests(place, unit) ? taken : notTaken;
    return this.#takes[asked] === taken ? at + 1 : nowhere;
  }

  #tests(place: number, point: number): boolean {
    const instruction = this.#program[place]!;
    return instruction.kind === "point" && instruction.test(point);
  }

  #wait(place: number, at: number): void {
    if (this.#count === this.#waiting.length) {
      const grown = new Int32Array(this.#count * 2);
      grown.set(this.#waiting);
      this.#waiting = grown;
    }
    this.#waiting[this.#count++] = place;
    this.#waiting[this.#count++] = at;
  }
}

function behindPoint(text: string, at: number): number {
  return at + (at < text.length && text.codePointAt(at)! > 0xffff ? 2 : 1);
}
