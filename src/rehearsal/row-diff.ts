/** What differs between the rows that are expected and those that are, in whatever order they come. */
import { meaningOf } from "./cell.ts";
import { alignedLines, meansTheSame, type TableColumn } from "./row-table.ts";

type Cells = readonly string[];

export interface RowPair {
  /** Its place among the expected rows. */
  readonly expected: number;
  readonly actual: Cells;
}

export interface RowDifferences {
  /** Expected rows and the rows that are like them, those that are as expected among them. */
  readonly pairs: readonly RowPair[];
  /** Places of expected rows that are not there. */
  readonly missing: readonly number[];
  readonly extra: readonly Cells[];
  /** For a person: nothing where all is as expected. */
  readonly lines: readonly string[];
}

/** So many rows are shown of a difference. */
const linesMax = 40;
/** Rows without a key are looked through for those that are like them; beyond so many that takes too long. */
const searchedMax = 300;

export function compareRows(
  expected: readonly Cells[],
  actual: readonly Cells[],
  columns: readonly TableColumn[],
  keyColumns: readonly number[],
  isSameCell: SameCell = meansTheSame,
): RowDifferences {
  const all = columns.map((_, place) => place);
  const sameCells = (one: Cells, other: Cells) =>
    all.filter((place) => isSameCell(one[place]!, other[place]!, columns[place]!)).length;
  const pairing = new Pairing(expected, actual, columns);
  pairing.pairByText(all);
  if (keyColumns.length > 0) pairing.pairByText(keyColumns);
  else if (Math.max(pairing.left.size, expected.length - pairing.found.size) <= searchedMax) {
    for (let wanted = all.length; wanted * 2 > all.length; wanted--)
      pairing.pair((one, other) => sameCells(one, other) === wanted);
  }
  const { found, left } = pairing;
  const isEqual = ([place, cells]: readonly [number, Cells]) =>
    sameCells(expected[place]!, cells) === all.length;
  const equal = new Set([...found].filter(isEqual).map(([place]) => place));
  const missing = [...expected.keys()].filter((place) => !found.has(place));
  const pairs = [...found].map(([place, cells]) => ({ expected: place, actual: cells }));
  const extra = [...left];
  return { pairs, missing, extra, lines: linesOf({ columns, expected, found, equal, extra, isSameCell }) };
}

export type SameCell = (expected: string, actual: string, column: TableColumn) => boolean;

class Pairing {
  readonly #expected: readonly Cells[];
  readonly #columns: readonly TableColumn[];
  /** Rows that are nobody's yet. */
  readonly left: Set<Cells>;
  /** By place among the expected rows. */
  readonly found = new Map<number, Cells>();

  constructor(expected: readonly Cells[], actual: readonly Cells[], columns: readonly TableColumn[]) {
    this.#expected = expected;
    this.#columns = columns;
    this.left = new Set(actual);
  }

  /** Rows whose cells of these columns mean the same. */
  pairByText(places: readonly number[]): void {
    const textOf = (row: Cells) =>
      places.map((place) => meaningOf(row[place]!, this.#columns[place]!.type)).join("\u0000");
    const byText = Map.groupBy(this.left, textOf);
    for (const [place, row] of this.#unpaired()) {
      const cells = byText.get(textOf(row))?.shift();
      if (cells !== undefined) this.#take(place, cells);
    }
  }

  pair(fits: (expected: Cells, actual: Cells) => boolean): void {
    for (const [place, row] of this.#unpaired()) {
      for (const candidate of this.left) {
        if (!fits(row, candidate)) continue;
        this.#take(place, candidate);
        break;
      }
    }
  }

  #unpaired(): (readonly [number, Cells])[] {
    return [...this.#expected.entries()].filter(([place]) => !this.found.has(place));
  }

  #take(place: number, cells: Cells): void {
    this.found.set(place, cells);
    this.left.delete(cells);
  }
}

interface Told {
  readonly columns: readonly TableColumn[];
  readonly expected: readonly Cells[];
  readonly found: ReadonlyMap<number, Cells>;
  readonly equal: ReadonlySet<number>;
  readonly extra: readonly Cells[];
  readonly isSameCell: SameCell;
}

function linesOf({ columns, expected, found, equal, extra, isSameCell }: Told): readonly string[] {
  if (equal.size === expected.length && extra.length === 0) return [];
  const signs: string[] = [" "];
  const rows: Cells[] = [columns.map(({ name }) => name)];
  const notes: string[] = [""];
  const tell = (sign: string, cells: Cells, note: string): void => {
    signs.push(sign);
    rows.push(cells);
    notes.push(note);
  };
  for (const [place, row] of expected.entries()) {
    const actual = found.get(place);
    if (equal.has(place)) continue;
    if (actual === undefined) tell("-", row, "missing");
    else {
      const changed = columns.filter((column, index) => !isSameCell(row[index]!, actual[index]!, column));
      const cells = row.map((cell, index) =>
        changed.includes(columns[index]!) ? `${cell} → ${actual[index]}` : actual[index]!,
      );
      tell("~", cells, `changed: ${changed.map(({ name }) => name).join(", ")}`);
    }
  }
  for (const row of extra) tell("+", row, "not expected");
  const aligned = alignedLines(rows.slice(0, linesMax + 1).map((cells, index) => [...cells, notes[index]!]));
  const lines = aligned.map((line, index) => `${signs[index]} ${line}`.replace(/[ |]+$/, ""));
  if (rows.length > linesMax + 1) lines.push(`… and ${rows.length - linesMax - 1} more rows`);
  if (equal.size > 0) lines.push(`${equal.size} of ${expected.length} rows are as expected`);
  return lines;
}
