/** All rows of a day out of history, in each form; beside it DuckDB's own COPY of the same rows to a file. */
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ExportQuery } from "../src/history/export/export-messages.ts";
import { Exports } from "../src/history/export/exports.ts";
import type { History } from "../src/history/history-service.ts";
import { day, dayMs, eventCount, fill, open, timed } from "./history-data.ts";
import { median, type Report, thousands } from "./report.ts";

const rounds = 3;
const stream = "transaction_events";
/** Each form, and what DuckDB calls it. */
const forms = {
  csv: "FORMAT csv",
  ndjson: "FORMAT json",
  json: "FORMAT json, ARRAY true",
  parquet: "FORMAT parquet, COMPRESSION zstd",
} as const;

export async function benchExport(): Promise<Report> {
  const data = mkdtempSync(join(tmpdir(), "quickwater-bench-"));
  try {
    await fill(data);
    const history = await open(data);
    while (await history.pass(day));
    const hot = await measured(history, data);
    await history.pass(day + 30 * dayMs);
    const cold = await measured(history, data);
    history.close();
    const slowest = Math.min(...[...hot, ...cold].map(({ perSecond }) => perSecond));
    return {
      title: "Exports",
      command: "npm run bench -- export",
      method: [
        `${thousands(eventCount)} events of the payments project, one day with ten columns, ordered as they`,
        "came; the bytes are taken as fast as they are made. Hot rows lie in the DuckDB file, cold ones in a",
        "Parquet file. Beside it DuckDB's COPY of the same rows in the same order to a file, by one thread.",
        `The median of ${rounds}.`,
      ].join(" "),
      columns: ["form", "rows/s, hot", "of COPY", "rows/s, cold", "of COPY"],
      rows: Object.keys(forms).map((form, place) => [
        form,
        ...[hot, cold].flatMap((all) => [thousands(all[place]!.perSecond), all[place]!.ofCopy.toFixed(2)]),
      ]),
      findings: [`The slowest form makes **${thousands(slowest)}** rows a second.`],
    };
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
}

async function measured(history: History, data: string) {
  const all: { perSecond: number; ofCopy: number }[] = [];
  for (const [form, copied] of Object.entries(forms)) {
    const exported: number[] = [];
    const copies: number[] = [];
    for (let round = 0; round < rounds; round++) {
      exported.push(await timed(() => exportAll(history, form as ExportQuery["format"])));
      copies.push(await timed(() => copyAll(history, copied, data)));
    }
    const seconds = median(exported);
    all.push({ perSecond: eventCount / seconds, ofCopy: median(copies) / seconds });
  }
  return all;
}

/** What the thread of history does, each piece taken at once. */
async function exportAll(history: History, format: ExportQuery["format"]): Promise<void> {
  const query: ExportQuery = { source: { kind: "relation", relation: stream }, format, runMsMax: 600_000 };
  let rows = 0;
  let failure: unknown;
  const exports = new Exports((message) => {
    if (message.type === "refused") failure = message.error;
    if (message.type !== "piece") return;
    rows += message.rowCount;
    queueMicrotask(() => exports.take(1));
  });
  await exports.run(1, query, (target) => history.export(query, target));
  if (failure !== undefined || rows !== eventCount) {
    throw new Error(`${rows} rows instead of ${eventCount}: ${JSON.stringify(failure)}`);
  }
}

async function copyAll(history: History, form: string, data: string): Promise<void> {
  const file = join(data, "history", "cold", "copy");
  const { columns } = history.store.streams.find(({ declared: { table } }) => table.name === stream)!.columns
    .schema;
  const names = columns.map(({ name }) => `"${name}"`).join(", ");
  await history.store.file.run(
    `COPY (SELECT ${names} FROM ${stream} ORDER BY _step, _row) TO '${file}' (${form})`,
  );
  if (statSync(file).size === 0) throw new Error("nothing was copied");
  rmSync(file);
}
