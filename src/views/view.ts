/**
 * A view as the outside sees it: rows by key, and a feed of their changes.
 *
 * The engine thread owns the rows. The main thread holds a replica that is fed by change batches;
 * everything that serves (HTTP, WebSocket, the library) reads the replica and nothing else.
 *
 * Obligations of the owner
 *   - A change batch carries the step that it is as of. Applied whole it takes the replica from the step
 *     of the batch before to this one; there is no state in between that anybody can see.
 *   - Batches of a view have ascending steps. A row is sent whole, never as a difference.
 *   - An open row is made from its window when the batch is made, so a row that changed a thousand times
 *     since the last batch costs one row.
 *   - The next batch of a view is made only when main has said that the last one was taken: a slow
 *     replica gets fewer, larger batches, and the owner's memory does not grow.
 *   - A view whose query is changed begins anew with one batch that says so: `final` and `revision` are of
 *     the new query from there on.
 *   - After a restart from an image the first batch holds every row: a replica cannot tell it from a change.
 *
 * What a reader may assume
 *   - `final` rows change only with a higher `revision`.
 *   - A subscription is one snapshot, then every change after it. A replica changes only between two turns
 *     of the main thread, so `rows` read and `listen` called in one turn have no gap between them.
 *   - A row that is not final is a window that is filling or a first answer; the final row of the same key
 *     takes its place, and nothing that is not final ever takes the place of a final row.
 *
 * What nobody may assume
 *   - That there is a batch a step. Batches of an incarnation that was killed may hold open rows that a later
 *     incarnation never shows; final rows are the same in both.
 */
import type { RowSchema } from "../values/row-schema.ts";

/** Between two cells in the text of a row. */
export const cellSeparator = "\n";

export interface ViewRow {
  /** The key's cells as a JSON array: equal exactly where the rows are the same row. */
  readonly key: string;
  /**
   * The cells as JSON texts, a line each, made once: no JSON text of a value holds the end of a line. It is
   * one text because a view has a hundred thousand rows, and most are never looked at. A TIMESTAMP is a wall
   * clock; who tells it to the outside makes an instant of it (`told-rows.ts`).
   */
  readonly text: string;
  readonly final: boolean;
  readonly revision: number;
}

/** The cells of a row's text, each as JSON text. */
export function cellsOf({ text }: { readonly text: string }): readonly string[] {
  return text.split(cellSeparator);
}

/** The key that these cells make. */
export function keyText(cells: readonly string[]): string {
  return `[${cells.join(",")}]`;
}

/** What becomes of a final row whose window is computed again. */
export interface CorrectedRow {
  readonly key: string;
  /** Undefined where there was none. */
  readonly before: ViewRow | undefined;
  /** Undefined where it goes. */
  readonly after: ViewRow | undefined;
}

export interface Freshness {
  /** Append time of the last step with rows that the view took. */
  readonly lastRowAtMs: number | undefined;
  readonly watermarkMs: number | undefined;
}

/** Plain data that is posted from the engine thread. */
export interface ChangeBatch {
  readonly view: string;
  readonly stepNumber: number;
  readonly freshness: Freshness;
  readonly counters: ViewCounters;
  readonly upserts: readonly ViewRow[];
  readonly removedKeys: readonly string[];
  /** Another query has taken the view's place: its rows are those of the batch alone, and look like this. */
  readonly replaces?: ViewSchema | undefined;
}

/** Of something that is made of the journal: how far that is. */
export interface Making {
  /** From 0 to 1. */
  readonly done: number;
  /** As long as it goes on as before; null where that cannot be told yet. */
  readonly remainingMs: number | null;
}

/** The books of a view and its source: logged = taken + filtered + late + in flight. */
export interface ViewCounters {
  readonly rowsTaken: number;
  readonly rowsFiltered: number;
  readonly rowsLate: number;
}

export interface ViewSchema {
  readonly name: string;
  readonly schema: RowSchema;
  readonly key: readonly number[];
  readonly emit: "changes" | "final";
  /** What its statement was bound in; UTC where nothing is said. */
  readonly timeZone?: string | undefined;
  /** Its watermark is one of wall clocks: the time of its streams is a TIMESTAMP. */
  readonly isOnWallClock?: boolean | undefined;
}
