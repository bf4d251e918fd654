/** Where a stream enters a dataflow: counts what it took. Keeps nothing else. */
import type { ColumnBatch } from "../../values/column-batch.ts";
import type { Output } from "./operator.ts";
import { SingleInputOperator } from "./single-input-operator.ts";

export class ScanOperator extends SingleInputOperator {
  readonly name: string;
  constructor(table: string, output: Output) {
    super(output);
    this.name = `FROM ${table}`;
  }

  accept(batch: ColumnBatch): void {
    this.counters.rowsIn += batch.rowCount;
    this.output.accept(batch);
  }
}
