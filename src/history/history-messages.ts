/** What goes between the main thread and the thread of history. */
import type { HistoryState } from "./history.ts";
import type { HistorySettings } from "./history-settings.ts";

export interface HistoryThreadData {
  readonly folder: string;
  readonly journal: string;
  /** How far the journal is flushed (`FlushedPosition`). */
  readonly flushed: SharedArrayBuffer;
  readonly timeZone: string;
  readonly settings: HistorySettings;
}

export type ToHistory = { readonly type: "close" };

export type FromHistory =
  | { readonly type: "state"; readonly state: HistoryState }
  | { readonly type: "problem"; readonly problem: string };
