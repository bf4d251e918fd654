/**
 * Which panels of a page begin when. Those that are seen at first begin at once; the others one after the
 * other when those are there and the browser has nothing better to do, or as soon as they are scrolled to.
 */

/** The browser's, where a test has none of its own. */
export interface TurnsSurroundings {
  /** Resolves when there is time for one more. */
  readonly idle: () => Promise<void>;
  /** The numbers that are seen at first are there. */
  readonly firstAreThere: () => void;
}

export class PanelTurns {
  readonly #first: ReadonlySet<string>;
  /** Of the first, those that still load. */
  readonly #loading: Set<string>;
  /** What begins a panel, by its id, in the order of the page. */
  readonly #waiting = new Map<string, () => void>();
  readonly #around: TurnsSurroundings;
  #isAsked = false;

  constructor(first: ReadonlySet<string>, around: TurnsSurroundings) {
    this.#first = first;
    this.#loading = new Set(first);
    this.#around = around;
  }

  isFirst(id: string): boolean {
    return this.#first.has(id);
  }

  /** `begin` is called once, unless what is returned is called before. */
  wait(id: string, begin: () => void): () => void {
    this.#waiting.set(id, begin);
    this.#askForTurn();
    return () => this.#waiting.delete(id);
  }

  /** Its turn is now, whoever stands before it. */
  begin(id: string): void {
    const begin = this.#waiting.get(id);
    this.#waiting.delete(id);
    begin?.();
  }

  beginAll(): void {
    for (const id of [...this.#waiting.keys()]) this.begin(id);
  }

  /** A panel loads no more. */
  readonly isThere = (id: string): void => {
    if (this.#loading.delete(id) && this.#loading.size === 0) this.endFirst();
  };

  /** The first are there, or have been waited for long enough. */
  endFirst(): void {
    this.#loading.clear();
    this.#around.firstAreThere();
    this.#askForTurn();
  }

  #askForTurn(): void {
    if (this.#isAsked || this.#loading.size > 0 || this.#waiting.size === 0) return;
    this.#isAsked = true;
    void this.#around.idle().then(() => {
      this.#isAsked = false;
      const [next] = this.#waiting.keys();
      if (next !== undefined) this.begin(next);
      this.#askForTurn();
    });
  }
}
