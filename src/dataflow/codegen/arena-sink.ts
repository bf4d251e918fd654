/**
 * Where a kernel puts the bytes that it makes: an arena that is used again for each batch and only ever
 * grows. What lies in it is good until the kernel runs again, as the batch's contract allows. It begins with
 * a copy of the input's arena where that is about as large as the rows: then what passes through stays where
 * it lies.
 */
import { growArena } from "../../values/column-access.ts";

const utf8Encoder = new TextEncoder();
const shortTextMax = 48;
const inputBytesMin = 4096;
const inputRowBytesMax = 512;

export class ArenaSink {
  bytes: Uint8Array = new Uint8Array(4096);
  end = 0;

  #hasInput = false;

  /** The rows that follow are of a batch with this arena. */
  begin(arena: Uint8Array, rowCount: number): void {
    this.#hasInput = arena.length <= inputBytesMin + rowCount * inputRowBytesMax;
    this.end = 0;
    if (!this.#hasInput) return;
    this.#reserve(arena.length);
    this.bytes.set(arena);
    this.end = arena.length;
  }

  /** Where a slice of the input's arena lies here. */
  keep(arena: Uint8Array, start: number, length: number): number {
    return this.#hasInput ? start : this.appendSlice(arena, start, length);
  }

  /** Appends a text and answers where it begins; it ends at `end`. */
  appendText(text: string): number {
    const start = this.end;
    // A UTF-16 unit needs three bytes of UTF-8 at most.
    this.#reserve(text.length * 3);
    if (text.length <= shortTextMax && this.#putPlain(text)) return start;
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

  /** Answers whether the text was one of single bytes. */
  #putPlain(text: string): boolean {
    for (let at = 0; at < text.length; at++) {
      const unit = text.charCodeAt(at);
      if (unit > 0x7f) return false;
      this.bytes[this.end + at] = unit;
    }
    this.end += text.length;
    return true;
  }

  #reserve(more: number): void {
    if (this.end + more > this.bytes.length) this.bytes = growArena(this.bytes, this.end, this.end + more);
  }
}
