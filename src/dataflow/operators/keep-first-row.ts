/**
 * Deduplication that keeps the first row: of each key the row with the least event time, the earliest of
 * equal ones, when the watermark has passed it and nothing can come before it any more.
 *
 * State      of each key whether its row was given, and until then the row; rows that an earlier one has
 *            replaced lie until the watermark passes them.
 * Retraction rows come from streams that only insert; over changing rows it is a Top-N.
 * Watermark  gives the rows that it has reached, ascending by event time, equal ones as they came.
 * Retention  where a view gives one, a key keeps its row after it was given, and is forgotten when no row of
 *            it came for so long, by the append time of the steps and ticks that come: its row is deleted. A
 *            key whose row waits stays.
 * Late       a row behind the watermark is late, also where its key has its row already. It is counted.
 * Checkpoint the rows, the groups, the counters, the last watermark.
 * Cost       a row: one probe and one comparison; one that is kept is copied, and found again by its time.
 */
import { assert } from "../../errors/quickwater-error.ts";
import type { Rank } from "../../sql/plan/logical-plan.ts";
import type { Lane, LaneSpec, PartImage } from "../../state/keyed-state.ts";
import { type Cause, type ColumnBatch, rowKind } from "../../values/column-batch.ts";
import type { LocateKernel } from "../codegen/locate-kernel.ts";
import { makeLocate } from "../codegen/make-kernels.ts";
import { batchRowsMax } from "../runtime/batches.ts";
import { AddressHeap } from "./address-heap.ts";
import { noAggregates } from "./aggregate-shape.ts";
import type { HeldRows, Output } from "./operator.ts";
import type { RankOptions } from "./ranked-rows.ts";
import { type Recency, recencyLanes, recencyOf } from "./recency.ts";
import { RowOutput } from "./row-output.ts";
import { RowStore } from "./row-store.ts";
import { SingleInputOperator } from "./single-input-operator.ts";
import { WindowGroups } from "./window-groups.ts";

const groupLanes: readonly LaneSpec[] = [
  { name: "row", kind: "i32" },
  { name: "given", kind: "u8" },
];
const rowLanes: readonly LaneSpec[] = [
  { name: "time", kind: "f64" },
  { name: "arrival", kind: "f64" },
  { name: "group", kind: "i32" },
];

export class KeepFirstRowOperator extends SingleInputOperator {
  readonly name = "FIRST ROW";
  readonly #timeColumn: number;
  readonly #groups: WindowGroups;
  readonly #store: RowStore;
  readonly #locate: LocateKernel;
  readonly #rows: RowOutput;
  readonly #waiting: AddressHeap;
  readonly #row: Lane;
  readonly #given: Lane;
  readonly #time: Lane;
  readonly #arrival: Lane;
  /** The key that waits with the row; 0 where an earlier row has replaced it. */
  readonly #group: Lane;
  readonly #selection = new Int32Array(batchRowsMax);
  readonly #addresses = new Int32Array(batchRowsMax);
  /** Where keys are kept for a while only. */
  readonly #recent: Recency | undefined;
  #arrivals = 0;

