/** Which rows of a view a shape shows, by key: so that one which ceases to fit is told as removed, once. */
import type { LiveView } from "../../views/live-view.ts";
import { Turns } from "../../views/turns.ts";
import type { ViewRow } from "../../views/view.ts";

export class ShownRows {
  readonly keys = new Set<string>();
  /** Keys that were decided by a change while the other rows are still being looked at. */
  #decided: Set<string> | undefined;
  #isEnded = false;

  /** Looks at the rows that there are, in turns that hold nobody up; `take` may be called meanwhile. */
  async find(view: LiveView, isShown: (row: ViewRow) => boolean): Promise<void> {
    const decided = new Set<string>();
    this.#decided = decided;
    const clock = new Turns(Number.POSITIVE_INFINITY);
    const rows = view.noted();
    for (const row of rows) {
      if (clock.isOver) {
        rows.hold();
        await clock.next();
      }
      if (this.#isEnded) return;
      if (!decided.has(row.key) && isShown(row)) this.keys.add(row.key);
    }
    this.#decided = undefined;
  }

  /** What became of a row; says whether that is to be told. */
  take(key: string, isShown: boolean): boolean {
    this.#decided?.add(key);
    if (!isShown) return this.keys.delete(key);
    this.keys.add(key);
    return true;
  }

  /** It is needed no more. */
  end(): void {
    this.#isEnded = true;
  }
}
