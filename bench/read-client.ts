/**
 * The client of the reads benchmark, a process of its own: asks the paths that standard input names in turn
 * over a few connections, and prints how many were answered and how long one took.
 */
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { assert } from "../src/errors/quickwater-error.ts";
import { quantile } from "./report.ts";

interface ReadOrder {
  readonly url: string;
  readonly paths: readonly string[];
  readonly seconds: number;
  readonly connections: number;
  /** Requests on their way on each connection. */
  readonly depth: number;
  /** Of all connections; undefined asks as fast as answers come. */
  readonly perSecond: number | undefined;
}

const order = JSON.parse(readFileSync(0, "utf8")) as ReadOrder;
const { hostname, port, host } = new URL(order.url);
const requests = order.paths.map((path) => Buffer.from(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`));
const headEnd = Buffer.from("\r\n\r\n");
const waits: number[] = [];
const startedMs = performance.now();
const untilMs = startedMs + order.seconds * 1000;
const pause = order.perSecond === undefined ? 0 : (order.connections * 1000) / order.perSecond;

function ask(number: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    const sent: number[] = [];
    let next = number;
    let left = Buffer.alloc(0);
    const send = () => {
      sent.push(performance.now());
      socket.write(requests[next % requests.length]!);
      next += order.connections;
    };
    const begin = () => {
      if (order.perSecond === undefined) for (let one = 0; one < order.depth; one++) send();
      else paced(send, number, () => sent.length > 0 || socket.destroy());
    };
    socket.on("connect", begin);
    socket.on("data", (data) => {
      left = left.length === 0 ? data : Buffer.concat([left, data]);
      for (;;) {
        const length = answerLength(left);
        if (length === undefined || length > left.length) return;
        left = left.subarray(length);
        waits.push(performance.now() - sent.shift()!);
        if (performance.now() >= untilMs) {
          if (sent.length === 0) socket.destroy();
        } else if (order.perSecond === undefined) send();
      }
    });
    socket.on("close", () => resolve());
    socket.on("error", reject);
  });
}

/** By the clock, whether answers come or not. */
function paced(send: () => void, number: number, end: () => void): void {
  let dueMs = startedMs + (number * pause) / order.connections;
  const timer = setInterval(() => {
    const now = performance.now();
    for (; dueMs <= Math.min(now, untilMs); dueMs += pause) send();
    if (now < untilMs) return;
    clearInterval(timer);
    end();
  }, 1);
}

/** Of the first answer with its head; undefined while the head is not all there. */
function answerLength(bytes: Buffer): number | undefined {
  const end = bytes.indexOf(headEnd);
  if (end < 0) return undefined;
  const head = bytes.toString("latin1", 0, end);
  assert(head.startsWith("HTTP/1.1 200"), head);
  return end + headEnd.length + Number(/content-length: (\d+)/i.exec(head)?.[1]);
}

await Promise.all(Array.from({ length: order.connections }, (_, number) => ask(number)));
const seconds = (performance.now() - startedMs) / 1000;
const figures = { answered: waits.length, seconds, p50: quantile(waits, 0.5), p99: quantile(waits, 0.99) };
process.stdout.write(`${JSON.stringify(figures)}\n`);
process.exit(0);
