/**
 * The rows of a view where they are owned, in the engine thread: final rows in pages, oldest first, open rows
 * only in the batch that tells of them.
 *
 * State kept  the final rows, see `row-pages.ts`.
 * Standing    a final row is kept; first and open rows are told and forgotten. They never take the place of
 *             a final row.
 * Image       the rows. What was not told yet is not in it: after a restore every row is told again, which a
 *             replica takes as it would take it once.
 * Bound       `rowsMax` final rows: beyond it the oldest leave, and are told as removed.
 */

import type { PartImage } from "../state/keyed-state.ts";
import { readValue } from "../values/column-access.ts";
import { type ColumnBatch, rowKind } from "../values/column-batch.ts";
import { jsonText } from "../values/json/write.ts";
import { RowPages } from "./row-pages.ts";
import {
  type ChangeBatch,
  cellSeparator,
  type Freshness,
  keyText,
  type ViewCounters,
  type ViewRow,
  type ViewSchema,
} from "./view.ts";

export class LiveTable {
  readonly schema: ViewSchema;
  readonly #rowsMax: number;
  readonly #rows: RowPages;
  /** What changed since the last batch, by key; a removed row is undefined. */
  #pending = new Map<string, ViewRow | undefined>();

  #changedAtMs: number | undefined;

  constructor(schema: ViewSchema, rowsMax: number) {
    this.schema = schema;
    this.#rowsMax = rowsMax;
    this.#rows = new RowPages(schema);
  }

  get rowCount(): number {
    return this.#rows.count;
  }

  get hasPending(): boolean {
    return this.#pending.size > 0;
  }

  /** Append time of the step of the last rows that came, whatever their standing; not in the image. */
  get changedAtMs(): number | undefined {
    return this.#changedAtMs;
  }

  accept(batch: ColumnBatch): void {
    this.#changedAtMs = batch.cause.appendTimeMs;
    if (batch.standing === "final") this.#acceptFinal(batch);
    else this.#acceptPassing(batch);
  }

  /** Nothing waits for a watermark here: what it makes final comes as rows. */
  advance(): void {}

  /**
   * What the row would be when it was computed again; undefined where that is what it is, and where the table
   * has let go of rows: it may have been one of them.
   */
  corrected(batch: ColumnBatch, row: number): { readonly key: string; readonly after: ViewRow | undefined } {
    const { key, text } = this.#textOf(batch, row);
    const before = this.finalRow(key);
    if (before === undefined && this.rowCount >= this.#rowsMax) return { key, after: undefined };
    if (before?.text === text) return { key, after: undefined };
    return {
      key,
      after: { key, text, final: true, revision: before === undefined ? 0 : before.revision + 1 },
    };
  }

  /** A row that a correction gives, or takes away. */
  correct(key: string, row: ViewRow | undefined): void {
    if (row === undefined) this.#removeKey(key);
    else this.#pending.set(key, this.#keep(key, row.text));
  }

  finalRow(key: string): ViewRow | undefined {
    const found = this.#rows.find(key);
    return found === 0 ? undefined : this.#rows.rowAt(found);
  }

  /** From the oldest on. */
  finalRows(): Iterable<ViewRow> {
    return this.#rows.rows();
  }

  freeze(): PartImage {
    return this.#rows.freeze();
  }

  restore(image: PartImage): void {
    this.#rows.restore(image);
    this.#pending = new Map();
    for (const row of this.finalRows()) this.#pending.set(row.key, row);
  }

  #acceptFinal(batch: ColumnBatch): void {
    for (let row = 0; row < batch.rowCount; row++) {
      const kind = batch.kinds?.[row] ?? rowKind.insert;
      if (kind === rowKind.insert || kind === rowKind.updateAfter) {
        const { key, text } = this.#textOf(batch, row);
        this.#pending.set(key, this.#keep(key, text));
        continue;
      }
      const key = this.#keyOf(batch, row);
      if (kind === rowKind.delete || !this.#isReplaced(batch, row, key)) this.#removeKey(key);
    }
    while (this.rowCount > this.#rowsMax) this.#pending.set(this.#rows.removeOldest(), undefined);
  }

  /**
   * Whether the next row takes the place of this update-before. Where a filter left it out, or it has another
   * key, the row is gone.
   */
  #isReplaced(batch: ColumnBatch, row: number, key: string): boolean {
    const next = row + 1;
    if (next >= batch.rowCount || batch.kinds?.[next] !== rowKind.updateAfter) return false;
    return this.#keyOf(batch, next) === key;
  }

  /** Rows that are told in the present batch and of which nothing is kept. */
  #acceptPassing(batch: ColumnBatch): void {
    for (let row = 0; row < batch.rowCount; row++) {
      if (batch.kinds?.[row] === rowKind.delete) {
        const key = this.#keyOf(batch, row);
        if (this.#rows.find(key) === 0) this.#pending.set(key, undefined);
        continue;
      }
      const { key, text } = this.#textOf(batch, row);
      if (this.#rows.find(key) === 0) this.#pending.set(key, { key, text, final: false, revision: 0 });
    }
  }

  /** Everything that changed since the last call. */
  takeChanges(stepNumber: number, freshness: Freshness, counters: ViewCounters): ChangeBatch {
    const upserts: ViewRow[] = [];
    const removedKeys: string[] = [];
    for (const [key, row] of this.#pending) {
      if (row === undefined) removedKeys.push(key);
      else upserts.push(row);
    }
    this.#pending = new Map();
    return { view: this.schema.name, stepNumber, freshness, counters, upserts, removedKeys };
  }

  #textOf(batch: ColumnBatch, row: number): { key: string; text: string } {
    const { columns } = this.schema.schema;
    const cells = columns.map((column, index) => jsonText(readValue(batch, index, row), column.type));
    return { key: keyText(this.schema.key.map((column) => cells[column]!)), text: cells.join(cellSeparator) };
  }

  #keyOf(batch: ColumnBatch, row: number): string {
    const { key, schema } = this.schema;
    return keyText(key.map((index) => jsonText(readValue(batch, index, row), schema.columns[index]!.type)));
  }

  #keep(key: string, text: string): ViewRow {
    const found = this.#rows.find(key);
    const revision = found === 0 ? 0 : this.#rows.revisionOf(found) + 1;
    this.#rows.put(found, text, revision);
    return { key, text, final: true, revision };
  }

  #removeKey(key: string): void {
    const found = this.#rows.find(key);
    if (found === 0) return;
    this.#rows.remove(found);
    this.#pending.set(key, undefined);
  }
}
