/**
 * An export in the thread of history: its rows are read in one transaction that cannot write, made into text
 * by DuckDB, and sent piece by piece. What has gone out cannot be taken back: a mistake that shows before the
 * first piece is answered, a later one cuts the export off.
 */
import type { DuckDBBlobVector, DuckDBConnection } from "@duckdb/node-api";
import { frameOf, memberNames, type TextFormat } from "../../values/row-text.ts";
import type { RowField } from "../../values/sql-type.ts";
import { literal } from "../duck/duck-type.ts";
import { giveRows } from "../duck/given-rows.ts";
import { sqlTypeOf } from "../duck/sql-type-of.ts";
import { coldFolderOf } from "../history-file.ts";
import { boundValues, known } from "../history-query.ts";
import { relationsRead } from "../refuse-reach.ts";
import { withoutEnd } from "../without-end.ts";
import { csvCellSql, jsonCellSql } from "./cell-sql.ts";
import type { ExportHead, ExportQuery, QueriedRows } from "./export-messages.ts";
import { sendParquet } from "./parquet.ts";
import type { Pieces } from "./pieces.ts";
import { type ExportedHistory, type RowQueries, relationRows } from "./relation-rows.ts";

/** Where the export goes. */
export interface ExportTarget {
  readonly pieces: Pieces;
  /** Called once, before the first piece. */
  begin(head: ExportHead): void;
  /** One export at a time makes DuckDB work, so that queries and what is written have threads left. */
  inTurn<T>(work: () => Promise<T>): Promise<T>;
  readonly signal: AbortSignal;
}

/** Rejects with the signal's reason where it is ended, or a QuickwaterError where it cannot be made. */
export async function runExport(
  { source, format }: ExportQuery,
  history: ExportedHistory,
  target: ExportTarget,
): Promise<void> {
  const connection = await history.connect();
  const interrupt = () => connection.interrupt();
  target.signal.addEventListener("abort", interrupt);
  try {
    target.signal.throwIfAborted();
    const { position: step } = history;
    const queries = await target.inTurn(() => queriesOf(source, history, connection));
    const given = boundValues((source.kind === "query" && source.given) || new Map());
    if (format === "parquet") {
      await sendParquet(connection, queries, given, { folder: coldFolderOf(history.folder), step }, target);
    } else await sendText(connection, queries, { given, format, step }, target);
  } catch (error) {
    target.signal.throwIfAborted();
    throw known(error, source.kind === "query" ? source.sql : "");
  } finally {
    target.signal.removeEventListener("abort", interrupt);
    connection.closeSync();
  }
}

async function queriesOf(
  source: ExportQuery["source"],
  history: ExportedHistory,
  connection: DuckDBConnection,
): Promise<RowQueries> {
  if (source.kind === "rows") {
    const whole = await giveRows(connection, "given", source);
    return { columns: source.schema.columns, parts: [whole], whole, rowCount: source.rows.length };
  }
  await connection.run("BEGIN TRANSACTION READ ONLY");
  if (source.kind === "relation") return await relationRows(source, history, connection);
  return await queriedRows(source, history, connection);
}

/** What the query's columns are is known when it is bound. */
async function queriedRows(
  { sql, given = new Map() }: QueriedRows,
  { relations }: ExportedHistory,
  connection: DuckDBConnection,
): Promise<RowQueries> {
  const parsed = await connection.runAndReadAll("SELECT json_serialize_sql($sql::VARCHAR)", { sql });
  relationsRead(sql, String(parsed.getRows()[0]![0]), relations);
  const part = `SELECT * FROM (${withoutEnd(sql)}\n)`;
  const prepared = await connection.prepare(part);
  try {
    prepared.bind(...boundValues(given));
    const columns = Array.from({ length: prepared.columnCount }, (_, place) => ({
      name: prepared.columnName(place),
      type: sqlTypeOf(prepared.columnType(place)),
    }));
    return { columns, parts: [part], whole: part, rowCount: undefined };
  } finally {
    prepared.destroySync();
  }
}

interface TextWanted {
  readonly given: ReturnType<typeof boundValues>;
  readonly format: TextFormat;
  readonly step: number;
}

async function sendText(
  connection: DuckDBConnection,
  { columns, parts, rowCount }: RowQueries,
  { given, format, step }: TextWanted,
  { pieces, begin, inTurn, signal }: ExportTarget,
): Promise<void> {
  const names = columns.map(({ name }) => name);
  const frame = frameOf(format, names);
  const line = lineSql(format, columns);
  let skipped = frame.before.length;
  let hasBegun = false;
  const send = async () => {
    if (!hasBegun) begin({ rowCount, step });
    hasBegun = true;
    await pieces.flush();
  };
  pieces.addText(frame.head);
  const aliases = columns.map((_, place) => `c${place}`).join(", ");
  for (const part of parts) {
    const lines = `SELECT encode(${line}) FROM (${part}) AS part(${aliases})`;
    const result = await inTurn(() => connection.stream(lines, ...given));
    for (;;) {
      signal.throwIfAborted();
      const chunk = await inTurn(() => result.fetchChunk());
      if (chunk === null || chunk.rowCount === 0) break;
      const texts = chunk.getColumnVector(0) as DuckDBBlobVector;
      for (let row = 0; row < chunk.rowCount; row++) {
        const bytes = texts.getItemBytes(row)!;
        // What stands between two rows does not stand before the first one.
        pieces.add(skipped === 0 ? bytes : bytes.subarray(skipped));
        skipped = 0;
        pieces.countRows(1);
        if (pieces.isFull) await send();
      }
    }
  }
  pieces.addText(frame.end);
  await send();
}

/** A row with what stands before and behind it; its columns are `c0`, `c1` and so on. */
function lineSql(format: TextFormat, columns: readonly RowField[]): string {
  const { before, behind } = frameOf(format, []);
  if (format === "csv") {
    const fields = columns.flatMap(({ type }, place) => ["','", csvCellSql(`c${place}`, type)]);
    return `concat(${[...fields.slice(1), lineEnd(behind)].join(", ")})`;
  }
  const members = memberNames({ columns });
  const cells = columns.flatMap(({ type }, place) => [
    literal(members[place]!),
    jsonCellSql(`c${place}`, type),
  ]);
  return `concat(${[literal(before), ...cells, "'}'", lineEnd(behind)].join(", ")})`;
}

function lineEnd(text: string): string {
  const letters = [...text].map((letter) => `chr(${letter.charCodeAt(0)})`);
  return letters.length === 0 ? "''" : letters.join(" || ");
}
