/** What finds the groups of an aggregation without windows. */
import type { ColumnBatch } from "../../values/column-batch.ts";

/** Writes for each selected row the address of its key's group, which is made where there is none. */
export type LocateKernel = (
  batch: ColumnBatch,
  selection: Int32Array,
  count: number,
  addresses: Int32Array,
) => void;
