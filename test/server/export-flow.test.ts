/** Exports under way: clients that read slowly, go away or stay too long, and rows that cannot be read. */
import { connect, type Socket } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import type { Server } from "../../src/server.ts";
import type { Problem } from "../../src/serving/protocol.ts";
import { testServer } from "../support/test-server.ts";

const sql = `CREATE TABLE notes (
  id INT NOT NULL, note STRING, ts TIMESTAMP(3) NOT NULL, WATERMARK FOR ts AS ts
);`;
const rowCount = 24_000;
/** More in all than sockets and pipes of this machine take. */
const note = "x".repeat(2_000);
const noteOf = (id: number) => ({
  id,
  note,
  ts: new Date(Date.UTC(2026, 2, 1 + Math.floor(id / 12_000)) + id).toISOString().slice(0, -1),
});

interface Told {
  readonly rows: number;
  readonly bytes: number;
  readonly whole: boolean;
}

async function filled(changes: Parameters<typeof testServer>[0] = {}) {
  const lines: string[] = [];
  const logTo = { level: "fatal", write: (line: string) => void lines.push(line) };
  const server = await testServer({ sql, history: { everyMs: 20 }, logTo, ...changes });
  for (let from = 0; from < rowCount; from += 4_000) {
    await server.engine.send(
      "notes",
      Array.from({ length: 4_000 }, (_, index) => noteOf(from + index)),
    );
  }
  await expect.poll(() => server.history!.state.rowsAdded, { timeout: 25_000 }).toBe(rowCount);
  const told = () => lines.map((line) => JSON.parse(line) as Told);
  return { server, told };
}

/** Asks, and reads nothing behind the beginning of the answer. */
async function silentClient(server: Server): Promise<Socket> {
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  onTestFinished(() => void socket.destroy());
  socket.on("error", () => {
    // The server ends it at some time.
  });
  const begun = new Promise<void>((resolve) => {
    socket.once("data", () => {
      socket.pause();
      resolve();
    });
  });
  socket.write(`GET /v1/export/notes HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`);
  await begun;
  return socket;
}

const rowsOf = async (server: Server, query = "") => {
  const response = await fetch(`${server.url}/v1/export/notes${query}`);
  return { response, text: () => response.text() };
};

test("who reads slowly makes the rows wait, and nobody else; who goes away ends the export", async () => {
  const { server, told } = await filled({ export: { atOnceMax: 1 } });
  const socket = await silentClient(server);
  const sql = "SELECT COUNT(*) AS n FROM notes";
  const asked = await fetch(`${server.url}/v1/query`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ sql, over: "history" }),
  });
  expect(((await asked.json()) as { rows: unknown }).rows).toEqual([[rowCount]]);
  await server.engine.send("notes", noteOf(rowCount));
  await expect.poll(() => server.history!.state.rowsAdded, { timeout: 20_000 }).toBe(rowCount + 1);
  const { response } = await rowsOf(server);
  expect(response.status).toBe(429);
  expect(response.headers.get("retry-after")).toBe("1");
  expect(((await response.json()) as Problem).code).toBe("request.too-many-exports");
  expect(told()).toEqual([]);
  socket.destroy();
  await expect.poll(told).toHaveLength(1);
  expect(told()[0]).toMatchObject({ whole: false });
  // What was made is what the sockets took, and the few pieces that may be under way.
  expect(told()[0]!.bytes).toBeLessThan(24e6);
  expect(told()[0]!.rows).toBeLessThan(rowCount / 2);
  const again = await rowsOf(server, "?columns=id");
  expect((await again.text()).split("\r\n")).toHaveLength(rowCount + 3);
});

test("an export that takes longer than it may is cut off", async () => {
  // A slow machine takes a while to the first byte; whoever is late before it is told so in a problem.
  const { server, told } = await filled({ export: { runMsMax: 4_000 } });
  const socket = await silentClient(server);
  await expect.poll(told).toHaveLength(1);
  expect(told()[0]!.whole).toBe(false);
  expect(socket.destroyed).toBe(false);
  const closed = new Promise((resolve) => socket.once("close", resolve));
  socket.resume();
  await closed;
});

test("rows that cannot be read cut the answer off: no client takes it for whole", async () => {
  const { server, told } = await filled();
  const broken = await rowsOf(server, `?where=${encodeURIComponent("id < 20000 OR error('broken') = 1")}`);
  expect(broken.response.status).toBe(200);
  await expect(broken.text()).rejects.toThrow("terminated");
  await expect.poll(told).toEqual([expect.objectContaining({ whole: false })]);
  const atOnce = await rowsOf(server, `?where=${encodeURIComponent("error('broken') = 1")}`);
  expect(atOnce.response.status).toBe(400);
});

test("a server that is closed ends its exports", async () => {
  const { server, told } = await filled();
  await silentClient(server);
  const before = performance.now();
  await server.close();
  expect(performance.now() - before).toBeLessThan(5_000);
  expect(told()).toEqual([expect.objectContaining({ whole: false })]);
});
