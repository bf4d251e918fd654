/**
 * Finding in a time that grows with text × pattern, whatever the pattern: all ways through the pattern are
 * walked at once, one character after another (Thompson's construction, with the order of Java's choices kept
 * as in Pike's). `(a+)+$` on a long text of a's costs as much as any other pattern of its length.
 *
 *   (b|c)*   0 split 1, 7   1 save 2   2 split 3, 5   3 point b   4 jump 6   5 point c   6 save 3
 *            … split 1, 7   7 …
 *
 * A thread is a place in the program with what its groups have taken; of two threads at one place the earlier
 * one wins, because what follows is the same for both.
 */
import { parsePattern } from "./parse-pattern.ts";
import { type Instruction, pointsThatBegin } from "./program.ts";
import { type Assertion, isLineEnd, type Pattern, PatternMistake } from "./syntax.ts";

/** Counts multiply: `((a{100}){100}){100}` would be a million instructions. */
const instructionsMax = 5000;

/**
 * Each match of a text that is looked for again and again may cost as much as the whole text; a call that
 * takes more steps than these is given up, and fails its row.
 */
const stepsMax = 100_000_000;

export class TooManySteps extends Error {}

/** Places in the text by group, two a group, -1 where the group took no part. */
export type Match = readonly number[];

export class Regex {
  readonly groups: number;
  readonly #program: Instruction[] = [];
  readonly #slots: number;
  readonly #begins: Uint8Array | undefined;
  /** Before this character and behind it; kept, so that a short text does not cost their making. */
  readonly #threads: readonly [Threads, Threads];
  #steps = 0;

  constructor(pattern: string) {
    const { root, groups } = parsePattern(pattern);
    this.groups = groups;
    this.#slots = (groups + 1) * 2;
    this.#emit({ kind: "save", slot: 0 });
    this.#compile(root);
    this.#emit({ kind: "save", slot: 1 });
    this.#emit({ kind: "match" });
    this.#begins = pointsThatBegin(this.#program);
    this.#threads = [new Threads(this.#program.length), new Threads(this.#program.length)];
  }

  /** Before a call that looks for several matches of one text. */
  begin(): void {
    this.#steps = 0;
  }

  /** The first match from a place on, the one that Java's Matcher finds. `whole`: of all that is left. */
  find(text: string, from: number, whole = false): Match | undefined {
    let [current, next] = this.#threads;
    current.clear();
    next.clear();
    let found: Match | undefined;
    for (let at = from; ; ) {
      // While nothing is under way, places where nothing can begin are passed by.
      if (current.count === 0 && found === undefined && !whole) at = this.#nextBegin(text, at);
      if (found === undefined && (whole ? at === from : this.#canBegin(text, at))) {
        this.#follow(current, 0, text, at, new Array<number>(this.#slots).fill(-1));
      }
      if (current.count === 0 && (found !== undefined || whole)) return found;
      const point = at < text.length ? text.codePointAt(at)! : -1;
      const behind = at + (point > 0xffff ? 2 : 1);
      this.#steps += current.count + 1;
      if (this.#steps > stepsMax) throw new TooManySteps();
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
          this.#follow(next, place + 1, text, behind, current.taken[index]!);
      }
      if (point < 0) return found;
      [current, next] = [next, current];
      next.clear();
      at = behind;
    }
  }

  #nextBegin(text: string, from: number): number {
    let at = from;
    while (at < text.length && !this.#canBegin(text, at)) at++;
    this.#steps += at - from;
    return at;
  }

  #canBegin(text: string, at: number): boolean {
    const begins = this.#begins;
    if (begins === undefined || at === 0) return true;
    if (at === text.length) return false;
    const point = text.charCodeAt(at);
    return point >= begins.length || begins[point] === 1;
  }

  /** Adds the threads that stand before a character when one goes on at that place. */
  #follow(threads: Threads, start: number, text: string, at: number, given: Match): void {
    const stack: { readonly place: number; readonly taken: Match }[] = [{ place: start, taken: given }];
    for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
      const { place, taken } = top;
      if (!threads.enter(place)) continue;
      this.#steps++;
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

