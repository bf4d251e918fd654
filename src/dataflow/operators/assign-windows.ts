/**
 * TUMBLE, HOP, CUMULATE as rows: each row once for each of its windows, ascending by their ends, with
 * start, end and time of the window behind its columns. For queries that read the window's columns before
 * they group; an aggregation right over the windowing function makes its windows itself. Keeps no state;
 * nothing is late here. A row that is taken back is taken back of all its windows; where these are several an
 * update is deletes and inserts (`parted-updates.ts`).
 */
import type { AssignWindows, SlicedWindow } from "../../sql/plan/logical-plan.ts";
import type { ColumnBatch } from "../../values/column-batch.ts";
import type { KernelMode } from "../codegen/kernels.ts";
import { firstEndOf, lastEndOf, sliceEndOf, windowStartOf } from "../codegen/window-kernel.ts";
import type { Output } from "./operator.ts";
import { RowCopies } from "./row-copies.ts";
import { SingleInputOperator } from "./single-input-operator.ts";

export class AssignWindowsOperator extends SingleInputOperator {
  readonly name: string;
  readonly #window: SlicedWindow;
  readonly #copies: RowCopies;
  readonly #starts: Float64Array;
  readonly #ends: Float64Array;
  readonly #times: Float64Array;

  constructor(plan: AssignWindows & { readonly window: SlicedWindow }, output: Output, mode: KernelMode) {
    super(output);
    this.name = plan.window.kind;
    this.#window = plan.window;
    const { schema } = plan.input;
    this.#copies = new RowCopies(schema, plan.schema, output, mode, plan.window.kind !== "TUMBLE");
    const timesAt = (place: number) =>
      this.#copies.column(schema.columns.length + place) as { values: Float64Array };
    this.#starts = timesAt(0).values;
    this.#ends = timesAt(1).values;
    this.#times = timesAt(2).values;
  }

  accept(batch: ColumnBatch): void {
    this.counters.rowsIn += batch.rowCount;
    if (this.#window.kind === "TUMBLE") this.#assign(batch);
    else this.giveCopies(batch, () => this.#assign(batch));
  }

  #assign(batch: ColumnBatch): void {
    const window = this.#window;
    const times = (batch.columns[window.timeColumn] as { readonly values: Float64Array }).values;
    for (let row = 0; row < batch.rowCount; row++) {
      const slice = sliceEndOf(times[row]!, window);
      const first = firstEndOf(slice, window);
      const last = lastEndOf(slice, window);
      const { kind, stepMs } = window;
      // As Flink orders them: of HOP the latest window first.
      if (kind === "HOP") for (let end = last; end >= first; end -= stepMs) this.#add(batch, row, end);
      else for (let end = first; end <= last; end += stepMs) this.#add(batch, row, end);
      this.copies?.copied(batch.rowIndexes?.[row], Math.max(0, (last - first) / stepMs + 1));
    }
    this.#copies.push(batch);
  }

  #add(batch: ColumnBatch, row: number, end: number): void {
    const place = this.#copies.add(batch, row);
    this.#starts[place] = windowStartOf(end, this.#window);
    this.#ends[place] = end;
    this.#times[place] = end - 1;
  }
}
