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
import { CountedOperator } from "./counted-operator.ts";
import type { Output } from "./operator.ts";

export class UnionOperator extends CountedOperator {
  readonly name = "UNION ALL";
  readonly inputs: readonly Output[];
  readonly #output: Output;
  /** By input: the streams that feed it. */
  readonly #streams: readonly string[];
  readonly #combined: CombinedWatermark;
  readonly #watermarksMs = new Float64Array(batchRowsMax);

  constructor(streams: readonly string[], output: Output) {
    super();
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

  protected override freezeState(): PartImage {
    return { numbers: [...this.#combined.freeze()], states: [] };
  }

  protected override restoreState({ numbers }: PartImage): void {
    this.#combined.restore(numbers);
  }
}
