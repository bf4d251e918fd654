/**
 * The server's time as far as its messages tell it, so that ages are right on a machine whose clock is not.
 *
 * Every time that the server states lies in its past by the time it is read, by a network's delay at least.
 * So of all samples the one that puts the server furthest ahead is the nearest to the truth, and late ones
 * do no harm.
 */
export class ServerClock {
  #offsetMs: number | undefined;

  /** Takes a time that the server stated just now; text that is no time tells nothing. */
  learn(stated: string | null, nowMs: number): void {
    const offsetMs = stated === null ? Number.NaN : Date.parse(stated) - nowMs;
    if (Number.isNaN(offsetMs)) return;
    if (this.#offsetMs === undefined || offsetMs > this.#offsetMs) this.#offsetMs = offsetMs;
  }

  /** Another connection may lead to another machine. */
  forget(): void {
    this.#offsetMs = undefined;
  }

  timeAt(nowMs: number): number {
    return nowMs + (this.#offsetMs ?? 0);
  }
}
