/** What finding answers, and what it may cost. */

/**
 * Each match of a text that is looked for again and again may cost as much as the whole text; a call that
 * takes more steps than these is given up, and fails its row.
 */
const stepsMax = 100_000_000;

export class TooManySteps extends Error {}

/** Places in the text by group, two a group, -1 where the group took no part. */
export type Match = readonly number[];

export class Steps {
  #count = 0;

  begin(): void {
    this.#count = 0;
  }

  take(steps: number): void {
    this.#count += steps;
    if (this.#count > stepsMax) throw new TooManySteps();
  }
}
