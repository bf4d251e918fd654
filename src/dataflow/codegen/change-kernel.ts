/**
 * What adds a row to the aggregates of its group, or takes it back. Compiled in `compile-change.ts`; its
 * plain twin is `GroupAggregates`.
 */
import type { ColumnBatch } from "../../values/column-batch.ts";

export interface ChangeKernel {
  /** The rows that follow are the batch's. */
  begin(batch: ColumnBatch): void;
  change(address: number, batch: ColumnBatch, row: number, isRetraction: boolean): void;
}
