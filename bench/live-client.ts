/**
 * The clients of the live benchmark, a process of its own: subscribes them all, sends the batches, and prints
 * how long each client waited for each batch.
 */
import { get } from "node:http";
import { constants, createGunzip } from "node:zlib";
import { WebSocket } from "ws";
import { transactions } from "./events.ts";
import { quantile } from "./report.ts";

export interface LiveOrder {
  readonly url: string;
  readonly how: "socket" | "stream" | "packed-stream";
  readonly clients: number;
  /** Batches, and events in each. */
  readonly perSecond: number;
  readonly batch: number;
  readonly seconds: number;
}

export interface LiveFigures {
  readonly messages: number;
  /** As they came over the wire. */
  readonly bytes: number;
  readonly seconds: number;
  readonly p50: number;
  readonly p99: number;
  readonly longest: number;
}

const order = JSON.parse(process.argv[2]!) as LiveOrder;
const view = "sales_per_minute";
/** When each batch was sent; each has one event in a currency of its own, which the view counts. */
const sentAtMs: number[] = [];
const waits: number[] = [];
let messages = 0;
let bytes = 0;

/** How many batches the client has seen, read from the message without taking it apart. */
function watcher(): (text: string) => void {
  let seen = 0;
  return (text) => {
    const counted = Number(/"XTS",(\d+)/.exec(text)?.[1] ?? 0);
    if (counted <= seen) return;
    messages++;
    const nowMs = performance.now();
    for (; seen < counted; seen++) waits.push(nowMs - sentAtMs[seen]!);
  };
}

function connectSocket(): Promise<void> {
  const see = watcher();
  const socket = new WebSocket(`${order.url.replace("http", "ws")}/v1/live`);
  socket.on("open", () => {
    (socket as unknown as { _socket: NodeJS.ReadableStream })._socket.on("data", countBytes);
    socket.send(JSON.stringify({ type: "subscribe", id: "s1", view }));
  });
  return new Promise((resolve) => {
    socket.on("message", (data) => {
      const text = String(data);
      if (text.startsWith('{"type":"snapshot"')) resolve();
      see(text);
    });
  });
}

function connectStream(isPacked: boolean): Promise<void> {
  const see = watcher();
  const headers = isPacked ? { "accept-encoding": "gzip" } : {};
  const options = { agent: false, headers } as const;
  return new Promise((resolve) => {
    get(`${order.url}/v1/views/${view}/changes`, options, (answer) => {
      answer.on("data", countBytes);
      const flush = constants.Z_SYNC_FLUSH;
      const events = isPacked ? answer.pipe(createGunzip({ flush })) : answer;
      let left = "";
      events.on("data", (data: Buffer) => {
        const texts = (left + data.toString()).split("\n\n");
        left = texts.pop()!;
        for (const text of texts) {
          if (text.startsWith("event: snapshot")) resolve();
          see(text);
        }
      });
    });
  });
}

function countBytes(data: Buffer): void {
  bytes += data.length;
}

async function sendBatches(): Promise<number> {
  const [event = ""] = transactions(1, Date.now(), 0);
  const counted = event.replace(/"currency":"\w+"/, '"currency":"XTS"');
  const body = [...transactions(order.batch - 1, Date.now(), 0), counted].join("\n");
  const headers = { "content-type": "application/x-ndjson" };
  const target = `${order.url}/v1/streams/transaction_events/events`;
  const startedMs = performance.now();
  const count = order.seconds * order.perSecond;
  for (let number = 0; number < count; number++) {
    const dueMs = startedMs + (number * 1_000) / order.perSecond;
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, dueMs - performance.now())));
    sentAtMs.push(performance.now());
    await (await fetch(target, { method: "POST", body, headers })).arrayBuffer();
  }
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  return (performance.now() - startedMs) / 1_000;
}

const connect = () =>
  order.how === "socket" ? connectSocket() : connectStream(order.how === "packed-stream");
await Promise.all(Array.from({ length: order.clients }, connect));
process.stderr.write("all are there\n");
bytes = 0;
const seconds = await sendBatches();
const [p50, p99, longest] = [0.5, 0.99, 1].map((share) => quantile(waits, share)) as [number, number, number];
process.stdout.write(`${JSON.stringify({ messages, bytes, seconds, p50, p99, longest })}\n`);
process.exit(0);
