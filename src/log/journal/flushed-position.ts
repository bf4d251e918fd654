/**
 * How far the journal is flushed, in memory that all threads share. The writer raises it after each flush;
 * a reader that has nothing to do waits on it, so that the engine wakes without a message.
 */

/** [0] counts flushes and is what readers wait on; [1] is unused and keeps the 64-bit half aligned. */
export class FlushedPosition {
  readonly shared: SharedArrayBuffer;
  readonly #wake: Int32Array;
  readonly #step: BigInt64Array;

  constructor(shared: SharedArrayBuffer = new SharedArrayBuffer(16)) {
    this.shared = shared;
    this.#wake = new Int32Array(shared, 0, 2);
    this.#step = new BigInt64Array(shared, 8, 1);
  }

  /** The last step that is on disk; 0 where there is none. */
  get step(): number {
    return Number(Atomics.load(this.#step, 0));
  }

  raise(step: number): void {
    Atomics.store(this.#step, 0, BigInt(step));
    Atomics.add(this.#wake, 0, 1);
    Atomics.notify(this.#wake, 0);
  }

  /** A number to give to `changed`: read it before looking for steps. */
  get flushCount(): number {
    return Atomics.load(this.#wake, 0);
  }

  /** Resolves when there was a flush after the one that `flushCount` counted. */
  async changed(flushCount: number): Promise<void> {
    const waiting = Atomics.waitAsync(this.#wake, 0, flushCount);
    if (waiting.async) await waiting.value;
  }

  /** Lets everybody who waits look again. */
  wakeAll(): void {
    Atomics.add(this.#wake, 0, 1);
    Atomics.notify(this.#wake, 0);
  }
}
