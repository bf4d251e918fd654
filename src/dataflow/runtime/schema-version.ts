/**
 * Rows that were checked by an older schema of their table. What that schema did not declare nobody
 * checked: it may be there and be anything, so it is not read, and the column is NULL.
 */
import type { ScanColumn } from "../../sql/plan/logical-plan.ts";
import type { ColumnBatch } from "../../values/column-batch.ts";
import type { TimeStyle } from "../../values/json/time-text.ts";
import type { RowSchema } from "../../values/row-schema.ts";
import { formatType, type RowField, type SqlType, withNullable } from "../../values/sql-type.ts";
import { type DecodeKernel, makeDecoder } from "../codegen/decoder.ts";
import type { KernelMode } from "../codegen/kernels.ts";

export interface WrittenSchema extends RowSchema {
  readonly version: number;
}

/** `whole` decodes all columns, and is answered where the rows have them all. */
export function decoderOfVersion(
  columns: readonly ScanColumn[],
  written: readonly RowField[],
  whole: DecodeKernel,
  style: TimeStyle,
  mode: KernelMode,
): DecodeKernel {
  const places = columns.map((_, place) => place);
  const known = places.filter((place) => isDeclared(columns[place]!, written));
  if (known.length === columns.length) return whole;
  const decodeKnown = makeDecoder(
    known.map((place) => columns[place]!),
    style,
    mode,
  );
  const missing = places.filter((place) => !known.includes(place));
  return (rows, from, to, output) => {
    const part: ColumnBatch = { ...output, columns: known.map((place) => output.columns[place]!) };
    decodeKnown(rows, from, to, part);
    output.arena = part.arena;
    output.rowCount = part.rowCount;
    for (const place of missing) setAllNull(output.columns[place]!);
  };
}

function isDeclared({ path, type }: ScanColumn, written: readonly RowField[]): boolean {
  let fields = written;
  let found: SqlType | undefined;
  for (const name of path) {
    found = fields.find((field) => field.name === name)?.type;
    fields = found?.kind === "ROW" ? found.fields : [];
  }
  return found !== undefined && nameOf(found) === nameOf(type);
}

function nameOf(type: SqlType): string {
  return formatType(withNullable(type, true));
}

/** The place of a NULL holds zero. */
function setAllNull(column: ColumnBatch["columns"][number]): void {
  column.nulls.fill(0xff);
  switch (column.physical) {
    case "bytes":
      column.starts.fill(0);
      column.lengths.fill(0);
      break;
    case "i128":
      column.high.fill(0n);
      column.low.fill(0n);
      break;
    case "i64":
      column.values.fill(0n);
      break;
    default:
      column.values.fill(0);
  }
}
