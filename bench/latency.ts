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
    const { waits } = await measure(server.url);
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

function runLoad(order: LoadOrder): Promise<number> {
  const worker = new Worker(new URL("./latency-load.ts", import.meta.url), { workerData: order });
  return new Promise((resolve, reject) => {
    worker.on("message", resolve);
    worker.on("error", reject);
  });
}

/** Posts one event, waits until it is seen, posts the next. */
async function measure(url: string): Promise<{ waits: number[] }> {
  const socket = new WebSocket(`${url.replace("http", "ws")}/v1/live`);
  let seenOrders = 0;
  let told: () => void = () => {};
  socket.onmessage = ({ data }) => {
    const message = JSON.parse(String(data)) as { type: string; rows?: { values: unknown[] }[] };
    for (const { values } of message.rows ?? []) {
      // Columns 2 and 3 of the view: currency, orders.
      if (values[2] === "XTS") seenOrders = Math.max(seenOrders, Number(values[3]));
    }
    told();
  };
  await new Promise((resolve) => {
    socket.onopen = resolve;
  });
  socket.send(JSON.stringify({ type: "subscribe", id: "bench", view: "sales_per_minute" }));
  const waits: number[] = [];
  const eventTimeMs = Date.now();
  const untilMs = performance.now() + seconds * 1000;
  const [line = ""] = transactions(1, eventTimeMs, 0);
  const event = line.replace('"USD"', '"XTS"');
  for (let sent = 1; performance.now() < untilMs; sent++) {
    const startedMs = performance.now();
    const answer = fetch(`${url}/v1/streams/transaction_events/events`, { method: "POST", body: event });
    while (seenOrders < sent) {
      await new Promise<void>((resolve) => {
        told = resolve;
      });
    }
    waits.push(performance.now() - startedMs);
    await (await answer).arrayBuffer();
    // The phase against the delivery's own rhythm must not repeat itself.
    await new Promise((resolve) => setTimeout(resolve, 3 + (sent % 13)));
  }
  socket.close();
  return { waits };
}
