/**
 * The rows that are left of a result whose rows change, for formats that have no word for a change: gathered
 * until the end, in the order in which they came to be what they are.
 */
import { quickwaterError } from "../../errors/quickwater-error.ts";
import { batchOfRows, readRow } from "../../values/column-access.ts";
import { type ColumnBatch, rowKind } from "../../values/column-batch.ts";
import type { SqlValue } from "../../values/sql-value.ts";
import type { ResultShape, ResultWriter } from "./result-writer.ts";

/** They are all in memory until the last change is known. */
const rowsMax = 5_000_000;
const batchRows = 1024;

export class FinalRowsWriter implements ResultWriter {
  readonly #shape: ResultShape;
  readonly #writer: ResultWriter;
  /** By their text: equal rows are told apart by nothing, so that their number is enough. */
  readonly #rows = new Map<string, { readonly values: readonly SqlValue[]; count: number }>();

  constructor(shape: ResultShape, writer: ResultWriter) {
    this.#shape = shape;
    this.#writer = writer;
  }

  write(batch: ColumnBatch): void {
    for (let row = 0; row < batch.rowCount; row++) {
      const values = readRow(batch, row);
      const key = values.map(textOf).join("\u0000");
      const kind = batch.kinds?.[row] ?? rowKind.insert;
      const known = this.#rows.get(key);
      if (kind === rowKind.insert || kind === rowKind.updateAfter) {
        if (known !== undefined) known.count++;
        else if (this.#rows.size < rowsMax) this.#rows.set(key, { values, count: 1 });
        else throw quickwaterError("run.result-too-large", { limit: rowsMax });
      } else if (known !== undefined && --known.count === 0) this.#rows.delete(key);
    }
  }

  end(): void {
    const rows = [...this.#rows.values()].flatMap(({ values, count }) => Array(count).fill(values));
    for (let from = 0; from < rows.length; from += batchRows) {
      this.#writer.write(batchOfRows(this.#shape.schema, rows.slice(from, from + batchRows)));
    }
    this.#writer.end();
  }
}

function textOf(value: SqlValue): string {
  return value instanceof Uint8Array ? `x${Buffer.from(value).toString("hex")}` : `${typeof value}${value}`;
}
