/**
 * What every operator has: the books, which are part of its image, and nothing that is open. One that keeps
 * more than its counters says so in `freezeState` and `restoreState`.
 */
import type { PartImage } from "../../state/keyed-state.ts";
import type { ColumnBatch } from "../../values/column-batch.ts";
import type { LateRows, LateWindow, Operator, OperatorCounters, Output } from "./operator.ts";

export abstract class CountedOperator implements Operator {
  abstract readonly name: string;
  abstract readonly inputs: readonly Output[];
  readonly counters: OperatorCounters = { rowsIn: 0, rowsFiltered: 0, rowsLate: 0 };

  /** Where late rows go, which are counted in any case. */
  lateRows: LateRows | undefined;

  /** Nothing is open where every row that is given stands. */
  deliverOpen(_all: boolean): void {}

  /** The row is behind the watermark. */
  protected tellLate(batch: ColumnBatch, row: number, window?: LateWindow): void {
    this.counters.rowsLate++;
    if (this.lateRows === undefined || batch.eventTimesMs === null) return;
    const lateByMs = batch.watermarksMs![row]! - batch.eventTimesMs[row]!;
    this.lateRows.add(batch.rowIndexes?.[row], lateByMs, window);
  }

  /** After a restart the books go on where they were. */
  freeze(): PartImage {
    const { rowsIn, rowsFiltered, rowsLate } = this.counters;
    const { numbers, states } = this.freezeState();
    return { numbers: [rowsIn, rowsFiltered, rowsLate, ...numbers], states };
  }

  restore({ numbers, states }: PartImage): void {
    const [rowsIn = 0, rowsFiltered = 0, rowsLate = 0, ...own] = numbers;
    Object.assign(this.counters, { rowsIn, rowsFiltered, rowsLate });
    this.restoreState({ numbers: own, states });
  }

  protected freezeState(): PartImage {
    return { numbers: [], states: [] };
  }

  protected restoreState(_image: PartImage): void {}
}
