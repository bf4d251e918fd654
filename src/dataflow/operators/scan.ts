/** Where a stream enters a dataflow: counts what it took. Keeps nothing else. */
import type { PartImage } from "../../state/keyed-state.ts";
import type { Cause, ColumnBatch } from "../../values/column-batch.ts";
import {
  freezeCounters,
  type Operator,
  type OperatorCounters,
  type Output,
  restoreCounters,
} from "./operator.ts";

export class ScanOperator implements Operator, Output {
  readonly name: string;
  readonly counters: OperatorCounters = { rowsIn: 0, rowsFiltered: 0, rowsLate: 0 };
  readonly inputs: readonly Output[] = [this];
  readonly #output: Output;

  constructor(table: string, output: Output) {
    this.name = `FROM ${table}`;
    this.#output = output;
  }

  accept(batch: ColumnBatch): void {
    this.counters.rowsIn += batch.rowCount;
    this.#output.accept(batch);
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
