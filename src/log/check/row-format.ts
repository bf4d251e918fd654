/** How the rows of a table are written as JSON: its fields, event time and key, the style of its times. */
import type { TableDefinition } from "../../catalog/catalog.ts";
import { timeStyleOf } from "../../catalog/json-style.ts";
import type { RowFormat } from "./row-check.ts";

export function rowFormatOf(table: TableDefinition): RowFormat {
  const { watermark } = table;
  return {
    fields: table.schema.columns,
    eventTimeField: watermark === undefined ? undefined : table.schema.columns[watermark.column]!.name,
    keyField: table.options["dedup-key"],
    timeStyle: timeStyleOf(table),
  };
}
