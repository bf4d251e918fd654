/** Rows of views that a question waits for, as they come in pieces. */
import type { ViewRows } from "./history-messages.ts";

export class NeededViews {
  readonly #views = new Map<string, ViewRows & { readonly rows: string[] }>();
  readonly #done = Promise.withResolvers<readonly ViewRows[]>();

  get all(): Promise<readonly ViewRows[]> {
    return this.#done.promise;
  }

  /** Undefined where there are no more. */
  take(piece: ViewRows | undefined): void {
    const known = this.#views.get(piece?.name ?? "");
    if (piece === undefined) this.#done.resolve([...this.#views.values()]);
    else if (known === undefined) this.#views.set(piece.name, { ...piece, rows: [...piece.rows] });
    else for (const row of piece.rows) known.rows.push(row);
  }
}
