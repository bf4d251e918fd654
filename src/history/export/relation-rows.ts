/**
 * The rows of a relation as queries that follow each other: one for each UTC day, so that a year needs no
 * more room than its largest day, and within a day by their place in the journal. What keeps only the latest
 * row of each key is one query.
 */
import { join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { QuickwaterError, quickwaterError } from "../../errors/quickwater-error.ts";
import { closestName } from "../../errors/suggest.ts";
import type { RowField } from "../../values/sql-type.ts";
import { literal, quoted } from "../duck/duck-type.ts";
import { coldFolderOf } from "../history-file.ts";
import { allRowsOf, type KeptStream, shownColumns } from "../history-store.ts";
import { relationsRead } from "../refuse-reach.ts";
import type { RelationRows } from "./export-messages.ts";

export interface RowQueries {
  readonly columns: readonly RowField[];
  /** Each has these columns; together they are all rows in their order. */
  readonly parts: readonly string[];
  /** All of them at once. */
  readonly whole: string;
  /** Undefined where to count costs as much as to read. */
  readonly rowCount: number | undefined;
}

export interface ExportedHistory {
  connect(): Promise<DuckDBConnection>;
  readonly folder: string;
  readonly streams: readonly KeptStream[];
  readonly relations: readonly string[];
  readonly position: number;
}

const placesOfRows: readonly RowField[] = [
  { name: "_step", type: { kind: "BIGINT", nullable: false } },
  { name: "_row", type: { kind: "INT", nullable: false } },
  { name: "_at", type: { kind: "TIMESTAMP_LTZ", precision: 3, nullable: false } },
];
const deleted: RowField = { name: "_deleted", type: { kind: "BOOLEAN", nullable: false } };
const inOrder = "ORDER BY _step, _row";

/** Within the transaction in which the parts are read. */
export async function relationRows(
  asked: RelationRows,
  history: ExportedHistory,
  connection: DuckDBConnection,
): Promise<RowQueries> {
  const { relation, where } = asked;
  const kept = history.streams.find(({ declared: { table } }) => relation === table.name) ?? undefined;
  const changed = history.streams.find(({ declared: { table } }) => relation === `${table.name}_changes`);
  const stream = kept ?? changed;
  if (stream === undefined || !history.relations.includes(relation)) {
    const suggestion = closestName(relation, history.relations);
    throw quickwaterError("request.unknown-export", { name: relation }, { suggestion });
  }
  const columns = columnsOf(asked, stream, kept === undefined);
  if (where !== undefined) await judge(connection, relation, where, history.relations);
  const times = timeConditions(asked, stream);
  const conditions = [...times, ...(where === undefined ? [] : [`(\n${where}\n)`])];
  const chosen = conditions.length === 0 ? "" : `WHERE ${conditions.join(" AND ")}`;
  const names = columns.map(({ name }) => quoted(name)).join(", ");
  const partOf = (rows: string) => `SELECT ${names} FROM ${rows} AS ${quoted(relation)} ${chosen} ${inOrder}`;
  const isLatest = stream.declared.table.primaryKey.length > 0 && kept !== undefined;
  const all = `main.${quoted(relation)}`;
  if (isLatest) return { columns, parts: [partOf(all)], whole: partOf(all), rowCount: undefined };
  const days = await daysOf(stream, asked, history, connection);
  const shown = `${shownColumns(stream)}${kept === undefined ? ", _deleted" : ""}`;
  const parts = days.map(({ day, files }) => {
    const rows = allRowsOf(stream.declared.table.name, files);
    return partOf(`(SELECT ${shown} FROM (${rows}) WHERE _day = ${literal(day)})`);
  });
  const byDay = `ORDER BY ${timeOf(stream)}::DATE, _step, _row`;
  const whole = `SELECT ${names} FROM ${all} AS ${quoted(relation)} ${chosen} ${byDay}`;
  if (where !== undefined) return { columns, parts, whole, rowCount: undefined };
  const counted = await connection.runAndReadAll(`SELECT COUNT(*) FROM ${all} ${chosen}`);
  return { columns, parts, whole, rowCount: Number(counted.getRows()[0]![0]) };
}

function columnsOf(
  { columns, relation }: RelationRows,
  { columns: { schema } }: KeptStream,
  ofChanges: boolean,
): readonly RowField[] {
  const own = ofChanges ? [...schema.columns, deleted] : schema.columns;
  const known = [...own, ...placesOfRows];
  return (
    columns?.map((name) => {
      const column = known.find((each) => each.name === name);
      if (column !== undefined) return column;
      const names = known.map((each) => each.name);
      const expected = `name columns of ${relation}, which has no ${name.slice(0, 100)}`;
      const suggestion = closestName(name.slice(0, 100), names);
      throw quickwaterError("request.bad-parameter", { name: "columns", expected }, { suggestion });
    }) ?? own
  );
}

/** As a query of its own it must read nothing but history. */
async function judge(
  connection: DuckDBConnection,
  relation: string,
  where: string,
  relations: readonly string[],
): Promise<void> {
  const before = `SELECT * FROM ${quoted(relation)} WHERE (\n`;
  const sql = `${before}${where}\n)`;
  const parsed = await connection.runAndReadAll("SELECT json_serialize_sql($sql::VARCHAR)", { sql });
  try {
    relationsRead(sql, String(parsed.getRows()[0]![0]), relations);
  } catch (error) {
    if (!(error instanceof QuickwaterError) || error.position === undefined) throw error;
    const { line, column, offset, length } = error.position;
    const position = { line: line - 1, column, offset: offset - before.length, length };
    throw new QuickwaterError(error.code, error.params, { position, suggestion: error.suggestion });
  }
}

/** When a row happened, or where it does not say that, when it was taken: its day is of that. */
function timeOf({ columns: { schema, timeColumn } }: KeptStream): string {
  const time = timeColumn === undefined ? undefined : quoted(schema.columns[timeColumn]!.name);
  return time === undefined ? "_at" : `COALESCE(${time}::TIMESTAMPTZ, _at)`;
}

function timeConditions({ fromMs, toMs }: RelationRows, stream: KeptStream): readonly string[] {
  const at = timeOf(stream);
  const instant = (ms: number) => `TIMESTAMPTZ ${literal(new Date(ms).toISOString())}`;
  return [
    ...(fromMs === undefined ? [] : [`${at} >= ${instant(fromMs)}`]),
    ...(toMs === undefined ? [] : [`${at} < ${instant(toMs)}`]),
  ];
}

/** The days that have rows, each with the files of those that are cold. */
async function daysOf(
  { declared: { table } }: KeptStream,
  { fromMs, toMs }: RelationRows,
  { folder }: ExportedHistory,
  connection: DuckDBConnection,
): Promise<readonly { readonly day: string; readonly files: readonly string[] }[]> {
  const dayOf = (ms: number) => literal(new Date(ms).toISOString().slice(0, 10));
  const from = fromMs === undefined ? "" : `AND day >= ${dayOf(fromMs)}`;
  const to = toMs === undefined ? "" : `AND day <= ${dayOf(toMs)}`;
  const found = await connection.runAndReadAll(
    `SELECT day::VARCHAR, path FROM (
       SELECT DISTINCT _day AS day, NULL AS path FROM kept.${quoted(table.name)}
       UNION ALL SELECT day, path FROM book.files WHERE stream = $stream AND NOT replaced
     ) WHERE TRUE ${from} ${to} ORDER BY day, path`,
    { stream: table.name },
  );
  const byDay = Map.groupBy(found.getRows(), ([day]) => String(day));
  return Array.from(byDay, ([day, rows]) => {
    const paths = rows.flatMap(([, path]) => (path === null ? [] : [String(path)]));
    return { day, files: paths.map((path) => join(coldFolderOf(folder), path)) };
  });
}
