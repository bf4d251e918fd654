/** How much of an open row's window has passed, in words: "open, 62 % of the hour". */
import type { WireColumn, WireRow } from "../../../src/serving/protocol.ts";
import { type Cell, cellOf, instantOf } from "./cells.ts";
import { openingOf, openWords as openSpanWords } from "./spans.ts";

/** Of a row that is still open, where its columns name its window as window functions do. */
export function openWords(columns: readonly WireColumn[]): (row: WireRow, nowMs: number) => string {
  const [start, end]: [Cell, Cell] = [cellOf(columns, "window_start"), cellOf(columns, "window_end")];
  return (row, nowMs) => openSpanWords(openingOf(instantOf(start(row)), instantOf(end(row)), nowMs));
}
