/** A day of events into history, and what is asked of it; beside it DuckDB's own reading of JSON. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import type { History } from "../src/history/history-service.ts";
import { batch, day, dayMs, eventCount, fill, linesOf, open, timed } from "./history-data.ts";
import { median, type Report, thousands } from "./report.ts";

const rounds = 3;

const questions = {
  "sums by hour and currency": `SELECT date_trunc('hour', "timestamp") AS hour, currency, COUNT(*) AS n,
    SUM(amount) AS total FROM transaction_events GROUP BY ALL ORDER BY ALL`,
  "distinct customers": "SELECT COUNT(DISTINCT customer_id) AS n FROM transaction_events",
  "the rows of one customer": `SELECT * FROM transaction_events WHERE customer_id =
    (SELECT MIN(customer_id) FROM transaction_events) ORDER BY "timestamp" DESC LIMIT 100`,
};

export async function benchHistory(): Promise<Report> {
  const data = mkdtempSync(join(tmpdir(), "quickwater-bench-"));
  try {
    await fill(data);
    const history = await open(data);
    const written = await timed(async () => {
      while (await history.pass(day));
    });
    await expectAll(history);
    const hot = await ask(history);
    const moved = await timed(async () => void (await history.pass(day + 30 * dayMs)));
    await expectAll(history);
    const cold = await ask(history);
    history.close();
    const json = await readJson(data);
    const perSecond = (seconds: number) => thousands(eventCount / seconds);
    return {
      title: "History",
      command: "npm run bench -- history",
      method: [
        `${thousands(eventCount)} events of the payments project, one day, from the journal into history as`,
        "the server does it, without its pause between two transactions; then into one Parquet file by date.",
        "Beside it DuckDB reads the same rows from a JSON file into a table, with one thread and the types",
        `given. Questions: the median of ${rounds}, with one thread.`,
      ].join(" "),
      columns: ["what", "events/s, or hot", "cold"],
      rows: [
        ["from the journal into DuckDB", perSecond(written), ""],
        ["DuckDB's own read_json", perSecond(json), ""],
        ["from DuckDB into Parquet", "", perSecond(moved)],
        ...Object.keys(questions).map((name, place) => [
          name,
          milliseconds(hot[place]!),
          milliseconds(cold[place]!),
        ]),
      ],
      findings: [
        `Writing is **${(json / written).toFixed(2)}** of the speed of DuckDB's own reading of JSON.`,
      ],
    };
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
}

async function expectAll(history: History): Promise<void> {
  const [counted] = await history.store.file.rows("SELECT COUNT(*) FROM transaction_events");
  if (Number(counted![0]) !== eventCount) throw new Error(`${counted![0]} rows instead of ${eventCount}`);
}

/** Milliseconds of each question. */
async function ask(history: History): Promise<readonly number[]> {
  const limits = { runMsMax: 600_000, rowsMax: 100_000, answerBytesMax: 1024 ** 3 };
  const taken: number[] = [];
  for (const sql of Object.values(questions)) {
    const each: number[] = [];
    for (let round = 0; round < rounds; round++) {
      each.push((await timed(async () => void (await history.ask({ sql, limits })))) * 1_000);
    }
    taken.push(median(each));
  }
  return taken;
}

/** Seconds that DuckDB needs for the same rows from a file of JSON lines. */
async function readJson(data: string): Promise<number> {
  const file = join(data, "rows.json");
  for (let from = 0; from < eventCount; from += batch) {
    writeFileSync(file, `${linesOf(from).join("\n")}\n`, { flag: "a" });
  }
  const instance = await DuckDBInstance.create(join(data, "json.duckdb"), { threads: "1" });
  const connection = await instance.connect();
  const columns = `{transaction_id: 'VARCHAR', customer_id: 'VARCHAR', amount: 'DECIMAL(12, 2)',
    currency: 'VARCHAR', payment_method: 'VARCHAR', "timestamp": 'TIMESTAMPTZ', merchant_category: 'VARCHAR',
    location: 'STRUCT(lat DOUBLE, lon DOUBLE, country VARCHAR)', risk_score: 'DOUBLE', status: 'VARCHAR'}`;
  const sql = `CREATE TABLE t AS SELECT * FROM read_json('${file}', columns = ${columns})`;
  const taken = await timed(async () => void (await connection.run(sql)));
  connection.closeSync();
  instance.closeSync();
  return taken;
}

function milliseconds(taken: number): string {
  return `${taken.toFixed(0)} ms`;
}
