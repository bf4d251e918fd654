/** Whether somebody who asks history keeps others waiting: event to subscriber, with and without a query. */
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { paymentsProject } from "./events.ts";
import { measureWaits, runLoad } from "./latency.ts";
import { median, quantile, type Report, thousands } from "./report.ts";
import { startBenchServer } from "./server-process.ts";

const perSecond = 2_000;
const rounds = 5;
const roundSeconds = 5;
const filledSeconds = 30;
const sql = `SELECT customer_id, COUNT(*) AS n, SUM(amount) AS total,
    COUNT(DISTINCT merchant_category) AS kinds
  FROM transaction_events GROUP BY customer_id ORDER BY total DESC LIMIT 10`;

interface Round {
  readonly alone: number[];
  readonly beside: number[];
}

export async function benchBeside(): Promise<Report> {
  const project = mkdtempSync(join(tmpdir(), "quickwater-beside-"));
  cpSync(paymentsProject, project, { recursive: true });
  writeFileSync(join(project, "quickwater.yaml"), "name: payments\n");
  const server = await startBenchServer(project);
  try {
    const { url } = server;
    const seconds = filledSeconds + rounds * roundSeconds * 2 + 10;
    const load = runLoad({ url, perSecond, seconds, isFresh: true });
    await new Promise((resolve) => setTimeout(resolve, filledSeconds * 1_000));
    const measured: Round[] = [];
    let queries = 0;
    for (let round = 0; round < rounds; round++) {
      const alone = await measureWaits(url, roundSeconds, Date.now);
      const asking = new AbortController();
      const asked = askOn(url, asking.signal);
      const beside = await measureWaits(url, roundSeconds, Date.now);
      asking.abort();
      queries += await asked;
      measured.push({ alone, beside });
    }
    await load;
    return reportOf(measured, queries);
  } finally {
    await server.stop();
    rmSync(project, { recursive: true, force: true });
  }
}

/** One query after the other until it is over; answers how many there were. */
async function askOn(url: string, signal: AbortSignal): Promise<number> {
  let queries = 0;
  while (!signal.aborted) {
    const body = JSON.stringify({ over: "history", sql });
    const headers = { "content-type": "application/json" };
    const answer = await fetch(`${url}/v1/query`, { method: "POST", body, headers });
    if (!answer.ok) throw new Error(await answer.text());
    await answer.arrayBuffer();
    queries++;
  }
  return queries;
}

function reportOf(measured: readonly Round[], queries: number): Report {
  const all = (which: keyof Round) => measured.flatMap((round) => round[which]);
  const ratios = measured.map(({ alone, beside }) => quantile(beside, 0.99) / quantile(alone, 0.99));
  const ratio = median(ratios);
  const row = (name: string, waits: number[]) => [
    name,
    thousands(waits.length),
    ...[0.5, 0.9, 0.99, 1].map((share) => `${quantile(waits, share).toFixed(1)} ms`),
  ];
  return {
    title: "Event to subscriber beside a query over history",
    command: "npm run bench -- beside",
    method: [
      `${thousands(perSecond)} events/s come in all the time; history keeps them. In turn, ${rounds} times`,
      `${roundSeconds} s each, single events are posted and waited for as in the latency benchmark: with`,
      "nobody else there, and while one query after the other groups all rows of history by customer",
      `(${thousands(queries)} of them). Client, load and server share the machine.`,
    ].join(" "),
    columns: ["", "events measured", "p50", "p90", "p99", "longest"],
    rows: [row("alone", all("alone")), row("beside queries", all("beside"))],
    findings: [
      `The p99 beside queries is **${ratio.toFixed(2)} times** the other (median of ${rounds} rounds, ` +
        `${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}); asked for: 1.10.`,
    ],
  };
}
