/** Columns as tables show them: what stands in a cell, for the eye and exact. */
import type { Level, TableColumn } from "../../../../src/serving/pages.ts";
import type { WireRow, WireValue } from "../../../../src/serving/protocol.ts";
import { type Cell, cellOf, decimalOf, textOf } from "../../data/cells.ts";
import { currencyOf, exact, formattedCell } from "../../data/formatted.ts";
import { levelOf } from "../../data/levels.ts";
import type { Times } from "../../time/times.ts";
import type { Reading } from "../panel-kind.ts";

export interface ShownColumn {
  readonly title: string;
  /** How it is sorted and where it stands: numbers to the right. */
  readonly sorts: "number" | "time" | "text";
  readonly cell: Cell;
  /** For the eye. */
  readonly shown: (row: WireRow, times: Times) => string;
  /** Every digit; instants as they came. */
  readonly exact: (row: WireRow) => string;
  readonly level: (row: WireRow) => Level | undefined;
}

export function shownColumn(told: TableColumn, reading: Reading): ShownColumn {
  const { title, format, levels } = told;
  const cell = cellOf(reading.columns, told.column);
  return {
    title,
    sorts: sortOf(told, reading),
    cell,
    // A text without letters is a value, and to be seen and clicked.
    shown: (row, times) => formattedCell(cell(row), format, times, currencyOf(format, reading, row)) || "“”",
    exact: (row) => exactCell(cell(row), (value) => exact(value, format, currencyOf(format, reading, row))),
    level: (row) => (levels.length === 0 ? undefined : levelOf(numberIn(cell(row)), levels)),
  };
}

function sortOf({ column, format }: TableColumn, { columns }: Reading): ShownColumn["sorts"] {
  const type = columns.find(({ name }) => name === column)?.type;
  if (format.as === "time" || type === "timestamp") return "time";
  const isNumber = type === "integer" || type === "float" || type === "decimal";
  return isNumber || format.as !== "text" ? "number" : "text";
}

/** Money has its currency with it, which a text in place of a number has not. */
function exactCell(
  value: WireValue,
  write: (decimal: NonNullable<ReturnType<typeof decimalOf>>) => string,
): string {
  const decimal = typeof value === "boolean" ? undefined : numberIn(value);
  return decimal === undefined ? textOf(value) : write(decimal);
}

function numberIn(value: WireValue): ReturnType<typeof decimalOf> {
  return typeof value === "object" ? undefined : decimalOf(value);
}
