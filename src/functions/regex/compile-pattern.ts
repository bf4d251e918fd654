/**
 * A pattern as a program:
 *
 *   (b|c)*   0 split 1, 7   1 save 2   2 split 3, 5   3 point b   4 jump 6   5 point c   6 save 3
 *            … split 1, 7   7 …
 */
import { type Instruction, type Program, pointsThatBegin } from "./program.ts";
import { type Pattern, PatternMistake } from "./syntax.ts";

/** Counts multiply: `((a{100}){100}){100}` would be a million instructions. */
const instructionsMax = 5000;

export function compilePattern(root: Pattern, groups: number): Program {
  const instructions = new PatternCompiler().compile(root);
  return { instructions, slots: (groups + 1) * 2, begins: pointsThatBegin(instructions) };
}

class PatternCompiler {
  readonly #program: Instruction[] = [];

  compile(root: Pattern): readonly Instruction[] {
    this.#emit({ kind: "save", slot: 0 });
    this.#compile(root);
    this.#emit({ kind: "save", slot: 1 });
    this.#emit({ kind: "match" });
    return this.#program;
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
