/** Durable ingest over HTTP: events a second and a server CPU-second, in batches of 1, 100 and 1,000. */
import { execFile } from "node:child_process";
import {
  closeSync,
  cpSync,
  fdatasyncSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { assert } from "../src/errors/quickwater-error.ts";
import { averageBytes, paymentsProject, transactions } from "./events.ts";
import { median, type Report, thousands } from "./report.ts";
import { startBenchServer } from "./server-process.ts";

const runs = [
  { batch: 1, dedup: false, reach: undefined },
  { batch: 100, dedup: false, reach: 250_000 },
  { batch: 1000, dedup: false, reach: 250_000 },
  { batch: 100, dedup: true, reach: 180_000 },
  { batch: 1000, dedup: true, reach: 180_000 },
] as const;
const seconds = 6;
const warmUpSeconds = 3;
const connections = 8;

interface LoadResult {
  readonly acknowledged: number;
  readonly requests: number;
  readonly seconds: number;
  readonly clientCpuSeconds: number;
}

export async function benchIngest(): Promise<Report> {
  const rows: string[][] = [];
  const findings: string[] = [];
  for (const { batch, dedup, reach } of runs) {
    const project = dedup ? projectWithDedupKey() : paymentsProject;
    const server = await startBenchServer(project);
    try {
      await load(server.url, batch, warmUpSeconds, dedup);
      const before = server.cpuSeconds();
      const result = await load(server.url, batch, seconds, dedup);
      const serverCpu = server.cpuSeconds() - before;
      const perCpuSecond = result.acknowledged / serverCpu;
      rows.push([
        `${thousands(batch)}${dedup ? ", `'dedup-key'`" : ""}`,
        thousands(result.acknowledged / result.seconds),
        thousands(result.requests / result.seconds),
        `**${thousands(perCpuSecond)}**`,
        `${serverCpu.toFixed(1)} s`,
        `${result.clientCpuSeconds.toFixed(1)} s`,
        `${Math.round(server.residentMegabytes())} MB`,
      ]);
      if (reach !== undefined) {
        const verdict = perCpuSecond >= reach ? "reached" : "missed";
        const rate = `${thousands(perCpuSecond)} events a server CPU-second`;
        const what = `Batches of ${thousands(batch)}${dedup ? ", each key new" : ""}`;
        findings.push(`${what}: ${rate}, ${verdict} (asked for: ${thousands(reach)}).`);
      }
    } finally {
      await server.stop();
      if (dedup) rmSync(project, { recursive: true });
    }
  }
  findings.push(`One flush of this disk takes ${flushMs().toFixed(2)} ms (median of 200 appends of 4 KB).`);
  return {
    title: "Durable ingest over HTTP",
    command: "npm run bench -- ingest",
    method: [
      "A server with the commerce pack (one view running), a client process with prepared NDJSON bodies",
      `of transactions (${averageBytes(transactions(1000, 0, 1))} bytes each) over ${connections}`,
      `connections for ${seconds} s after ${warmUpSeconds} s to warm up. Every answer comes after the`,
      "flush. CPU is that of the whole server process, all threads, the view included; client and server",
      "share the machine.",
    ].join(" "),
    columns: [
      "batch",
      "events/s",
      "requests/s",
      "events per server CPU-second",
      "server CPU",
      "client CPU",
      "server memory",
    ],
    rows,
    findings,
  };
}

/** A copy of the project whose transactions are taken once. */
function projectWithDedupKey(): string {
  const folder = mkdtempSync(join(tmpdir(), "quickwater-payments-"));
  cpSync(paymentsProject, folder, { recursive: true });
  const file = join(folder, "sql", "transactions.sql");
  const sql = readFileSync(file, "utf8");
  const option = sql.replace(/\n\);/, "\n) WITH ('dedup-key' = 'transaction_id');");
  assert(option !== sql, "the table is written otherwise");
  writeFileSync(file, option);
  return folder;
}

async function load(url: string, batch: number, forSeconds: number, newIds: boolean): Promise<LoadResult> {
  const script = join(import.meta.dirname, "load-client.ts");
  const args = [script, url, String(batch), String(forSeconds), String(connections), newIds ? "new" : "same"];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout) as LoadResult;
}

function flushMs(): number {
  const folder = mkdtempSync(join(tmpdir(), "quickwater-flush-"));
  const file = openSync(join(folder, "file"), "w");
  const block = Buffer.alloc(4096, 1);
  const times = Array.from({ length: 200 }, () => {
    writeSync(file, block);
    const before = performance.now();
    fdatasyncSync(file);
    return performance.now() - before;
  });
  closeSync(file);
  rmSync(folder, { recursive: true });
  return median(times);
}
