/**
 * Top-N: of each key the rows whose ROW_NUMBER is in a range, as of now.
 *
 * State      of rows that are only added the first N a key; of rows that change all of them, because one that
 *            is not among the first may become it.
 * Retraction a row that is taken back is found by all of its columns, and those behind it move up.
 * Output     with the number, each row whose number changes is an update-before and an update-after of that
 *            number; without it a row comes as an insert and goes as a delete, and the first row alone, of
 *            rows that are only added, is an update. That is what Flink gives.
 * Watermark  passes unchanged: ranks have no end.
 * Retention  where a view gives one, a key without a row for so long is forgotten and its rows are deleted,
 *            by the append time of the steps and ticks that come.
 * Checkpoint the rows, the groups, the counters.
 * Cost       a row that is last: one comparison. Any other, and one that is taken back: as many as the tree
 *            of its key is deep; with the number a result for each rank that moves.
 */
import { assert } from "../../errors/quickwater-error.ts";
import type { Rank } from "../../sql/plan/logical-plan.ts";
import { isUpdating } from "../../sql/plan/traits.ts";
import type { PartImage } from "../../state/keyed-state.ts";
import { type Cause, type ColumnBatch, type RowKind, rowKind } from "../../values/column-batch.ts";
import { batchRowsMax, identitySelection } from "../runtime/batches.ts";
import { watermarkBefore } from "./batch-output.ts";
import type { Output } from "./operator.ts";
import { RankedRows, type RankOptions } from "./ranked-rows.ts";
import { RowOutput } from "./row-output.ts";
import { SingleInputOperator } from "./single-input-operator.ts";

const { insert, updateBefore, updateAfter, delete: remove } = rowKind;

export class TopNOperator extends SingleInputOperator {
  readonly name: string;
  readonly #plan: Rank;
  readonly #ranked: RankedRows;
  readonly #rows: RowOutput;
  readonly #keepsAll: boolean;
  /** Ranks are told one by one; otherwise only which rows are among the first. */
  readonly #tellsRanks: boolean;
  readonly #addresses = new Int32Array(batchRowsMax);

  constructor(plan: Rank, output: Output, options: RankOptions) {
    super(output);
    this.name = `TOP ${plan.to}`;
    this.#plan = plan;
    this.#keepsAll = isUpdating(plan.input);
    this.#tellsRanks = plan.givesNumber || plan.from > 1;
    this.#ranked = new RankedRows(this.name, plan, options, { findsRows: this.#keepsAll });
    this.#rows = new RowOutput(this.#ranked.store, plan.schema, output, false);
  }

  accept(batch: ColumnBatch): void {
    assert(batch.standing === "final", "Top-N takes rows that stand");
    this.#expire(batch.cause);
    this.counters.rowsIn += batch.rowCount;
    this.#rows.cause = batch.cause;
    this.#ranked.locate(batch, identitySelection, batch.rowCount, this.#addresses);
    for (let row = 0; row < batch.rowCount; row++) {
      const kind = batch.kinds?.[row] ?? insert;
      const group = this.#addresses[row]!;
      this.#rows.watermarkMs = watermarkBefore(batch, row);
      if (kind === updateBefore || kind === remove) this.#takeBack(group, batch, row);
      else this.#take(group, batch, row);
      this.#ranked.recent?.touch(group, batch.cause.appendTimeMs);
    }
    this.#rows.flush();
    if (this.#keepsAll) this.#ranked.freeEmpty(this.#addresses.subarray(0, batch.rowCount));
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
    this.#ranked.expire(cause, (group) => {
      const last = Math.min(this.#ranked.count(group), this.#plan.to);
      for (let rank = 1; rank <= last; rank++) this.#tell(this.#ranked.at(group, rank), remove, rank);
    });
    this.#rows.flush();
  }

  #take(group: number, batch: ColumnBatch, row: number): void {
    const { to } = this.#plan;
    const ranked = this.#ranked;
    const before = ranked.count(group);
    if (!this.#keepsAll && before === to && ranked.isLast(group, batch, row)) return;
    const rank = ranked.insert(group, batch, row);
    if (rank <= to) {
      if (this.#tellsRanks) this.#tellShift(group, rank, before);
      else this.#tellEntry(group, rank, before);
    }
    if (!this.#keepsAll && before === to) ranked.remove(group, ranked.last(group));
  }

  /** From the new row on each rank has the row that was one before it. */
  #tellShift(group: number, from: number, before: number): void {
    let address = this.#ranked.at(group, from);
    const last = Math.min(before, this.#plan.to);
    for (let rank = from; rank <= last; rank++) {
      const next = this.#ranked.next(address);
      this.#tellUpdate(next, address, rank);
      address = next;
    }
    if (before < this.#plan.to) this.#tell(address, insert, before + 1);
  }

  /** The row that is the last one too many goes, the new one comes. */
  #tellEntry(group: number, rank: number, before: number): void {
    const { to } = this.#plan;
    const address = this.#ranked.at(group, rank);
    if (before < to) this.#tell(address, insert, rank);
    else if (to === 1 && !this.#keepsAll) this.#tellUpdate(this.#ranked.next(address), address, 1);
    else {
      const gone = this.#ranked.at(group, to + 1);
      this.#tell(gone, remove, to);
      this.#tell(address, insert, rank);
    }
  }

  #takeBack(group: number, batch: ColumnBatch, row: number): void {
    const { to } = this.#plan;
    const ranked = this.#ranked;
    const { address, rank } = ranked.find(batch, row);
    if (rank <= to) {
      if (this.#tellsRanks) this.#tellRise(address, rank);
      else {
        this.#tell(address, remove, rank);
        const entering = ranked.at(group, to + 1);
        if (entering !== 0) this.#tell(entering, insert, to);
      }
    }
    ranked.remove(group, address);
  }

  /** From the row that goes on each rank has the row that was one behind it. */
  #tellRise(gone: number, from: number): void {
    let address = gone;
    let rank = from;
    for (; rank <= this.#plan.to; rank++) {
      const next = this.#ranked.next(address);
      if (next === 0) break;
      this.#tellUpdate(address, next, rank);
      address = next;
    }
    if (rank <= this.#plan.to) this.#tell(address, remove, rank);
  }

  #tellUpdate(before: number, after: number, rank: number): void {
    if (rank < this.#plan.from) return;
    this.#rows.reserve(2);
    this.#tell(before, updateBefore, rank);
    this.#tell(after, updateAfter, rank);
  }

  #tell(address: number, kind: RowKind, rank: number): void {
    const { from, givesNumber, input } = this.#plan;
    if (rank < from) return;
    const row = this.#rows.add(address, kind);
    if (givesNumber) this.#rows.set(row, input.schema.columns.length, BigInt(rank));
  }
}
