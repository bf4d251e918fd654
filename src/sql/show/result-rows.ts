/** What a statement answers that only tells of the catalog: rows, under Flink's names of columns. */
import type { RowSchema } from "../../values/row-schema.ts";
import { type SqlType, stringLengthMax } from "../../values/sql-type.ts";
import type { SqlValue } from "../../values/sql-value.ts";

export interface ResultRows {
  readonly schema: RowSchema;
  readonly rows: readonly (readonly SqlValue[])[];
}

export const text: SqlType = { kind: "VARCHAR", length: stringLengthMax, nullable: true };

/** One column of texts. */
export function texts(name: string, values: readonly string[]): ResultRows {
  return { schema: { columns: [{ name, type: text }] }, rows: values.map((value) => [value]) };
}
