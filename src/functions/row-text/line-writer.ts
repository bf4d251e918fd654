/** A row of a batch as one line of a file, without its newline. */
import type { ColumnBatch } from "../../values/column-batch.ts";

export type LineWriter = (batch: ColumnBatch, row: number) => string;
