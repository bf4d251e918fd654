/** A whole server in this process, on a free port and a folder of the test's own, and clients of it. */
import { afterAll, onTestFinished } from "vitest";
import WebSocket from "ws";
import { type Server, type ServerOptions, startServer } from "../../src/server.ts";
import type { ServerMessage } from "../../src/serving/protocol.ts";
import { fileScratchFolder, scratchFolder } from "./scratch-folder.ts";

export const shopSql = `CREATE TABLE orders (
  id INT NOT NULL, k STRING NOT NULL, amount DECIMAL(10, 2) NOT NULL, place ROW<lat DOUBLE NOT NULL>,
  ts TIMESTAMP(3) NOT NULL, WATERMARK FOR ts AS ts
);
CREATE MATERIALIZED VIEW sales AS SELECT window_start, window_end, k, COUNT(*) AS n, SUM(amount) AS total
FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(ts), INTERVAL '10' SECOND)) GROUP BY window_start, window_end, k;
CREATE MATERIALIZED VIEW closed WITH ('emit' = 'final') AS
SELECT window_start, window_end, COUNT(*) AS n
FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(ts), INTERVAL '10' SECOND)) GROUP BY window_start, window_end;`;

export async function testServer(changes: Partial<ServerOptions> = {}): Promise<Server> {
  const server = await started({ data: scratchFolder(), ...changes });
  onTestFinished(() => server.close());
  await server.engine.ready;
  return server;
}

/** One server for those tests of a file that leave it as it is: the first of them starts and fills it. */
export function serverOfFile(
  fill: (server: Server) => Promise<void> = async () => {},
): () => Promise<Server> {
  const data = fileScratchFolder();
  let server: Promise<Server> | undefined;
  const filled = async () => {
    const made = await started({ data });
    await made.engine.ready;
    await fill(made);
    return made;
  };
  afterAll(async () => (await server)?.close());
  return () => {
    server ??= filled();
    return server;
  };
}

function started(changes: Partial<ServerOptions> & Pick<ServerOptions, "data">): Promise<Server> {
  return startServer({
    host: "127.0.0.1",
    port: 0,
    sql: shopSql,
    dashboard: "/nonexistent",
    version: "0.0.0",
    onFailure: () => {},
    ...changes,
  });
}

export const order = (id: number, second: number, k = "a", amount = 1) => ({
  id,
  k,
  amount,
  ts: new Date(Date.UTC(2026, 2, 1) + second * 1000).toISOString().slice(0, -1),
});

/** A client of the live socket that keeps all messages. */
export class LiveClient {
  readonly socket: WebSocket;
  readonly messages: ServerMessage[] = [];
  readonly closed: Promise<{ code: number; reason: string }>;
  #next: () => void = () => {};

  constructor(server: Server, perMessageDeflate = false) {
    this.socket = new WebSocket(`${server.url.replace("http", "ws")}/v1/live`, { perMessageDeflate });
    this.socket.on("message", (data) => {
      this.messages.push(JSON.parse(String(data)) as ServerMessage);
      this.#next();
    });
    this.closed = new Promise((resolve) => {
      this.socket.on("close", (code, reason) => resolve({ code, reason: String(reason) }));
    });
    onTestFinished(() => this.socket.terminate());
  }

  send(message: unknown): void {
    this.socket.send(typeof message === "string" ? message : JSON.stringify(message));
  }

  /** The first message that fits, waiting for it where it has not come yet. */
  async message<T extends ServerMessage["type"]>(
    type: T,
    fits: (message: Extract<ServerMessage, { type: T }>) => boolean = () => true,
  ): Promise<Extract<ServerMessage, { type: T }>> {
    for (;;) {
      const found = this.messages.find(
        (message): message is Extract<ServerMessage, { type: T }> =>
          message.type === type && fits(message as Extract<ServerMessage, { type: T }>),
      );
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => {
        this.#next = resolve;
      });
    }
  }

  /** The subscription's rows as of its last message: the snapshot with all deltas and parts applied. */
  rows(id: string): Map<string, { values: readonly unknown[]; final: boolean }> {
    const rows = new Map<string, { values: readonly unknown[]; final: boolean }>();
    for (const message of this.messages) {
      if (!("rows" in message) || message.id !== id) continue;
      if (message.type === "snapshot") rows.clear();
      else for (const key of message.removed) rows.delete(key);
      for (const { key, values, final } of message.rows) rows.set(key, { values, final });
    }
    return rows;
  }
}
