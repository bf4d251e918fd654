/** Pairs of rows as batches: columns of the left, then of the right; NULLs for a side that has no row. */
import { writeNull } from "../../values/column-access.ts";
import type { RowKind } from "../../values/column-batch.ts";
import type { RowSchema } from "../../values/row-schema.ts";
import { BatchOutput } from "./batch-output.ts";
import type { Output } from "./operator.ts";
import type { RowStore } from "./row-store.ts";

export class PairOutput extends BatchOutput {
  readonly #left: RowStore;
  readonly #right: RowStore;
  readonly #leftWidth: number;
  readonly #rightWidth: number;

  /** Where the schema has the columns of the left alone, those of the right are left out. */
  constructor(left: RowStore, right: RowStore, schema: RowSchema, output: Output, isTimed: boolean) {
    super(schema, output, isTimed);
    this.#left = left;
    this.#right = right;
    this.#leftWidth = left.width;
    this.#rightWidth = schema.columns.length - left.width;
  }

  /** Address 0 is no row. */
  add(left: number, right: number, kind: RowKind, eventTimeMs = 0): void {
    const row = this.addRow(kind, eventTimeMs);
    this.#copy(this.#left, left, row, 0, this.#leftWidth);
    if (this.#rightWidth > 0) this.#copy(this.#right, right, row, this.#leftWidth, this.#rightWidth);
  }

  #copy(store: RowStore, address: number, row: number, first: number, width: number): void {
    if (address !== 0) {
      this.arenaEnd = store.copyOut(address, this.rows, row, this.arenaEnd, first);
      return;
    }
    for (let index = first; index < first + width; index++) writeNull(this.rows.columns[index]!, row);
  }
}
