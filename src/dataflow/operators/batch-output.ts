/** Rows that an operator makes, gathered into batches of a schema. Memory is used again. */
import { allocateBatch, writeValue } from "../../values/column-access.ts";
import {
  type Cause,
  type ColumnBatch,
  noCause,
  type RowKind,
  rowKind,
  type Standing,
} from "../../values/column-batch.ts";
import type { RowSchema } from "../../values/row-schema.ts";
import type { SqlValue } from "../../values/sql-value.ts";
import { batchRowsMax } from "../runtime/batches.ts";
import type { Output } from "./operator.ts";

export abstract class BatchOutput {
  protected readonly rows: ColumnBatch;
  protected arenaEnd = 0;
  readonly #output: Output;
  readonly #kinds = new Uint8Array(batchRowsMax);
  readonly #eventTimesMs = new Float64Array(batchRowsMax);
  readonly #watermarksMs = new Float64Array(batchRowsMax);
  readonly #isTimed: boolean;
  #hasKinds = false;
  cause: Cause = noCause;
  standing: Standing = "final";
  /** The watermark before the rows that follow. */
  watermarkMs = Number.NEGATIVE_INFINITY;

  /** Rows that stand for ever have an event time; rows that change have none. */
  constructor(schema: RowSchema, output: Output, isTimed: boolean) {
    this.#output = output;
    this.#isTimed = isTimed;
    this.rows = allocateBatch(schema, batchRowsMax);
  }

  /** So many rows go into one batch: the two halves of an update are never parted. */
  reserve(count: number): void {
    if (this.rows.rowCount + count > batchRowsMax) this.flush();
  }

  set(row: number, column: number, value: SqlValue): void {
    this.arenaEnd = writeValue(this.rows, column, row, value, this.arenaEnd);
  }

  flush(): void {
    const { rows } = this;
    if (rows.rowCount === 0) return;
    rows.cause = this.cause;
    rows.standing = this.standing;
    rows.kinds = this.#hasKinds ? this.#kinds : null;
    rows.eventTimesMs = this.#isTimed ? this.#eventTimesMs : null;
    rows.watermarksMs = this.#watermarksMs;
    this.#output.accept(rows);
    rows.rowCount = 0;
    this.arenaEnd = 0;
    this.#hasKinds = false;
  }

  /** Answers the place of a new row, whose columns the caller fills in. */
  protected addRow(kind: RowKind, eventTimeMs: number): number {
    this.reserve(1);
    const row = this.rows.rowCount++;
    this.#kinds[row] = kind;
    this.#hasKinds ||= kind !== rowKind.insert;
    this.#eventTimesMs[row] = eventTimeMs;
    this.#watermarksMs[row] = this.watermarkMs;
    return row;
  }
}

/** What rows that a row makes at once are judged by: the watermark before it. */
export function watermarkBefore({ watermarksMs }: ColumnBatch, row: number): number {
  return watermarksMs === null ? Number.NEGATIVE_INFINITY : watermarksMs[row]!;
}
