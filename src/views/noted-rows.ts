/**
 * The rows of a view as they were when somebody began to read them. Most are read within one turn, which
 * costs nothing besides; who lets others have theirs says so before, and goes on in pages that stay as they
 * are.
 */
import type { RowPages } from "./row-pages.ts";
import type { ViewRow } from "./view.ts";

export class NotedRows implements Iterable<ViewRow> {
  #rows: RowPages;
  readonly #copy: () => RowPages;
  #isHeld = false;

  constructor(rows: RowPages, copy: () => RowPages) {
    this.#rows = rows;
    this.#copy = copy;
  }

  /** Before others have their turn. */
  hold(): void {
    if (this.#isHeld) return;
    this.#isHeld = true;
    this.#rows = this.#copy();
  }

  /** A row lies at the same address in the copy. */
  *[Symbol.iterator](): Generator<ViewRow> {
    for (let at = this.#rows.oldest; at !== 0; at = this.#rows.behind(at)) yield this.#rows.rowAt(at);
  }
}
