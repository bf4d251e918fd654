/**
 * Deduplication that keeps the last row: of each key the row with the greatest event time so far, the latest
 * of equal ones.
 *
 * State      one row a key.
 * Retraction rows come from streams that only insert; over changing rows it is a Top-N.
 * Output     the first row of a key is an insert; each later one an update-before and an update-after. An
 *            older row gives nothing.
 * Watermark  passes unchanged, and no row is late: an old row is only older.
 * Retention  where a view gives one, a key without a row for so long is forgotten and its row is deleted, by
 *            the append time of the steps and ticks that come.
 * Checkpoint the rows, the groups, the counters.
 * Cost       a row: one probe and one comparison; one that is kept is copied.
 */
import { assert } from "../../errors/quickwater-error.ts";
import type { Rank } from "../../sql/plan/logical-plan.ts";
import type { PartImage } from "../../state/keyed-state.ts";
import { type Cause, type ColumnBatch, rowKind } from "../../values/column-batch.ts";
import { batchRowsMax, identitySelection } from "../runtime/batches.ts";
import { watermarkBefore } from "./batch-output.ts";
import type { Output } from "./operator.ts";
import { RankedRows, type RankOptions } from "./ranked-rows.ts";
import { RowOutput } from "./row-output.ts";
import { SingleInputOperator } from "./single-input-operator.ts";

export class KeepLastRowOperator extends SingleInputOperator {
  readonly name = "LAST ROW";
  readonly #ranked: RankedRows;
  readonly #rows: RowOutput;
  readonly #addresses = new Int32Array(batchRowsMax);

  constructor(plan: Rank, output: Output, options: RankOptions) {
    super(output);
    this.#ranked = new RankedRows(this.name, plan, options, { latestFirst: true });
    this.#rows = new RowOutput(this.#ranked.store, plan.schema, output, false);
  }

  accept(batch: ColumnBatch): void {
    assert(batch.standing === "final", "a deduplication takes rows that stand");
    this.#expire(batch.cause);
    this.counters.rowsIn += batch.rowCount;
    this.#rows.cause = batch.cause;
    this.#ranked.locate(batch, identitySelection, batch.rowCount, this.#addresses);
    for (let row = 0; row < batch.rowCount; row++) {
      this.#rows.watermarkMs = watermarkBefore(batch, row);
      this.#take(this.#addresses[row]!, batch, row);
      this.#ranked.recent?.touch(this.#addresses[row]!, batch.cause.appendTimeMs);
    }
    this.#rows.flush();
  }

  override advance(watermarkMs: number, idle: boolean, cause: Cause): void {
    this.#expire(cause);
    super.advance(watermarkMs, idle, cause);
  }

  protected override freezeState(): PartImage {
    const { numbers, states } = this.#ranked.freeze();
    return { numbers: [...numbers], states };
  }

  protected override restoreState({ numbers, states }: PartImage): void {
    this.#ranked.restore(numbers, states);
  }

  #expire(cause: Cause): void {
    this.#rows.cause = cause;
    this.#ranked.expire(cause, (group) => this.#rows.add(this.#ranked.at(group, 1), rowKind.delete));
    this.#rows.flush();
  }

  #take(group: number, batch: ColumnBatch, row: number): void {
    const ranked = this.#ranked;
    const before = ranked.at(group, 1);
    if (before !== 0 && ranked.isLast(group, batch, row)) return;
    ranked.insert(group, batch, row);
    if (before === 0) {
      this.#rows.add(ranked.at(group, 1), rowKind.insert);
      return;
    }
    this.#rows.reserve(2);
    this.#rows.add(before, rowKind.updateBefore);
    this.#rows.add(ranked.at(group, 1), rowKind.updateAfter);
    ranked.remove(group, before);
  }
}
