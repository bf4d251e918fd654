/** Rows of a store as batches of a plan's schema: columns of the store, then what was computed. */
import type { RowKind } from "../../values/column-batch.ts";
import type { RowSchema } from "../../values/row-schema.ts";
import { BatchOutput } from "./batch-output.ts";
import type { Output } from "./operator.ts";
import type { RowStore } from "./row-store.ts";

export class RowOutput extends BatchOutput {
  readonly #store: RowStore;

  constructor(store: RowStore, schema: RowSchema, output: Output, isTimed: boolean) {
    super(schema, output, isTimed);
    this.#store = store;
  }

  /** Answers the row's place, for `set`. */
  add(address: number, kind: RowKind, eventTimeMs = 0): number {
    const row = this.addRow(kind, eventTimeMs);
    this.arenaEnd = this.#store.copyOut(address, this.rows, row, this.arenaEnd);
    return row;
  }
}
