/**
 * The columns of a table, batch or view, in order. A column is found by name once, when a query is bound;
 * after that everything goes by position.
 */
import type { SqlType } from "./sql-type.ts";

export interface ColumnSchema {
  readonly name: string;
  readonly type: SqlType;
}

export interface RowSchema {
  readonly columns: readonly ColumnSchema[];
}

export function columnIndex(schema: RowSchema, name: string): number {
  return schema.columns.findIndex((column) => column.name === name);
}
