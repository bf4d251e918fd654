/**
 * Top-N of windows, and deduplication in windows: of each key and window the rows whose ROW_NUMBER is in a
 * range, when the window closes.
 *
 * State      the first N rows a key and window.
 * Retraction rows come from streams that only insert; over changing rows it is a Top-N without windows.
 * Watermark  closes windows whose end − 1 ms it has reached, ascending by end; their rows are pushed as
 *            inserts, group by group in the order in which the groups were made, and freed.
 * Late       a row is late when the end − 1 ms of its window was at or below the watermark before it. It is
 *            counted.
 * Open rows  the ranks of windows that changed since they were last told of. Not where neither a rank nor a
 *            single row tells them apart: a row that was pushed out could not be taken back.
 * Checkpoint the rows, groups and windows, the counters, the last watermark.
 * Cost       a row that does not enter: one comparison. One that does: as many as the tree of its key is
 *            deep.
 */
import { assert } from "../../errors/quickwater-error.ts";
import type { Rank } from "../../sql/plan/logical-plan.ts";
import type { Lane, PartImage } from "../../state/keyed-state.ts";
import { type Cause, type ColumnBatch, rowKind } from "../../values/column-batch.ts";
import { isTimestamp } from "../../values/sql-type.ts";
import { batchRowsMax } from "../runtime/batches.ts";
import type { HeldRows, Output } from "./operator.ts";
import { RankedRows, type RankOptions } from "./ranked-rows.ts";
import { RowOutput } from "./row-output.ts";
import { SingleInputOperator } from "./single-input-operator.ts";
import { closedBy } from "./window-groups.ts";

export class WindowTopNOperator extends SingleInputOperator {
  readonly name: string;
  readonly #plan: Rank;
  readonly #ranked: RankedRows;
  readonly #rows: RowOutput;
  readonly #closes: Lane;
  readonly #selection = new Int32Array(batchRowsMax);
  readonly #addresses = new Int32Array(batchRowsMax);

  constructor(plan: Rank, output: Output, options: RankOptions) {
    super(output);
    this.name = `TOP ${plan.to} of a window`;
    this.#plan = plan;
    this.#ranked = new RankedRows(this.name, plan, options, { latestFirst: keepsLatest(plan) });
    this.#closes = this.#ranked.groups.layout.own.get("closes")!;
    this.#rows = new RowOutput(this.#ranked.store, plan.schema, output, true);
  }

  accept(batch: ColumnBatch): void {
    assert(batch.standing === "final", "Top-N takes rows that stand");
    this.counters.rowsIn += batch.rowCount;
    this.#rows.cause = batch.cause;
    const ends = (batch.columns[this.#plan.endColumn!] as { readonly values: Float64Array }).values;
    const watermarks = batch.watermarksMs!;
    let kept = 0;
    for (let row = 0; row < batch.rowCount; row++) {
      const endMs = ends[row]!;
      if (endMs - 1 <= watermarks[row]!) this.tellLate(batch, row, { startMs: undefined, endMs });
      else this.#selection[kept++] = row;
    }
    this.#ranked.locate(batch, this.#selection, kept, this.#addresses);
    for (let place = 0; place < kept; place++) {
      const row = this.#selection[place]!;
      this.#take(this.#addresses[place]!, ends[row]!, batch, row);
    }
  }

  override advance(watermarkMs: number, idle: boolean, cause: Cause): void {
    const { groups } = this.#ranked;
    this.#rows.cause = cause;
    for (const end of groups.closable(watermarkMs)) {
      for (const group of groups.groupsOf(end)) {
        this.#tell(group, end);
        this.#ranked.clear(group);
      }
      this.#rows.flush();
      this.#forget(end);
      groups.removeSlice(end);
    }
    this.#rows.watermarkMs = watermarkMs;
    this.output.advance(watermarkMs, idle, cause);
  }

  override deliverOpen(all: boolean): void {
    const { givesNumber, from, to } = this.#plan;
    if (!givesNumber && from < to) return;
    const { groups } = this.#ranked;
    if (all) groups.markAllChanged();
    this.#rows.standing = "open";
    for (const group of groups.takeChanged()) this.#tell(group, groups.numberOf(group, this.#closes));
    this.#rows.flush();
    this.#rows.standing = "final";
  }

  override held(): HeldRows {
    const { groups, store } = this.#ranked;
    return { rows: store.rowCount, untilMs: closedBy(groups.earliestEnd) };
  }

  protected override freezeState(): PartImage {
    const { numbers, states } = this.#ranked.freeze();
    return { numbers: [this.#rows.watermarkMs, ...numbers], states };
  }

  protected override restoreState({ numbers, states }: PartImage): void {
    this.#rows.watermarkMs = numbers[0]!;
    this.#ranked.restore(numbers.slice(1), states);
    this.#ranked.groups.markAllChanged();
  }

  #take(group: number, end: number, batch: ColumnBatch, row: number): void {
    const { groups } = this.#ranked;
    const before = this.#ranked.count(group);
    if (before === 0) {
      groups.joinSlice(group, end);
      groups.setNumber(group, this.#closes, end);
    }
    if (before === this.#plan.to && this.#ranked.isLast(group, batch, row)) return;
    this.#ranked.insert(group, batch, row);
    if (before === this.#plan.to) this.#ranked.remove(group, this.#ranked.last(group));
    if (groups.numberOf(group, groups.layout.changed) === 1) return;
    groups.setNumber(group, groups.layout.changed, 1);
    groups.markChanged(group);
  }

  #tell(group: number, end: number): void {
    const { from, givesNumber, input } = this.#plan;
    let rank = from;
    for (let address = this.#ranked.at(group, from); address !== 0; address = this.#ranked.next(address)) {
      const row = this.#rows.add(address, rowKind.insert, end - 1);
      if (givesNumber) this.#rows.set(row, input.schema.columns.length, BigInt(rank));
      rank++;
    }
  }

  /** What is closing is final: what was noted as changed is not open any more. */
  #forget(end: number): void {
    const { groups } = this.#ranked;
    let kept = 0;
    for (let place = 0; place < groups.changedCount; place++) {
      const group = groups.changed[place]!;
      if (groups.numberOf(group, this.#closes) !== end) groups.changed[kept++] = group;
    }
    groups.changedCount = kept;
  }
}

/** A deduplication that keeps the last row takes the latest of equal times, as in Flink. */
function keepsLatest({ order, to, input }: Rank): boolean {
  const [first] = order;
  if (to !== 1 || order.length !== 1 || !first!.descending) return false;
  const { type } = input.schema.columns[first!.column]!;
  return isTimestamp(type) && type.attribute !== undefined;
}
