/**
 * Rows as a table of text: a heading, then a line a row, cells parted by bars. The heading says which columns
 * are meant; beside a view's own these may be `final` and `revision`.
 */
import { closestName } from "../errors/suggest.ts";
import type { RowSchema } from "../values/row-schema.ts";
import { type CellType, meaningOf, writtenCell } from "./cell.ts";

export interface TableColumn {
  readonly name: string;
  readonly type: CellType;
  /** Of the rows that are shown. */
  readonly cellOf: (row: ShownRow) => string;
}

/** A row of a view or a stream, each cell as JSON text. */
export interface ShownRow {
  readonly cells: readonly string[];
  readonly final?: boolean | undefined;
  readonly revision?: number | undefined;
}

export interface WrittenTable {
  readonly heading: readonly string[];
  readonly rows: readonly WrittenRow[];
}

export interface WrittenRow {
  readonly cells: readonly string[];
  /** Of the text, from 0. */
  readonly line: number;
}

/** What is wrong with a table, and in which of its lines. */
export class TableMistake extends Error {
  readonly line: number;
  readonly suggestion: string | undefined;

  constructor(line: number, message: string, suggestion?: string) {
    super(message);
    this.line = line;
    this.suggestion = suggestion;
  }
}

export function readTable(text: string): WrittenTable {
  const lines = text.split("\n").map((line, index) => ({ line: index, cells: splitCells(line) }));
  const [heading, ...rows] = lines.filter(({ cells }) => cells.length > 1 || cells[0] !== "");
  if (heading === undefined) return { heading: [], rows: [] };
  for (const { line, cells } of rows) {
    if (cells.length === heading.cells.length) continue;
    throw new TableMistake(line, `a row of ${cells.length} cells under ${heading.cells.length} columns`);
  }
  return { heading: heading.cells, rows };
}

/** At bars that no backslash stands before. */
function splitCells(line: string): string[] {
  const cells: string[] = [];
  let from = 0;
  for (let at = 0; at < line.length; at++) {
    if (line[at] === "\\") at++;
    else if (line[at] === "|") {
      cells.push(line.slice(from, at).trim());
      from = at + 1;
    }
  }
  return [...cells, line.slice(from).trim()];
}

/** The columns that a heading names; `isView` says whether there are flags. */
export function columnsOf(
  heading: readonly string[],
  { columns }: RowSchema,
  isView: boolean,
): readonly TableColumn[] {
  const flags = isView ? flagColumns : [];
  return heading.map((name) => {
    const index = columns.findIndex((column) => column.name === name);
    if (index >= 0) return { name, type: columns[index]!.type, cellOf: ({ cells }) => cells[index]! };
    const flag = flags.find((column) => column.name === name || `$${column.name}` === name);
    if (flag !== undefined) return { ...flag, name };
    const known = [...columns, ...flags].map((column) => column.name);
    throw new TableMistake(0, `a heading with ${JSON.stringify(name)}`, closestName(name, known));
  });
}

/** All that a view or a stream has. */
export function wholeHeading({ columns }: RowSchema, isView: boolean): readonly string[] {
  const names = columns.map(({ name }) => name);
  return isView && !names.includes("final") ? [...names, "final"] : names;
}

const flagColumns: readonly TableColumn[] = [
  { name: "final", type: { kind: "FLAG" }, cellOf: ({ final }) => (final === true ? "yes" : "no") },
  { name: "revision", type: { kind: "FLAG" }, cellOf: ({ revision }) => String(revision) },
];

export function cellsOf(row: ShownRow, columns: readonly TableColumn[]): readonly string[] {
  return columns.map(({ type, cellOf }) => writtenCell(cellOf(row), type));
}

export function meansTheSame(one: string, other: string, { type }: TableColumn): boolean {
  return one === other || meaningOf(one, type) === meaningOf(other, type);
}

/** Columns under each other; nothing stands behind the last cell of a line. */
export function alignedLines(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = rows[0]?.map((_, index) => Math.max(...rows.map((cells) => cells[index]!.length))) ?? [];
  return rows.map((cells) =>
    cells
      .map((cell, index) => cell.padEnd(widths[index]!))
      .join(" | ")
      .trimEnd(),
  );
}
