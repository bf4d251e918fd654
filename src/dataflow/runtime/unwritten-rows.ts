/** Rows that queries wrote and that are not in the log yet, by their bytes. The log takes them in order. */

/** When so much waits, no step is taken. */
const bytesMax = 16 * 1024 * 1024;

interface Waiting {
  /** It waits until so many bytes were written in all. */
  readonly until: number;
  readonly resolve: () => void;
}

export class UnwrittenRows {
  /** Since the engine began. */
  #given = 0;
  #written = 0;
  #waiting: Waiting[] = [];

  get isFull(): boolean {
    return this.#given - this.#written > bytesMax;
  }

  add(bytes: number): void {
    this.#given += bytes;
  }

  remove(bytes: number): void {
    this.#written += bytes;
    this.#wake(({ until }) => until <= this.#written);
  }

  /** Resolves when there is room for more. */
  whenLess(): Promise<void> {
    return this.#until(this.#given - bytesMax);
  }

  /** Resolves when all that was given so far is written. */
  whenWritten(): Promise<void> {
    return this.#until(this.#given);
  }

  /** Nobody waits any more. */
  giveUp(): void {
    this.#wake(() => true);
  }

  #until(until: number): Promise<void> {
    if (until <= this.#written) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ until, resolve }));
  }

  #wake(isDue: (waiting: Waiting) => boolean): void {
    const due = this.#waiting.filter(isDue);
    this.#waiting = this.#waiting.filter((waiting) => !due.includes(waiting));
    for (const { resolve } of due) resolve();
  }
}
