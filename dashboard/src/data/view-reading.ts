/** Rows of a view as panels take them, live or as they were. */
import type { WireColumn, WireFreshness, WireRow } from "../../../src/serving/protocol.ts";
import type { Reading } from "../panels/panel-kind.ts";
import { instantOf } from "./cells.ts";

export function viewReading(
  columns: readonly WireColumn[],
  rows: readonly WireRow[],
  { watermark, lastRowAt }: WireFreshness,
): Reading {
  const areOfWindows = columns.some(({ name }) => name === "window_end");
  return {
    columns,
    rows: areOfWindows ? rows : rows.map(uncorrected),
    watermarkMs: instantOf(watermark) ?? null,
    hadRows: lastRowAt !== null,
  };
}

const uncorrectedRows = new WeakMap<WireRow, WireRow>();

/** A row that is of no window is another one with every event of its key: that corrects nothing. */
function uncorrected(row: WireRow): WireRow {
  if (row.revision === 0) return row;
  let same = uncorrectedRows.get(row);
  if (same === undefined) {
    same = { ...row, revision: 0 };
    uncorrectedRows.set(row, same);
  }
  return same;
}
