/** Work in turns of a few milliseconds, so that others have theirs, and no longer than it may take in all. */
import { quickwaterError } from "../errors/quickwater-error.ts";

/** After so long others have their turn. */
const turnMsMax = 4;

export class Turns {
  readonly #msMax: number;
  readonly #begunMs = performance.now();
  #turnMs = this.#begunMs;

  constructor(msMax: number) {
    this.#msMax = msMax;
  }

  get isOver(): boolean {
    return performance.now() > this.#turnMs + turnMsMax;
  }

  async next(): Promise<void> {
    if (performance.now() > this.#begunMs + this.#msMax)
      throw quickwaterError("request.query-timeout", { limit: this.#msMax });
    await new Promise((resolve) => setImmediate(resolve));
    this.#turnMs = performance.now();
  }
}
