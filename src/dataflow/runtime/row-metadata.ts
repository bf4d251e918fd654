/**
 * METADATA columns of a table: what the log knows of a row beside the row itself. They are filled behind the
 * decoder, of what the step says, so that a row has the same ones live and in every replay.
 *
 * Allocation: none a row.
 */
import { assert } from "../../errors/quickwater-error.ts";
import type { ScanColumn, ScannedMetadata } from "../../sql/plan/logical-plan.ts";
import type { Cause, Column, ColumnBatch } from "../../values/column-batch.ts";
import { putDecimal } from "../codegen/decode-values.ts";

/** Where rows stand in the log, as far as it is known. */
export interface LoggedAt {
  /** Number of the first of them within its stream and partition. */
  readonly firstRowOffset?: number | undefined;
  /** When the log took them, where it is not what caused them to be taken here. */
  readonly appendTimeMs?: number | undefined;
}

export interface MetadataColumn {
  readonly key: ScannedMetadata;
  readonly column: Column;
}

export function isField({ metadata }: ScanColumn): boolean {
  return metadata === undefined;
}

export function metadataColumnsOf(
  columns: readonly ScanColumn[],
  batch: ColumnBatch,
): readonly MetadataColumn[] {
  return columns.flatMap(({ metadata: key }, index) =>
    key === undefined ? [] : [{ key, column: batch.columns[index]! }],
  );
}

/** Of rows `from` to `to`, into the column's rows from 0 on. */
export function fillMetadata(
  { key, column }: MetadataColumn,
  { firstRowOffset, appendTimeMs }: LoggedAt,
  cause: Cause,
  from: number,
  to: number,
): void {
  const rowCount = to - from;
  switch (key) {
    case "timestamp":
      assert(column.physical === "f64", "an instant has a lane of its own");
      column.values.fill(appendTimeMs ?? cause.appendTimeMs, 0, rowCount);
      return;
    case "partition":
      assert(column.physical === "i32", "a partition has a lane of its own");
      column.values.fill(cause.partition, 0, rowCount);
      return;
    case "offset":
      assert(column.physical === "i64", "an offset has a lane of its own");
      assert(firstRowOffset !== undefined, "the place of the rows in their stream is not known");
      fillOffsets(column.values, firstRowOffset + from, rowCount);
  }
}

function fillOffsets(values: BigInt64Array, first: number, rowCount: number): void {
  const words = new Int32Array(values.buffer, values.byteOffset);
  for (let row = 0; row < rowCount; row++) putDecimal(words, row, first + row);
}
