/**
 * The keys that changed, in the order of their last change: what a subscriber has to be told that stands
 * anywhere behind.
 *
 * A key that changes a thousand times is kept once, at its last place, so minutes of changes to the same rows
 * are remembered for the memory of those rows. Beyond the bounds the oldest are forgotten, but none of the
 * last place: who has read everything so far is never told to begin again. Adding is O(1), asking what
 * changed since a place costs what the answer has.
 */

interface Changed {
  readonly key: string;
  place: number;
  atMs: number;
  older: Changed | undefined;
  newer: Changed | undefined;
}

export class ChangedKeys {
  readonly #countMax: number;
  readonly #msMax: number;
  readonly #byKey = new Map<string, Changed>();
  #oldest: Changed | undefined;
  #newest: Changed | undefined;
  #knownFrom = 0;

  constructor(countMax: number, msMax: number) {
    this.#countMax = countMax;
    this.#msMax = msMax;
  }

  /** Of what changed behind this place, or a later one, all is known. */
  get knownFrom(): number {
    return this.#knownFrom;
  }

  /** Places never go back. */
  add(key: string, place: number, nowMs: number): void {
    let changed = this.#byKey.get(key);
    if (changed === undefined) {
      changed = { key, place, atMs: nowMs, older: undefined, newer: undefined };
      this.#byKey.set(key, changed);
    } else {
      this.#unlink(changed);
      changed.place = place;
      changed.atMs = nowMs;
    }
    changed.older = this.#newest;
    changed.newer = undefined;
    if (this.#newest === undefined) this.#oldest = changed;
    else this.#newest.newer = changed;
    this.#newest = changed;
  }

  /** Those that changed behind the place, in the order of their last change. */
  since(place: number): string[] {
    const keys: string[] = [];
    for (let at = this.#newest; at !== undefined && at.place > place; at = at.older) keys.push(at.key);
    return keys.reverse();
  }

  /** Keeps within the bounds. */
  trim(nowMs: number): void {
    const lastPlace = this.#newest?.place;
    for (let at = this.#oldest; at !== undefined && at.place !== lastPlace; at = at.newer) {
      if (this.#byKey.size <= this.#countMax && nowMs - at.atMs <= this.#msMax) return;
      this.#unlink(at);
      this.#byKey.delete(at.key);
      this.#knownFrom = at.place;
    }
  }

  #unlink({ older, newer }: Changed): void {
    if (older === undefined) this.#oldest = newer;
    else older.newer = newer;
    if (newer === undefined) this.#newest = older;
    else newer.older = older;
  }
}
