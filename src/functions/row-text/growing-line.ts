/** Bytes of text that grow at their end; numbers and times become digits without a JavaScript text. */
import { formatDate } from "../../values/timestamp.ts";

const bytesAtFirst = 1024;
/** What a long text has taken beyond it is given back. */
const keptBytesMax = 4 * 1024 * 1024;
/** Of more bytes than these the copy is the runtime's. */
const copiedHereMax = 48;
const digitsMax = 20;
const zero = 0x30;
const minus = 0x2d;
const point = 0x2e;
const colon = 0x3a;
const dayMs = 86_400_000;

export class GrowingLine {
  bytes = Buffer.allocUnsafe(bytesAtFirst);
  length = 0;
  #day = Number.NaN;
  #date = Buffer.alloc(0);

  clear(): void {
    this.length = 0;
    if (this.bytes.length > keptBytesMax) this.bytes = Buffer.allocUnsafe(bytesAtFirst);
  }

  byte(byte: number): void {
    this.#reserve(1);
    this.bytes[this.length++] = byte;
  }

  copy(from: Uint8Array, start: number, length: number): void {
    this.#reserve(length);
    if (length > copiedHereMax) this.bytes.set(from.subarray(start, start + length), this.length);
    else for (let at = 0; at < length; at++) this.bytes[this.length + at] = from[start + at]!;
    this.length += length;
  }

  text(text: string): void {
    // A character of a JavaScript text is at most three bytes.
    this.#reserve(text.length * 3);
    this.length += this.bytes.write(text, this.length);
  }

  /** A whole number that a double holds exactly, as many of its digits behind the point as the scale says. */
  decimal(unscaled: number, scale: number): void {
    this.#reserve(digitsMax + scale + 2);
    let rest = unscaled;
    if (rest < 0) {
      this.bytes[this.length++] = minus;
      rest = -rest;
    }
    let digits = 1;
    for (let bound = 10; bound <= rest; bound *= 10) digits++;
    if (digits <= scale) digits = scale + 1;
    const end = this.length + digits + (scale > 0 ? 1 : 0);
    for (let at = end - 1, place = 0; place < digits; place++) {
      if (place === scale && scale > 0) this.bytes[at--] = point;
      const next = Math.floor(rest / 10);
      this.bytes[at--] = zero + (rest - next * 10);
      rest = next;
    }
    this.length = end;
  }

  /** `2026-03-01T12:30:00.25`: milliseconds without the zeros at their end, or all three digits of them. */
  timestamp(ms: number, separator: number, keepsZeros = false): void {
    const day = Math.floor(ms / dayMs);
    if (day !== this.#day) {
      this.#day = day;
      this.#date = Buffer.from(formatDate(day));
    }
    this.copy(this.#date, 0, this.#date.length);
    this.#reserve(digitsMax);
    this.bytes[this.length++] = separator;
    const inDay = ms - day * dayMs;
    const seconds = Math.floor(inDay / 1000);
    const minutes = Math.floor(seconds / 60);
    this.#twoDigits(Math.floor(minutes / 60));
    this.bytes[this.length++] = colon;
    this.#twoDigits(minutes % 60);
    this.bytes[this.length++] = colon;
    this.#twoDigits(seconds % 60);
    const fraction = inDay - seconds * 1000;
    if (fraction === 0 && !keepsZeros) return;
    this.bytes[this.length++] = point;
    this.bytes[this.length++] = zero + Math.floor(fraction / 100);
    if (fraction % 100 === 0 && !keepsZeros) return;
    this.bytes[this.length++] = zero + (Math.floor(fraction / 10) % 10);
    if (fraction % 10 !== 0 || keepsZeros) this.bytes[this.length++] = zero + (fraction % 10);
  }

  #reserve(count: number): void {
    if (this.length + count <= this.bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.bytes.length * 2, this.length + count));
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
  }

  #twoDigits(value: number): void {
    this.bytes[this.length++] = zero + Math.floor(value / 10);
    this.bytes[this.length++] = zero + (value % 10);
  }
}
