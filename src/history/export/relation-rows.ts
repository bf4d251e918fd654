/**
 * The rows of a relation as queries that follow each other: UTC day by day, and of a day its cold files
 * before what is hot, each in the order in which it lies there, which is that of the journal. What keeps only
 * the latest row of each key is one query.
 */
import { join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { QuickwaterError, quickwaterError } from "../../errors/quickwater-error.ts";
import { closestName } from "../../errors/suggest.ts";
import type { RowField } from "../../values/sql-type.ts";
import { literal, quoted } from "../duck/duck-type.ts";
import { coldFolderOf } from "../history-file.ts";
import { type KeptStream, shownColumns } from "../history-store.ts";
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
  const partOf = (rows: string) => `SELECT ${names} FROM ${rows} AS ${quoted(relation)} ${chosen}`;
  const isLatest = stream.declared.table.primaryKey.length > 0 && kept !== undefined;
  const all = `main.${quoted(relation)}`;
  if (isLatest) {
    const latest = `${partOf(all)} ORDER BY _step, _row`;
    return { columns, parts: [latest], whole: latest, rowCount: undefined };
  }
  const days = await daysOf(stream, asked, history, connection);
  const shown = `${shownColumns(stream)}${kept === undefined ? ", _deleted" : ""}`;
  const shownOf = (rows: string) => `SELECT ${shown} FROM (${rows})`;
  const hot = `SELECT * FROM ${tableOf(stream)}`;
  // They lie in the order in which they were taken: nothing is sorted, so nothing needs room for that.
  const parts = days.flatMap(({ day, files }) => [
    ...(files.length === 0 ? [] : [partOf(`(${shownOf(coldRows(stream, files))})`)]),
    partOf(`(${shownOf(`${hot} WHERE _day = ${literal(day)}`)})`),
  ]);
  const files = days.flatMap((day) => day.files);
  const cold = files.length === 0 ? "" : `${shownOf(coldRows(stream, files))} UNION ALL `;
  const whole = partOf(`(${cold}${shownOf(hot)})`);
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

function tableOf({ declared: { table } }: KeptStream): string {
  return `kept.${quoted(table.name)}`;
}

/** Of files as they are ordered; what a file has not got is NULL, as in those of before a column came. */
function coldRows(stream: KeptStream, files: readonly string[]): string {
  const read = `SELECT * FROM read_parquet([${files.map(literal).join(", ")}], union_by_name = true)`;
  return `SELECT * FROM ${tableOf(stream)} WHERE FALSE UNION ALL BY NAME ${read}`;
}

/** The days that have rows, each with the files of those that are cold. */
async function daysOf(
  stream: KeptStream,
  { fromMs, toMs }: RelationRows,
  { folder }: ExportedHistory,
  connection: DuckDBConnection,
): Promise<readonly { readonly day: string; readonly files: readonly string[] }[]> {
  const dayOf = (ms: number) => literal(new Date(ms).toISOString().slice(0, 10));
  const from = fromMs === undefined ? "" : `AND day >= ${dayOf(fromMs)}`;
  const to = toMs === undefined ? "" : `AND day <= ${dayOf(toMs)}`;
  const found = await connection.runAndReadAll(
    `SELECT day::VARCHAR, path FROM (
       SELECT DISTINCT _day AS day, NULL AS path FROM ${tableOf(stream)}
       UNION ALL SELECT day, path FROM book.files WHERE stream = $stream AND NOT replaced
     ) WHERE TRUE ${from} ${to} ORDER BY day, path`,
    { stream: stream.declared.table.name },
  );
  const byDay = Map.groupBy(found.getRows(), ([day]) => String(day));
  const days: { readonly day: string; readonly files: readonly string[] }[] = [];
  for (const [day, rows] of byDay) {
    const paths = rows.flatMap(([, path]) => (path === null ? [] : [String(path)]));
    const files = paths.map((path) => join(coldFolderOf(folder), path));
    days.push({ day, files: await inOrder(files, connection) });
  }
  return days;
}

/** By their first rows. */
async function inOrder(files: readonly string[], connection: DuckDBConnection): Promise<readonly string[]> {
  if (files.length < 2) return files;
  const found = await connection.runAndReadAll(
    `SELECT filename FROM read_parquet([${files.map(literal).join(", ")}], filename = true)
     GROUP BY filename ORDER BY MIN((_step, _row))`,
  );
  return found.getRows().map(([name]) => String(name));
}
