/** A change feed folded to the rows that are there; a feed that cannot be is a mistake of whoever gave it. */

export interface FedRow {
  readonly kind: string;
  readonly cells: string;
}

export class FoldedFeed {
  readonly #counts = new Map<string, number>();
  #before: FedRow | undefined;

  get rows(): readonly string[] {
    return [...this.#counts].flatMap(([row, count]) => Array<string>(count).fill(row)).sort();
  }

  take(row: FedRow): void {
    const isSecondHalf = this.#before?.kind === "-U";
    if (isSecondHalf !== (row.kind === "+U")) {
      throw new Error(`${row.kind} ${row.cells} stands behind ${this.#before?.kind ?? "nothing"}`);
    }
    this.#before = row;
    const count = this.#counts.get(row.cells) ?? 0;
    if (row.kind === "+I" || row.kind === "+U") this.#counts.set(row.cells, count + 1);
    else if (count > 1) this.#counts.set(row.cells, count - 1);
    else if (count === 1) this.#counts.delete(row.cells);
    else throw new Error(`${row.kind} of a row that is not there: ${row.cells}`);
  }

  /** Between two steps no update is half told. */
  endStep(): void {
    if (this.#before?.kind === "-U") throw new Error(`-U ${this.#before.cells} has no +U`);
    this.#before = undefined;
  }
}
