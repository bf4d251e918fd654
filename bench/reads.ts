/** Views over HTTP: the same whole view again and again, rows by their keys, both while events come in. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { Worker } from "node:worker_threads";
import type { ViewAnswer } from "../src/serving/answers.ts";
import { paymentsProject, transactions } from "./events.ts";
import type { LoadOrder } from "./latency.ts";
import { type Report, thousands } from "./report.ts";
import { type BenchServer, startBenchServer } from "./server-process.ts";

const seconds = 6;
const warmUpSeconds = 3;
const loadPerSecond = 20_000;
const pacedPerSecond = 2_000;
const filledEvents = 20_000;
const view = "/v1/views/sales_per_minute";

interface Figures {
  readonly answered: number;
  readonly seconds: number;
  readonly p50: number;
  readonly p99: number;
  readonly perCpuSecond: number;
}

export async function benchReads(): Promise<Report> {
  const server = await startBenchServer(paymentsProject);
  try {
    await fill(server.url);
    const keys = await keyPaths(server.url);
    const whole = await read(server, [`${view}?limit=100`]);
    const byKey = await read(server, keys);
    const loading = load(server.url, warmUpSeconds + seconds + 2);
    const beside = await read(server, [`${view}?limit=100`, ...keys.slice(0, 9)], pacedPerSecond);
    await loading;
    const large = largeBody();
    const sending = sendAgain(server.url, large, warmUpSeconds + seconds + 2);
    const loadingToo = load(server.url, warmUpSeconds + seconds + 2);
    const besideLarge = await read(server, [`${view}?limit=100`, ...keys.slice(0, 9)], pacedPerSecond);
    await loadingToo;
    const sent = await sending;
    const row = (what: string, { answered, seconds: took, p50, p99, perCpuSecond }: Figures) => [
      what,
      thousands(answered / took),
      `**${thousands(perCpuSecond)}**`,
      `${p50.toFixed(2)} ms`,
      `${p99.toFixed(2)} ms`,
    ];
    const said = (isReached: boolean) => (isReached ? "reached" : "missed");
    return {
      title: "Reading views",
      command: "npm run bench -- reads",
      method: [
        `GET ${view} of the payments project, which has ${thousands(keys.length)} rows: the newest 100, rows`,
        "by their whole keys in turn, more of them than answers are kept, and one to nine of both at",
        `${thousands(pacedPerSecond)} a second while ${thousands(loadPerSecond)} events a second come in.`,
        `${seconds} s each after ${warmUpSeconds} s to warm up; the client is a process of its own, with`,
        "eight connections and four requests on their way on each.",
      ].join(" "),
      columns: ["asked for", "answers/s", "a server CPU-second", "p50", "p99"],
      rows: [
        row("a whole view, unchanged", whole),
        row("a row by its key", byKey),
        row(`both, ${thousands(pacedPerSecond)}/s beside events`, beside),
        row("the same, and a body of 50 MB after the other", besideLarge),
      ],
      findings: [
        `Whole view ${said(whole.perCpuSecond >= 15_000)} (15,000 on one core).`,
        `By key ${said(byKey.perCpuSecond >= 5_000)} (5,000).`,
        `Beside events ${said(beside.p99 <= 5)} (p99 of 5 ms).`,
        `Beside ${sent} bodies of 50 MB ${(besideLarge.p99 / beside.p99).toFixed(2)} times that p99.`,
      ],
    };
  } finally {
    await server.stop();
  }
}

/** A day of events, one every few seconds. */
async function fill(url: string): Promise<void> {
  const dayMs = 86_400_000;
  const lines = transactions(filledEvents, Date.now() - dayMs, dayMs / filledEvents);
  const headers = { "content-type": "application/x-ndjson" };
  const body = lines.join("\n");
  await fetch(`${url}/v1/streams/transaction_events/events`, { method: "POST", body, headers });
  await new Promise((resolve) => setTimeout(resolve, 1_000));
}

function largeBody(): string {
  const bytesMin = 50_000_000;
  const [line = ""] = transactions(1, Date.now(), 1);
  const count = Math.ceil(bytesMin / (line.length + 1));
  return transactions(count, Date.now() - 60_000, 60_000 / count).join("\n");
}

/** One after the other; answers how many were taken. */
async function sendAgain(url: string, body: string, time: number): Promise<number> {
  const until = performance.now() + time * 1_000;
  const headers = { "content-type": "application/x-ndjson" };
  let taken = 0;
  while (performance.now() < until) {
    const { ok } = await fetch(`${url}/v1/streams/transaction_events/events`, {
      method: "POST",
      body,
      headers,
    });
    if (!ok) throw new Error("A body of 50 MB was not taken.");
    taken++;
  }
  return taken;
}

/** A condition on the whole key of each row. */
async function keyPaths(url: string): Promise<readonly string[]> {
  const { rows } = (await (await fetch(`${url}${view}?limit=100000`)).json()) as ViewAnswer;
  const instant = (text: unknown) => `TIMESTAMP '${String(text).replace("T", " ").slice(0, -1)}'`;
  return rows.map(({ window_start: start, window_end: end, currency }) => {
    const key = `window_start = ${instant(start)} AND window_end = ${instant(end)}`;
    return `${view}?where=${encodeURIComponent(`${key} AND currency = '${currency}'`)}`;
  });
}

async function read(server: BenchServer, paths: readonly string[], perSecond?: number): Promise<Figures> {
  const order = { url: server.url, paths, connections: 8, depth: 4, perSecond };
  const client = join(import.meta.dirname, "read-client.ts");
  const run = async (time: number) => {
    const running = promisify(execFile)(process.execPath, [client]);
    // Thousands of paths are too long for an argument.
    running.child.stdin!.end(JSON.stringify({ ...order, seconds: time }));
    return JSON.parse((await running).stdout) as Figures;
  };
  await run(warmUpSeconds);
  const before = server.cpuSeconds();
  const figures = await run(seconds);
  return { ...figures, perCpuSecond: figures.answered / (server.cpuSeconds() - before) };
}

async function load(url: string, time: number): Promise<void> {
  const order: LoadOrder = { url, perSecond: loadPerSecond, seconds: time, isFresh: true };
  const worker = new Worker(new URL("./latency-load.ts", import.meta.url), { workerData: order });
  await new Promise((resolve, reject) => worker.once("message", resolve).once("error", reject));
}
