/**
 * The watermark of one stream, from its rows and from the logged clock.
 *
 * Before a row it is the running maximum of the earlier rows' event times less the delay: judged row by
 * row, so that it does not matter how rows were batched. A stream that gave no row for `idleMs` of logged
 * time is idle; then the clock moves its watermark on (tick − idle timeout − delay), so that the windows of
 * a quiet stream close. Inside a backfill the clock says nothing about the rows, and does not.
 */
export const idleTimeoutMsDefault = 5_000;
/** Ticks come several times a second; a longer gap between two of them counts as this much. */
const tickGapMsMax = 1_000;

export class SourceWatermark {
  readonly #delayMs: number;
  readonly #idleMs: number;
  #maxMs = Number.NEGATIVE_INFINITY;
  #watermarkMs = Number.NEGATIVE_INFINITY;
  #lastRowAtMs: number | undefined;
  /** Logged time that has passed in ticks since the last rows. */
  #quietMs = 0;
  #lastTickMs = Number.NEGATIVE_INFINITY;
  #inBackfill = false;

  constructor(delayMs: number, idleMs: number) {
    this.#delayMs = delayMs;
    this.#idleMs = idleMs;
  }

  get ms(): number {
    return this.#watermarkMs;
  }

  /** Append time of the last rows. */
  get lastRowAtMs(): number | undefined {
    return this.#lastRowAtMs;
  }

  /** Takes a batch's event times and writes the watermark before each row. */
  take(eventTimesMs: Float64Array, rowCount: number, into: Float64Array, appendTimeMs: number): void {
    let watermark = this.#watermarkMs;
    let max = this.#maxMs;
    for (let row = 0; row < rowCount; row++) {
      into[row] = watermark;
      const time = eventTimesMs[row]!;
      if (time > max) {
        max = time;
        if (time - this.#delayMs > watermark) watermark = time - this.#delayMs;
      }
    }
    this.#maxMs = max;
    this.#watermarkMs = watermark;
    this.#lastRowAtMs = appendTimeMs;
    this.#quietMs = 0;
  }

  tick(clockMs: number): void {
    // Time without ticks is time without a server: nobody could have sent rows then, so it does not count.
    const sinceMs = clockMs - Math.max(this.#lastTickMs, this.#lastRowAtMs ?? clockMs);
    this.#lastTickMs = clockMs;
    if (this.#inBackfill || this.#lastRowAtMs === undefined) return;
    this.#quietMs += Math.min(sinceMs, tickGapMsMax);
    if (this.#quietMs < this.#idleMs) return;
    this.#watermarkMs = Math.max(this.#watermarkMs, clockMs - this.#idleMs - this.#delayMs);
  }

  backfill(begins: boolean): void {
    this.#inBackfill = begins;
  }
}
