/**
 * What takes the row of a key out of a table: the columns of the key and, where the table has event time, the
 * one that says since when the row is gone.
 */
import type { TableDefinition } from "../catalog/catalog.ts";
import { quickwaterError } from "../errors/quickwater-error.ts";
import { zoneNamed } from "../functions/scalar/zones.ts";
import { isTimestamp, type RowField, type SqlType } from "../values/sql-type.ts";
import { formatInstantMs, formatTimestampMs } from "../values/timestamp.ts";
import type { RowFormat } from "./check/row-check.ts";
import { rowFormatOf } from "./check/row-format.ts";

export interface RemovalColumns {
  readonly key: readonly RowField[];
  /** Undefined where the table has no event time, or one that no row says. */
  readonly time: RemovalTime | undefined;
}

interface RemovalTime {
  readonly field: RowField;
  /** What one of it is where it is a number. */
  readonly unitMs: number;
}

/** @throws QuickwaterError where the table has no key, or nobody knows how its rows say their time. */
export function removalColumns(table: TableDefinition): RemovalColumns {
  const { name, schema, primaryKey } = table;
  if (primaryKey.length === 0) throw quickwaterError("request.no-primary-key", { stream: name });
  return { key: primaryKey.map((place) => schema.columns[place]!), time: timeOf(table) };
}

function timeOf({ name, schema, watermark, computed = [] }: TableDefinition): RemovalTime | undefined {
  if (watermark !== undefined) return { field: schema.columns[watermark.column]!, unitMs: 1 };
  const time = computed.find(({ watermarkDelayMs }) => watermarkDelayMs !== undefined);
  if (time === undefined || time.metadata !== undefined) return undefined;
  // The first of several is asked before the others.
  const [first] = time.timeParts ?? [];
  if (first === undefined)
    throw quickwaterError("request.no-removal-time", { stream: name, column: time.name });
  return { field: schema.columns[first.column]!, unitMs: first.unitMs };
}

/** How such a row is checked: none of its columns is missing, and the others are passed over. */
export function removalFormat(table: TableDefinition): RowFormat {
  const { key, time } = removalColumns(table);
  const needed = time === undefined || key.includes(time.field) ? key : [...key, time.field];
  return {
    ...rowFormatOf(table),
    fields: needed.map(({ name, type }) => ({ name, type: { ...type, nullable: false } as SqlType })),
    keyFields: [],
    notNegative: [],
  };
}

/** The columns of a primary key, by name; whole numbers beyond 2^53 as `bigint`. */
export type RowKey = Readonly<Record<string, unknown>>;

/** One as the table's JSON. A key that says its time itself keeps it. */
export function removalLine(
  table: TableDefinition,
  key: RowKey,
  { atMs, timeZone }: { readonly atMs: number; readonly timeZone: string },
): string {
  const { time } = removalColumns(table);
  const isTold = time === undefined || time.field.name in key;
  const row = isTold ? key : { ...key, [time.field.name]: timeValue(time, atMs, timeZone) };
  const members = Object.entries(row).map(([name, value]) => `${JSON.stringify(name)}:${valueText(value)}`);
  return `{${members.join(",")}}`;
}

function valueText(value: unknown): string {
  return typeof value === "bigint" ? String(value) : (JSON.stringify(value) ?? "null");
}

/** A TIMESTAMP is what the wall clock shows. */
function timeValue(
  { field: { type }, unitMs }: RemovalTime,
  atMs: number,
  timeZone: string,
): string | number {
  if (!isTimestamp(type)) return Math.floor(atMs / unitMs);
  if (type.kind === "TIMESTAMP_LTZ") return formatInstantMs(atMs);
  return formatTimestampMs(atMs + (zoneNamed(timeZone)?.offsetMs(atMs) ?? 0)).replace(" ", "T");
}
