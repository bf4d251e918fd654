/** A view's row as an object by column name, for programs in the same process. */
import type { RowSchema } from "../values/row-schema.ts";
import type { SqlType } from "../values/sql-type.ts";
import type { LiveView } from "./live-view.ts";
import { ToldRows } from "./told-rows.ts";
import { cellsOf, type ViewRow, type ViewSchema } from "./view.ts";

/**
 * What a cell is in JavaScript: whole numbers beyond 2^53 are bigints, decimals and times are exact text, a
 * ROW or MAP is an object, an ARRAY an array.
 */
export type CellValue =
  | boolean
  | number
  | bigint
  | string
  | null
  | readonly CellValue[]
  | { readonly [name: string]: CellValue };

export interface RowObject {
  readonly [column: string]: CellValue;
  readonly $final: boolean;
  readonly $revision: number;
}

/** The view's rows as they are now. */
export function rowObjects(live: LiveView): readonly RowObject[] {
  return Array.from(live.rows(), rowObjectsOf(live.schema));
}

/** Calls the listener with the rows that are there, then with those that change; answers what ends it. */
export function listenToRows(live: LiveView, listener: (rows: readonly RowObject[]) => void): () => void {
  if (live.rowCount > 0) listener(rowObjects(live));
  return live.listen((batch) => {
    if (batch.upserts.length > 0) listener(batch.upserts.map(rowObjectsOf(live.schema)));
  });
}

/** How rows of the view are made into objects. */
export function rowObjectsOf(view: ViewSchema): (row: ViewRow) => RowObject {
  const told = new ToldRows(view);
  return (row) => rowObject(view.schema, told.row(row));
}

function rowObject(schema: RowSchema, row: ViewRow): RowObject {
  const object: Record<string, CellValue> = {};
  const cells = cellsOf(row);
  schema.columns.forEach(({ name, type }, index) => {
    object[name] = cellOf(JSON.parse(cells[index]!, exactly) as CellValue, type);
  });
  return { ...object, $final: row.final, $revision: row.revision };
}

/** Whole numbers that a double does not hold are read from their digits. */
function exactly(_: string, value: unknown, context?: { readonly source?: string }): unknown {
  const isLarge = typeof value === "number" && Number.isInteger(value) && !Number.isSafeInteger(value);
  const digits = context?.source ?? "";
  return isLarge && /^-?\d+$/.test(digits) ? BigInt(digits) : value;
}

/** A large DOUBLE has the digits of a whole number too. */
function cellOf(value: CellValue, type: SqlType): CellValue {
  if (value === null) return null;
  switch (type.kind) {
    case "FLOAT":
    case "DOUBLE":
      return Number(value);
    case "ARRAY":
      return (value as CellValue[]).map((item) => cellOf(item, type.element));
    case "ROW": {
      const row = value as Record<string, CellValue>;
      return Object.fromEntries(
        type.fields.map((field) => [field.name, cellOf(row[field.name]!, field.type)]),
      );
    }
    case "MAP":
      return Object.fromEntries(
        Object.entries(value).map(([key, item]) => [key, cellOf(item as CellValue, type.value)]),
      );
    default:
      return value;
  }
}
