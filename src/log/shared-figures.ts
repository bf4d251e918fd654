/**
 * Numbers that one thread counts and others read without asking it. What is written in one `write` is read
 * together: a reader that meets a writer at work reads again. The writer never waits, and a thread that is
 * busy or dead is read as it was last.
 */

/** How long a reader that met a writer sleeps, where that has not ended by itself. */
const sleepMs = 1;
const spins = 100;
/** About half a second. */
const triesMax = 50_000;
const headBytes = 8;

export class SharedFigures {
  readonly shared: SharedArrayBuffer;
  /** Odd while they are written. */
  readonly #sequence: Int32Array;
  readonly #numbers: Float64Array;
  /** For a reader whose writer died at it. */
  #last: Float64Array;

  constructor(shared: SharedArrayBuffer) {
    this.shared = shared;
    this.#sequence = new Int32Array(shared, 0, 1);
    this.#numbers = new Float64Array(shared, headBytes);
    this.#last = new Float64Array(this.#numbers.length);
  }

  static of(count: number): SharedFigures {
    return new SharedFigures(new SharedArrayBuffer(headBytes + count * 8));
  }

  get count(): number {
    return this.#numbers.length;
  }

  /** Of the one thread that writes. */
  write(fill: (numbers: Float64Array) => void): void {
    Atomics.add(this.#sequence, 0, 1);
    fill(this.#numbers);
    Atomics.add(this.#sequence, 0, 1);
  }

  /** All of them as one `write` left them. */
  read(): Float64Array {
    for (let tries = 1; tries < triesMax; tries++) {
      const before = Atomics.load(this.#sequence, 0);
      if (before % 2 === 0) {
        const numbers = this.#numbers.slice();
        // An exchange and no load: what was read before it was read before it.
        if (Atomics.compareExchange(this.#sequence, 0, before, before) === before) {
          this.#last = numbers;
          return numbers;
        }
      }
      if (tries % spins === 0) Atomics.wait(this.#sequence, 0, before, sleepMs);
    }
    return this.#last;
  }
}
