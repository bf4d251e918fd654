/**
 * GROUPING SETS, below the aggregation: each row once for each set, with the set's number behind its columns.
 * The copies of a row stand side by side, as if rows came one at a time. Keeps no state.
 */
import type { RepeatRows } from "../../sql/plan/logical-plan.ts";
import type { ColumnBatch } from "../../values/column-batch.ts";
import type { KernelMode } from "../codegen/kernels.ts";
import type { Output } from "./operator.ts";
import { RowCopies } from "./row-copies.ts";
import { SingleInputOperator } from "./single-input-operator.ts";

export class RepeatRowsOperator extends SingleInputOperator {
  readonly name = "GROUPING SETS";
  readonly #numbers: readonly bigint[];
  readonly #copies: RowCopies;
  readonly #column: BigInt64Array;

  constructor({ input, numbers, schema }: RepeatRows, output: Output, mode: KernelMode) {
    super(output);
    this.#numbers = numbers.map(BigInt);
    this.#copies = new RowCopies(input.schema, schema, output, mode, true);
    const { values } = this.#copies.column(input.schema.columns.length) as { values: BigInt64Array };
    this.#column = values;
  }

  accept(batch: ColumnBatch): void {
    this.counters.rowsIn += batch.rowCount;
    this.giveCopies(batch, () => this.#repeat(batch));
  }

  #repeat(batch: ColumnBatch): void {
    for (let row = 0; row < batch.rowCount; row++) {
      for (const number of this.#numbers) this.#column[this.#copies.add(batch, row)] = number;
      this.copies?.copied(batch.rowIndexes?.[row], this.#numbers.length);
    }
    this.#copies.push(batch);
  }
}
