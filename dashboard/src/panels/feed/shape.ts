/** The newest rows of a feed, as texts. */
import type { FeedPanel, Format, Level } from "../../../../src/serving/pages.ts";
import type { WireColumn, WireRow } from "../../../../src/serving/protocol.ts";
import { cellOf, decimalOf, instantOf, textOf } from "../../data/cells.ts";
import { currencyOf, exact, formattedCell } from "../../data/formatted.ts";
import { levelOf, levelWords } from "../../data/levels.ts";
import { openWords } from "../../data/window-passed.ts";
import type { ExactDecimal } from "../../numbers/exact-decimal.ts";
import type { Times } from "../../time/times.ts";
import type { PanelInput, Reading, Twin } from "../panel-kind.ts";
import { parsedTemplate, type TemplatePart } from "./template.ts";

/** Part of a text. `exact` only where it is a value, `number` where that is one. */
export interface Piece {
  readonly text: string;
  readonly exact: string | undefined;
  readonly number?: FeedNumber | undefined;
}

export interface FeedNumber {
  readonly column: string;
  readonly value: ExactDecimal;
  readonly format: Format;
  readonly currency: string;
}

export interface FeedItem {
  readonly key: string;
  readonly row: WireRow;
  /** Undefined where it has none, or none that can be read. */
  readonly atMs: number | undefined;
  readonly text: readonly Piece[];
  readonly more: readonly Piece[] | null;
  readonly level: Level | undefined;
  /** Null of a row that is final and never was corrected. */
  readonly state: string | null;
}

export interface FeedModel {
  readonly columns: readonly WireColumn[];
  /** Newest first. */
  readonly items: readonly FeedItem[];
  /** How many there are that are not shown. */
  readonly left: number;
}

export function shapeFeed({ panel, readings, around }: PanelInput<FeedPanel>): FeedModel | undefined {
  const reading = readings[0];
  if (reading === undefined || reading.rows.length === 0) return undefined;
  const rows = newestRows(reading, panel.time, Math.max(1, Math.trunc(panel.limit)));
  const text = filler(panel.text, panel.formats, reading);
  const more = panel.more === null ? null : filler(panel.more, panel.formats, reading);
  const measured = panel.levelOf === null ? null : cellOf(reading.columns, panel.levelOf);
  const open = openWords(reading.columns);
  const items = rows.map(
    ({ row, atMs }): FeedItem => ({
      key: row.key,
      row,
      atMs,
      text: text(row, around.times),
      more: more?.(row, around.times) ?? null,
      level: measured === null ? undefined : levelOf(decimalOf(measured(row)), panel.levels),
      state: row.final ? (row.revision > 0 ? `corrected r${row.revision}` : null) : open(row, around.toMs),
    }),
  );
  return { columns: reading.columns, items, left: reading.rows.length - items.length };
}

interface DatedRow {
  readonly row: WireRow;
  readonly atMs: number | undefined;
}

/** One walk: of very many rows only those that are shown are kept in order. Rows without a time come last. */
function newestRows({ columns, rows }: Reading, time: string | null, limit: number): readonly DatedRow[] {
  if (time === null) return rows.slice(0, limit).map((row) => ({ row, atMs: undefined }));
  const cell = cellOf(columns, time);
  const newest: DatedRow[] = [];
  for (const row of rows) {
    const atMs = instantOf(cell(row));
    const dated = { row, atMs };
    if (newest.length === limit && !isBefore(dated, newest[limit - 1]!)) continue;
    const place = newest.findIndex((each) => isBefore(dated, each));
    newest.splice(place === -1 ? newest.length : place, 0, dated);
    if (newest.length > limit) newest.pop();
  }
  return newest;
}

/** Rows of one moment are ordered by their keys, so that they never change places. */
function isBefore(left: DatedRow, right: DatedRow): boolean {
  const [leftMs, rightMs] = [left.atMs ?? Number.NEGATIVE_INFINITY, right.atMs ?? Number.NEGATIVE_INFINITY];
  return leftMs > rightMs || (leftMs === rightMs && left.row.key < right.row.key);
}

function filler(template: string, formats: FeedPanel["formats"], reading: Reading) {
  const parts = parsedTemplate(template).map((part) => pieceOf(part, formats, reading));
  return (row: WireRow, times: Times): readonly Piece[] => parts.map((part) => part(row, times));
}

function pieceOf(part: TemplatePart, formats: FeedPanel["formats"], reading: Reading) {
  if (part.is === "text") {
    const piece: Piece = { text: part.text, exact: undefined };
    return (): Piece => piece;
  }
  const cell = cellOf(reading.columns, part.name);
  const format = Object.hasOwn(formats, part.name) ? formats[part.name]! : formatOf(part.name, reading);
  const written = { column: part.name, format };
  return (row: WireRow, times: Times): Piece => {
    const value = cell(row);
    if (value === null) return { text: "", exact: "" };
    const currency = currencyOf(format, reading, row);
    const decimal = format.as === "text" || typeof value === "object" ? undefined : decimalOf(value);
    return {
      text: formattedCell(value, format, times, currency),
      exact: decimal === undefined ? textOf(value) : exact(decimal, format, currency),
      ...(decimal !== undefined &&
        format.as !== "time" && { number: { ...written, value: decimal, currency } }),
    };
  };
}

/** Where nothing is said: as its type is read. Whole numbers are often names, such as those of customers. */
function formatOf(name: string, { columns }: Reading): Format {
  const type = columns.find((column) => column.name === name)?.type;
  const as = type === "timestamp" ? "time" : type === "decimal" || type === "float" ? "number" : "text";
  return { as, currency: null, digits: null };
}

export function twinOfFeed({ items }: FeedModel): Twin {
  const [hasTime, hasMore, hasLevel, hasState] = [
    items.some(({ atMs }) => atMs !== undefined),
    items.some(({ more }) => more !== null),
    items.some(({ level }) => level !== undefined),
    items.some(({ state }) => state !== null),
  ];
  const chosen = <Cell>(time: Cell, text: Cell, more: Cell, level: Cell, state: Cell): Cell[] => [
    ...(hasTime ? [time] : []),
    text,
    ...(hasMore ? [more] : []),
    ...(hasLevel ? [level] : []),
    ...(hasState ? [state] : []),
  ];
  return {
    headings: chosen("Time", "What", "More", "Level", "State"),
    rows: items.map(({ atMs, text, more, level, state }) =>
      chosen(
        atMs === undefined ? "" : new Date(atMs).toISOString(),
        exactText(text),
        more === null ? "" : exactText(more),
        level === undefined ? "" : levelWords(level),
        state ?? "final",
      ),
    ),
  };
}

function exactText(pieces: readonly Piece[]): string {
  return pieces.map((piece) => piece.exact ?? piece.text).join("");
}

/** What somebody has open stays where it is read, also when newer rows have taken its place. */
export function withHeld(
  items: readonly FeedItem[],
  held: ReadonlyMap<string, FeedItem>,
): readonly FeedItem[] {
  const present = new Set(items.map(({ key }) => key));
  const gone = [...held.values()].filter(({ key }) => !present.has(key));
  if (gone.length === 0) return items;
  if (items.every(({ atMs }) => atMs === undefined)) return [...items, ...gone];
  return [...items, ...gone].sort((left, right) => (isBefore(left, right) ? -1 : 1));
}
