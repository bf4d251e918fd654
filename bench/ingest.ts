/** Durable ingest over HTTP: events a second and a server CPU-second, in batches of 1, 100 and 1,000. */
import { execFile } from "node:child_process";
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { averageBytes, commercePack, transactions } from "./events.ts";
import { median, type Report, thousands } from "./report.ts";
import { startBenchServer } from "./server-process.ts";

const batches = [1, 100, 1000];
const seconds = 6;
const warmUpSeconds = 3;
const connections = 8;
const reach = 250_000;

interface LoadResult {
  readonly acknowledged: number;
  readonly requests: number;
  readonly seconds: number;
  readonly clientCpuSeconds: number;
}

export async function benchIngest(): Promise<Report> {
  const rows: string[][] = [];
  const findings: string[] = [];
  for (const batch of batches) {
    const server = await startBenchServer(commercePack);
    try {
      await load(server.url, batch, warmUpSeconds);
      const before = server.cpuSeconds();
      const result = await load(server.url, batch, seconds);
      const serverCpu = server.cpuSeconds() - before;
      const perCpuSecond = result.acknowledged / serverCpu;
      rows.push([
        thousands(batch),
        thousands(result.acknowledged / result.seconds),
        thousands(result.requests / result.seconds),
        `**${thousands(perCpuSecond)}**`,
        `${serverCpu.toFixed(1)} s`,
        `${result.clientCpuSeconds.toFixed(1)} s`,
        `${Math.round(server.residentMegabytes())} MB`,
      ]);
      if (batch >= 100) {
        const verdict = perCpuSecond >= reach ? "reached" : "missed";
        const rate = `${thousands(perCpuSecond)} events a server CPU-second`;
        findings.push(
          `Batches of ${thousands(batch)}: ${rate}, ${verdict} (asked for: ${thousands(reach)}).`,
        );
      }
    } finally {
      await server.stop();
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

async function load(url: string, batch: number, forSeconds: number): Promise<LoadResult> {
  const script = join(import.meta.dirname, "load-client.ts");
  const args = [script, url, String(batch), String(forSeconds), String(connections)];
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
