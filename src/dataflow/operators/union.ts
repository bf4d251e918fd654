/**
 * UNION ALL: rows of all inputs as they come. Keeps no row.
 *
 * Watermark  the least of the inputs. Before a row it is the least of the row's own and of what the other
 *            inputs have advanced to; inputs that are fed by the same streams have the same watermark at
 *            each row, and do not hold each other back within a round.
 * Checkpoint the watermarks.
 */
import type { PartImage } from "../../state/keyed-state.ts";
import type { Cause, ColumnBatch } from "../../values/column-batch.ts";
import { batchRowsMax } from "../runtime/batches.ts";
import { CombinedWatermark } from "../time/combined-watermark.ts";
import {
  freezeCounters,
  type Operator,
  type OperatorCounters,
  type Output,
  restoreCounters,
} from "./operator.ts";

export class UnionOperator implements Operator {
  readonly name = "UNION ALL";
  readonly counters: OperatorCounters = { rowsIn: 0, rowsFiltered: 0, rowsLate: 0 };
  readonly inputs: readonly Output[];
  readonly #output: Output;
  /** By input: the streams that feed it. */
  readonly #streams: readonly string[];
  readonly #combined: CombinedWatermark;
  readonly #watermarksMs = new Float64Array(batchRowsMax);

  constructor(streams: readonly string[], output: Output) {
    this.#output = output;
    this.#streams = streams;
    this.#combined = new CombinedWatermark(streams.length);
    this.inputs = streams.map((_, input) => ({
      accept: (batch: ColumnBatch) => this.#accept(input, batch),
      advance: (watermarkMs: number, idle: boolean, cause: Cause) => {
        this.#combined.advance(input, watermarkMs, idle);
        this.#output.advance(this.#combined.ms, this.#combined.isIdle, cause);
      },
    }));
  }

  #accept(input: number, batch: ColumnBatch): void {
    if (batch.standing === "final") this.counters.rowsIn += batch.rowCount;
    const { watermarksMs } = batch;
    const others = this.#combined.heldBackBy((other) => this.#streams[other] === this.#streams[input]);
    if (watermarksMs === null || others === Number.POSITIVE_INFINITY) {
      this.#output.accept(batch);
      return;
    }
    const before = this.#combined.ms;
    for (let row = 0; row < batch.rowCount; row++) {
      this.#watermarksMs[row] = Math.max(before, Math.min(watermarksMs[row]!, others));
    }
    this.#output.accept({ ...batch, watermarksMs: this.#watermarksMs });
  }

  /** Nothing is open in a stage without state; open rows of others come as rows. */
  deliverOpen(): void {}

  freeze(): PartImage {
    return { numbers: [...freezeCounters(this.counters), ...this.#combined.freeze()], states: [] };
  }

  restore({ numbers }: PartImage): void {
    restoreCounters(this.counters, numbers);
    this.#combined.restore(numbers.slice(3));
  }
}
