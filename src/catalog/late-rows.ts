/**
 * The relation of a query's late rows: one row for each event that came behind the watermark for what the
 * query does with it, as its stream has it, with what it was late for.
 */
import type { ColumnSchema } from "../values/row-schema.ts";
import { type SqlType, stringLengthMax, withNullable } from "../values/sql-type.ts";
import type { TableDefinition } from "./catalog.ts";

const wallClock: SqlType = { kind: "TIMESTAMP", precision: 3, nullable: true };

/**
 * Behind the columns of the stream. `late_at` is when it came, by the log's clock; windows are on the wall
 * clock that the query makes them on.
 */
function lateColumns(time: SqlType): readonly ColumnSchema[] {
  return [
    { name: "late_stream", type: { kind: "VARCHAR", length: stringLengthMax, nullable: false } },
    { name: "late_at", type: { kind: "TIMESTAMP_LTZ", precision: 3, nullable: false, attribute: "rowtime" } },
    { name: "late_watermark", type: withNullable(time, false) },
    { name: "late_by_ms", type: { kind: "BIGINT", nullable: false } },
    { name: "late_window_start", type: wallClock },
    { name: "late_window_end", type: wallClock },
  ];
}

export function lateRowsName(query: string): string {
  return `${query}$late`;
}

/** Of several streams it has the columns of all; what a stream does not have is NULL there. */
export function lateRowsTable(of: string, streams: readonly TableDefinition[]): TableDefinition {
  const columns = streams.length === 1 ? streams[0]!.schema.columns.map(plain) : columnsOfAll(streams);
  const added = lateColumns(plain(timeOf(streams[0]!)).type);
  const own = columns.filter(({ name }) => added.every((column) => column.name !== name));
  return {
    name: lateRowsName(of),
    origin: { kind: "late", of },
    schema: { columns: [...own, ...added] },
    watermark: { column: own.length + 1, delayMs: 0 },
    primaryKey: [],
    options: {},
    statement: "",
  };
}

/** The column that orders it, which may be computed. */
function timeOf({ schema, watermark, computed }: TableDefinition): ColumnSchema {
  const time = computed?.find(({ watermarkDelayMs }) => watermarkDelayMs !== undefined);
  return time ?? schema.columns[watermark!.column]!;
}

function columnsOfAll(streams: readonly TableDefinition[]): readonly ColumnSchema[] {
  const columns = new Map<string, ColumnSchema>();
  for (const { schema } of streams) {
    for (const column of schema.columns) {
      if (!columns.has(column.name)) {
        columns.set(column.name, { ...plain(column), type: withNullable(plain(column).type, true) });
      }
    }
  }
  return [...columns.values()];
}

/** Late rows are in the order in which they came: the time of the stream orders nothing here. */
function plain({ name, type }: ColumnSchema): ColumnSchema {
  if (type.kind !== "TIMESTAMP" && type.kind !== "TIMESTAMP_LTZ") return { name, type };
  const { attribute: _, ...rest } = type;
  return { name, type: rest };
}
