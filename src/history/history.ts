/**
 * History: every row of the streams, in columns, for questions about days instead of minutes.
 *
 * It is fed by the journal alone, in a thread and at a pace of its own: what streams there are, and how
 * their rows are to be read, stands in the journal before the rows. Days that are still likely to be asked
 * for lie in one DuckDB file (hot), older ones in Parquet files by stream and date (cold); a query sees
 * both as one.
 *
 * Obligations of the store
 *   - The position, the last step that is in it, is written in the transaction of the rows before it. So
 *     after a crash at any instant it goes on behind it: no row is in it twice, and none is left out.
 *   - A row lies in the file or in one Parquet file, and goes from the one to the other in one transaction; a
 *     Parquet file is whole on disk before that, and is taken away only when nobody reads it any more.
 *   - The journal keeps the steps that are not in it yet, whatever its own retention says.
 *   - What it cannot do stops itself, with a reason that /health tells, and nothing else.
 *
 * What a reader may assume
 *   - A relation by the name of each stream, with the stream's columns in their order, and behind them
 *     `_step` and `_row` (the row's place in the journal), and `_at` (when it was taken). Of a table with a
 *     primary key it has the latest row of each key; `<name>_changes` has all of them, with `_deleted`.
 *   - Steps are in it whole, in their order: what is there is a prefix of the journal.
 *   - A row's date is that of its event time in UTC, or of its append time where its table has none.
 *
 * What nobody may assume
 *   - That a row is in it when it was acknowledged: it follows, by a second or so when it keeps up.
 *   - That it has what the journal had let go before history was first kept.
 */
import type { StepNumber } from "../log/event-log.ts";

/** How far history is, and what keeps it from going on. */
export interface HistoryState {
  /** The last step of which rows are in it; 0 at the beginning. */
  readonly position: StepNumber;
  /** The last step that it has looked at. */
  readonly seen: StepNumber;
  /** Rows that were added since the server was started. */
  readonly rowsAdded: number;
  readonly hotBytes: number;
  readonly coldBytes: number;
  readonly coldFiles: number;
  /** Why it does not go on; undefined while it does. */
  readonly problem: string | undefined;
}

export const emptyHistory: HistoryState = {
  position: 0 as StepNumber,
  seen: 0 as StepNumber,
  rowsAdded: 0,
  hotBytes: 0,
  coldBytes: 0,
  coldFiles: 0,
  problem: undefined,
};
