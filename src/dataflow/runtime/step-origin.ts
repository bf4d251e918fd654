/**
 * The rows that are being taken, as they came: what is late is told as its stream has it, not as a query
 * reads it.
 */
import type { TableDefinition } from "../../catalog/catalog.ts";
import { timeStyleOf } from "../../catalog/json-style.ts";
import { allocateBatch } from "../../values/column-access.ts";
import type { Cause, ColumnBatch } from "../../values/column-batch.ts";
import { padding } from "../../values/json/scan.ts";
import { isBinary, isNested, partTypes, type SqlType } from "../../values/sql-type.ts";
import { type DecodeKernel, makeDecoder, type RowBytes } from "../codegen/decoder.ts";
import { decoderOfVersion, type WrittenSchema } from "./schema-version.ts";

const backslash = 0x5c;

export class StepOrigin {
  readonly #decoders = new Map<string, DecodeKernel>();
  #table: TableDefinition | undefined;
  #rows: RowBytes | undefined;
  #written: WrittenSchema | undefined;
  #cause: Cause | undefined;

  /** The rows that follow come of these; decoding them may write over their bytes. */
  begin(table: TableDefinition, rows: RowBytes, cause: Cause, written: WrittenSchema | undefined): void {
    const isWrittenOver = rows.bytes.includes(backslash) || table.schema.columns.some(holdsBytes);
    this.#table = table;
    this.#rows = isWrittenOver ? { bytes: withPadding(rows.bytes), rowEnds: rows.rowEnds } : rows;
    this.#written = written;
    this.#cause = cause;
  }

  get table(): TableDefinition {
    return this.#table!;
  }

  get cause(): Cause {
    return this.#cause!;
  }

  /** One row with all columns of its table. */
  row(index: number): ColumnBatch {
    const { table } = this;
    const batch = allocateBatch(table.schema, 1);
    const { bytes, rowEnds } = this.#rows!;
    const row = bytes.subarray(index === 0 ? 0 : rowEnds[index - 1], rowEnds[index]);
    // The decoder may write over what it reads, and the same row may be asked for again.
    const copy = { bytes: withPadding(row), rowEnds: Int32Array.of(row.length) };
    this.#decoderOf(table)(copy, 0, 1, batch);
    return batch;
  }

  #decoderOf(table: TableDefinition): DecodeKernel {
    const name = `${table.name} ${this.#written?.version ?? 0}`;
    let decode = this.#decoders.get(name);
    if (decode === undefined) {
      const columns = table.schema.columns.map(({ name: column, type }) => ({ path: [column], type }));
      const style = timeStyleOf(table);
      decode = makeDecoder(columns, style, "interpreted");
      if (this.#written !== undefined)
        decode = decoderOfVersion(columns, this.#written.columns, decode, style, "interpreted");
      this.#decoders.set(name, decode);
    }
    return decode;
  }
}

/** The bytes with what lies behind them, at which a decoder may look. */
export function withPadding(bytes: Uint8Array): Uint8Array {
  const { buffer, byteOffset, length } = bytes;
  const behind = Math.min(buffer.byteLength - byteOffset, length + padding);
  const copy = new Uint8Array(length + padding);
  copy.set(new Uint8Array(buffer, byteOffset, behind));
  return copy.subarray(0, length);
}

function holdsBytes({ type }: { readonly type: SqlType }): boolean {
  return isBinary(type) || (isNested(type) && partTypes(type).some((part) => holdsBytes({ type: part })));
}
