/** Sockets that break anywhere, servers that are killed: what was missed comes, once. */
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import WebSocket from "ws";
import { LiveConnection } from "../../src/client/index.ts";
import type { ViewAnswer } from "../../src/serving/answers.ts";
import type { ServerMessage, SubscribeMessage } from "../../src/serving/protocol.ts";
import { start } from "../support/run-process.ts";
import { scratchFolder } from "../support/scratch-folder.ts";
import {
  projectFolder,
  type ServerProcess,
  startCommand,
  startServerProcess,
} from "../support/server-process.ts";
import { LiveClient, order, shopSql, testServer } from "../support/test-server.ts";
import { ToldView } from "../support/told-view.ts";

type Server = Awaited<ReturnType<typeof testServer>>;

/** The view as HTTP answers it, by what tells its rows apart. */
async function rowsOverHttp(url: string, query: string): Promise<readonly unknown[]> {
  const answer = await fetch(`${url}/v1/views/sales?limit=100000&${query}`);
  const { rows, columns } = (await answer.json()) as ViewAnswer;
  return rows.map((row) => columns.map(({ name }) => row[name])).sort();
}

/** A subscription whose socket is cut behind a number of its messages, again and again. */
class BreakingClient {
  readonly told = new ToldView();
  readonly firstTypes: string[] = [];
  bytes = 0;
  readonly #server: Server;
  readonly #asked: Partial<SubscribeMessage>;
  #socket: WebSocket | undefined;

