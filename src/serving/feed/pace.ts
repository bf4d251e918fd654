/**
 * How often a subscription with `maxRate` is told: once within each of the spans that time is cut into. The
 * spans are the same for all who ask for the same rate, so that they stand at the same place of their feed
 * and one text is made for them.
 */
export const deltasPerSecondMin = 0.1;
export const deltasPerSecondMax = 200;

export class Pace {
  readonly #spanMs: number;
  readonly #waiting = new Set<() => void>();
  #timer: NodeJS.Timeout | undefined;

  constructor(deltasPerSecond: number) {
    this.#spanMs = 1_000 / deltasPerSecond;
  }

  /** Counted from the start of the process. */
  get span(): number {
    return Math.floor(performance.now() / this.#spanMs);
  }

  /** Calls `run` once when the next span begins. */
  atNext(run: () => void): void {
    this.#waiting.add(run);
    this.#timer ??= this.#timerOfNext();
  }

  cancel(run: () => void): void {
    this.#waiting.delete(run);
    if (this.#waiting.size > 0) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #timerOfNext(): NodeJS.Timeout {
    const awaited = this.span + 1;
    const leftMs = awaited * this.#spanMs - performance.now();
    return setTimeout(() => {
      this.#timer = undefined;
      // A timer may come a little early.
      if (this.span < awaited) {
        this.#timer = this.#timerOfNext();
        return;
      }
      const due = [...this.#waiting];
      this.#waiting.clear();
      for (const run of due) run();
    }, Math.ceil(leftMs));
  }
}

/** One of each rate that somebody has. */
export class Paces {
  readonly #paces = new Map<number, { readonly pace: Pace; users: number }>();

  take(deltasPerSecond: number): Pace {
    let used = this.#paces.get(deltasPerSecond);
    if (used === undefined) {
      used = { pace: new Pace(deltasPerSecond), users: 0 };
      this.#paces.set(deltasPerSecond, used);
    }
    used.users++;
    return used.pace;
  }

  giveBack(deltasPerSecond: number): void {
    const used = this.#paces.get(deltasPerSecond);
    if (used !== undefined && --used.users === 0) this.#paces.delete(deltasPerSecond);
  }
}
