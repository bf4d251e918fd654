/**
 * GROUP BY over a windowing function: TUMBLE now; the windows that are made of several slices join it here.
 *
 * State      one group a (slice, key), see `window-groups.ts`.
 * Retraction rows come from streams that only insert; an aggregate over changing rows is another operator.
 * Watermark  closes slices whose end − 1 ms it has reached, ascending by end; their groups are pushed as
 *            inserts in the order in which the groups were made, then freed.
 * Late       a row is late when its slice's end − 1 ms was at or below the watermark before that row. It is
 *            counted.
 * Open rows  groups that changed since they were last told of, from their accumulators.
 * Checkpoint the groups and slices; which groups were told of is forgotten, so all are told again after a
 *            restore.
 * Cost       a row: one probe and one add an aggregate. A closing group: one read, one removal.
 */

import { assert } from "../../errors/quickwater-error.ts";
import { accumulators } from "../../functions/aggregate/accumulators.ts";
import type { BoundExpression } from "../../sql/bind/bound-expression.ts";
import type { WindowAggregate } from "../../sql/plan/logical-plan.ts";
import type { PartImage } from "../../state/keyed-state.ts";
import { allocateBatch, writeValue } from "../../values/column-access.ts";
import type { Cause, ColumnBatch, Standing } from "../../values/column-batch.ts";
import { compileWindow } from "../codegen/compile-window.ts";
import { interpretWindow } from "../codegen/interpret-window.ts";
import type { KernelMode, PredicateKernel } from "../codegen/kernels.ts";
import { makePredicate } from "../codegen/make-kernels.ts";
import type { WindowKernel } from "../codegen/window-kernel.ts";
import { batchRowsMax, identitySelection } from "../runtime/batches.ts";
import {
  freezeCounters,
  type Operator,
  type OperatorCounters,
  type Output,
  restoreCounters,
} from "./operator.ts";
import { readKey, WindowGroups } from "./window-groups.ts";

export interface WindowAggregateOptions {
  readonly name: string;
  readonly mode: KernelMode;
  /** WHERE: rows for which it is not TRUE are left out and counted. */
  readonly predicate?: BoundExpression | undefined;
  readonly stateBytesMax: number;
}

export class WindowAggregateOperator implements Operator, Output {
  readonly name: string;
  readonly counters: OperatorCounters = { rowsIn: 0, rowsFiltered: 0, rowsLate: 0 };
  readonly inputs: readonly Output[] = [this];
  readonly groups: WindowGroups;
  readonly #plan: WindowAggregate;
  readonly #output: Output;
  readonly #predicate: PredicateKernel | undefined;
  readonly #kernel: WindowKernel;
  readonly #selection = new Int32Array(batchRowsMax);
  readonly #rows: ColumnBatch;

  constructor(plan: WindowAggregate, output: Output, options: WindowAggregateOptions) {
    this.name = options.name;
    this.#plan = plan;
    this.#output = output;
    const input = plan.input.schema;
    const keyTypes = plan.keys.map((column) => input.columns[column]!.type);
    const made = plan.aggregates.map((call) =>
      accumulators[call.function](
        call.argument === undefined ? undefined : input.columns[call.argument]!.type,
        call.type,
      ),
    );
    this.groups = new WindowGroups(options.name, keyTypes, made, options.stateBytesMax);
    const { window, keys, aggregates } = plan;
    const shape = { input, window, keys, aggregates, groups: this.groups };
    this.#kernel = options.mode === "compiled" ? compileWindow(shape) : interpretWindow(shape);
    this.#predicate =
      options.predicate === undefined ? undefined : makePredicate(options.predicate, options.mode);
    this.#rows = allocateBatch(plan.schema, batchRowsMax);
  }

