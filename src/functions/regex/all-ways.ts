/**
 * Finding by walking all ways through the pattern at once, one character after another (Thompson's
 * construction, with the order of Java's choices kept as in Pike's), for texts of any length. A thread is a
 * place in the program with what its groups have taken; of two threads at one place the earlier one wins,
 * because what follows is the same for both.
 */
import { holds } from "./assertions.ts";
import type { Match, Steps } from "./match.ts";
import { canBegin, type Instruction, type Program } from "./program.ts";

export class AllWays {
  readonly #program: readonly Instruction[];
  readonly #slots: number;
  readonly #begins: Uint8Array | undefined;
  /** Before this character and behind it; kept, so that a short text does not cost their making. */
  readonly #threads: readonly [Threads, Threads];

  constructor({ instructions, slots, begins }: Program) {
    this.#program = instructions;
    this.#slots = slots;
    this.#begins = begins;
    this.#threads = [new Threads(instructions.length), new Threads(instructions.length)];
  }

  find(text: string, from: number, whole: boolean, steps: Steps): Match | undefined {
    let [current, next] = this.#threads;
    current.clear();
    next.clear();
    let found: Match | undefined;
    for (let at = from; ; ) {
      // While nothing is under way, places where nothing can begin are passed by.
      if (current.count === 0 && found === undefined && !whole) at = this.#nextBegin(text, at, steps);
      if (found === undefined && (whole ? at === from : canBegin(this.#begins, text, at))) {
        this.#follow(current, 0, text, at, new Array<number>(this.#slots).fill(-1), steps);
      }
      if (current.count === 0 && (found !== undefined || whole)) return found;
      const point = at < text.length ? text.codePointAt(at)! : -1;
      const behind = at + (point > 0xffff ? 2 : 1);
      steps.take(current.count + 1);
      for (let index = 0; index < current.count; index++) {
        const place = current.places[index]!;
        const instruction = this.#program[place]!;
        if (instruction.kind === "match") {
          if (whole && at < text.length) continue;
          found = current.taken[index];
          // Threads behind this one were of less weight.
          break;
        }
        if (instruction.kind === "point" && point >= 0 && instruction.test(point))
          this.#follow(next, place + 1, text, behind, current.taken[index]!, steps);
      }
      if (point < 0) return found;
      [current, next] = [next, current];
      next.clear();
      at = behind;
    }
  }

  #nextBegin(text: string, from: number, steps: Steps): number {
    let at = from;
    while (at < text.length && !canBegin(this.#begins, text, at)) at++;
    steps.take(at - from);
    return at;
  }

  /** Adds the threads that stand before a character when one goes on at that place. */
  #follow(threads: Threads, start: number, text: string, at: number, given: Match, steps: Steps): void {
    const stack: { readonly place: number; readonly taken: Match }[] = [{ place: start, taken: given }];
    for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
      const { place, taken } = top;
      if (!threads.enter(place)) continue;
      steps.take(1);
      const instruction = this.#program[place]!;
      switch (instruction.kind) {
        case "jump":
          stack.push({ place: instruction.to, taken });
          break;
        case "split":
          stack.push({ place: instruction.second, taken }, { place: instruction.first, taken });
          break;
        case "save":
          stack.push({ place: place + 1, taken: taken.with(instruction.slot, at) });
          break;
        case "assert":
          if (holds(instruction.assertion, text, at)) stack.push({ place: place + 1, taken });
          break;
        default:
          threads.add(place, taken);
      }
    }
  }
}

/** The places where threads stand, in their order of weight, none of them twice. */
class Threads {
  readonly places: Int32Array;
  readonly taken: Match[] = [];
  /** By place the last round that was there; rounds are counted as long as the regex is used. */
  readonly #entered: Float64Array;
  count = 0;
  #round = 1;

  constructor(size: number) {
    this.places = new Int32Array(size);
    this.#entered = new Float64Array(size);
  }

  enter(place: number): boolean {
    if (this.#entered[place] === this.#round) return false;
    this.#entered[place] = this.#round;
    return true;
  }

  add(place: number, taken: Match): void {
    this.places[this.count] = place;
    this.taken[this.count++] = taken;
  }

  clear(): void {
    this.count = 0;
    this.#round++;
  }
}
