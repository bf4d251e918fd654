/**
 * FROM a table with a PRIMARY KEY: each row replaces the one of its key, a delete takes it away.
 *
 * State      the latest row of each key.
 * Output     the first row of a key is an insert; each later one an update-before with what was there and an
 *            update-after, nothing where both are the same; a delete gives what was there.
 * Watermark  passes unchanged, and no row is late: the latest is the one that came last.
 * Checkpoint the rows, the keys, the counters.
 * Cost       a row: one probe and one copy.
 */
import type { LatestRows } from "../../sql/plan/logical-plan.ts";
import type { Lane, LaneSpec, PartImage } from "../../state/keyed-state.ts";
import { type ColumnBatch, rowKind } from "../../values/column-batch.ts";
import type { KernelMode } from "../codegen/kernels.ts";
import type { LocateKernel } from "../codegen/locate-kernel.ts";
import { makeLocate } from "../codegen/make-kernels.ts";
import { batchRowsMax, identitySelection } from "../runtime/batches.ts";
import { noAggregates } from "./aggregate-shape.ts";
import { watermarkBefore } from "./batch-output.ts";
import type { Output } from "./operator.ts";
import { RowOutput } from "./row-output.ts";
import { RowStore } from "./row-store.ts";
import { SingleInputOperator } from "./single-input-operator.ts";
import { WindowGroups } from "./window-groups.ts";

const groupLanes: readonly LaneSpec[] = [{ name: "row", kind: "i32" }];

export class PrimaryKeyOperator extends SingleInputOperator {
  readonly name = "PRIMARY KEY";
  readonly #groups: WindowGroups;
  readonly #store: RowStore;
  readonly #locate: LocateKernel;
  readonly #rows: RowOutput;
  readonly #row: Lane;
  readonly #addresses = new Int32Array(batchRowsMax);
  #arrivals = 0;

  constructor(plan: LatestRows, output: Output, options: { mode: KernelMode; stateBytesMax: number }) {
    super(output);
    const { keys, input, schema } = plan;
    const bytesMax = Math.floor(options.stateBytesMax / 2);
    const keyTypes = keys.map((key) => input.schema.columns[key]!.type);
    this.#groups = new WindowGroups(this.name, keyTypes, noAggregates, bytesMax, false, groupLanes);
    this.#store = new RowStore(this.name, schema, [], bytesMax);
    this.#locate = makeLocate(this.#groups, keys, options.mode);
    this.#rows = new RowOutput(this.#store, schema, output, false);
    this.#row = this.#groups.layout.own.get("row")!;
  }

  accept(batch: ColumnBatch): void {
    this.counters.rowsIn += batch.rowCount;
    this.#rows.cause = batch.cause;
    this.#locate(batch, identitySelection, batch.rowCount, this.#addresses);
    for (let row = 0; row < batch.rowCount; row++) {
      const kind = batch.kinds?.[row] ?? rowKind.insert;
      this.#rows.watermarkMs = watermarkBefore(batch, row);
      if (kind === rowKind.delete) this.#takeAway(this.#addresses[row]!);
      else if (kind !== rowKind.updateBefore) this.#replace(this.#addresses[row]!, batch, row);
    }
    this.#rows.flush();
    const isEmpty = (group: number) => this.#groups.numberOf(group, this.#row) === 0;
    if (batch.kinds !== null) this.#groups.freeEmpty(this.#addresses.subarray(0, batch.rowCount), isEmpty);
  }

  #replace(group: number, batch: ColumnBatch, row: number): void {
    const before = this.#groups.numberOf(group, this.#row);
    if (before !== 0 && this.#store.isSame(before, batch, row)) return;
    const address = this.#store.add(batch, row, ++this.#arrivals);
    this.#groups.setNumber(group, this.#row, address);
    if (before === 0) {
      this.#rows.add(address, rowKind.insert);
      return;
    }
    this.#rows.reserve(2);
    this.#rows.add(before, rowKind.updateBefore);
    this.#rows.add(address, rowKind.updateAfter);
    this.#store.free(before);
  }

  #takeAway(group: number): void {
    const before = this.#groups.numberOf(group, this.#row);
    if (before === 0) return;
    this.#rows.add(before, rowKind.delete);
    this.#store.free(before);
    this.#groups.setNumber(group, this.#row, 0);
  }

  protected override freezeState(): PartImage {
    return { numbers: [this.#arrivals], states: [this.#store.freeze(), ...this.#groups.freeze()] };
  }

  protected override restoreState({ numbers, states: [rows, ...groups] }: PartImage): void {
    [this.#arrivals = 0] = numbers;
    this.#store.restore(rows!);
    this.#groups.restore(groups);
  }
}
