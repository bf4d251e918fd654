/**
 * Where a kernel puts the bytes that it makes: an arena that is used again for each batch and only ever
 * grows. What lies in it is good until the kernel runs again, as the batch's contract allows.
 */
import { growArena } from "../../values/column-access.ts";

const utf8Encoder = new TextEncoder();

export class ArenaSink {
  bytes: Uint8Array = new Uint8Array(4096);
  end = 0;

  begin(): void {
    this.end = 0;
  }

  /** Appends a text and answers where it begins; it ends at `end`. */
  appendText(text: string): number {
    const start = this.end;
    // A UTF-16 unit needs three bytes of UTF-8 at most.
    this.#reserve(text.length * 3);
    this.end += utf8Encoder.encodeInto(text, this.bytes.subarray(start)).written;
    return start;
  }

  appendSlice(arena: Uint8Array, from: number, length: number): number {
    const start = this.end;
    this.#reserve(length);
    this.bytes.set(arena.subarray(from, from + length), start);
    this.end += length;
    return start;
  }

  appendBytes(bytes: Uint8Array): number {
    return this.appendSlice(bytes, 0, bytes.length);
  }

  #reserve(more: number): void {
    if (this.end + more > this.bytes.length) this.bytes = growArena(this.bytes, this.end, this.end + more);
  }
}
