/** How the rows of a table are written as JSON: its fields, its event time, and the style of its times. */
import type { TableDefinition } from "../../catalog/catalog.ts";
import { timeStyleOf } from "../../catalog/json-style.ts";
import type { RowFormat } from "./row-check.ts";

export function rowFormatOf(table: TableDefinition): RowFormat {
  const { watermark } = table;
  return {
    fields: table.schema.columns,
    eventTimeField: watermark === undefined ? undefined : table.schema.columns[watermark.column]!.name,
    timeStyle: timeStyleOf(table),
  };
}
