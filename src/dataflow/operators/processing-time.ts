/**
 * Rows in the order of processing time: from here on the event time of a row is the append time of its step,
 * and the watermark is the moment before. No row is late. Every step and every tick of the logged clock moves
 * the watermark on, so that a window closes with the first of them that comes behind its end.
 *
 * State      none: the time comes with each batch.
 * Cost       a number a row.
 */
import { type Cause, type ColumnBatch, noCause } from "../../values/column-batch.ts";
import { batchRowsMax } from "../runtime/batches.ts";
import { SingleInputOperator } from "./single-input-operator.ts";

export class ProcessingTimeOperator extends SingleInputOperator {
  readonly name = "PROCTIME";
  readonly #times = new Float64Array(batchRowsMax);
  readonly #watermarks = new Float64Array(batchRowsMax);
  #filledFor: Cause = noCause;

  accept(batch: ColumnBatch): void {
    const { cause, rowCount, standing } = batch;
    if (standing === "final") this.counters.rowsIn += rowCount;
    if (cause !== this.#filledFor) {
      this.#times.fill(cause.appendTimeMs);
      this.#watermarks.fill(cause.appendTimeMs - 1);
      this.#filledFor = cause;
    }
    this.output.accept({ ...batch, eventTimesMs: this.#times, watermarksMs: this.#watermarks });
  }

  /** An input that has ended ends its windows too. */
  override advance(watermarkMs: number, _idle: boolean, cause: Cause): void {
    const hasEnded = watermarkMs === Number.POSITIVE_INFINITY;
    this.output.advance(hasEnded ? watermarkMs : cause.appendTimeMs - 1, false, cause);
  }
}
