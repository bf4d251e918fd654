/** Gathers the rows of one stream until they are appended as a step. Memory is kept and used again. */
import { type RowKind, rowKind } from "../../values/column-batch.ts";
import type { StepRows } from "../event-log.ts";
import type { StreamDeclaration } from "../step-payload.ts";

/** A step holds at most this much, so that a reader's memory is bounded. */
const stepBytesMax = 1024 * 1024;
const stepRowsMax = 65_536;

export class StepBuilder {
  readonly declaration: StreamDeclaration;
  /** Of all its rows; it may be another one when they were taken. */
  kind: RowKind = rowKind.insert;
  #rowEnds = new Int32Array(1024);
  #rowCount = 0;
  #pieces: Uint8Array[] = [];
  #byteCount = 0;
  #eventTimeMinMs = Number.POSITIVE_INFINITY;
  #eventTimeMaxMs = Number.NEGATIVE_INFINITY;

  constructor(declaration: StreamDeclaration) {
    this.declaration = declaration;
  }

  get rowCount(): number {
    return this.#rowCount;
  }

  get isFull(): boolean {
    return this.#byteCount >= stepBytesMax || this.#rowCount >= stepRowsMax;
  }

  /** Rows that lie next to each other, by the place behind each one relative to `bytes`. */
  addRun(bytes: Uint8Array, rowEnds: Int32Array, from: number, to: number, start: number): void {
    while (this.#rowCount + to - from > this.#rowEnds.length) {
      const grown = new Int32Array(this.#rowEnds.length * 2);
      grown.set(this.#rowEnds);
      this.#rowEnds = grown;
    }
    const shift = this.#byteCount - start;
    for (let row = from; row < to; row++) this.#rowEnds[this.#rowCount++] = rowEnds[row]! + shift;
    const end = rowEnds[to - 1]!;
    this.#pieces.push(bytes.subarray(start, end));
    this.#byteCount += end - start;
  }

  addRow(bytes: Uint8Array): void {
    this.addRun(bytes, Int32Array.of(bytes.length), 0, 1, 0);
  }

  /** Of the rows of a run; NaN where a row has none. */
  addEventTimes(timesMs: Float64Array, from: number, to: number): void {
    for (let row = from; row < to; row++) {
      const time = timesMs[row]!;
      if (time < this.#eventTimeMinMs) this.#eventTimeMinMs = time;
      if (time > this.#eventTimeMaxMs) this.#eventTimeMaxMs = time;
    }
  }

  /** The step's rows; the builder is empty again. */
  take(): StepRows {
    const bytes = this.#pieces.length === 1 ? this.#pieces[0]! : join(this.#pieces, this.#byteCount);
    const rows: StepRows = {
      rowCount: this.#rowCount,
      rowEnds: this.#rowEnds.slice(0, this.#rowCount),
      bytes,
      rowKinds: this.kind === rowKind.insert ? undefined : new Uint8Array(this.#rowCount).fill(this.kind),
      eventTimeMinMs: Number.isFinite(this.#eventTimeMinMs) ? this.#eventTimeMinMs : undefined,
      eventTimeMaxMs: Number.isFinite(this.#eventTimeMaxMs) ? this.#eventTimeMaxMs : undefined,
    };
    this.#pieces = [];
    this.#byteCount = 0;
    this.#rowCount = 0;
    this.#eventTimeMinMs = Number.POSITIVE_INFINITY;
    this.#eventTimeMaxMs = Number.NEGATIVE_INFINITY;
    return rows;
  }
}

function join(pieces: readonly Uint8Array[], byteCount: number): Uint8Array {
  const joined = new Uint8Array(byteCount);
  let at = 0;
  for (const piece of pieces) {
    joined.set(piece, at);
    at += piece.length;
  }
  return joined;
}
