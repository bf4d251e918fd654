/** What history holds after a kill: the rows of the journal up to its position, each once. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { nodeFileLayer } from "../../src/log/journal/file-layer.ts";
import { readAll, stepsOf } from "../log/log-driver.ts";

interface HistoryRows {
  readonly position: number;
  /** By stream: each row's step and place in it, and its id. */
  readonly rows: ReadonlyMap<string, readonly string[]>;
}

async function historyRows(data: string, streams: readonly string[]): Promise<HistoryRows | undefined> {
  const path = join(data, "history", "history.duckdb");
  if (!existsSync(path)) return undefined;
  const instance = await DuckDBInstance.create(path, { threads: "1", memory_limit: "256MB" });
  const connection = await instance.connect();
  const read = async (sql: string) => (await connection.runAndReadAll(sql)).getRows();
  const [place] = await read("SELECT step FROM book.place");
  const shown = (await read("SELECT view_name FROM duckdb_views() WHERE NOT internal")).map(String);
  const rows = new Map<string, readonly string[]>();
  for (const stream of streams.filter((name) => shown.includes(name))) {
    const found = await read(`SELECT _step, _row, id FROM "${stream}" ORDER BY _step, _row`);
    rows.set(
      stream,
      found.map((row) => row.join("|")),
    );
  }
  connection.closeSync();
  instance.closeSync();
  return { position: Number(place?.[0] ?? 0), rows };
}

/** Throws where history differs from the journal; answers how many rows it has. */
export async function compareHistory(data: string, streams: readonly string[]): Promise<number> {
  const history = await historyRows(data, streams);
  if (history === undefined) return 0;
  const steps = readAll(nodeFileLayer, 1, join(data, "journal"));
  const last = steps.at(-1)?.number ?? 0;
  if (history.position > last) {
    throw new Error(`history has step ${history.position}, and the journal ends with ${last}`);
  }
  let count = 0;
  for (const stream of streams) {
    const wanted = stepsOf(steps, stream)
      .filter(({ number }) => number <= history.position)
      .flatMap(({ number, rows }) => rows.map((row, place) => `${number}|${place}|${JSON.parse(row).id}`));
    const found = history.rows.get(stream) ?? [];
    const at = wanted.findIndex((row, place) => found[place] !== row);
    if (at >= 0 || found.length !== wanted.length) {
      const place = Math.max(0, at);
      throw new Error(`${stream} in history: ${found[place]} instead of ${wanted[place]} (row ${place})`);
    }
    count += found.length;
  }
  return count;
}
