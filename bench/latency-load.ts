/**
 * The load beside the latency measurement: batches at a steady rate; answers how many events were
 * acknowledged.
 */
import { parentPort, workerData } from "node:worker_threads";
import { transactions } from "./events.ts";
import type { LoadOrder } from "./latency.ts";

const { url, perSecond, seconds, isFresh } = workerData as LoadOrder;
const batch = 100;
const connections = 4;
const lines = transactions(20_000, Date.now(), 0.1);
const bodies = Array.from({ length: lines.length / batch }, (_, index) =>
  lines.slice(index * batch, (index + 1) * batch).join("\n"),
);
const target = `${url}/v1/streams/transaction_events/events`;
const headers = { "content-type": "application/x-ndjson" };
const startedMs = performance.now();
let begun = 0;
let acknowledged = 0;

function freshly(body: string, number: number): string {
  return body
    .replaceAll('"transaction_id":"', `"transaction_id":"${number}-`)
    .replaceAll(/"timestamp":"[^"]*"/g, `"timestamp":"${new Date().toISOString()}"`);
}

async function send(): Promise<void> {
  for (;;) {
    const elapsed = (performance.now() - startedMs) / 1000;
    if (elapsed >= seconds) return;
    if (begun * batch > elapsed * perSecond) {
      await new Promise((resolve) => setTimeout(resolve, 2));
      continue;
    }
    const number = begun++;
    const same = bodies[number % bodies.length]!;
    const body = isFresh ? freshly(same, number) : same;
    const answer = await fetch(target, { method: "POST", body, headers });
    const { accepted } = (await answer.json()) as { accepted: number };
    acknowledged += accepted;
  }
}

await Promise.all(Array.from({ length: connections }, send));
parentPort!.postMessage(acknowledged);
