/**
 * ORDER BY of a result: in the order of time as the watermark passes it, or of anything when the last row has
 * come.
 *
 * State      of time the rows that the watermark has not passed; otherwise all rows, or the first so many
 *            where rows that are only added are limited.
 * Retraction by time rows come from streams that only insert. At the end a row that is taken back is found by
 *            all of its columns.
 * Watermark  gives the rows that it has reached, ascending, equal ones as they came; the end gives the rest.
 * Late       by time a row at or behind the watermark is late: its place has been passed.
 * Checkpoint the rows, the counters, the last watermark.
 * Cost       a row: as many comparisons as the tree is deep.
 */
import { assert } from "../../errors/quickwater-error.ts";
import type { Sort } from "../../sql/plan/logical-plan.ts";
import { isUpdating } from "../../sql/plan/traits.ts";
import type { PartImage } from "../../state/keyed-state.ts";
import { type Cause, type ColumnBatch, rowKind } from "../../values/column-batch.ts";
import { batchRowsMax, identitySelection } from "../runtime/batches.ts";
import type { HeldRows, Output } from "./operator.ts";
import { RankedRows, type RankOptions } from "./ranked-rows.ts";
import { RowOutput } from "./row-output.ts";
import { SingleInputOperator } from "./single-input-operator.ts";

export class SortOperator extends SingleInputOperator {
  readonly name = "SORT";
  readonly #plan: Sort;
  readonly #ranked: RankedRows;
  readonly #rows: RowOutput;
  readonly #isByTime: boolean;
  /** Rows behind the last place are of no use: none before them is taken back. */
  readonly #countMax: number;
  readonly #addresses = new Int32Array(batchRowsMax);
  /** All rows are of one group, which the first of them makes. */
  #group = 0;

  constructor(plan: Sort, output: Output, options: RankOptions) {
    super(output);
    this.#plan = plan;
    this.#isByTime = plan.method === "time";
    const changes = isUpdating(plan.input);
    this.#countMax = changes ? Number.POSITIVE_INFINITY : (plan.to ?? Number.POSITIVE_INFINITY);
    const ranked = { input: plan.input, keys: [], order: plan.order, retentionMs: undefined };
    this.#ranked = new RankedRows(this.name, ranked, options, { findsRows: changes });
    this.#rows = new RowOutput(this.#ranked.store, plan.schema, output, this.#isByTime);
  }

  accept(batch: ColumnBatch): void {
    assert(batch.standing === "final", "ORDER BY takes rows that stand");
    this.counters.rowsIn += batch.rowCount;
    if (batch.rowCount === 0) return;
    if (this.#group === 0) {
      this.#ranked.locate(batch, identitySelection, 1, this.#addresses);
      this.#group = this.#addresses[0]!;
    }
    if (this.#isByTime) this.#takeTimed(batch);
    else for (let row = 0; row < batch.rowCount; row++) this.#take(batch, row);
  }

  override advance(watermarkMs: number, idle: boolean, cause: Cause): void {
    this.#rows.cause = cause;
    if (this.#group !== 0) {
      if (this.#isByTime) this.#giveUntil(watermarkMs);
      else if (watermarkMs === Number.POSITIVE_INFINITY) this.#giveAll();
    }
    this.#rows.watermarkMs = watermarkMs;
    this.output.advance(watermarkMs, idle, cause);
  }

  override held(): HeldRows {
    const first = this.#group === 0 || !this.#isByTime ? 0 : this.#ranked.at(this.#group, 1);
    return {
      rows: this.#ranked.store.rowCount,
      untilMs: first === 0 ? undefined : this.#timeOf(first),
    };
  }

  protected override freezeState(): PartImage {
    const { numbers, states } = this.#ranked.freeze();
    return { numbers: [this.#group, this.#rows.watermarkMs, ...numbers], states };
  }

  protected override restoreState({ numbers, states }: PartImage): void {
    const [group = 0, watermarkMs = Number.NEGATIVE_INFINITY, ...ranked] = numbers;
    this.#group = group;
    this.#rows.watermarkMs = watermarkMs;
    this.#ranked.restore(ranked, states);
  }

  #takeTimed(batch: ColumnBatch): void {
    const times = (batch.columns[this.#plan.order[0]!.column] as { readonly values: Float64Array }).values;
    const watermarks = batch.watermarksMs!;
    for (let row = 0; row < batch.rowCount; row++) {
      if (times[row]! <= watermarks[row]!) this.tellLate(batch, row);
      else this.#ranked.insert(this.#group, batch, row);
    }
  }

  #take(batch: ColumnBatch, row: number): void {
    const ranked = this.#ranked;
    const group = this.#group;
    const kind = batch.kinds?.[row] ?? rowKind.insert;
    if (kind === rowKind.updateBefore || kind === rowKind.delete) {
      ranked.remove(group, ranked.find(batch, row).address);
      return;
    }
    const isFull = ranked.count(group) === this.#countMax;
    if (isFull && ranked.isLast(group, batch, row)) return;
    ranked.insert(group, batch, row);
    if (isFull) ranked.remove(group, ranked.last(group));
  }

  #giveUntil(watermarkMs: number): void {
    const ranked = this.#ranked;
    for (;;) {
      const address = ranked.at(this.#group, 1);
      if (address === 0) break;
      const timeMs = this.#timeOf(address);
      if (timeMs > watermarkMs) break;
      this.#rows.add(address, rowKind.insert, timeMs);
      ranked.remove(this.#group, address);
    }
    this.#rows.flush();
  }

  #timeOf(address: number): number {
    return this.#ranked.store.value(address, this.#plan.order[0]!.column) as number;
  }

  #giveAll(): void {
    const ranked = this.#ranked;
    const { from, to = Number.POSITIVE_INFINITY } = this.#plan;
    let address = ranked.at(this.#group, from);
    for (let rank = from; rank <= to && address !== 0; rank++) {
      this.#rows.add(address, rowKind.insert);
      address = ranked.next(address);
    }
    this.#rows.flush();
    ranked.clear(this.#group);
  }
}
