/**
 * GROUP BY without a window, and DISTINCT: a row for each key, changed by every row of its group.
 *
 * State      one group a key: its accumulators, and how many rows it has.
 * Retraction an update-before or a delete is taken out of its group; a group without rows is deleted.
 * Output     the first row of a key is an insert; each later one is an update-before with what was told
 *            before and an update-after, side by side; nothing where both would be the same, as in Flink.
 * Watermark  passes unchanged: groups have no end.
 * Retention  where a view gives one, a group without a row for so long is deleted, by the append time of the
 *            steps and ticks that come: before the rows of a step are taken, and with each tick.
 * Checkpoint the groups and the counters.
 * Cost       a row: one probe, one add and two results an aggregate, written and compared where they lie.
 */
import { assert } from "../../errors/quickwater-error.ts";
import type { BoundExpression } from "../../sql/bind/bound-expression.ts";
import type { Aggregate, AggregateCall } from "../../sql/plan/logical-plan.ts";
import { isUpdating } from "../../sql/plan/traits.ts";
import type { Lane, PartImage } from "../../state/keyed-state.ts";
import { allocateBatch } from "../../values/column-access.ts";
import { type Cause, type ColumnBatch, type RowKind, rowKind } from "../../values/column-batch.ts";
import type { ChangeKernel } from "../codegen/change-kernel.ts";
import type { GroupRowKernel } from "../codegen/group-row-kernel.ts";
import type { KernelMode, PredicateKernel } from "../codegen/kernels.ts";
import type { LocateKernel } from "../codegen/locate-kernel.ts";
import { makeChange, makeGroupRow, makeLocate, makePredicate, makeSameRow } from "../codegen/make-kernels.ts";
import type { SameRowKernel } from "../codegen/same-row.ts";
import { batchRowsMax, identitySelection } from "../runtime/batches.ts";
import { shapeAggregates } from "./aggregate-shape.ts";
import type { Output } from "./operator.ts";
import { type Recency, recencyLanes, recencyOf } from "./recency.ts";
import { SingleInputOperator } from "./single-input-operator.ts";
import { WindowGroups } from "./window-groups.ts";

export interface GroupAggregateOptions {
  readonly mode: KernelMode;
  readonly predicate?: BoundExpression | undefined;
  readonly stateBytesMax: number;
}

/** How many rows a group has, which may be none where rows are taken back. */
export const countOfRows: AggregateCall = {
  function: "COUNT",
  argument: undefined,
  parameters: [],
  distinct: false,
  filter: undefined,
  type: { kind: "BIGINT", nullable: false },
};

export class GroupAggregateOperator extends SingleInputOperator {
  readonly name: string;
  readonly #groups: WindowGroups;
  readonly #predicate: PredicateKernel | undefined;
  readonly #locate: LocateKernel;
  readonly #kernel: ChangeKernel;
  readonly #writeRow: GroupRowKernel;
  readonly #isSameRow: SameRowKernel;
  /** How many rows a group has. */
  readonly #count: Lane;
  readonly #selection = new Int32Array(batchRowsMax);
  readonly #addresses = new Int32Array(batchRowsMax);
  /** Rows of the input may be taken back, so that a group may be left without any. */
  readonly #losesRows: boolean;
  /** Where groups are kept for a while only. */
  readonly #recent: Recency | undefined;
  readonly #rows: ColumnBatch;
  readonly #kinds = new Uint8Array(batchRowsMax);
  #arenaEnd = 0;

