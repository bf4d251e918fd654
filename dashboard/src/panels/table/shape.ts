/** Rows of a table: those of the page's span, and its columns with what stands in them. */
import type { TablePanel } from "../../../../src/serving/pages.ts";
import type { WireColumn, WireRow } from "../../../../src/serving/protocol.ts";
import { type Cell, cellOf, instantOf, rowsWithin } from "../../data/cells.ts";
import { openWords } from "../../data/window-passed.ts";
import { type ShownColumn, shownColumn } from "../detail/columns.ts";
import type { PanelInput, Twin } from "../panel-kind.ts";
import { type Order, orderedRows } from "./order.ts";

export interface TableModel {
  /** Those that the rows have. */
  readonly told: readonly WireColumn[];
  readonly columns: readonly ShownColumn[];
  /** In no order. */
  readonly rows: readonly WireRow[];
  /** What it is sorted by until somebody sorts it otherwise: a position of `columns`. */
  readonly order: Order | null;
  /** Whether any row is open or corrected: only then is there something to tell of that. */
  readonly tellsState: boolean;
  readonly stateWords: (row: WireRow, nowMs: number) => string;
  /** What a click on the row chooses. */
  readonly choice: Cell | null;
  /** Rows whose time cannot be read: of no span. */
  readonly undated: number;
}

export function shapeTable({ panel, readings, around }: PanelInput<TablePanel>): TableModel | undefined {
  const reading = readings[0];
  if (reading === undefined) return undefined;
  const rows = rowsWithin(reading, panel.time, around.fromMs, around.toMs);
  if (rows.length === 0) return undefined;
  const time = panel.time === null ? null : cellOf(reading.columns, panel.time);
  const open = openWords(reading.columns);
  return {
    told: reading.columns,
    columns: panel.columns.map((column) => shownColumn(column, reading)),
    rows,
    order: orderAtFirst(panel),
    tellsState: rows.some(({ final, revision }) => !final || revision > 0),
    stateWords: (row, nowMs) =>
      row.final ? (row.revision > 0 ? `corrected r${row.revision}` : "final") : open(row, nowMs),
    choice: panel.choose && cellOf(reading.columns, panel.choose.column),
    undated: time === null ? 0 : reading.rows.filter((row) => instantOf(time(row)) === undefined).length,
  };
}

/** Newest first where nothing is said, as far as the time is shown. */
function orderAtFirst({ columns, sort, time }: TablePanel): Order | null {
  const [path, descending] = sort === null ? [time, true] : [sort.column, sort.descending];
  const column = columns.findIndex((each) => each.column === path);
  return column === -1 ? null : { column, descending };
}

/** All rows, in the order that the table has at first. */
export function twinOfTable(model: TableModel, { around }: PanelInput<TablePanel>): Twin {
  const { columns, rows, order, tellsState, stateWords } = model;
  const ordered = orderedRows(rows, columns, order, 0, rows.length);
  const texts = ordered.map((row) => [
    ...columns.map((column) => column.exact(row)),
    ...(tellsState ? [stateWords(row, around.toMs)] : []),
  ]);
  return {
    headings: [...columns.map(({ title }) => title), ...(tellsState ? ["State"] : [])],
    rows: texts,
    markAt: (row, column) => (columns[column]?.sorts === "number" ? [ordered[row]!.key, column] : undefined),
  };
}

/** Where rows of a page stand among all that are found, and how many pages there are. */
export interface PagePlace {
  readonly page: number;
  readonly pages: number;
  readonly from: number;
  readonly to: number;
}

/** A page that is no longer there is the last one. */
export function placeOfPage(wanted: number, pageRows: number, found: number): PagePlace {
  const size = Math.max(1, Math.trunc(pageRows));
  const pages = Math.max(1, Math.ceil(found / size));
  const page = Math.min(Math.max(0, wanted), pages - 1);
  return { page, pages, from: page * size, to: Math.min(found, (page + 1) * size) };
}