  constructor(server: Server, asked: Partial<SubscribeMessage>) {
    this.#server = server;
    this.#asked = asked;
    onTestFinished(() => this.#socket?.terminate());
  }

  /** Resolves when the socket was cut: behind so many messages of the subscription, or one that is whole. */
  connect(messages: number | "whole"): Promise<void> {
    this.told.break();
    const socket = new WebSocket(`${this.#server.url.replace("http", "ws")}/v1/live`);
    this.#socket = socket;
    const { resume } = this.told;
    let heard = 0;
    socket.on("open", () =>
      socket.send(JSON.stringify({ type: "subscribe", id: "s", view: "sales", ...this.#asked, resume })),
    );
    socket.on("message", (data) => {
      const message = JSON.parse(String(data)) as ServerMessage;
      if (message.type === "hello" || message.type === "heartbeat" || heard === messages) return;
      if (heard++ === 0) this.firstTypes.push(message.type);
      this.bytes += String(data).length;
      this.told.take(message);
      const isDone = messages === "whole" ? this.told.isWhole : heard === messages;
      if (isDone) socket.terminate();
    });
    return new Promise((resolve) => socket.on("close", () => resolve()));
  }
}

describe("a socket that is cut at every message", () => {
  test.each([
    ["a whole view", {}, ""],
    [
      "some rows and columns of it",
      { where: "n > 1", columns: ["k", "n"] },
      `where=${encodeURIComponent("n > 1")}`,
    ],
    ["closed windows", { emit: "final" as const }, "emit=final"],
  ])(
    "goes on with what was missed: %s",
    async (_, asked, query) => {
      const server = await testServer({ live: { pieceBytesMax: 400 } });
      const rows = Array.from({ length: 20 }, (_, id) => order(id, 1, `k${id}`));
      await server.engine.send("orders", [...rows, ...rows]);
      await expect.poll(() => server.engine.view("sales")?.rowCount).toBe(20);
      const client = new BreakingClient(server, asked);
      let isOver = false;
      const sending = (async () => {
        for (let round = 0; !isOver; round++) {
          const some = Array.from({ length: 6 }, (_, id) => order(id, round, `k${(id + round) % 25}`));
          await server.engine.send("orders", some);
          await sleep(5);
        }
      })();
      // Behind the first, the second, …: in the middle of parts, between deltas, behind a delta.
      for (let messages = 1; messages <= 24; messages++) await client.connect(messages);
      isOver = true;
      await sending;
      void client.connect(Number.POSITIVE_INFINITY);
      const columns = "columns" in asked ? [2, 3] : [0, 1, 2, 3, 4];
      const expected = async () =>
        (await rowsOverHttp(server.url, query))
          .map((row) => columns.map((place) => (row as unknown[])[place]))
          .sort();
      await expect.poll(async () => [...client.told.rows.values()].sort()).toEqual(await expected());
      expect(client.told.resets).toEqual([]);
      // Snapshots come until one of them was whole, and never again.
      const firstDelta = client.firstTypes.indexOf("delta");
      expect(client.firstTypes.slice(firstDelta).every((type) => type === "delta")).toBe(true);
      expect(firstDelta).toBeGreaterThan(0);
    },
    60_000,
  );
});

test("who comes back is sent what changed meanwhile and no byte of the rest", async () => {
  const server = await testServer();
  const rows = Array.from({ length: 500 }, (_, id) => order(id, 1, `${id}-${"k".repeat(1_000)}`));
  await server.engine.send("orders", rows);
  await expect.poll(() => server.engine.view("sales")?.rowCount).toBe(500);
  const client = new BreakingClient(server, {});
  await client.connect("whole");
  expect(client.told.rows.size).toBe(500);
  expect(client.bytes).toBeGreaterThan(500_000);
  client.bytes = 0;
  for (let round = 0; round < 5; round++) await server.engine.send("orders", [order(1_000, 2, "few")]);
  await expect.poll(() => server.engine.view("sales")?.rowCount).toBe(501);
  await sleep(500);
  await client.connect("whole");
  expect(client.bytes).toBeLessThan(600);
  expect(client.told.rows.size).toBe(501);
  // Once more, and there is nothing.
  client.bytes = 0;
  await client.connect("whole");
  expect(client.bytes).toBeLessThan(350);
  expect([client.told.resets, client.firstTypes]).toEqual([[], ["snapshot", "delta", "delta"]]);
});

describe("a server that is killed and comes back", () => {
  test("tells a whole view anew, once and with the reason, and then goes on", async () => {
    const folder = scratchFolder();
    const project = projectFolder(folder, shopSql);
    const first = await startServerProcess(project, `${folder}/data`);
    const heard: ServerMessage[][] = [];
    class RecordedSocket extends WebSocket {
      constructor(url: string) {
        super(url);
        const messages: ServerMessage[] = [];
        heard.push(messages);
        this.on("message", (data) => messages.push(JSON.parse(String(data)) as ServerMessage));
      }
    }
    const live = new LiveConnection({
      url: `${first.url.replace("http", "ws")}/v1/live`,
      WebSocket: RecordedSocket,
    });
    onTestFinished(() => live.close());
    let fewest = Number.POSITIVE_INFINITY;
    const sales = live.subscribe({ view: "sales" }, () => {
      fewest = Math.min(fewest, sales.rows().length);
    });
    await send(first.url, [order(1, 1, "a"), order(2, 2, "b")]);
    await expect.poll(() => counts(sales.rows())).toEqual({ a: 1, b: 1 });
    fewest = 2;
    first.child.kill("SIGKILL");
    await expect.poll(() => live.state.status).toBe("reconnecting");
    expect(counts(sales.rows())).toEqual({ a: 1, b: 1 });
    await restart(project, `${folder}/data`, first);
    await expect.poll(() => live.state.status).toBe("live");
    // The clock has closed the windows of before, while nothing came.
    const soon = (Date.now() + 60_000 - Date.UTC(2026, 2, 1)) / 1_000;
    await send(first.url, [order(3, soon, "c")]);
    await expect.poll(() => counts(sales.rows())).toEqual({ a: 1, b: 1, c: 1 });
    const last = heard.filter((messages) => messages.length > 0).at(-1)!;
    const snapshots = last.filter((message) => message.type === "snapshot");
    expect(snapshots).toMatchObject([{ reset: "resumed-elsewhere" }]);
    expect(fewest).toBe(2);
    expect(await rowsOverHttp(first.url, "")).toHaveLength(3);
  }, 60_000);
});

async function restart(project: string, data: string, before: ServerProcess): Promise<void> {
  await before.finished;
  const { port } = new URL(before.url);
  const again = start(startCommand(project, data, Number(port)), { cwd: project });
  await again.waitForOutput(/Read\s+(http:\S+)\/v1\/views/);
}

async function send(url: string, rows: readonly object[]): Promise<void> {
  const answer = await fetch(`${url}/v1/streams/orders/events`, {
    method: "POST",
    body: JSON.stringify(rows),
  });
  expect(answer.status).toBe(200);
}

function counts(rows: readonly Readonly<Record<string, unknown>>[]): object {
  return Object.fromEntries(rows.map(({ k, n }) => [k, n]));
}

describe("what a subscription asks wrongly", () => {
  test("is answered with what is wrong, and the others go on", async () => {
    const server = await testServer();
    const client = new LiveClient(server);
    await client.message("hello");
    client.send({ type: "subscribe", id: "good", view: "sales" });
    for (const [what, asked, code, words] of [
      ["an unknown column", { columns: ["k", "price"] }, "request.bad-parameter", "price is none"],
      ["a condition that is no SQL", { where: "n >" }, "sql.syntax", ""],
      ["a column that is not there, in a condition", { where: "price > 5" }, "sql.unknown-column", "price"],
      ["a rate of none", { maxRate: 0 }, "live.bad-message", "from 0.1 to 200"],
      ["a rate that is none", { maxRate: "often" }, "live.bad-message", "from 0.1 to 200"],
      ["columns that are none", { columns: "k" }, "live.bad-message", "list of names"],
      ["an empty condition", { where: " " }, "live.bad-message", "SQL of 1 to"],
    ] as const) {
      client.send({ type: "subscribe", id: what, view: "sales", ...asked });
      const error = await client.message("error", ({ id }) => id === what);
      expect(error).toMatchObject({ code });
      expect(error.message).toContain(words);
      if (code.startsWith("sql.")) expect(error.position).toMatchObject({ line: 1 });
    }
    await server.engine.send("orders", [order(1, 1)]);
    await client.message("delta", ({ id }) => id === "good");
  });

  test("is a token of another server, or of none: a snapshot with the reason", async () => {
    const server = await testServer();
    const client = new LiveClient(server);
    await client.message("hello");
    client.send({
      type: "subscribe",
      id: "a",
      view: "sales",
      resume: "8a6e0804-2bd0-4672-b79d-d97027f9071a.1.2",
    });
    client.send({ type: "subscribe", id: "b", view: "sales", resume: "😀" });
    for (const id of ["a", "b"])
      expect(await client.message("snapshot", (each) => each.id === id)).toMatchObject({
        reset: "resumed-elsewhere",
      });
  });
});

describe("who asks for too much", () => {
  test("is refused more different subscriptions than are kept; the others go on", async () => {
    const server = await testServer({ live: { shapesMax: 20 } });
    const quiet = new LiveClient(server);
    await quiet.message("hello");
    quiet.send({ type: "subscribe", id: "q", view: "sales" });
    await quiet.message("snapshot");
    const flood = new LiveClient(server);
    await flood.message("hello");
    for (let n = 0; n < 60; n++)
      flood.send({ type: "subscribe", id: `s${n}`, view: "sales", where: `n > ${n}` });
    await flood.message("error", ({ id }) => id === "s59");
    const errors = flood.messages.filter(({ type }) => type === "error");
    expect(errors).toHaveLength(60 - 19);
    for (const error of errors) expect(error).toMatchObject({ code: "live.too-many-shapes" });
    await server.engine.send("orders", [order(1, 1)]);
    await quiet.message("delta");
    await flood.message("delta", ({ id }) => id === "s0");
  });

  test("is refused at the door when all places are taken", async () => {
    const server = await testServer({ live: { clientsMax: 2 } });
    const [first, second] = [new LiveClient(server), new LiveClient(server)];
    await Promise.all([first.message("hello"), second.message("hello")]);
    const refused = await fetch(`${server.url}/v1/views/sales/changes`);
    expect([refused.status, await refused.json()]).toMatchObject([429, { code: "live.too-many-clients" }]);
    const third = new WebSocket(`${server.url.replace("http", "ws")}/v1/live`);
    const status = await new Promise((resolve) => {
      third.on("unexpected-response", (_request, response) => resolve(response.statusCode));
      third.on("error", () => resolve("an error"));
    });
    expect(status).toBe(429);
    first.socket.terminate();
    await expect
      .poll(async () => (await (await fetch(`${server.url}/metrics`)).text()).match(/live_sockets \d/)?.[0])
      .toBe("live_sockets 1");
    await new LiveClient(server).message("hello");
  });

  test("is closed for a frame of ten megabytes, and nobody else is", async () => {
    const server = await testServer();
    const quiet = new LiveClient(server);
    await quiet.message("hello");
    quiet.send({ type: "subscribe", id: "q", view: "sales" });
    const loud = new LiveClient(server, true);
    await loud.message("hello");
    loud.send(`{"type":"subscribe","id":"x","view":"${"v".repeat(10_000_000)}"}`);
    expect(await loud.closed).toMatchObject({ code: 1009 });
    await server.engine.send("orders", [order(1, 1)]);
    await quiet.message("delta");
  });
});

test("a client that takes packed messages is sent large snapshots packed, deltas as they are", async () => {
  const server = await testServer();
  const rows = Array.from({ length: 200 }, (_, id) => order(id, 1, `${id}-${"k".repeat(1_000)}`));
  await server.engine.send("orders", rows);
  await expect.poll(() => server.engine.view("sales")?.rowCount).toBe(200);
  const [plain, packing] = [new LiveClient(server), new LiveClient(server, true)];
  const read = ({ socket }: LiveClient) =>
    (socket as unknown as { _socket: { bytesRead: number } })._socket.bytesRead;
  for (const client of [plain, packing]) {
    await client.message("hello");
    client.send({ type: "subscribe", id: "s", view: "sales" });
    await expect.poll(() => client.rows("s").size).toBe(200);
  }
  expect([plain.socket.extensions, packing.socket.extensions]).toEqual(["", "permessage-deflate"]);
  expect(read(plain)).toBeGreaterThan(200_000);
  expect(read(packing)).toBeLessThan(20_000);
  const before = read(packing);
  await server.engine.send("orders", rows.slice(0, 20));
  await packing.message("delta");
  expect(read(packing) - before).toBeGreaterThan(20_000);
});
