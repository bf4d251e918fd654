/** Takes one CSV record apart: where its fields lie. Arrays are used again by the next record. */
import type { CsvDialect } from "./csv-dialect.ts";

const newline = 0x0a;
const carriageReturn = 0x0d;

export class CsvFields {
  readonly quote: number;
  readonly #delimiter: number;
  count = 0;
  /** Field i lies from `starts[i]` to `ends[i]`, its quotes left out; within quotes a quote stands twice. */
  starts = new Int32Array(64);
  ends = new Int32Array(64);
  quoted = new Uint8Array(64);
  /** Lines that the record took. */
  lines = 0;
  isEmptyLine = false;
  problem: string | undefined;

  constructor({ delimiter, quote }: CsvDialect) {
    this.#delimiter = delimiter;
    this.quote = quote;
  }

  /** Reads the record at `from`; answers the place behind its newline, or -1 where the record goes on. */
  read(bytes: Uint8Array, from: number, length: number, isLast: boolean): number {
    this.count = 0;
    this.lines = 1;
    this.problem = undefined;
    let at = from;
    for (;;) {
      at =
        bytes[at] === this.quote && at < length
          ? this.#quotedField(bytes, at, length)
          : this.#field(bytes, at, length);
      if (at < 0 || (at >= length && !isLast)) {
        if (!isLast) return -1;
        this.problem = "A quote is not closed.";
        return length;
      }
      if (at < length && bytes[at] === this.#delimiter) {
        at++;
        continue;
      }
      this.isEmptyLine = this.count === 1 && this.starts[0] === this.ends[0] && this.quoted[0] === 0;
      return Math.min(length, at + 1);
    }
  }

  /** Answers the place of the delimiter or newline behind the field. */
  #field(bytes: Uint8Array, from: number, length: number): number {
    let at = from;
    while (at < length && bytes[at] !== this.#delimiter && bytes[at] !== newline) at++;
    const hasReturn =
      at > from && bytes[at - 1] === carriageReturn && (at === length || bytes[at] === newline);
    this.#add(from, hasReturn ? at - 1 : at, 0);
    return at;
  }

  #quotedField(bytes: Uint8Array, from: number, length: number): number {
    let at = from + 1;
    for (; at < length; at++) {
      if (bytes[at] === newline) this.lines++;
      if (bytes[at] !== this.quote) continue;
      if (at + 1 < length && bytes[at + 1] === this.quote) at++;
      else break;
    }
    if (at >= length) return -1;
    this.#add(from + 1, at, 1);
    at++;
    if (bytes[at] === carriageReturn && at < length) at++;
    if (at < length && bytes[at] !== this.#delimiter && bytes[at] !== newline) {
      this.problem ??= "Something stands between a closing quote and the next delimiter.";
      while (at < length && bytes[at] !== this.#delimiter && bytes[at] !== newline) at++;
    }
    return at;
  }

  #add(start: number, end: number, quoted: number): void {
    if (this.count === this.starts.length) {
      const grow = <T extends Int32Array | Uint8Array>(from: T, to: T): T => {
        to.set(from);
        return to;
      };
      this.starts = grow(this.starts, new Int32Array(this.count * 2));
      this.ends = grow(this.ends, new Int32Array(this.count * 2));
      this.quoted = grow(this.quoted, new Uint8Array(this.count * 2));
    }
    this.starts[this.count] = start;
    this.ends[this.count] = end;
    this.quoted[this.count++] = quoted;
  }
}
