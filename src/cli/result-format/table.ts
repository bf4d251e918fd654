/** `--format table`: columns under each other, with the number of rows behind them. */
import { readValue } from "../../values/column-access.ts";
import type { ColumnBatch } from "../../values/column-batch.ts";
import { isNumeric } from "../../values/sql-type.ts";
import { cellText } from "./cell-text.ts";
import type { MakeResultWriter, ResultShape, ResultWriter } from "./result-writer.ts";

/**
 * Columns are as wide as these first rows need; later cells that are wider stand out, and memory stays
 * small.
 */
const measuredRowsMax = 1000;

export interface TableColumn {
  readonly name: string;
  readonly isNumber: boolean;
}

export const tableWriter: MakeResultWriter = (shape, print) => {
  const columns = shape.schema.columns.map(({ name, type }) => ({ name, isNumber: isNumeric(type) }));
  return new TableWriter(shape, columns, rowCells, print);
};

export function rowCells(batch: ColumnBatch, row: number): string[] {
  return batch.schema.columns.map(({ type }, index) => {
    const value = readValue(batch, index, row);
    return value === null ? "NULL" : oneLine(cellText(value, type));
  });
}

export class TableWriter implements ResultWriter {
  readonly #name: string | undefined;
  readonly #columns: readonly TableColumn[];
  readonly #cellsOf: (batch: ColumnBatch, row: number) => string[];
  readonly #print: (text: string) => void;
  #measured: string[][] = [];
  #widths: readonly number[] | undefined;
  #rowCount = 0;

  constructor(
    { name }: Pick<ResultShape, "name">,
    columns: readonly TableColumn[],
    cellsOf: (batch: ColumnBatch, row: number) => string[],
    print: (text: string) => void,
  ) {
    this.#name = name;
    this.#columns = columns;
    this.#cellsOf = cellsOf;
    this.#print = print;
  }

  write(batch: ColumnBatch): void {
    this.writeCells(Array.from({ length: batch.rowCount }, (_, row) => this.#cellsOf(batch, row)));
  }

  writeCells(rows: readonly string[][]): void {
    let lines = "";
    for (const cells of rows) {
      this.#rowCount++;
      if (this.#widths !== undefined) lines += this.#line(cells);
      else if (this.#measured.push(cells) === measuredRowsMax) lines += this.#begin();
    }
    if (lines !== "") this.#print(lines);
  }

  end(): void {
    const count = `${this.#rowCount.toLocaleString("en")} row${this.#rowCount === 1 ? "" : "s"}`;
    const lines = this.#widths === undefined ? this.#begin() : "";
    this.#print(`${lines}${this.#rule()}${count}\n\n`);
  }

  /** The widths are known: the head, and the rows that waited for them. */
  #begin(): string {
    this.#widths = this.#columns.map(({ name }, index) =>
      Math.max(displayWidth(oneLine(name)), ...this.#measured.map((cells) => displayWidth(cells[index]!))),
    );
    const title = this.#name === undefined ? "" : `${this.#name}\n`;
    const head = this.#line(this.#columns.map(({ name }) => oneLine(name)));
    const rows = this.#measured.map((cells) => this.#line(cells)).join("");
    this.#measured = [];
    return `${title}${this.#rule()}${head}${this.#rule()}${rows}`;
  }

  #rule(): string {
    return `+${this.#widths!.map((width) => "-".repeat(width + 2)).join("+")}+\n`;
  }

  #line(cells: readonly string[]): string {
    const padded = cells.map((cell, index) => {
      const space = " ".repeat(Math.max(0, this.#widths![index]! - displayWidth(cell)));
      return this.#columns[index]!.isNumber ? space + cell : cell + space;
    });
    return `| ${padded.join(" | ")} |\n`;
  }
}

/**
 * A cell stays on its line, and what would move the terminal's cursor or change its colours shows as an
 * escape.
 */
export function oneLine(text: string): string {
  return text.replace(/\p{Cc}/gu, (control) => {
    const short = { "\n": "\\n", "\r": "\\r", "\t": "\\t" }[control];
    return short ?? `\\u${control.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}

/** Columns that a terminal gives the text: marks take none, wide letters of East Asia and pictures two. */
function displayWidth(text: string): number {
  let width = 0;
  for (const letter of text) {
    if (letter < "\u0300") width++;
    else if (!/\p{M}|\p{Cf}/u.test(letter))
      width += /\p{Emoji_Presentation}|[ᄀ-ᅟ⺀-〿ぁ-꓏가-힣豈-﫿︰-﹏＀-｠￠-￦]/u.test(letter) ? 2 : 1;
  }
  return width;
}
