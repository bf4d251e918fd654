/** Bytes that come one after the other, in pieces that are handed over whole. */
import { bodyChunkBytesMax } from "../log/event-log.ts";

export type BodyChunks = readonly Uint8Array<ArrayBuffer>[];

/** A body that is said to be no larger gets its one piece at once. */
const expectedBytesMax = 64 * 1024;

export class GrowingBody {
  readonly #firstBytes: number;
  #chunks: Uint8Array<ArrayBuffer>[] = [];
  #last = new Uint8Array(0);
  #filled = 0;
  /** Bytes of memory, of which the last piece may be in use in part only. */
  allocated = 0;

  /** `expectedBytes` is what the sender says that the body has; NaN where it does not. */
  constructor(expectedBytes: number) {
    this.#firstBytes = expectedBytes <= expectedBytesMax ? expectedBytes : 0;
  }

  add(bytes: Uint8Array, from = 0, to = bytes.length): void {
    for (let at = from; at < to; ) {
      if (this.#filled === this.#last.length) this.#grow(to - at);
      const take = Math.min(to - at, this.#last.length - this.#filled);
      this.#last.set(
        from === at && take === bytes.length ? bytes : bytes.subarray(at, at + take),
        this.#filled,
      );
      this.#filled += take;
      at += take;
    }
  }

  /**
   * The first piece is as large as what came, or as a small body is said to be; the next ones as all before:
   * a slow sender costs little.
   */
  #grow(rest: number): void {
    if (this.#filled > 0) this.#chunks.push(this.#last);
    const wanted = this.allocated === 0 ? Math.max(rest, this.#firstBytes) : Math.max(rest, this.allocated);
    this.#last = new Uint8Array(Math.min(wanted, bodyChunkBytesMax));
    this.#filled = 0;
    this.allocated += this.#last.length;
  }

  /** What was added so far; it begins anew. */
  take(): BodyChunks {
    const chunks = this.#chunks;
    const isFull = this.#filled === this.#last.length;
    if (this.#filled > 0) chunks.push(isFull ? this.#last : this.#last.slice(0, this.#filled));
    this.#chunks = [];
    this.#last = new Uint8Array(0);
    this.#filled = 0;
    this.allocated = 0;
    return chunks;
  }
}
