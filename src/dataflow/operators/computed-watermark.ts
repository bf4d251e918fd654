/**
 * WATERMARK FOR a computed column: the event time of a row is known only here, and with it the watermark,
 * which is judged as that of a table's own column is (`time/source-watermark.ts`).
 *
 * State      the source's watermark: greatest time, when rows came last, the last tick.
 * Watermark  its own; the input has none. Every tick is heard, because a quiet stream follows the clock.
 * A row without a time stops the view, as it fails the job in Flink.
 */
import type { AssignTime } from "../../sql/plan/logical-plan.ts";
import type { PartImage } from "../../state/keyed-state.ts";
import type { Cause, ColumnBatch } from "../../values/column-batch.ts";
import { isNull } from "../../values/column-batch.ts";
import { batchRowsMax } from "../runtime/batches.ts";
import { idleTimeoutMsDefault, SourceWatermark, type WatermarkFacts } from "../time/source-watermark.ts";
import { OperatorFailure, type Output } from "./operator.ts";
import { SingleInputOperator } from "./single-input-operator.ts";

export class ComputedWatermarkOperator extends SingleInputOperator {
  readonly name = "WATERMARK";
  readonly #column: number;
  readonly #watermark: SourceWatermark;
  readonly #watermarksMs = new Float64Array(batchRowsMax);
  #lastTaken: Cause | undefined;

  constructor(
    { column, delayMs, idleMs = idleTimeoutMsDefault }: Extract<AssignTime["time"], { kind: "event" }>,
    output: Output,
  ) {
    super(output);
    this.#column = column;
    this.#watermark = new SourceWatermark({ delayMs, idleMs, partitionCount: 1 });
  }

  get time(): WatermarkFacts {
    return this.#watermark.facts;
  }

  accept(batch: ColumnBatch): void {
    const { rowCount, cause } = batch;
    const { name } = batch.schema.columns[this.#column]!;
    const { values, nulls } = batch.columns[this.#column] as {
      readonly values: Float64Array;
      readonly nulls: Uint8Array;
    };
    for (let row = 0; row < rowCount; row++) {
      if (isNull(nulls, row))
        throw new OperatorFailure(this.name, `The event time ${name} of a row is NULL.`);
    }
    this.counters.rowsIn += rowCount;
    this.#lastTaken = cause;
    this.#watermark.take(cause.partition, values, rowCount, this.#watermarksMs, cause.appendTimeMs);
    this.output.accept({ ...batch, eventTimesMs: values, watermarksMs: this.#watermarksMs });
  }

  override advance(watermarkMs: number, _idle: boolean, cause: Cause): void {
    const hasEnded = watermarkMs === Number.POSITIVE_INFINITY;
    if (!hasEnded && cause !== this.#lastTaken) this.#watermark.tick(cause.appendTimeMs);
    const { ms, isIdle } = this.#watermark;
    this.output.advance(hasEnded ? watermarkMs : ms, isIdle, cause);
  }

  protected override freezeState(): PartImage {
    return this.#watermark.freeze();
  }

  protected override restoreState(image: PartImage): void {
    this.#watermark.restore(image);
  }
}
