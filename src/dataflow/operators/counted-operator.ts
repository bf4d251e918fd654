/**
 * What every operator has: the books, which are part of its image, and nothing that is open. One that keeps
 * more than its counters says so in `freezeState` and `restoreState`.
 */
import type { PartImage } from "../../state/keyed-state.ts";
import type { ColumnBatch } from "../../values/column-batch.ts";
import type { CopiedRows, RowCounter } from "./copied-rows.ts";
import type {
  HeldRows,
  LateRows,
  LateWindow,
  Operator,
  OperatorCounters,
  Output,
  UnmatchedRows,
} from "./operator.ts";

export abstract class CountedOperator implements Operator, RowCounter {
  abstract readonly name: string;
  abstract readonly inputs: readonly Output[];
  readonly counters: OperatorCounters = { rowsIn: 0, rowsFiltered: 0, rowsLate: 0 };

  /** Where late rows go, which are counted in any case. */
  lateRows: LateRows | undefined;

  /** The books of rows that are copied, one for all operators of a query. */
  copies: CopiedRows | undefined;

  /** Nothing is open where every row that is given stands. */
  deliverOpen(_all: boolean): void {}

  held(): HeldRows | undefined {
    return undefined;
  }

  unmatched(): UnmatchedRows | undefined {
    return undefined;
  }

  /** The row is behind the watermark. */
  protected tellLate(batch: ColumnBatch, row: number, window?: LateWindow): void {
    const { eventTimesMs, watermarksMs, rowIndexes } = batch;
    const lateByMs = eventTimesMs === null ? undefined : watermarksMs![row]! - eventTimesMs[row]!;
    this.tellLateBy(rowIndexes?.[row], lateByMs, window);
  }

  protected tellLateBy(
    rowIndex: number | undefined,
    lateByMs: number | undefined,
    window: LateWindow | undefined,
  ): void {
    if (this.copies?.has(rowIndex)) this.copies.late(rowIndex, lateByMs, window, this);
    else this.countLate(rowIndex, lateByMs, window);
  }

  /** The rows that a condition left out: all but those that it kept, which are ascending. */
  protected tellFiltered({ rowCount, rowIndexes }: ColumnBatch, keptRows: Int32Array, kept: number): void {
    if (kept === rowCount) return;
    if (!this.copies?.has(rowIndexes?.[0])) {
      this.counters.rowsFiltered += rowCount - kept;
      return;
    }
    let place = 0;
    for (let row = 0; row < rowCount; row++) {
      if (place < kept && keptRows[place] === row) place++;
      else this.copies.filtered(rowIndexes![row]!, this);
    }
  }

  countFiltered(): void {
    this.counters.rowsFiltered++;
  }

  countLate(rowIndex: number | undefined, lateByMs: number | undefined, window?: LateWindow): void {
    this.counters.rowsLate++;
    if (lateByMs !== undefined) this.lateRows?.add(rowIndex, lateByMs, window);
  }

  /** Gives rows on as copies, which `copyAll` tells of one by one. */
  protected giveCopies(batch: ColumnBatch, copyAll: () => void): void {
    const isFirst = this.copies?.begin(batch) ?? false;
    copyAll();
    if (isFirst) this.copies!.end();
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
