/**
 * A query over history: judged by what it reaches for, then run in a transaction that cannot write, on a
 * connection of its own to a database that is locked in (`history-file.ts`), and interrupted when it takes
 * too long.
 */
import { BIGINT, type DuckDBConnection } from "@duckdb/node-api";
import { QuickwaterError, quickwaterError } from "../errors/quickwater-error.ts";
import type { RowSchema } from "../values/row-schema.ts";
import { cellSeparator } from "../views/view.ts";
import { duckCell } from "./duck/duck-cell.ts";
import { quoted } from "./duck/duck-type.ts";
import { duckValue } from "./duck/duck-value.ts";
import { giveRows } from "./duck/given-rows.ts";
import { sqlTypeOf } from "./duck/sql-type-of.ts";
import type { HistoryAnswer, HistoryQuery, ViewRows } from "./history-messages.ts";
import { refusal, relationsRead } from "./refuse-reach.ts";
import { withoutEnd } from "./without-end.ts";

export interface QueriedHistory {
  connect(): Promise<DuckDBConnection>;
  /** The relations that there are. */
  readonly relations: readonly string[];
  readonly position: number;
  /** The rows of these views as they are now; where no query reads one, there is none. */
  readonly viewRows?: (names: readonly string[]) => Promise<readonly ViewRows[]>;
}

/** @throws QuickwaterError where it cannot be answered. */
export async function runHistoryQuery(
  query: HistoryQuery,
  history: QueriedHistory,
  signal?: AbortSignal,
): Promise<HistoryAnswer> {
  const { sql, limits } = query;
  const connection = await history.connect();
  let isLate = false;
  const end = setTimeout(() => {
    isLate = true;
    connection.interrupt();
  }, limits.runMsMax);
  const interrupt = () => connection.interrupt();
  signal?.addEventListener("abort", interrupt);
  try {
    const parsed = await connection.runAndReadAll("SELECT json_serialize_sql($sql::VARCHAR)", { sql });
    const { relations, position: step } = history;
    const views = (query.views ?? []).filter((name) => !relations.includes(name));
    const read = relationsRead(sql, String(parsed.getRows()[0]![0]), [...relations, ...views]);
    const shown = await giveViews(
      connection,
      history,
      read.filter((name) => views.includes(name)),
    );
    signal?.throwIfAborted();
    await connection.run("BEGIN TRANSACTION READ ONLY");
    // A row more than may be answered tells that there are more.
    const bounded = `SELECT * FROM (${withoutEnd(sql)}\n) LIMIT ${limits.rowsMax + 1}`;
    const rows = await answerOf(connection, bounded, query);
    return { ...rows, reads: read.map((name) => ({ name, step: shown.get(name) ?? step })) };
  } catch (error) {
    signal?.throwIfAborted();
    if (isLate) throw quickwaterError("request.query-timeout", { limit: limits.runMsMax });
    throw known(error, sql);
  } finally {
    clearTimeout(end);
    signal?.removeEventListener("abort", interrupt);
    connection.closeSync();
  }
}

/** By view the step that its rows are as of. */
async function giveViews(
  connection: DuckDBConnection,
  history: QueriedHistory,
  names: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const views = names.length === 0 ? [] : ((await history.viewRows?.(names)) ?? []);
  for (const [place, view] of views.entries()) {
    const rows = await giveRows(connection, `given ${place}`, view);
    await connection.run(`CREATE TEMP VIEW ${quoted(view.name)} AS ${rows}`);
  }
  return new Map(views.map(({ name, step }) => [name, step]));
}

async function answerOf(
  connection: DuckDBConnection,
  sql: string,
  { given = new Map(), limits }: HistoryQuery,
): Promise<Omit<HistoryAnswer, "reads">> {
  const result = await connection.stream(sql, ...boundValues(given));
  const schema: RowSchema = {
    columns: result.columnNames().map((name, place) => ({ name, type: sqlTypeOf(result.columnType(place)) })),
  };
  const rows: string[] = [];
  let bytes = 0;
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) break;
    for (const values of chunk.getRows()) {
      const cells = values.map((value, place) => duckCell(value, schema.columns[place]!.type));
      const row = cells.join(cellSeparator);
      bytes += row.length;
      if (rows.push(row) > limits.rowsMax)
        throw quickwaterError("request.query-rows", { limit: limits.rowsMax });
      if (bytes > limits.answerBytesMax) {
        throw quickwaterError("request.query-bytes", { limit: limits.answerBytesMax });
      }
    }
  }
  return { schema, rows };
}

/** Values by name and, where DuckDB would take another one, their types. */
export function boundValues(given: NonNullable<HistoryQuery["given"]>) {
  const named = [...given];
  return [
    Object.fromEntries(named.map(([name, { type, value }]) => [name, duckValue(value, type)])),
    // By itself a whole number is taken for one of 128 bits.
    Object.fromEntries(named.flatMap(([name, { type }]) => (type.kind === "BIGINT" ? [[name, BIGINT]] : []))),
  ] as const;
}

/** What DuckDB says of a query is the asker's to know; the first of its lines says it. */
export function known(error: unknown, sql: string): unknown {
  if (!(error instanceof Error) || error instanceof QuickwaterError) return error;
  const [said = ""] = error.message.split("\n");
  return refusal(said.replace(/^Failure running pending result task: /, ""), sql, undefined);
}
