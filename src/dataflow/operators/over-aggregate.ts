/**
 * OVER: each row with aggregates of the rows before it, by event time.
 *
 * State      the rows that wait for the watermark, and those that frames to come have in them; of each key
 *            the accumulators of its frame (`over-rows.ts`), for first answers a second time
 *            (`first-frames.ts`). A frame of time frees a key when it has passed its last row; a frame of
 *            rows keeps its rows for each key, one without a beginning its accumulators.
 * Retraction rows come from streams that only insert.
 * Watermark  gives the rows that it has reached their final answer, ascending by event time, rows of one time
 *            as they came, of whatever key.
 * Late       a row at or behind the watermark is late: its answer has been passed. It is counted.
 * First      where they are wanted, each row is told at once with its answer of what is known so far, framed
 *            and ordered by event time; its standing is `first`. It is never told again but as final, and
 *            where nobody wants that not at all: then only what the calls read is kept of it.
 * Checkpoint the rows, the groups, the counters, the last watermark; who waits in which order is found again.
 * Cost       a row: one probe, its place in the chain from its end, one add a call, one take back a call for
 *            each row that leaves; a first answer the same again, and as many steps more as the row came
 *            behind others of its key. How many rows have its time is all one. A frame that cannot take back
 *            adds all of its rows again when one leaves.
 */
import { assert } from "../../errors/quickwater-error.ts";
import type { Over } from "../../sql/plan/logical-plan.ts";
import type { PartImage } from "../../state/keyed-state.ts";
import { type Cause, type ColumnBatch, rowKind } from "../../values/column-batch.ts";
import type { LocateKernel } from "../codegen/locate-kernel.ts";
import { makeLocate } from "../codegen/make-kernels.ts";
import { batchRowsMax } from "../runtime/batches.ts";
import { FirstAnswerRows } from "./first-answer-rows.ts";
import { KeptRows } from "./kept-rows.ts";
import type { HeldRows, Output } from "./operator.ts";
import { type OverOptions, OverRows } from "./over-rows.ts";
import { RowOutput } from "./row-output.ts";
import { SingleInputOperator } from "./single-input-operator.ts";

export class OverAggregateOperator extends SingleInputOperator {
  readonly name = "OVER";
  readonly #plan: Over;
  readonly #kept: KeptRows;
  readonly #over: OverRows;
  readonly #locate: LocateKernel;
  readonly #finals: RowOutput | undefined;
  readonly #firsts: FirstAnswerRows | undefined;
  readonly #selection = new Int32Array(batchRowsMax);
  readonly #addresses = new Int32Array(batchRowsMax);
  #watermarkMs = Number.NEGATIVE_INFINITY;

  constructor(plan: Over, output: Output, options: OverOptions) {
    super(output);
    const { mode, answers } = options;
    this.#plan = plan;
    this.#kept = new KeptRows(plan, answers !== "first");
    this.#over = new OverRows(this.name, this.#kept, options);
    this.#locate = makeLocate(this.#over.groups, plan.keys, mode);
    if (answers !== "first") this.#finals = new RowOutput(this.#over.store, plan.schema, output, true);
    if (answers !== "final") this.#firsts = new FirstAnswerRows(plan, output, mode);
  }

  accept(batch: ColumnBatch): void {
    assert(batch.standing === "final", "OVER takes rows that stand");
    this.counters.rowsIn += batch.rowCount;
    const { order } = this.#plan;
    const times = (batch.columns[order[0]!.column] as { readonly values: Float64Array }).values;
    const watermarks = batch.watermarksMs!;
    let kept = 0;
    for (let row = 0; row < batch.rowCount; row++) {
      if (times[row]! <= watermarks[row]!) this.tellLate(batch, row);
      else this.#selection[kept++] = row;
    }
    this.#locate(batch, this.#selection, kept, this.#addresses);
    const keptBatch = this.#kept.of(batch);
    for (let place = 0; place < kept; place++) {
      const row = this.#selection[place]!;
      const address = this.#over.insert(this.#addresses[place]!, keptBatch, row, times[row]!);
      if (this.#firsts !== undefined) this.#tellFirst(this.#firsts, batch, row, this.#over.foresee(address));
    }
    this.#firsts?.push(batch);
  }

  override advance(watermarkMs: number, idle: boolean, cause: Cause): void {
    const over = this.#over;
    if (this.#finals !== undefined) this.#finals.cause = cause;
    for (let row = over.takeDue(watermarkMs); row !== 0; row = over.takeDue(watermarkMs)) {
      const group = over.reach(row);
      if (this.#finals !== undefined) this.#tellFinal(this.#finals, row, group);
      over.release(row, group);
    }
    this.#finals?.flush();
    over.expire(watermarkMs);
    this.#setWatermark(watermarkMs);
    this.output.advance(watermarkMs, idle, cause);
  }

  /** Where first answers are all that is wanted nothing waits. */
  override held(): HeldRows | undefined {
    return this.#finals && this.#over.held;
  }

  protected override freezeState(): PartImage {
    const { numbers, states } = this.#over.freeze();
    return { numbers: [this.#watermarkMs, ...numbers], states };
  }

  protected override restoreState({ numbers, states }: PartImage): void {
    this.#setWatermark(numbers[0]!);
    this.#over.restore(numbers.slice(1), states);
  }

  #setWatermark(watermarkMs: number): void {
    this.#watermarkMs = watermarkMs;
    if (this.#finals !== undefined) this.#finals.watermarkMs = watermarkMs;
  }

  #tellFirst(to: FirstAnswerRows, batch: ColumnBatch, row: number, group: number): void {
    const place = to.add(batch, row);
    for (let call = 0; call < this.#plan.calls.length; call++)
      to.set(place, call, this.#over.result(group, call));
  }

  #tellFinal(to: RowOutput, address: number, group: number): void {
    const { calls, input } = this.#plan;
    const row = to.add(address, rowKind.insert, this.#over.timeOf(address));
    const before = input.schema.columns.length;
    for (let call = 0; call < calls.length; call++)
      to.set(row, before + call, this.#over.result(group, call));
  }
}
