/**
 * Cuts lines into parts, so that a body of any length costs the memory of one of them. The same bytes are
 * always the same parts, however they arrive: a part is what lies in the next `partBytesMax` bytes up to the
 * last newline, and the rest begins the next one.
 *
 * A line that is longer than a row may be is cut off behind the first byte too many, which is enough to
 * refuse it, and the rest of it is passed over. White space before a row is left out where a part ends in it.
 */
import { defaultLogSettings, type LogSettings } from "../log/log-settings.ts";
import { type BodyChunks, GrowingBody } from "./growing-body.ts";

export interface PartLimits {
  /** Of a part; more than a row has. */
  readonly partBytesMax: number;
  readonly rowBytesMax: number;
}

const newline = 0x0a;
const partBytesMax = 4 * 1024 * 1024;

/** A part is no more than may wait for the log, but as much as the longest row. */
export function partLimits({
  rowBytesMax = defaultLogSettings.rowBytesMax,
  pendingBytesMax = defaultLogSettings.pendingBytesMax,
}: { readonly [Name in keyof LogSettings]?: LogSettings[Name] | undefined } = {}): PartLimits {
  return { partBytesMax: Math.max(Math.min(partBytesMax, pendingBytesMax), 2 * rowBytesMax), rowBytesMax };
}

export class LineParts {
  readonly #limits: PartLimits;
  #body: GrowingBody;
  #length = 0;
  /** The line is too long: what comes before the next newline is nothing. */
  #isPassingOver = false;

  constructor(limits: PartLimits, expectedBytes: number) {
    this.#limits = limits;
    this.#body = new GrowingBody(expectedBytes);
  }

  get allocated(): number {
    return this.#body.allocated;
  }

  /** Then `cut` comes before the next `add`. */
  get isFull(): boolean {
    return this.#length === this.#limits.partBytesMax;
  }

  /** Takes bytes from this place on, up to where the part is full; answers where that is. */
  add(bytes: Uint8Array, from: number): number {
    let at = from;
    if (this.#isPassingOver) {
      at = bytes.indexOf(newline, from);
      if (at < 0) return bytes.length;
      this.#isPassingOver = false;
    }
    const to = Math.min(bytes.length, at + this.#limits.partBytesMax - this.#length);
    this.#body.add(bytes, at, to);
    this.#length += to - at;
    return to;
  }

  /** Of a full part its whole lines: none where it has no newline. */
  cut(): BodyChunks {
    const chunks = this.#body.take();
    const whole = chunks.findLastIndex((chunk) => chunk.includes(newline));
    const end = whole < 0 ? 0 : chunks[whole]!.lastIndexOf(newline) + 1;
    const rest = whole < 0 ? chunks : [chunks[whole]!.subarray(end), ...chunks.slice(whole + 1)];
    this.#begin(rest);
    return whole < 0 ? [] : [...chunks.slice(0, whole), chunks[whole]!.subarray(0, end)];
  }

  /** What is left when all has come. */
  end(): BodyChunks {
    this.#length = 0;
    return this.#body.take();
  }

  #begin(rest: BodyChunks): void {
    const { rowBytesMax } = this.#limits;
    this.#body = new GrowingBody(Number.NaN);
    this.#length = 0;
    for (const chunk of rest) {
      const from = this.#length === 0 ? firstOfRow(chunk) : 0;
      const to = Math.min(chunk.length, from + rowBytesMax + 1 - this.#length);
      this.#body.add(chunk, from, to);
      this.#length += to - from;
    }
    this.#isPassingOver = this.#length > rowBytesMax;
  }
}

function firstOfRow(bytes: Uint8Array): number {
  let at = 0;
  while (at < bytes.length && (bytes[at] === 0x20 || bytes[at] === 0x0d || bytes[at] === 0x09)) at++;
  return at;
}

/** The part, or pieces of it, so that none has more lines than that. */
export function* byLineCount(chunks: BodyChunks, linesMax: number): Generator<BodyChunks> {
  let bytes = 0;
  for (const chunk of chunks) bytes += chunk.length;
  // A row has a byte at least, and its newline.
  if (bytes <= 2 * linesMax) return yield chunks;
  let piece: Uint8Array<ArrayBuffer>[] = [];
  let lines = 0;
  for (const chunk of chunks) {
    let from = 0;
    for (let at = chunk.indexOf(newline); at >= 0; at = chunk.indexOf(newline, at + 1)) {
      if (++lines < linesMax) continue;
      // Each piece is given away with its memory.
      yield [...piece, chunk.slice(from, at + 1)];
      piece = [];
      lines = 0;
      from = at + 1;
    }
    if (from < chunk.length) piece.push(from === 0 ? chunk : chunk.slice(from));
  }
  if (piece.length > 0) yield piece;
}
