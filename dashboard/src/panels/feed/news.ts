/** How much is new in a feed, for those who hear it: told once in a while, and not each row. */
import type { FeedItem } from "./shape.ts";

const gapMs = 10_000;

export interface Telling {
  readonly say: string | undefined;
  /** When there will be something to say, though nothing else comes. */
  readonly againInMs: number | undefined;
}

/** Keeps which rows were there before: one a feed. */
export class News {
  #seen: ReadonlySet<string> | undefined;
  #newestMs = Number.NEGATIVE_INFINITY;
  #untold = 0;
  #saidMs = Number.NEGATIVE_INFINITY;

  /** Rows that are there at first are no news, nor are older ones that take the place of one that left. */
  take(items: readonly FeedItem[], nowMs: number): Telling {
    const seen = this.#seen;
    if (seen !== undefined) {
      const fresh = items.filter(
        ({ key, atMs }) => !seen.has(key) && (atMs === undefined || atMs >= this.#newestMs),
      );
      this.#untold += fresh.length;
    }
    this.#seen = new Set(items.map(({ key }) => key));
    for (const { atMs } of items) this.#newestMs = Math.max(this.#newestMs, atMs ?? this.#newestMs);
    if (this.#untold === 0) return { say: undefined, againInMs: undefined };
    const waitMs = this.#saidMs + gapMs - nowMs;
    if (waitMs > 0) return { say: undefined, againInMs: waitMs };
    const say = `${this.#untold} new`;
    this.#untold = 0;
    this.#saidMs = nowMs;
    return { say, againInMs: undefined };
  }
}
