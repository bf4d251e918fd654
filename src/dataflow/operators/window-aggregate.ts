/**
 * GROUP BY over a windowing function.
 *
 * State      one group a (slice, key), see `window-groups.ts`; slices become windows in `tumble-windows.ts`
 *            and `overlapping-windows.ts`.
 * Retraction a row is taken out of its group, as long as one of its windows is open; a group without rows
 *            gives none. What was given never changes.
 * Watermark  closes windows whose end − 1 ms it has reached, ascending by end; their groups are pushed as
 *            inserts in the order in which the groups were made.
 * Late       a row is late when the end − 1 ms of its last window was at or below the watermark before that
 *            row. It is counted.
 * Open rows  groups that changed since they were last told of, from their accumulators.
 * Checkpoint the groups and slices, the counters, the last watermark; which groups were told of is
 *            forgotten, so all are told again after a restore.
 * Cost       a row: one probe and one add an aggregate. A closing group: one read, one removal.
 */

import { assert } from "../../errors/quickwater-error.ts";
import type { BoundExpression } from "../../sql/bind/bound-expression.ts";
import type { WindowAggregate } from "../../sql/plan/logical-plan.ts";
import { isUpdating } from "../../sql/plan/traits.ts";
import type { PartImage } from "../../state/keyed-state.ts";
import type { Cause, ColumnBatch } from "../../values/column-batch.ts";
import { compileWindow } from "../codegen/compile-window.ts";
import { interpretWindow } from "../codegen/interpret-window.ts";
import type { KernelMode, PredicateKernel } from "../codegen/kernels.ts";
import { makePredicate } from "../codegen/make-kernels.ts";
import {
  type KernelWindow,
  lastEndOf,
  sliceEndOf,
  type WindowHost,
  type WindowKernel,
  windowStartOf,
} from "../codegen/window-kernel.ts";
import { batchRowsMax, identitySelection } from "../runtime/batches.ts";
import { shapeAggregates } from "./aggregate-shape.ts";
import { countOfRows } from "./group-aggregate.ts";
import { GroupRows } from "./group-rows.ts";
import type { HeldRows, LateWindow, Output } from "./operator.ts";
import { OverlappingWindows } from "./overlapping-windows.ts";
import { SingleInputOperator } from "./single-input-operator.ts";
import { TumbleWindows } from "./tumble-windows.ts";
import { WindowGroups } from "./window-groups.ts";
import type { Windows } from "./windows.ts";

export interface WindowAggregateOptions {
  readonly mode: KernelMode;
  /** WHERE: rows for which it is not TRUE are left out and counted. */
  readonly predicate?: BoundExpression | undefined;
  readonly stateBytesMax: number;
}

export class WindowAggregateOperator extends SingleInputOperator implements WindowHost {
  readonly name: string;
  readonly groups: WindowGroups;
  readonly #window: KernelWindow;
  readonly #windows: Windows;
  readonly #writer: GroupRows;
  readonly #predicate: PredicateKernel | undefined;
  readonly #kernel: WindowKernel;
  readonly #selection = new Int32Array(batchRowsMax);
  #idle = false;

  constructor(
    plan: WindowAggregate & { readonly window: KernelWindow },
    output: Output,
    options: WindowAggregateOptions,
  ) {
    super(output);
    this.name = `GROUP BY ${plan.window.kind === "ATTACHED" ? "window" : plan.window.kind}`;
    const { window, aggregates } = plan;
    const input = plan.input.schema;
    this.#window = window;
    // Where rows come with their window its start is one key more, behind those of the plan.
    const keys = window.kind === "ATTACHED" ? [...plan.keys, window.startColumn] : plan.keys;
    const keyTypes = keys.map((column) => input.columns[column]!.type);
    const losesRows = isUpdating(plan.input);
    const calls = losesRows ? [...aggregates, countOfRows] : aggregates;
    const shaped = shapeAggregates(calls, input, losesRows);
    const overlapping = window.kind === "HOP" || window.kind === "CUMULATE";
    this.groups = new WindowGroups(this.name, keyTypes, shaped, options.stateBytesMax, overlapping);
    this.#windows = overlapping
      ? new OverlappingWindows(this.groups, window, options.mode)
      : new TumbleWindows(this.groups, window.kind === "TUMBLE" ? window.sizeMs : 0);
    const isEmpty = (group: number) => this.groups.aggregates.result(group, aggregates.length) === 0n;
    this.#writer = new GroupRows(
      this.groups,
      plan,
      output,
      options.mode,
      this.groups,
      losesRows ? isEmpty : undefined,
    );
    const shape = { input, window, keys, groups: this.groups, losesRows };
    this.#kernel = options.mode === "compiled" ? compileWindow(shape) : interpretWindow(shape);
    this.#predicate =
      options.predicate === undefined ? undefined : makePredicate(options.predicate, options.mode);
  }

  accept(batch: ColumnBatch): void {
    assert(batch.standing === "final", "a window aggregation takes rows that stand");
    this.counters.rowsIn += batch.rowCount;
    this.#writer.cause = batch.cause;
    let selection = identitySelection;
    let kept = batch.rowCount;
    if (this.#predicate !== undefined) {
      selection = this.#selection;
      selection.set(identitySelection);
      kept = this.#predicate(batch, selection, kept);
      this.tellFiltered(batch, selection, kept);
    }
    this.#kernel(batch, selection, kept, this);
  }

  inNoWindow({ rowIndexes }: ColumnBatch, row: number): void {
    const rowIndex = rowIndexes?.[row];
    if (this.copies?.has(rowIndex)) this.copies.filtered(rowIndex, this);
    else this.countFiltered();
  }

  /** The last window of a row is the one that it missed last. */
  late(batch: ColumnBatch, row: number): void {
    this.tellLate(batch, row, this.#lastWindowOf(batch, row));
  }

  #lastWindowOf(batch: ColumnBatch, row: number): LateWindow {
    const timeAt = (column: number) =>
      (batch.columns[column] as { readonly values: Float64Array }).values[row]!;
    const window = this.#window;
    if (window.kind === "ATTACHED")
      return { startMs: timeAt(window.startColumn), endMs: timeAt(window.endColumn) };
    const endMs = lastEndOf(sliceEndOf(timeAt(window.timeColumn), window), window);
    return { startMs: windowStartOf(endMs, window), endMs };
  }

  closeUpTo(watermarkMs: number): void {
    if (watermarkMs <= this.#writer.watermarkMs) return;
    this.#close(watermarkMs, this.#idle);
  }

  override advance(watermarkMs: number, idle: boolean, cause: Cause): void {
    this.#writer.cause = cause;
    this.#idle = idle;
    this.#close(watermarkMs, idle);
  }

  #close(watermarkMs: number, idle: boolean): void {
    this.#writer.standing = "final";
    this.#windows.close(watermarkMs, this.#writer);
    this.#writer.watermarkMs = watermarkMs;
    this.output.advance(watermarkMs, idle, this.#writer.cause);
  }

  override deliverOpen(all: boolean): void {
    this.#writer.standing = "open";
    this.#writer.tellsOpen = true;
    this.#windows.open(all, this.#writer);
  }

  override held(): HeldRows {
    return this.#windows.held();
  }

  protected override freezeState(): PartImage {
    const { numbers, states } = this.#windows.freeze();
    return { numbers: [this.#writer.watermarkMs, ...numbers], states };
  }

  protected override restoreState({ numbers, states }: PartImage): void {
    this.#writer.watermarkMs = numbers[0]!;
    this.#writer.tellsOpen = false;
    this.#windows.restore({ numbers: numbers.slice(1), states });
  }
}
