/**
 * UNNEST: each row once for each element of an ARRAY or entry of a MAP that it holds; an ARRAY's ROW that is
 * NULL is no element. A LEFT JOIN keeps a row without elements once.
 *
 * Keeps no state. A retraction takes back the rows that its row made, since it carries the same array; an
 * update takes back those that it made before and gives those that it makes now (`parted-updates.ts`). A
 * watermark passes unchanged. Cost a row: its columns are copied once an element; texts and nested values
 * stay where they lie.
 */
import { evaluate } from "../../sql/plan/evaluate.ts";
import type { Unnest } from "../../sql/plan/logical-plan.ts";
import { allocateBatch, writeNull } from "../../values/column-access.ts";
import { type Column, type ColumnBatch, isNull } from "../../values/column-batch.ts";
import { gatherColumn } from "../../values/gather-column.ts";
import { NestedCursor } from "../../values/nested/nested-cursor.ts";
import type { SqlType } from "../../values/sql-type.ts";
import { readerOf } from "../codegen/interpreted-kernels.ts";
import { carryRowFacts } from "../codegen/row-facts.ts";
import { batchRowsMax } from "../runtime/batches.ts";
import type { Output } from "./operator.ts";
import { partUpdates } from "./parted-updates.ts";
import { SingleInputOperator } from "./single-input-operator.ts";

export class UnnestOperator extends SingleInputOperator {
  readonly name = "UNNEST";
  readonly #plan: Unnest;
  readonly #type: SqlType;
  readonly #width: number;
  readonly #rows: ColumnBatch;
  /** Of the element. */
  readonly #columns: readonly Column[];
  readonly #places: Column | undefined;
  readonly #selection = new Int32Array(batchRowsMax);
  readonly #cursor = new NestedCursor(new Uint8Array(0));
  #count = 0;

  constructor(plan: Unnest, output: Output) {
    super(output);
    this.#plan = plan;
    this.#width = plan.input.schema.columns.length;
    this.#type = plan.input.schema.columns[plan.column]!.type;
    this.#rows = allocateBatch(plan.schema, batchRowsMax);
    const added = this.#rows.columns.slice(this.#width);
    this.#places = plan.ordinality ? added.pop() : undefined;
    this.#columns = added;
  }

  accept(batch: ColumnBatch): void {
    this.counters.rowsIn += batch.rowCount;
    this.giveCopies(batch, () => this.#unnest(batch));
  }

  #unnest(batch: ColumnBatch): void {
    const column = batch.columns[this.#plan.column] as Extract<Column, { physical: "bytes" }>;
    for (let row = 0; row < batch.rowCount; row++) {
      const made = isNull(column.nulls, row) ? 0 : this.#addElements(batch, row, column.starts[row]!);
      const isAlone = made === 0 && this.#plan.keepsRow;
      if (isAlone) this.#addWithout(batch, row);
      this.copies?.copied(batch.rowIndexes?.[row], isAlone ? 1 : made);
    }
    this.#push(batch);
  }

  /** Answers how many there are. */
  #addElements(batch: ColumnBatch, row: number, start: number): number {
    this.#cursor.moveTo(batch.arena, start);
    const count = this.#cursor.count();
    const isRow = this.#type.kind === "ARRAY" && this.#type.element.kind === "ROW";
    let made = 0;
    for (let place = 1; place <= count; place++) {
      if (isRow) {
        if (this.#cursor.nextIsNull()) continue;
        this.#cursor.count();
      }
      const at = this.#add(batch, row);
      for (const column of this.#columns) this.#cursor.nextInto(column, at);
      if (this.#places !== undefined) setPlace(this.#places, at, place);
      if (this.#plan.condition !== undefined && !this.#holds(batch, at)) this.#count--;
      else made++;
    }
    return made;
  }

  /** An element that does not count is overwritten by the next one. */
  #holds({ arena, cause }: ColumnBatch, at: number): boolean {
    this.#rows.arena = arena;
    this.#rows.cause = cause;
    return evaluate(this.#plan.condition!, readerOf(this.#rows, at)) === true;
  }

  #addWithout(batch: ColumnBatch, row: number): void {
    const at = this.#add(batch, row);
    for (const column of this.#columns) writeNull(column, at);
    if (this.#places !== undefined) writeNull(this.#places, at);
  }

  /** A copy of the row; answers its place, at which the element's columns are filled in. */
  #add(batch: ColumnBatch, row: number): number {
    if (this.#count === batchRowsMax) this.#push(batch);
    this.#selection[this.#count] = row;
    return this.#count++;
  }

  #push(batch: ColumnBatch): void {
    const count = this.#count;
    if (count === 0) return;
    this.#count = 0;
    for (let index = 0; index < this.#width; index++) {
      gatherColumn(batch.columns[index]!, this.#selection, count, this.#rows.columns[index]!);
    }
    this.#rows.arena = batch.arena;
    carryRowFacts(batch, this.#selection, count, this.#rows);
    partUpdates(this.#rows);
    this.output.accept(this.#rows);
  }
}

function setPlace(column: Column, row: number, place: number): void {
  (column as { values: Int32Array }).values[row] = place;
  column.nulls[row >> 3]! &= ~(1 << (row & 7));
}