  accept(batch: ColumnBatch): void {
    assert(batch.standing === "final", "a window aggregation takes rows that stand");
    this.counters.rowsIn += batch.rowCount;
    let selection = identitySelection;
    let kept = batch.rowCount;
    if (this.#predicate !== undefined) {
      selection = this.#selection;
      selection.set(identitySelection);
      kept = this.#predicate(batch, selection, kept);
      this.counters.rowsFiltered += batch.rowCount - kept;
    }
    this.counters.rowsLate += this.#kernel(batch, selection, kept, ignoreLateRow);
  }

  advance(watermarkMs: number, idle: boolean, cause: Cause): void {
    this.#rows.cause = cause;
    for (const end of this.groups.closable(watermarkMs)) {
      const closing = this.groups.groupsOf(end);
      this.#emit(closing, closing.length, "final", end - 1);
      this.#forget(end);
      this.groups.removeSlice(end);
    }
    this.#output.advance(watermarkMs, idle, cause);
  }

  deliverOpen(all: boolean): void {
    if (all) this.groups.markAllChanged();
    const { changed, changedCount, layout, state } = this.groups;
    for (let place = 0; place < changedCount; place++) {
      const address = changed[place]!;
      state.writable(address).u8[(address & 0xffff) + layout.changed.offset] = 0;
    }
    this.groups.changedCount = 0;
    this.#emit(changed, changedCount, "open", Number.NaN);
  }

  freeze(): PartImage {
    return { numbers: freezeCounters(this.counters), states: this.groups.freeze() };
  }

  restore({ numbers, states }: PartImage): void {
    restoreCounters(this.counters, numbers);
    this.groups.restore(states);
  }

  /** Groups that are closing are final: what was noted as changed is not open any more. */
  #forget(sliceEnd: number): void {
    const { groups } = this;
    const { layout, state } = groups;
    let kept = 0;
    for (let place = 0; place < groups.changedCount; place++) {
      const address = groups.changed[place]!;
      const end = state.pages[address >>> 16]!.f64[((address & 0xffff) + layout.sliceEnd.offset) >> 3];
      if (end !== sliceEnd) groups.changed[kept++] = address;
    }
    groups.changedCount = kept;
  }

  /** Pushes groups as rows of the plan's schema; event time is the window's last instant. */
  #emit(addresses: Int32Array, count: number, standing: Standing, eventTimeMs: number): void {
    const rows = this.#rows;
    rows.standing = standing;
    for (let from = 0; from < count; from += batchRowsMax) {
      const until = Math.min(count, from + batchRowsMax);
      let arenaEnd = 0;
      for (let place = from; place < until; place++) {
        arenaEnd = this.#writeGroup(addresses[place]!, place - from, arenaEnd);
      }
      rows.rowCount = until - from;
      rows.eventTimesMs = Number.isNaN(eventTimeMs)
        ? null
        : new Float64Array(rows.rowCount).fill(eventTimeMs);
      this.#output.accept(rows);
    }
  }

  #writeGroup(address: number, row: number, arenaStart: number): number {
    const { layout, state } = this.groups;
    const rows = this.#rows;
    const end = state.pages[address >>> 16]!.f64[((address & 0xffff) + layout.sliceEnd.offset) >> 3]!;
    let column = 0;
    let arenaEnd = arenaStart;
    for (const key of layout.keys) {
      arenaEnd = writeValue(rows, column++, row, readKey(state, address, key), arenaEnd);
    }
    for (const property of this.#plan.properties) {
      const start = end - this.#plan.window.sizeMs;
      const time = property === "window_start" ? start : property === "window_end" ? end : end - 1;
      arenaEnd = writeValue(rows, column++, row, time, arenaEnd);
    }
    for (const { accumulator, lanes } of layout.accumulators) {
      const value = accumulator.result(this.groups.slot(address, lanes));
      arenaEnd = writeValue(rows, column++, row, value, arenaEnd);
    }
    return arenaEnd;
  }
}

/** Late rows are counted; a relation of them joins with `<view>$late`. */
function ignoreLateRow(): void {}
