/**
 * Rows of a batch copied to a batch of more columns, each as often as it is asked for: the columns of the
 * input first, then those that the owner fills in. Memory is kept and used again.
 */

import { allocateBatch } from "../../values/column-access.ts";
import type { Column, ColumnBatch } from "../../values/column-batch.ts";
import type { RowSchema } from "../../values/row-schema.ts";
import type { KernelMode, ProjectionKernel } from "../codegen/kernels.ts";
import { makeProjection } from "../codegen/make-kernels.ts";
import { batchRowsMax } from "../runtime/batches.ts";
import type { Output } from "./operator.ts";
import { partUpdates } from "./parted-updates.ts";

export class RowCopies {
  readonly #output: Output;
  readonly #copy: ProjectionKernel;
  readonly #rows: ColumnBatch;
  readonly #selection = new Int32Array(batchRowsMax);
  readonly #partsUpdates: boolean;
  #count = 0;

  /** `partsUpdates`: a row may have several copies, of which nothing behind knows that they are of one. */
  constructor(input: RowSchema, schema: RowSchema, output: Output, mode: KernelMode, partsUpdates: boolean) {
    this.#output = output;
    this.#partsUpdates = partsUpdates;
    this.#copy = makeProjection(
      input.columns.map(({ type }, index) => ({ kind: "InputColumn", index, type })),
      mode,
    );
    this.#rows = allocateBatch(schema, batchRowsMax);
  }

  /** A column of the copies. */
  column(index: number): Column {
    return this.#rows.columns[index]!;
  }

  /** Copies the row; answers its place, at which the owner fills in the other columns. */
  add(batch: ColumnBatch, row: number): number {
    if (this.#count === batchRowsMax) this.push(batch);
    const place = this.#count++;
    this.#selection[place] = row;
    return place;
  }

  /** Gives the copies on; called before the batch is given back. */
  push(batch: ColumnBatch): void {
    if (this.#count === 0) return;
    this.#copy(batch, this.#selection, this.#count, this.#rows);
    if (this.#partsUpdates) partUpdates(this.#rows);
    this.#count = 0;
    this.#output.accept(this.#rows);
  }
}
