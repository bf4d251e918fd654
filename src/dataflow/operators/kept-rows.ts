/**
 * What OVER keeps of its rows. Where nobody wants their final answers a row is told when it comes and never
 * again: only what its calls read stays.
 */
import type { Over, OverCall, OverFrame } from "../../sql/plan/logical-plan.ts";
import type { ColumnBatch } from "../../values/column-batch.ts";
import type { RowSchema } from "../../values/row-schema.ts";
import type { SqlType } from "../../values/sql-type.ts";

export class KeptRows {
  readonly keyTypes: readonly SqlType[];
  readonly frame: OverFrame;
  /** Of the columns that are kept. */
  readonly schema: RowSchema;
  /** Their arguments are places in the schema. */
  readonly calls: readonly OverCall[];
  /** Places in the input; undefined where all of them are kept. */
  readonly #columns: readonly number[] | undefined;

  constructor({ input, keys, frame, calls }: Over, keepsAll: boolean) {
    const { columns } = input.schema;
    this.keyTypes = keys.map((key) => columns[key]!.type);
    this.frame = frame;
    const read = [...new Set(calls.flatMap(({ argument }) => argument ?? []))];
    this.#columns = keepsAll ? undefined : read;
    this.schema = keepsAll ? input.schema : { columns: read.map((column) => columns[column]!) };
    this.calls = keepsAll
      ? calls
      : calls.map((call) => {
          return call.argument === undefined ? call : { ...call, argument: read.indexOf(call.argument) };
        });
  }

  /** The batch as what is kept of it. */
  of(batch: ColumnBatch): ColumnBatch {
    if (this.#columns === undefined) return batch;
    return { ...batch, columns: this.#columns.map((column) => batch.columns[column]!) };
  }
}
