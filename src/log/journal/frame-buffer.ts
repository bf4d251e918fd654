/** The part of a segment that is in memory while its frames are read one behind the other. */
import { padding } from "../../values/json/scan.ts";
import type { SegmentBytes } from "./segment-bytes.ts";
import { frameHeaderBytes, frameLength, segmentHeaderBytes } from "./step-format.ts";

const readBytes = 1024 * 1024;

export class FrameBuffer {
  /** The next frame begins at `at`. */
  bytes = new Uint8Array(readBytes + padding);
  view = new DataView(this.bytes.buffer);
  at = 0;
  /** Nothing from this position on is read, until somebody sets another. */
  limit = Number.POSITIVE_INFINITY;
  #filled = 0;
  /** Of `bytes[0]` in the segment. */
  #position = 0;
  #segment: SegmentBytes | undefined;

  begin(segment: SegmentBytes, position = segmentHeaderBytes): void {
    this.#segment = segment;
    this.#position = position;
    this.limit = Number.POSITIVE_INFINITY;
    this.at = 0;
    this.#filled = 0;
  }

  /** Where the next frame begins in the segment. */
  get position(): number {
    return this.#position + this.at;
  }

  /** Whether nothing is left of what was read. */
  get isEmpty(): boolean {
    return this.#filled === this.at;
  }

  /**
   * The length of the next frame, whole in memory; 0 where the segment ends, and otherwise why there is
   * none.
   */
  next(): number | "no step begins there" | "a step is cut off" {
    if (!this.need(frameHeaderBytes)) return this.isEmpty ? 0 : "a step is cut off";
    const length = frameLength(this.view, this.at);
    if (length === 0) return "no step begins there";
    return this.need(length) ? length : "a step is cut off";
  }

  /** All that is left of the segment from the next frame on. */
  rest(): Uint8Array {
    while (this.need(this.#filled - this.at + 1));
    return this.bytes.subarray(this.at, this.#filled);
  }

  /** Whether `length` bytes from `at` on are in memory, after reading on where they are not. */
  need(length: number): boolean {
    if (this.#filled - this.at >= length) return true;
    this.#position += this.at;
    this.bytes.copyWithin(0, this.at, this.#filled);
    this.#filled -= this.at;
    this.at = 0;
    if (length + padding > this.bytes.length) this.#grow(length);
    while (this.#filled < length) {
      const end = Math.min(this.bytes.length - padding, this.limit - this.#position);
      const room = this.bytes.subarray(this.#filled, end);
      const read = this.#segment!.read(room, this.#position + this.#filled);
      if (read === 0) return false;
      this.#filled += read;
    }
    return true;
  }

  #grow(length: number): void {
    const grown = new Uint8Array(length + readBytes + padding);
    grown.set(this.bytes.subarray(0, this.#filled));
    this.bytes = grown;
    this.view = new DataView(grown.buffer);
  }
}
