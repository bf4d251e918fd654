/**
 * Finding in a time that grows with text × pattern, whatever the pattern: `(a+)+$` on a long text of a's
 * costs as much as any other pattern of its length. Short texts are tried way by way (`tried-ways.ts`), which
 * is several times as fast; others are walked on all ways at once (`all-ways.ts`). Both find the same.
 */
import { AllWays } from "./all-ways.ts";
import { compilePattern } from "./compile-pattern.ts";
import { type Match, Steps } from "./match.ts";
import { parsePattern } from "./parse-pattern.ts";
import type { Program } from "./program.ts";
import { isShort, TriedWays } from "./tried-ways.ts";

export class Regex {
  readonly groups: number;
  readonly #program: Program;
  #tried: TriedWays | undefined;
  #all: AllWays | undefined;
  readonly #steps = new Steps();

  constructor(pattern: string) {
    const { root, groups } = parsePattern(pattern);
    this.groups = groups;
    this.#program = compilePattern(root, groups);
  }

  /** Before a call that looks for several matches of one text. */
  begin(): void {
    this.#steps.begin();
  }

  /** The first match from a place on, the one that Java's Matcher finds. `whole`: of all that is left. */
  find(text: string, from: number, whole = false): Match | undefined {
    return this.#waysFor(text.length - from).find(text, from, whole, this.#steps);
  }

  #waysFor(length: number): AllWays | TriedWays {
    if (isShort(this.#program, length)) {
      this.#tried ??= new TriedWays(this.#program);
      return this.#tried;
    }
    this.#all ??= new AllWays(this.#program);
    return this.#all;
  }
}
