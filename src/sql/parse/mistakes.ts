/** What was found wrong in one statement, each place once, and not more than a person wants to read. */
import { assert, QuickwaterError } from "../../errors/quickwater-error.ts";

/** After so many the rest of the statement is not read. */
const mistakesMax = 20;

export class Mistakes {
  readonly #noted: QuickwaterError[] = [];

  get noted(): readonly QuickwaterError[] {
    return this.#noted;
  }

  /**
   * Keeps an error of the user; what is no mistake of the user but ours is thrown on. The answer is whether
   * the rest of the statement is worth reading: not after too many mistakes, nor after nesting too deep.
   */
  note(error: unknown): boolean {
    if (!(error instanceof QuickwaterError)) throw error;
    const offset = error.position?.offset;
    assert(offset !== undefined, `${error.code} has no position`);
    // What is found at a place that was refused already only follows from the first mistake.
    const isNew = this.#noted.every(({ position }) => position!.offset !== offset);
    if (isNew && this.#noted.length < mistakesMax) this.#noted.push(error);
    return this.#noted.length < mistakesMax && error.code !== "sql.too-deep";
  }
}
