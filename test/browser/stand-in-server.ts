/**
 * Serves a built dashboard and speaks the live protocol with whatever rows a test makes up. Only for data
 * that the real server would be hard to bring to: hostile text, currencies that do not exist, a thousand
 * windows, refusals.
 */
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import { type WebSocket, WebSocketServer } from "ws";
import type { ServerHealth, ViewList } from "../../src/serving/answers.ts";
import type {
  LiveErrorMessage,
  ServerMessage,
  WireColumn,
  WireRow,
  WireValue,
} from "../../src/serving/protocol.ts";

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
};

const columnTypes = {
  window_start: "timestamp",
  window_end: "timestamp",
  currency: "string",
  orders: "integer",
  revenue: "decimal",
  average_order: "decimal",
  smallest: "decimal",
  largest: "decimal",
} as const;

const columns: readonly WireColumn[] = Object.entries(columnTypes).map(([name, type]) => ({
  name,
  type,
  nullable: true,
  sqlType: type.toUpperCase(),
}));

const minuteMs = 60_000;

export interface MadeUpWindow {
  /** 0 is the running minute, -1 the one before. */
  readonly minute: number;
  readonly currency?: WireValue;
  readonly orders: number;
  readonly revenue: string | null;
  readonly revision?: number;
  readonly final?: boolean;
}

export function madeUpRow({
  minute,
  currency = "USD",
  orders,
  revenue,
  revision = 0,
  final,
}: MadeUpWindow): WireRow {
  const startMs = (Math.floor(Date.now() / minuteMs) + minute) * minuteMs;
  const [start, end] = [startMs, startMs + minuteMs].map((ms) => new Date(ms).toISOString());
  const average = revenue === null ? null : `${revenue}0000`;
  return {
    key: JSON.stringify([start, end, currency]),
    values: [start!, end!, currency, orders, revenue, average, revenue, revenue],
    final: final ?? minute < 0,
    revision,
  };
}

export class StandInServer {
  readonly #dist: string;
  readonly #http: Server;
  readonly #sockets: WebSocketServer;
  #rows: readonly WireRow[] = [];
  #refusal: Omit<LiveErrorMessage, "type" | "id"> | undefined;
  #answers = true;
  #step = 1;
  #stopped: string | undefined;
  lastRowAt: string | null = new Date().toISOString();

  constructor(dist: string) {
    this.#dist = dist;
    this.#http = createServer((request, response) => {
      const path = new URL(request.url ?? "/", "http://stand-in").pathname;
      const answer = this.#answerAt(path);
      if (answer !== undefined) {
        response.setHeader("content-type", "application/json").end(JSON.stringify(answer));
        return;
      }
      const file = extname(path) === "" ? "index.html" : normalize(path).replace(/^(\.\.[/\\])+/, "");
      response.setHeader("content-type", types[extname(file)] ?? "application/octet-stream");
      response.end(readFileSync(join(this.#dist, file)));
    });
    this.#sockets = new WebSocketServer({ server: this.#http });
    this.#sockets.on("connection", (socket) => this.#serve(socket));
  }

  async start(port = 0): Promise<string> {
    await new Promise<void>((started) => this.#http.listen(port, "127.0.0.1", started));
    return `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#http.closeAllConnections();
    await new Promise((stopped) => this.#http.close(stopped));
  }

  show(rows: readonly WireRow[]): void {
    this.#rows = rows;
    this.#refusal = undefined;
  }

  refuse(refusal: Omit<LiveErrorMessage, "type" | "id">): void {
    this.#refusal = refusal;
  }

  /** Takes sockets and says nothing on them but greetings, as a server that is still starting. */
  hold(): void {
    this.#answers = false;
  }

  /** As an engine that cannot compute the view any more. */
  stopView(reason: string): void {
    this.#stopped = reason;
    for (const socket of this.#sockets.clients) say(socket, { type: "stopped", id: "s1", reason });
  }

  push(rows: readonly WireRow[]): void {
    this.lastRowAt = new Date().toISOString();
    const step = ++this.#step;
    for (const socket of this.#sockets.clients) {
      say(socket, { type: "delta", id: "s1", step, rows, removed: [], ...this.#place() });
    }
  }

  #serve(socket: WebSocket): void {
    say(socket, { type: "hello", protocol: 1, incarnation: "stand-in", heartbeatMs: 2_000 });
    const heart = setInterval(() => {
      say(socket, { type: "heartbeat", time: new Date().toISOString(), step: this.#step });
    }, 1_000);
    socket.on("close", () => clearInterval(heart));
    socket.on("message", (data) => {
      const message = JSON.parse(String(data)) as { type: string; id: string; view: string };
      if (message.type !== "subscribe" || !this.#answers) return;
      const { id, view } = message;
      if (this.#refusal !== undefined) return say(socket, { type: "error", id, ...this.#refusal });
      const [rows, step] = [this.#rows, this.#step];
      say(socket, {
        type: "snapshot",
        id,
        view,
        step,
        columns,
        keyColumns: [0, 1, 2],
        rows,
        ...this.#place(),
      });
      if (this.#stopped !== undefined) say(socket, { type: "stopped", id, reason: this.#stopped });
    });
  }

  #answerAt(path: string): ServerHealth | ViewList | undefined {
    const failure = this.#stopped ?? null;
    const status = failure === null ? "ok" : "degraded";
    const checkpoint = { restoredStep: null, last: null };
    const health = { status, version: "1.2.3", uptimeSeconds: 7_300, parts: {} } as const;
    if (path === "/health") return { ...health, checkpoint, making: null };
    if (path !== "/v1/views") return undefined;
    const view = { name: "sales_per_minute", columns, keyColumns: [0, 1, 2], rowCount: this.#rows.length };
    const counters = { rowsTaken: 0, rowsFiltered: 0, rowsLate: 0 };
    const { freshness } = this.#place();
    return { views: [{ ...view, step: this.#step, freshness, counters, failure, making: null }] };
  }

  #place(): {
    readonly freshness: { readonly lastRowAt: string | null; readonly watermark: null };
    readonly resume: string;
  } {
    return { freshness: { lastRowAt: this.lastRowAt, watermark: null }, resume: `at ${this.#step}` };
  }
}

function say(socket: WebSocket, message: ServerMessage): void {
  socket.send(JSON.stringify(message));
}
