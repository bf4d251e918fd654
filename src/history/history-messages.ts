/** What goes between the main thread and the thread of history. */
import type { PostedError } from "../log/journal/posted-error.ts";
import type { TypedValue } from "../values/parameter.ts";
import type { RowSchema } from "../values/row-schema.ts";
import type { GivenTable } from "./duck/given-rows.ts";
import type { ExportHead, ExportQuery } from "./export/export-messages.ts";
import type { HistoryState } from "./history.ts";
import type { HistorySettings } from "./history-settings.ts";

export interface HistoryThreadData {
  readonly folder: string;
  readonly journal: string;
  /** How far the journal is flushed (`FlushedPosition`). */
  readonly flushed: SharedArrayBuffer;
  readonly timeZone: string;
  readonly settings: HistorySettings;
  /** Not 0: it is being closed. */
  readonly stop: SharedArrayBuffer;
}

export interface QueryLimits {
  readonly runMsMax: number;
  readonly rowsMax: number;
  readonly answerBytesMax: number;
}

export interface HistoryQuery {
  readonly sql: string;
  /** What stands at `$name` in it. */
  readonly given?: ReadonlyMap<string, TypedValue>;
  /** Names of views that it may read too. */
  readonly views?: readonly string[];
  readonly limits: QueryLimits;
}

/** A view as it is now. */
export interface ViewRows extends GivenTable {
  readonly name: string;
  readonly step: number;
}

export interface HistoryAnswer {
  readonly schema: RowSchema;
  /** The cells of each as JSON texts, a line each, as those of a view's rows. */
  readonly rows: readonly string[];
  /** The relations that were read, and the last step that was in them. */
  readonly reads: readonly { readonly name: string; readonly step: number }[];
}

export type ToHistory =
  | { readonly type: "ask"; readonly id: number; readonly query: HistoryQuery }
  /** Rows of a view that the question needs, or that these were all. */
  | { readonly type: "view-rows"; readonly id: number; readonly view: ViewRows | undefined }
  | { readonly type: "export"; readonly id: number; readonly query: ExportQuery }
  /** A piece of the export was taken. */
  | { readonly type: "taken"; readonly id: number }
  /** Nobody waits for the answer, or the export, any more. */
  | { readonly type: "leave"; readonly id: number }
  | { readonly type: "close" };

export type FromHistory =
  | { readonly type: "state"; readonly state: HistoryState }
  | { readonly type: "problem"; readonly problem: string }
  /** The rows of these views as they are now. */
  | { readonly type: "needs"; readonly id: number; readonly views: readonly string[] }
  | { readonly type: "answer"; readonly id: number; readonly answer: HistoryAnswer }
  | { readonly type: "exporting"; readonly id: number; readonly head: ExportHead }
  | { readonly type: "piece"; readonly id: number; readonly bytes: Uint8Array; readonly rowCount: number }
  | { readonly type: "exported"; readonly id: number }
  | { readonly type: "refused"; readonly id: number; readonly error: PostedError };
