/**
 * A view as a subscriber holds it: what the snapshot said, with the deltas since laid on top.
 *
 * Everything here is pure. A state that was handed out never changes; each delta gives a new state, so a
 * reader may compare states by identity and keep old ones. Rows that a delta does not name are the same
 * objects as before. Cost of a delta: one copy of the key map, however few rows it brings; the server folds
 * changes before they get here.
 */
import type {
  DeltaMessage,
  ResumeToken,
  SnapshotMessage,
  WireColumn,
  WireFreshness,
  WireRow,
  WireValue,
} from "../serving/protocol.ts";

export interface ViewState {
  readonly view: string;
  /** All rows are as of this step, none older or newer. */
  readonly step: number;
  readonly columns: readonly WireColumn[];
  /** Positions of the columns that make a row's key. */
  readonly keyColumns: readonly number[];
  /** By `WireRow.key`. The order means nothing: sort by what is shown. */
  readonly rows: ReadonlyMap<string, WireRow>;
  readonly freshness: WireFreshness;
  readonly resume: ResumeToken;
}

/** A row as an object by the names of its columns. */
export interface AnyRow {
  readonly [column: string]: WireValue;
  readonly $final: boolean;
  readonly $revision: number;
}

export function rowObjects({ columns, rows }: ViewState): readonly AnyRow[] {
  return [...rows.values()].map(({ values, final, revision }) => {
    const cells = columns.map(({ name }, index) => [name, values[index]!] as const);
    return { ...Object.fromEntries(cells), $final: final, $revision: revision };
  });
}

export function viewFromSnapshot(message: SnapshotMessage): ViewState {
  const { view, step, columns, keyColumns, freshness, resume } = message;
  const rows = new Map(message.rows.map((row) => [row.key, row]));
  return { view, step, columns, keyColumns, rows, freshness, resume };
}

export function applyDelta(state: ViewState, delta: DeltaMessage): ViewState {
  const { step, freshness, resume } = delta;
  if (delta.rows.length === 0 && delta.removed.length === 0) return { ...state, step, freshness, resume };
  const rows = new Map(state.rows);
  // Removed first: a row that left and came back within one delta is named in both, and is there.
  for (const key of delta.removed) rows.delete(key);
  for (const row of delta.rows) rows.set(row.key, row);
  return { ...state, step, rows, freshness, resume };
}
