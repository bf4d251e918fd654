/**
 * GROUPING SETS, below the aggregation: each row once for each set, with the set's number behind its columns.
 * The copies of a row stand side by side, as if rows came one at a time. Keeps no state.
 */
import type { RepeatRows } from "../../sql/plan/logical-plan.ts";
import type { PartImage } from "../../state/keyed-state.ts";
import type { Cause, ColumnBatch } from "../../values/column-batch.ts";
import type { KernelMode } from "../codegen/kernels.ts";
import {
  freezeCounters,
  type Operator,
  type OperatorCounters,
  type Output,
  restoreCounters,
} from "./operator.ts";
import { RowCopies } from "./row-copies.ts";

export class RepeatRowsOperator implements Operator, Output {
  readonly name = "GROUPING SETS";
  readonly counters: OperatorCounters = { rowsIn: 0, rowsFiltered: 0, rowsLate: 0 };
  readonly inputs: readonly Output[] = [this];
  readonly #numbers: readonly bigint[];
  readonly #output: Output;
  readonly #copies: RowCopies;
  readonly #column: BigInt64Array;

  constructor({ input, numbers, schema }: RepeatRows, output: Output, mode: KernelMode) {
    this.#numbers = numbers.map(BigInt);
    this.#output = output;
    this.#copies = new RowCopies(input.schema, schema, output, mode);
    const { values } = this.#copies.column(input.schema.columns.length) as { values: BigInt64Array };
    this.#column = values;
  }

  accept(batch: ColumnBatch): void {
    this.counters.rowsIn += batch.rowCount;
    for (let row = 0; row < batch.rowCount; row++) {
      for (const number of this.#numbers) this.#column[this.#copies.add(batch, row)] = number;
    }
    this.#copies.push(batch);
  }

  advance(watermarkMs: number, idle: boolean, cause: Cause): void {
    this.#output.advance(watermarkMs, idle, cause);
  }

  deliverOpen(): void {}

  freeze(): PartImage {
    return { numbers: freezeCounters(this.counters), states: [] };
  }

  restore({ numbers }: PartImage): void {
    restoreCounters(this.counters, numbers);
  }
}