  constructor(plan: Rank, output: Output, options: RankOptions) {
    super(output);
    const { schema } = plan.input;
    const bytesMax = Math.floor(options.stateBytesMax / 2);
    const keyTypes = plan.keys.map((key) => schema.columns[key]!.type);
    this.#timeColumn = plan.order[0]!.column;
    const { retentionMs } = plan;
    const lanes = retentionMs === undefined ? groupLanes : [...groupLanes, ...recencyLanes];
    this.#groups = new WindowGroups(this.name, keyTypes, noAggregates, bytesMax, false, lanes);
    this.#recent = retentionMs === undefined ? undefined : recencyOf(this.#groups, retentionMs);
    this.#store = new RowStore(this.name, schema, rowLanes, bytesMax);
    this.#locate = makeLocate(this.#groups, plan.keys, options.mode);
    this.#rows = new RowOutput(this.#store, plan.schema, output, true);
    this.#row = this.#groups.layout.own.get("row")!;
    this.#given = this.#groups.layout.own.get("given")!;
    this.#time = this.#store.lane("time");
    this.#arrival = this.#store.lane("arrival");
    this.#group = this.#store.lane("group");
    this.#waiting = new AddressHeap(
      (row) => this.#store.number(row, this.#time),
      (left, right) => this.#store.number(left, this.#arrival) < this.#store.number(right, this.#arrival),
    );
  }

  accept(batch: ColumnBatch): void {
    assert(batch.standing === "final", "a deduplication takes rows that stand");
    this.#expire(batch.cause);
    this.counters.rowsIn += batch.rowCount;
    const times = (batch.columns[this.#timeColumn] as { readonly values: Float64Array }).values;
    const watermarks = batch.watermarksMs!;
    let kept = 0;
    for (let row = 0; row < batch.rowCount; row++) {
      if (times[row]! < watermarks[row]!) this.tellLate(batch, row);
      else this.#selection[kept++] = row;
    }
    this.#locate(batch, this.#selection, kept, this.#addresses);
    for (let place = 0; place < kept; place++) {
      const row = this.#selection[place]!;
      this.#take(this.#addresses[place]!, batch, row, times[row]!);
      this.#recent?.touch(this.#addresses[place]!, batch.cause.appendTimeMs);
    }
  }

  override advance(watermarkMs: number, idle: boolean, cause: Cause): void {
    this.#expire(cause);
    while (this.#waiting.isDue(watermarkMs)) {
      const row = this.#waiting.pop();
      const timeMs = this.#store.number(row, this.#time);
      const group = this.#store.number(row, this.#group);
      if (group !== 0) {
        this.#rows.add(row, rowKind.insert, timeMs);
        this.#groups.setNumber(group, this.#given, 1);
        if (this.#recent === undefined) this.#groups.setNumber(group, this.#row, 0);
      }
      if (group === 0 || this.#recent === undefined) this.#store.free(row);
    }
    this.#rows.flush();
    this.#rows.watermarkMs = watermarkMs;
    this.output.advance(watermarkMs, idle, cause);
  }

  override held(): HeldRows {
    let rows = 0;
    let untilMs = Number.POSITIVE_INFINITY;
    for (const row of this.#store.addresses()) {
      const group = this.#store.number(row, this.#group);
      if (group === 0 || this.#groups.numberOf(group, this.#given) === 1) continue;
      rows++;
      untilMs = Math.min(untilMs, this.#store.number(row, this.#time));
    }
    return { rows, untilMs: rows === 0 ? undefined : untilMs };
  }

  protected override freezeState(): PartImage {
    const numbers = [this.#rows.watermarkMs, this.#arrivals, ...(this.#recent?.freeze() ?? [])];
    return { numbers, states: [this.#store.freeze(), ...this.#groups.freeze()] };
  }

  protected override restoreState({ numbers, states: [rows, ...groups] }: PartImage): void {
    const [watermarkMs = 0, arrivals = 0, ...recent] = numbers;
    this.#rows.watermarkMs = watermarkMs;
    this.#arrivals = arrivals;
    this.#recent?.restore(recent);
    this.#store.restore(rows!);
    this.#groups.restore(groups);
    this.#waiting.clear();
    for (const address of this.#store.addresses()) {
      const group = this.#store.number(address, this.#group);
      const isGiven = group !== 0 && this.#groups.numberOf(group, this.#given) === 1;
      if (!isGiven) this.#waiting.push(address);
    }
  }

  #expire(cause: Cause): void {
    this.#rows.cause = cause;
    const recent = this.#recent;
    if (recent === undefined) return;
    const { appendTimeMs } = cause;
    for (let group = recent.takeExpired(appendTimeMs); group !== 0; ) {
      const row = this.#groups.numberOf(group, this.#row);
      if (this.#groups.numberOf(group, this.#given) === 0) recent.touch(group, appendTimeMs);
      else {
        this.#rows.add(row, rowKind.delete, this.#store.number(row, this.#time));
        this.#store.free(row);
        this.#groups.freeGroup(group);
      }
      group = recent.takeExpired(appendTimeMs);
    }
    this.#rows.flush();
  }

  #take(group: number, batch: ColumnBatch, row: number, timeMs: number): void {
    if (this.#groups.numberOf(group, this.#given) === 1) return;
    const before = this.#groups.numberOf(group, this.#row);
    if (before !== 0) {
      if (timeMs >= this.#store.number(before, this.#time)) return;
      this.#store.setNumber(before, this.#group, 0);
    }
    const arrival = ++this.#arrivals;
    const address = this.#store.add(batch, row, arrival);
    this.#store.setNumber(address, this.#time, timeMs);
    this.#store.setNumber(address, this.#arrival, arrival);
    this.#store.setNumber(address, this.#group, group);
    this.#groups.setNumber(group, this.#row, address);
    this.#waiting.push(address);
  }
}
