/** One JSON object a line. Rows stay where they lie in the piece; empty lines are no rows. */

import type { RowChecker } from "./row-checker.ts";
import type { Piece, RowReader, RowsOfPiece } from "./row-reader.ts";

const newline = 0x0a;

export class JsonLinesReader implements RowReader {
  readonly #checker: RowChecker;
  #file = "";
  /** The line that the next piece begins with. */
  #line = 1;
  /** Within a line that is longer than a row may be, and whose beginning was left out. */
  #inLongLine = false;

  constructor(checker: RowChecker) {
    this.#checker = checker;
  }

  get rowsLeftOut(): number {
    return this.#checker.rowsLeftOut;
  }

  get line(): number {
    return this.#line;
  }

  begin(file: string, line: number): void {
    this.#file = file;
    this.#line = line;
    this.#inLongLine = false;
  }

  take({ bytes, length, isLast }: Piece): RowsOfPiece {
    if (this.#inLongLine) this.#blankLineEnd(bytes, length);
    const end = isLast ? length : bytes.lastIndexOf(newline, length - 1) + 1;
    if (end === 0) return this.#withoutEnd(bytes, length);
    const firstLine = this.#line;
    let place = 0;
    let line = firstLine;
    // Places are asked for in ascending order, so the newlines between are counted once.
    const chunk = this.#checker.check(bytes, end, this.#file, (wanted) => {
      line += countNewlines(bytes, place, wanted);
      place = wanted;
      return line;
    });
    this.#line = line + countNewlines(bytes, place, end);
    return { used: end, chunk };
  }

  /** The piece ends within its only line: more of it is needed, or it is too long. */
  #withoutEnd(bytes: Uint8Array<ArrayBuffer>, length: number): RowsOfPiece {
    const chunk = { partition: 0, bytes, rowEnds: new Int32Array(0), rowCount: 0 };
    if (this.#inLongLine) return { used: length, chunk };
    const limit = this.#checker.rowBytesMax;
    if (length <= limit) return { used: 0, chunk };
    this.#checker.leaveOut(
      this.#file,
      this.#line,
      `The row has more than ${limit} bytes, which is the limit.`,
    );
    this.#inLongLine = true;
    return { used: length, chunk };
  }

  #blankLineEnd(bytes: Uint8Array, length: number): void {
    const found = bytes.indexOf(newline, 0);
    const end = found < 0 || found > length ? length : found;
    this.#inLongLine = end === length;
    bytes.fill(0x20, 0, end);
  }
}

function countNewlines(bytes: Uint8Array, from: number, to: number): number {
  let count = 0;
  for (let at = bytes.indexOf(newline, from); at >= 0 && at < to; at = bytes.indexOf(newline, at + 1))
    count++;
  return count;
}
