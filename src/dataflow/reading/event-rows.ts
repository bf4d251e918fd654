/**
 * The rows of a step that fit a choice: what it reads of them is decoded, the rest stays bytes.
 */

import type { TableDefinition } from "../../catalog/catalog.ts";
import { timeStyleOf } from "../../catalog/json-style.ts";
import type { Step } from "../../log/event-log.ts";
import { type EventChoice, eventMarks } from "../../sql/event-choice.ts";
import { evaluate } from "../../sql/plan/evaluate.ts";
import { allocateBatch, readValue } from "../../values/column-access.ts";
import type { ColumnBatch } from "../../values/column-batch.ts";
import type { DecodeKernel, RowBytes } from "../codegen/decoder.ts";
import { makeDecoder } from "../codegen/decoder.ts";
import type { PredicateKernel } from "../codegen/kernels.ts";
import { makePredicate } from "../codegen/make-kernels.ts";
import { batchRowsMax } from "../runtime/batches.ts";
import { fillMetadata, isField, type MetadataColumn, metadataColumnsOf } from "../runtime/row-metadata.ts";
import { decoderOfVersion } from "../runtime/schema-version.ts";
import { withPadding } from "../runtime/step-origin.ts";

export interface FittingRow {
  readonly row: number;
  /** Undefined where it has none. */
  readonly timeMs: number | undefined;
}

export class EventRows {
  readonly #choice: EventChoice;
  readonly #nowMs: number;
  readonly #batch: ColumnBatch;
  /** Of the batch what is decoded. */
  readonly #fields: ColumnBatch;
  readonly #metadata: readonly MetadataColumn[];
  readonly #predicate: PredicateKernel | undefined;
  readonly #selection = new Int32Array(batchRowsMax);
  /** By version of the schema that rows were checked by. */
  readonly #decoders = new Map<number, DecodeKernel>();

  /** `nowMs` is what clocks say. */
  constructor(choice: EventChoice, nowMs: number) {
    const { columns, condition } = choice;
    const named = columns.map(({ path, type }) => ({ name: path.join("."), type }));
    this.#choice = choice;
    this.#nowMs = nowMs;
    this.#batch = allocateBatch({ columns: [...named, ...eventMarks] }, batchRowsMax);
    const fields = this.#batch.columns.filter((_, index) => columns[index] && isField(columns[index]));
    this.#fields = { ...this.#batch, columns: fields };
    this.#metadata = metadataColumnsOf(columns, this.#batch);
    this.#predicate = condition && makePredicate(condition, "compiled");
  }

  /** Of the rows that are given, ascending; `written` is how they were declared. */
  *fitting(step: Step, rows: readonly number[], written: TableDefinition): Generator<FittingRow> {
    if (this.#choice.columns.length === 0 && this.#predicate === undefined) {
      for (const row of rows) yield { row, timeMs: undefined };
      return;
    }
    const decode = this.#decoderOf(step.schemaVersion, written);
    // The decoder writes over what it reads, and others want the bytes as they are.
    const bytes = { bytes: withPadding(step.bytes), rowEnds: step.rowEnds };
    let next = 0;
    for (let from = 0; from < step.rowCount; from += batchRowsMax) {
      const to = Math.min(step.rowCount, from + batchRowsMax);
      let count = 0;
      while (next < rows.length && rows[next]! < to) this.#selection[count++] = rows[next++]! - from;
      if (count === 0) continue;
      this.#fill(step, bytes, decode, from, to);
      const kept = this.#predicate?.(this.#batch, this.#selection, count) ?? count;
      // Others may be asked for before the next one is.
      for (const row of this.#selection.slice(0, kept)) yield { row: from + row, timeMs: this.#timeOf(row) };
    }
  }

  #fill(step: Step, rows: RowBytes, decode: DecodeKernel, from: number, to: number): void {
    const { number: stepNumber, partition, appendTimeMs } = step;
    const batch = this.#batch;
    decode(rows, from, to, this.#fields);
    batch.arena = this.#fields.arena;
    batch.rowCount = to - from;
    batch.cause = { stepNumber, partition, appendTimeMs: this.#nowMs };
    for (const column of this.#metadata) fillMetadata(column, step, batch.cause, from, to);
    const [steps, places, times] = batch.columns.slice(-eventMarks.length);
    (steps as { values: BigInt64Array }).values.fill(BigInt(stepNumber));
    (times as { values: Float64Array }).values.fill(appendTimeMs);
    for (let row = from; row < to; row++) (places as { values: Int32Array }).values[row - from] = row;
  }

  #timeOf(row: number): number | undefined {
    const { time } = this.#choice;
    if (time === undefined) return undefined;
    const column = (index: number) => readValue(this.#batch, index, row);
    const value = evaluate(time, { column, appendTimeMs: this.#nowMs, watermarkMs: null });
    return typeof value === "number" ? value : undefined;
  }

  #decoderOf(version: number, written: TableDefinition): DecodeKernel {
    let decode = this.#decoders.get(version);
    if (decode === undefined) {
      const fields = this.#choice.columns.filter(isField);
      const style = timeStyleOf(written);
      const whole = makeDecoder(fields, style, "compiled");
      decode = decoderOfVersion(fields, written.schema.columns, whole, style, "compiled");
      this.#decoders.set(version, decode);
    }
    return decode;
  }
}
