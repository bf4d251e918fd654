/**
 * The rows of a view where they are owned, in the engine thread: final rows in pages, oldest first, open rows
 * only in the batch that tells of them.
 *
 * State kept  the final rows, see `row-pages.ts`.
 * Standing    a final row is kept; first and open rows are told and forgotten. They never take the place of
 *             a final row.
 * Texts       a final row is written as bytes when it comes, and becomes a text when it is told: one that
 *             changes a thousand times in between costs one.
 * Image       the rows. What was not told yet is not in it: after a restore every row is told again, which a
 *             replica takes as it would take it once.
 * Bound       `rowsMax` final rows: beyond it the oldest leave, and are told as removed.
 */

import type { PartImage } from "../state/keyed-state.ts";
import { type ColumnBatch, rowKind } from "../values/column-batch.ts";
import { RowLine } from "./row-line.ts";
import { RowPages } from "./row-pages.ts";
import type { ChangeBatch, Freshness, ViewCounters, ViewRow, ViewSchema } from "./view.ts";

export class LiveTable {
  readonly schema: ViewSchema;
  readonly #rowsMax: number;
  readonly #rows: RowPages;
  readonly #line: RowLine;
  /** Of the second half of an update. */
  readonly #next: RowLine;
  /** What changed since the last batch: final rows by address; others by key, undefined where it is gone. */
  #pending = new Map<number | string, ViewRow | undefined>();
  /** How many of these are by key. */
  #byKey = 0;

  #changedAtMs: number | undefined;

  constructor(schema: ViewSchema, rowsMax: number) {
    this.schema = schema;
    this.#rowsMax = rowsMax;
    this.#rows = new RowPages(schema);
    this.#line = new RowLine(schema);
    this.#next = new RowLine(schema);
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
    this.#line.write(batch, row);
    const { key, text } = this.#line;
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
    const found = this.#rows.find(key);
    if (row === undefined) this.#remove(found, key);
    else this.#tell(this.#rows.put(found, row.text, this.#nextRevision(found)), key);
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
    this.#byKey = 0;
    for (const address of this.#rows.addresses()) this.#pending.set(address, undefined);
  }

  #acceptFinal(batch: ColumnBatch): void {
    const line = this.#line;
    for (let row = 0; row < batch.rowCount; row++) {
      const kind = batch.kinds?.[row] ?? rowKind.insert;
      if (kind === rowKind.insert || kind === rowKind.updateAfter) {
        line.write(batch, row);
        const found = this.#rows.findBytes(line.keyBytes, line.keyLength);
        const address = this.#rows.putBytes(found, line.bytes, line.length, this.#nextRevision(found));
        this.#tell(address, this.#byKey > 0 ? line.key : undefined);
        continue;
      }
      line.writeKey(batch, row);
      if (kind === rowKind.delete || !this.#isReplaced(batch, row))
        this.#remove(this.#rows.findBytes(line.keyBytes, line.keyLength), line.key);
    }
    while (this.rowCount > this.#rowsMax) this.#remove(this.#rows.oldest);
  }

  /**
   * Whether the next row takes the place of this update-before, of which the key was written. Where a filter
   * left it out, or it has another key, the row is gone.
   */
  #isReplaced(batch: ColumnBatch, row: number): boolean {
    const next = row + 1;
    if (next >= batch.rowCount || batch.kinds?.[next] !== rowKind.updateAfter) return false;
    this.#next.writeKey(batch, next);
    return this.#next.hasKeyOf(this.#line);
  }

  /** Rows that are told in the present batch and of which nothing is kept. */
  #acceptPassing(batch: ColumnBatch): void {
    const line = this.#line;
    for (let row = 0; row < batch.rowCount; row++) {
      const isGone = batch.kinds?.[row] === rowKind.delete;
      if (isGone) line.writeKey(batch, row);
      else line.write(batch, row);
      if (this.#rows.findBytes(line.keyBytes, line.keyLength) !== 0) continue;
      const { key } = line;
      this.#setByKey(key, isGone ? undefined : { key, text: line.text, final: false, revision: 0 });
    }
  }

  /** Everything that changed since the last call. */
  takeChanges(stepNumber: number, freshness: Freshness, counters: ViewCounters): ChangeBatch {
    const upserts: ViewRow[] = [];
    const removedKeys: string[] = [];
    for (const [place, row] of this.#pending) {
      if (typeof place === "number") upserts.push(this.#rows.rowAt(place));
      else if (row === undefined) removedKeys.push(place);
      else upserts.push(row);
    }
    this.#pending = new Map();
    this.#byKey = 0;
    return { view: this.schema.name, stepNumber, freshness, counters, upserts, removedKeys };
  }

  #nextRevision(found: number): number {
    return found === 0 ? 0 : this.#rows.revisionOf(found) + 1;
  }

  /** A final row is to be told; what was to be told of its key is no more. */
  #tell(address: number, key: string | undefined): void {
    if (key !== undefined && this.#pending.delete(key)) this.#byKey--;
    this.#pending.set(address, undefined);
  }

  #setByKey(key: string, row: ViewRow | undefined): void {
    if (!this.#pending.has(key)) this.#byKey++;
    this.#pending.set(key, row);
  }

  #remove(found: number, key = this.#rows.rowAt(found).key): void {
    if (found === 0) return;
    this.#rows.remove(found);
    this.#pending.delete(found);
    this.#setByKey(key, undefined);
  }
}
