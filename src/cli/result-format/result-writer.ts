/** What a result is written by. */
import type { ColumnBatch } from "../../values/column-batch.ts";
import type { RowSchema } from "../../values/row-schema.ts";

export interface ResultWriter {
  /** Rows in order; nothing of the batch is kept. */
  write(batch: ColumnBatch): void;
  /** There are no more. */
  end(): void;
}

export interface ResultShape {
  readonly schema: RowSchema;
  /** The view whose rows these are; a SELECT has no name. */
  readonly name: string | undefined;
  /** What the query was bound in. */
  readonly timeZone: string;
}

export type MakeResultWriter = (shape: ResultShape, print: (text: string) => void) => ResultWriter;
