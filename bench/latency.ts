/** From sending an event to a subscriber that is told of it, at a fifth of full load, flush included. */
import { Worker } from "node:worker_threads";
import { paymentsProject, transactions } from "./events.ts";
import { quantile, type Report, thousands } from "./report.ts";
import { startBenchServer } from "./server-process.ts";

const seconds = 10;
const batch = 100;
const loadShare = 0.2;
const findFullLoadSeconds = 4;

/** Runs in a thread of its own, so that the load does not delay the clock of the measurement. */
export interface LoadOrder {
  readonly url: string;
  readonly perSecond: number;
  readonly seconds: number;
  /** Each event is of now and comes once; else the same ones are sent again and again. */
  readonly isFresh?: boolean;
}

export async function benchLatency(): Promise<Report> {
  const server = await startBenchServer(paymentsProject);
  try {
    const full = await runLoad({
      url: server.url,
      perSecond: Number.POSITIVE_INFINITY,
      seconds: findFullLoadSeconds,
    });
    const perSecond = (full / findFullLoadSeconds) * loadShare;
    const load = runLoad({ url: server.url, perSecond, seconds: seconds + 1 });
    const atMs = Date.now();
    const waits = await measureWaits(server.url, seconds, () => atMs);
    await load;
    const p50 = quantile(waits, 0.5);
    const p99 = quantile(waits, 0.99);
    const verdict = p50 <= 10 && p99 <= 50 ? "reached" : "missed";
    return {
      title: "Event to subscriber",
      command: "npm run bench -- latency",
      method: [
        `Full load is what one client gets through in batches of ${batch}`,
        `(${thousands(full / findFullLoadSeconds)} events/s here). At a fifth of it, for ${seconds} s,`,
        "single events in a currency of their own are posted one after the other; the wait ends when a",
        "WebSocket subscriber is told of a row that counts the event. Flush, engine and delivery are",
        "included; client and server share the machine.",
      ].join(" "),
      columns: ["load", "events measured", "p50", "p90", "p99", "longest"],
      rows: [
        [
          `${thousands(perSecond)} events/s`,
          thousands(waits.length),
          ...[0.5, 0.9, 0.99, 1].map((share) => `${quantile(waits, share).toFixed(1)} ms`),
        ],
      ],
      findings: [`p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms: ${verdict} (asked for: 10 and 50).`],
    };
  } finally {
    await server.stop();
  }
}

export function runLoad(order: LoadOrder): Promise<number> {
  const worker = new Worker(new URL("./latency-load.ts", import.meta.url), { workerData: order });
  return new Promise((resolve, reject) => {
    worker.on("message", resolve);
    worker.on("error", reject);
  });
}

/**
 * Posts one event, waits until it is seen, posts the next; answers how long each took. `nowMs` is the time
 * that an event tells.
 */
export async function measureWaits(url: string, seconds: number, nowMs: () => number): Promise<number[]> {
  const socket = new WebSocket(`${url.replace("http", "ws")}/v1/live`);
  /** By minute. */
  const seen = new Map<unknown, number>();
  const seenOrders = () => seen.values().reduce((sum, orders) => sum + orders, 0);
  let isShown = false;
  let told: () => void = () => {};
  socket.onmessage = ({ data }) => {
    const message = JSON.parse(String(data)) as { type: string; rows?: { values: unknown[] }[] };
    for (const { values } of message.rows ?? []) {
      // Columns 0, 2 and 3 of the view: window_start, currency, orders.
      if (values[2] === "XTS") seen.set(values[0], Number(values[3]));
    }
    isShown ||= message.type === "snapshot";
    told();
  };
  const untilTold = () =>
    new Promise<void>((resolve) => {
      told = resolve;
    });
  await new Promise((resolve) => {
    socket.onopen = resolve;
  });
  socket.send(JSON.stringify({ type: "subscribe", id: "bench", view: "sales_per_minute" }));
  while (!isShown) await untilTold();
  // Of an earlier measurement.
  const seenBefore = seenOrders();
  const waits: number[] = [];
  const [line = ""] = transactions(1, 0, 0);
  const ours = line.replace('"USD"', '"XTS"');
  const untilMs = performance.now() + seconds * 1000;
  for (let sent = 1; performance.now() < untilMs; sent++) {
    const event = ours.replace(/"timestamp":"[^"]*"/, `"timestamp":"${new Date(nowMs()).toISOString()}"`);
    const startedMs = performance.now();
    const answer = fetch(`${url}/v1/streams/transaction_events/events`, { method: "POST", body: event });
    while (seenOrders() < seenBefore + sent) await untilTold();
    waits.push(performance.now() - startedMs);
    await (await answer).arrayBuffer();
    // The phase against the delivery's own rhythm must not repeat itself.
    await new Promise((resolve) => setTimeout(resolve, 3 + (sent % 13)));
  }
  socket.close();
  return waits;
}