  constructor(plan: Aggregate, output: Output, options: GroupAggregateOptions) {
    super(output);
    const { keys, aggregates } = plan;
    this.name = aggregates.length === 0 ? "DISTINCT" : "GROUP BY";
    this.#losesRows = isUpdating(plan.input);
    // How many rows the group has, behind what the query asks for.
    const shaped = shapeAggregates([...aggregates, countOfRows], plan.input.schema, this.#losesRows);
    const keyTypes = keys.map((column) => plan.input.schema.columns[column]!.type);
    const own = plan.retentionMs === undefined ? [] : recencyLanes;
    this.#groups = new WindowGroups(this.name, keyTypes, shaped, options.stateBytesMax, false, own);
    this.#recent = plan.retentionMs === undefined ? undefined : recencyOf(this.#groups, plan.retentionMs);
    this.#locate = makeLocate(this.#groups, keys, options.mode);
    this.#predicate =
      options.predicate === undefined ? undefined : makePredicate(options.predicate, options.mode);
    this.#rows = allocateBatch(plan.schema, batchRowsMax);
    this.#rows.kinds = this.#kinds;
    const { mode } = options;
    const groups = this.#groups;
    this.#count = groups.layout.accumulators.at(-1)!.lanes.get("count")!;
    this.#kernel = makeChange(plan.input.schema, groups, mode);
    const shape = { plan: { keys, properties: [] }, rows: this.#rows, groups, keys: groups };
    this.#writeRow = makeGroupRow(shape, mode);
    this.#isSameRow = makeSameRow(this.#rows, keys.length, mode);
  }

  accept(batch: ColumnBatch): void {
    assert(batch.standing === "final", "an aggregation takes rows that stand");
    this.#expire(batch.cause);
    this.counters.rowsIn += batch.rowCount;
    this.#selection.set(identitySelection);
    const kept = this.#predicate?.(batch, this.#selection, batch.rowCount) ?? batch.rowCount;
    this.tellFiltered(batch, this.#selection, kept);
    this.#locate(batch, this.#selection, kept, this.#addresses);
    this.#rows.cause = batch.cause;
    this.#kernel.begin(batch);
    for (let place = 0; place < kept; place++) {
      const row = this.#selection[place]!;
      const kind = batch.kinds?.[row] ?? rowKind.insert;
      const isRetraction = kind === rowKind.updateBefore || kind === rowKind.delete;
      this.#take(batch, row, this.#addresses[place]!, isRetraction);
      this.#recent?.touch(this.#addresses[place]!, batch.cause.appendTimeMs);
    }
    this.#push();
    if (!this.#losesRows) return;
    this.#groups.freeEmpty(this.#addresses.subarray(0, kept), (address) => this.#rowCount(address) === 0);
  }

  override advance(watermarkMs: number, idle: boolean, cause: Cause): void {
    this.#expire(cause);
    super.advance(watermarkMs, idle, cause);
  }

  protected override freezeState(): PartImage {
    return { numbers: this.#recent?.freeze() ?? [], states: this.#groups.freeze() };
  }

  protected override restoreState({ numbers, states }: PartImage): void {
    this.#groups.restore(states);
    this.#recent?.restore(numbers);
  }

  #expire(cause: Cause): void {
    if (this.#recent === undefined) return;
    this.#rows.cause = cause;
    const { appendTimeMs } = cause;
    for (
      let at = this.#recent.takeExpired(appendTimeMs);
      at !== 0;
      at = this.#recent.takeExpired(appendTimeMs)
    ) {
      this.#reserve();
      this.#write(at, 0);
      this.#keep(rowKind.delete);
      this.#groups.freeGroup(at);
    }
    this.#push();
  }

  /**
   * What was told of the group is written before it changes, what is told of it now behind that: the two are
   * never in different batches, and where they are the same neither is kept.
   */
  #take(batch: ColumnBatch, row: number, address: number, isRetraction: boolean): void {
    const isNew = this.#rowCount(address) === 0;
    assert(!(isNew && isRetraction), `${this.name} was asked to take back what it never had`);
    this.#reserve();
    const arenaEnd = this.#arenaEnd;
    if (!isNew) this.#write(address, 0);
    this.#kernel.change(address, batch, row, isRetraction);
    if (isNew) {
      this.#write(address, 0);
      this.#keep(rowKind.insert);
    } else if (this.#rowCount(address) === 0) this.#keep(rowKind.delete);
    else {
      this.#write(address, 1);
      const before = this.#rows.rowCount;
      if (this.#isSameRow(before, before + 1)) {
        this.#arenaEnd = arenaEnd;
        return;
      }
      this.#keep(rowKind.updateBefore);
      this.#keep(rowKind.updateAfter);
    }
  }

  #rowCount(address: number): number {
    return this.#groups.numberOf(address, this.#count);
  }

  /** Room for the two rows of an update. */
  #reserve(): void {
    if (this.#rows.rowCount + 2 > batchRowsMax) this.#push();
  }

  /** Writes a group so far behind the rows that are kept. */
  #write(address: number, behind: number): void {
    const row = this.#rows.rowCount + behind;
    this.#arenaEnd = this.#writeRow(row, address, address, 0, 0, this.#arenaEnd);
  }

  /** Keeps the next of the rows that were written. */
  #keep(kind: RowKind): void {
    this.#kinds[this.#rows.rowCount++] = kind;
  }

  #push(): void {
    if (this.#rows.rowCount === 0) return;
    this.output.accept(this.#rows);
    this.#rows.rowCount = 0;
    this.#arenaEnd = 0;
  }
}
