/** How the rows of a table are written as JSON: its fields, event time and key, the style of its times. */
import type { TableDefinition } from "../../catalog/catalog.ts";
import { columnList } from "../../catalog/column-list.ts";
import { timeStyleOf } from "../../catalog/json-style.ts";
import type { EventTimeField, RowFormat } from "./row-check.ts";

export function rowFormatOf(table: TableDefinition): RowFormat {
  const { watermark, schema, options } = table;
  const names = schema.columns.map(({ name }) => name);
  const listed = (option: string) => {
    const value = options[option];
    return value === undefined ? [] : columnList(value, names);
  };
  return {
    fields: schema.columns,
    eventTimeField: watermark === undefined ? undefined : names[watermark.column]!,
    computedTime: computedTimeOf(table),
    keyFields: listed("dedup-key"),
    notNegative: listed("not-negative"),
    timeStyle: timeStyleOf(table),
  };
}

function computedTimeOf({ computed = [], schema }: TableDefinition): RowFormat["computedTime"] {
  const time = computed.find(({ watermarkDelayMs }) => watermarkDelayMs !== undefined);
  if (time?.timeParts === undefined || time.timeParts.length === 0) return undefined;
  const fields = time.timeParts.map(({ column, unitMs }): EventTimeField => {
    return { name: schema.columns[column]!.name, unitMs };
  });
  return { name: fields.length === 1 ? fields[0]!.name : time.name, type: time.type, fields };
}