  #emit(instruction: Instruction): number {
    if (this.#program.length >= instructionsMax)
      throw new PatternMistake(`the pattern repeats more than ${instructionsMax} places`);
    return this.#program.push(instruction) - 1;
  }

  #compile(pattern: Pattern): void {
    switch (pattern.kind) {
      case "empty":
        return;
      case "point":
        this.#emit({ kind: "point", test: pattern.test });
        return;
      case "assertion":
        this.#emit({ kind: "assert", assertion: pattern.assertion });
        return;
      case "group":
        this.#emit({ kind: "save", slot: pattern.number * 2 });
        this.#compile(pattern.body);
        this.#emit({ kind: "save", slot: pattern.number * 2 + 1 });
        return;
      case "sequence":
        for (const part of pattern.parts) this.#compile(part);
        return;
      case "choice":
        this.#compileChoice(pattern.choices);
        return;
      case "repeat":
        this.#compileRepeat(pattern);
    }
  }

  #compileChoice(choices: readonly Pattern[]): void {
    const ends: Extract<Instruction, { kind: "jump" }>[] = [];
    for (const choice of choices.slice(0, -1)) {
      const leave = this.#emitSplit(false);
      this.#compile(choice);
      const end: Extract<Instruction, { kind: "jump" }> = { kind: "jump", to: 0 };
      this.#emit(end);
      ends.push(end);
      leave(this.#program.length);
    }
    this.#compile(choices.at(-1)!);
    for (const end of ends) end.to = this.#program.length;
  }

  #compileRepeat({ body, min, max, lazy }: Extract<Pattern, { kind: "repeat" }>): void {
    for (let count = 0; count < min; count++) this.#compile(body);
    if (max === Number.POSITIVE_INFINITY) {
      const leave = this.#emitSplit(lazy);
      const begin = this.#program.length;
      this.#compile(body);
      // Whoever comes here without a character goes on with what its groups took, as in Java.
      const again = this.#program.length + 1;
      this.#emit({ kind: "split", first: lazy ? again : begin, second: lazy ? begin : again });
      leave(again);
      return;
    }
    const leaves: ((place: number) => void)[] = [];
    for (let count = min; count < max; count++) {
      leaves.push(this.#emitSplit(lazy));
      this.#compile(body);
    }
    for (const leave of leaves) leave(this.#program.length);
  }

  /** A choice between what follows and a place that is told later. */
  #emitSplit(lazy: boolean): (place: number) => void {
    const split: Extract<Instruction, { kind: "split" }> = { kind: "split", first: 0, second: 0 };
    const inside = this.#emit(split) + 1;
    split.first = inside;
    split.second = inside;
    return (place) => {
      if (lazy) split.first = place;
      else split.second = place;
    };
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

function holds(assertion: Assertion, text: string, at: number): boolean {
  switch (assertion) {
    case "begin":
      return at === 0;
    case "very-end":
      return at === text.length;
    case "end":
      return at === text.length || isLastLineEnd(text, at);
    case "line-begin":
      return at === 0 || (at < text.length && isBehindLineEnd(text, at));
    case "line-end":
      return at === text.length || (isLineEnd(text.charCodeAt(at)) && !isWithinLineEnd(text, at));
    default:
      return (isWordAt(text, at - 1) !== isWordAt(text, at)) === (assertion === "boundary");
  }
}

/** A line end that is the last thing in the text: `$` stands before it. */
function isLastLineEnd(text: string, at: number): boolean {
  if (!isLineEnd(text.charCodeAt(at)) || isWithinLineEnd(text, at)) return false;
  return at === text.length - 1 || (at === text.length - 2 && text.startsWith("\r\n", at));
}

function isBehindLineEnd(text: string, at: number): boolean {
  return isLineEnd(text.charCodeAt(at - 1)) && !isWithinLineEnd(text, at);
}

function isWithinLineEnd(text: string, at: number): boolean {
  return at > 0 && text.startsWith("\r\n", at - 1);
}

function isWordAt(text: string, at: number): boolean {
  return at >= 0 && at < text.length && /[\p{L}\p{Nd}_]/u.test(text[at]!);
}
