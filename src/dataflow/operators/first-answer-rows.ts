/**
 * First answers of OVER as batches: rows as they came, with what was computed of each behind its columns.
 * Texts that were computed lie behind those of the input.
 */
import type { Over } from "../../sql/plan/logical-plan.ts";
import { allocateBatch, writeValue } from "../../values/column-access.ts";
import type { Column, ColumnBatch } from "../../values/column-batch.ts";
import type { SqlValue } from "../../values/sql-value.ts";
import type { KernelMode } from "../codegen/kernels.ts";
import { batchRowsMax } from "../runtime/batches.ts";
import type { Output } from "./operator.ts";
import { RowCopies } from "./row-copies.ts";

export class FirstAnswerRows {
  readonly #output: Output;
  readonly #copies: RowCopies;
  readonly #timeColumn: number;
  readonly #timesMs = new Float64Array(batchRowsMax);
  /** The columns behind those of the input, with an arena of their own. */
  readonly #computed: ColumnBatch;
  #computedBytes = 0;
  #arena = new Uint8Array(0);

  constructor({ input, schema, calls, order }: Over, output: Output, mode: KernelMode) {
    const width = input.schema.columns.length;
    this.#output = output;
    const copied = { accept: (rows: ColumnBatch) => this.#give(rows), advance: () => {} };
    this.#copies = new RowCopies(input.schema, schema, copied, mode, false);
    this.#timeColumn = order[0]!.column;
    this.#computed = {
      ...allocateBatch({ columns: [] }, 0),
      columns: calls.map((_, call) => this.#copies.column(width + call)),
    };
  }

  /** Answers the row's place, for `set`. */
  add(batch: ColumnBatch, row: number): number {
    return this.#copies.add(batch, row);
  }

  set(place: number, call: number, value: SqlValue): void {
    this.#computedBytes = writeValue(this.#computed, call, place, value, this.#computedBytes);
  }

  /** Gives the rows on; called before the batch is given back. */
  push(batch: ColumnBatch): void {
    this.#copies.push(batch);
  }

  #give(rows: ColumnBatch): void {
    rows.standing = "first";
    const times = (rows.columns[this.#timeColumn] as { readonly values: Float64Array }).values;
    this.#timesMs.set(times.subarray(0, rows.rowCount));
    rows.eventTimesMs = this.#timesMs;
    if (this.#computedBytes > 0) this.#joinArenas(rows);
    this.#output.accept(rows);
  }

  #joinArenas(rows: ColumnBatch): void {
    const before = rows.arena.length;
    const size = before + this.#computedBytes;
    if (this.#arena.length < size) this.#arena = new Uint8Array(size * 2);
    this.#arena.set(rows.arena);
    this.#arena.set(this.#computed.arena.subarray(0, this.#computedBytes), before);
    for (const column of this.#computed.columns) moveBehind(column, before, rows.rowCount);
    rows.arena = this.#arena;
    this.#computedBytes = 0;
  }
}

function moveBehind(column: Column, bytes: number, rowCount: number): void {
  if (column.physical !== "bytes") return;
  for (let row = 0; row < rowCount; row++) column.starts[row]! += bytes;
}
