/**
 * A Parquet file of rows: its end says where everything in it is, so it is made whole beside the cold days,
 * where alone DuckDB may write, and sent from there. Its name is gone as soon as it is open, and one that a
 * crash has left goes with what else has no name in the book.
 */
import { closeSync, mkdirSync, openSync, readSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import type { DuckDBConnection } from "@duckdb/node-api";
import { literal, quoted } from "../duck/duck-type.ts";
import type { boundValues } from "../history-query.ts";
import type { ExportHead } from "./export-messages.ts";
import type { RowQueries } from "./relation-rows.ts";
import type { ExportTarget } from "./run-export.ts";

/** Of those that lie together in the file: they are gathered in memory, however wide they are. */
const groupRows = 20_480;
const readBytes = 256 * 1024;
/** No stream's folder is called so. */
const folderName = ".export";
let made = 0;

export async function sendParquet(
  connection: DuckDBConnection,
  { columns, whole }: RowQueries,
  given: ReturnType<typeof boundValues>,
  { folder, step }: { readonly folder: string; readonly step: number },
  { pieces, begin, inTurn, signal }: ExportTarget,
): Promise<void> {
  const own = join(folder, folderName);
  mkdirSync(own, { recursive: true });
  const path = join(own, `${process.pid}-${Date.now().toString(36)}-${++made}.parquet`);
  const names = columns.map((_, place) => `c${place}`).join(", ");
  const called = columns.map(({ name }, place) => `c${place} AS ${quoted(name)}`).join(", ");
  const rows = `SELECT ${called} FROM (${whole}) AS whole(${names})`;
  let opened: number | undefined;
  try {
    const copied = await inTurn(() =>
      connection.runAndReadAll(
        `COPY (${rows}) TO ${literal(path)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${groupRows})`,
        ...given,
      ),
    );
    signal.throwIfAborted();
    const rowCount = Number(copied.getRows()[0]![0]);
    opened = openSync(path, "r");
    rmSync(path);
    const head: ExportHead = { rowCount, step };
    begin(head);
    const buffer = new Uint8Array(readBytes);
    pieces.countRows(rowCount);
    for (let read = readSync(opened, buffer); read > 0; read = readSync(opened, buffer)) {
      pieces.add(buffer.subarray(0, read));
      await pieces.flush();
      await turn();
    }
  } finally {
    if (opened !== undefined) closeSync(opened);
    rmSync(path, { force: true });
  }
}
