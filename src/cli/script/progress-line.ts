/**
 * A line on the terminal that says how far a long run has come; it goes away before anything else is
 * printed.
 */

const quietMs = 1000;
const stepMs = 200;

export class ProgressLine {
  readonly #write: (text: string) => void;
  readonly #now: () => number;
  #lastMs: number;
  #isShown = false;

  /** `now` in milliseconds; nothing is shown within the first second. */
  constructor(write: (text: string) => void, now: () => number) {
    this.#write = write;
    this.#now = now;
    this.#lastMs = now() + quietMs - stepMs;
  }

  show(text: string): void {
    const now = this.#now();
    if (now - this.#lastMs < stepMs) return;
    this.#lastMs = now;
    this.#isShown = true;
    this.#write(`\r\u001b[K${text}`);
  }

  clear(): void {
    if (!this.#isShown) return;
    this.#isShown = false;
    this.#write("\r\u001b[K");
  }
}
