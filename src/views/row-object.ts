/** A view's row as an object by column name, for programs in the same process. */
import type { RowSchema } from "../values/row-schema.ts";
import { isInteger } from "../values/sql-type.ts";
import type { ViewRow } from "./view.ts";

/** What a cell is in JavaScript: whole numbers beyond 2^53 are bigints, decimals and times are exact text. */
export type CellValue = boolean | number | bigint | string | null;

export interface RowObject {
  readonly [column: string]: CellValue;
  readonly $final: boolean;
  readonly $revision: number;
}

export function rowObject(schema: RowSchema, row: ViewRow): RowObject {
  const object: Record<string, CellValue> = {};
  schema.columns.forEach(({ name, type }, index) => {
    const text = row.cells[index]!;
    const value = JSON.parse(text) as CellValue;
    object[name] = isInteger(type) && !Number.isSafeInteger(value) && value !== null ? BigInt(text) : value;
  });
  return { ...object, $final: row.final, $revision: row.revision };
}
