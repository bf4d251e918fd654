/**
 * The books where an operator makes several rows of one, as HOP, UNNEST and GROUPING SETS do: a row of a
 * stream is left out once, and only where none of its copies was taken. Copies are counted for the rows of
 * one batch, from when the first operator copies them until all of what stands behind it has had them.
 *
 * A join of a stream with itself looks at its rows later than that: there each copy is counted by itself.
 */
import type { ColumnBatch } from "../../values/column-batch.ts";
import { batchRowsMax } from "../runtime/batches.ts";
import type { LateWindow } from "./operator.ts";

/** Who left a row out. */
export interface RowCounter {
  countFiltered(): void;
  countLate(rowIndex: number | undefined, lateByMs: number | undefined, window?: LateWindow): void;
}

interface LeftOut {
  readonly by: RowCounter;
  /** Undefined where a condition left it out. */
  readonly late: { readonly byMs: number | undefined; readonly window: LateWindow | undefined } | undefined;
}

/** Far below what copies that are left out before they are told of can make it. */
const absent = -(2 ** 30);

export class CopiedRows {
  /** The place in its step of the batch's first row; undefined between two batches. */
  #first: number | undefined;
  /** By the distance from it: how many copies were not left out. */
  readonly #left = new Int32Array(batchRowsMax);
  readonly #leftOut = new Map<number, LeftOut>();

  /** Whether these are rows of a stream, and the first that are copied: then `end` has to be called. */
  begin({ standing, rowIndexes, rowCount }: ColumnBatch): boolean {
    if (this.#first !== undefined || standing !== "final" || rowIndexes === null || rowCount === 0)
      return false;
    this.#first = rowIndexes[0]!;
    this.#left.fill(absent);
    for (let row = 0; row < rowCount; row++) this.#left[rowIndexes[row]! - this.#first] = 1;
    return true;
  }

  /** A row goes on as so many. */
  copied(rowIndex: number | undefined, copies: number): void {
    if (this.has(rowIndex)) this.#left[rowIndex - this.#first!]! += copies - 1;
  }

  has(rowIndex: number | undefined): rowIndex is number {
    if (rowIndex === undefined || this.#first === undefined) return false;
    return this.#left[rowIndex - this.#first]! > absent / 2;
  }

  filtered(rowIndex: number, by: RowCounter): void {
    this.#left[rowIndex - this.#first!]! -= 1;
    if (!this.#leftOut.has(rowIndex)) this.#leftOut.set(rowIndex, { by, late: undefined });
  }

  /** Of several windows the last one is told. */
  late(rowIndex: number, byMs: number | undefined, window: LateWindow | undefined, by: RowCounter): void {
    this.#left[rowIndex - this.#first!]! -= 1;
    const before = this.#leftOut.get(rowIndex)?.late;
    if (before?.window !== undefined && window !== undefined && before.window.endMs > window.endMs) return;
    this.#leftOut.set(rowIndex, { by, late: { byMs, window } });
  }

  end(): void {
    for (const [rowIndex, { by, late }] of this.#leftOut) {
      if (this.#left[rowIndex - this.#first!] !== 0) continue;
      if (late === undefined) by.countFiltered();
      else by.countLate(rowIndex, late.byMs, late.window);
    }
    this.#leftOut.clear();
    this.#first = undefined;
  }
}
