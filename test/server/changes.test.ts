/** `GET /v1/views/{view}/changes` with real clients: curl, streams that break, streams that are not read. */
import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { gunzipSync } from "node:zlib";
import { describe, expect, onTestFinished, test } from "vitest";
import type { ViewAnswer } from "../../src/serving/answers.ts";
import type { Problem } from "../../src/serving/protocol.ts";
import { EventClient } from "../support/event-client.ts";
import { start } from "../support/run-process.ts";
import { scratchFolder } from "../support/scratch-folder.ts";
import { order, testServer } from "../support/test-server.ts";
import { ToldView } from "../support/told-view.ts";

type Server = Awaited<ReturnType<typeof testServer>>;

async function rowsOverHttp(server: Server): Promise<Map<string, unknown[]>> {
  const answer = await fetch(`${server.url}/v1/views/sales?limit=100000`);
  const { rows, columns, ...rest } = (await answer.json()) as ViewAnswer;
  expect(rest.failure).toBeNull();
  const cells = rows.map((row) => columns.map(({ name }) => row[name]));
  return new Map(cells.map((values) => [JSON.stringify(values.slice(0, 3)), values]));
}

async function figure(server: Server, name: string): Promise<number> {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\d+)$`, "m").exec(text)?.[1]);
}

/** Large enough that none of them fits into what the kernel keeps on the way. */
const longRows = (count: number, round: number) =>
  Array.from({ length: count }, (_, id) => order(round, 1, `${id}-${"k".repeat(1_000)}`));

describe("curl", () => {
  test.each([
    ["as it is", []],
    ["packed", ["--compressed"]],
  ])("reads a snapshot, deltas and heartbeats, and the end: %s", async (_, options) => {
    const server = await testServer({ live: { heartbeatMs: 200, pieceBytesMax: 1_500 } });
    await server.engine.send(
      "orders",
      Array.from({ length: 40 }, (_, id) => order(id, 1, `k${id}`)),
    );
    await expect.poll(() => server.engine.view("sales")?.rowCount).toBe(40);
    const url = `${server.url}/v1/views/sales/changes`;
    const curl = start(["curl", "-sSN", "-i", ...options, url], { cwd: scratchFolder() });
    const [head] = await curl.waitForOutput(/^.*?\r\n\r\n/s);
    expect(head).toContain("text/event-stream");
    expect(head.includes("gzip")).toBe(options.length > 0);
    await curl.waitForOutput(/event: heartbeat\n/);
    await server.engine.send("orders", [order(1, 2, "k1")]);
    await curl.waitForOutput(/event: delta\n/);
    await server.close();
    const { code, stdout } = await curl.finished;
    expect(code).toBe(0);
    const blocks = stdout.slice(stdout.indexOf("\r\n\r\n") + 4).split("\n\n");
    expect(blocks[0]).toMatch(/^retry: \d+$/);
    const events = blocks
      .slice(1, -1)
      .map((block) => /^event: (\w+)\n(?:id: (\S+)\n)?data: (.*)$/.exec(block)!);
    const types = events.map(([, type]) => type);
    expect(types.filter((type) => type !== "heartbeat")).toEqual([
      "snapshot",
      ...Array.from(types.filter((type) => type === "part")),
      "delta",
      "error",
    ]);
    const told = new ToldView();
    for (const [, type, id, data] of events) {
      const message = JSON.parse(data!);
      expect([message.type, "id" in message]).toEqual([type, false]);
      told.take(message);
      // Only with the last piece stands the client somewhere else.
      if (type !== "heartbeat" && type !== "error")
        expect([type, id]).toEqual([type, message.more ? undefined : told.resume]);
      else expect(id).toBeUndefined();
    }
    expect(told.rows.size).toBe(40);
    expect(events.at(-1)?.[3]).toContain('"code":"request.stopping"');
  });
});

describe("a stream that is cut at every event", () => {
  test.each([
    ["by the header of browsers", "header", {}],
    ["by a parameter", "parameter", {}],
    ["packed", "header", { "accept-encoding": "br, gzip;q=0.5" }],
  ])(
    "goes on with what was missed, %s",
    async (_, by, headers) => {
      const server = await testServer({ live: { pieceBytesMax: 600, packedBytesMin: 100 } });
      await server.engine.send(
        "orders",
        Array.from({ length: 20 }, (_, id) => order(id, 1, `k${id}`)),
      );
      await expect.poll(() => server.engine.view("sales")?.rowCount).toBe(20);
      const told = new ToldView();
      let lastId: string | undefined;
      const open = (events: number) => {
        told.break();
        const isHeader = by === "header" && lastId !== undefined;
        const query = by === "parameter" && lastId !== undefined ? `?resume=${lastId}` : "";
        const more = isHeader ? { "last-event-id": lastId! } : {};
        const client = new EventClient(server, query, { headers: { ...headers, ...more } });
        let heard = 0;
        return new Promise<void>((resolve) => {
          client.onEvent = ({ id, type, message }) => {
            if (type === "heartbeat") return;
            lastId = id ?? lastId;
            told.take(message);
            if (++heard < events) return;
            client.cut();
            resolve();
          };
        });
      };
      let isOver = false;
      const sending = (async () => {
        for (let round = 0; !isOver; round++) {
          await server.engine.send(
            "orders",
            Array.from({ length: 6 }, (_, id) => order(id, 1, `k${round % 30}${id}`)),
          );
          await sleep(5);
        }
      })();
      for (let events = 1; events <= 20; events++) await open(events);
      isOver = true;
      await sending;
      void open(Number.POSITIVE_INFINITY);
      const expected = await rowsOverHttp(server);
      await expect.poll(() => new Map([...told.rows].sort())).toEqual(new Map([...expected].sort()));
      expect(told.resets).toEqual([]);
    },
    60_000,
  );
});

test("where, columns, emit and maxRate mean what they do on a socket", async () => {
  const server = await testServer();
  await server.engine.send("orders", [
    order(1, 1, "a"),
    order(2, 1, "b"),
    order(3, 1, "b"),
    order(4, 12, "b"),
  ]);
  await expect.poll(() => server.engine.view("sales")?.rowCount).toBe(3);
  const query = new URLSearchParams({ where: "k = 'b'", columns: "n, k", emit: "final", maxRate: "2" });
  const client = new EventClient(server, `?${query}`);
  const { message } = await client.event("snapshot");
  expect(message).toMatchObject({ rows: [{ values: [2, "b"], final: true }], keyColumns: [1] });
  for (let second = 20; second < 30; second++) {
    await server.engine.send("orders", [order(second, second * 10, "b")]);
    await sleep(100);
  }
  const told = new ToldView();
  await expect
    .poll(() => {
      for (const event of client.events.splice(0)) told.take(event.message);
      return told.rows.size;
    })
    .toBe(11);
});

test("what is asked wrongly is a problem document", async () => {
  const server = await testServer();
  await server.engine.send("orders", [order(1, 1)]);
  await expect.poll(() => server.engine.view("sales")?.rowCount).toBe(1);
  for (const [what, view, query, status, code] of [
    ["an unknown view", "slaes", "", 404, "request.unknown-view"],
    ["an unknown column", "sales", "columns=price", 400, "request.bad-parameter"],
    ["no column", "sales", "columns=", 400, "request.bad-parameter"],
    ["no condition", "sales", "where=+", 400, "request.bad-parameter"],
    ["a condition that is no SQL", "sales", "where=n+%3E", 400, "sql.syntax"],
    ["a condition that has no value for a row", "sales", "where=1/(n-1)%3E0", 400, ""],
    ["a rate that is none", "sales", "maxRate=often", 400, "request.bad-parameter"],
    ["a rate beyond the bounds", "sales", "maxRate=1000", 400, "request.bad-parameter"],
    ["a parameter that is none", "sales", "wehre=n", 400, "request.bad-parameter"],
  ] as const) {
    const answer = await fetch(`${server.url}/v1/views/${view}/changes?${query}`);
    const problem = (await answer.json()) as Problem;
    expect([answer.status, answer.headers.get("content-type")], what).toEqual([
      status,
      "application/problem+json; charset=utf-8",
    ]);
    if (code !== "") expect(problem.code, what).toBe(code);
    if (code === "sql.syntax") expect(problem.position).toMatchObject({ line: 1 });
    await expect.poll(() => figure(server, "quickwater_live_streams")).toBe(0);
  }
  // HEAD has no stream to begin.
  const head = await fetch(`${server.url}/v1/views/sales/changes`, { method: "HEAD" });
  expect([head.status, head.headers.get("allow")]).toEqual([405, "GET"]);
});

test("a condition that fails later ends its stream with the reason, and no other", async () => {
  const server = await testServer();
  await server.engine.send("orders", [order(1, 1), order(2, 1)]);
  await expect.poll(() => server.engine.view("sales")?.rowCount).toBe(1);
  const [failing, other] = [new EventClient(server, "?where=1/(n-3)%3C9"), new EventClient(server)];
  await Promise.all([failing.event("snapshot"), other.event("snapshot")]);
  await server.engine.send("orders", [order(3, 1)]);
  expect(JSON.stringify((await failing.event("error")).message)).toContain("Division by zero");
  await failing.ended;
  await other.event("delta");
  await server.engine.send("orders", [order(4, 1)]);
  await other.event("delta", ({ message }) => JSON.stringify(message).includes(",4,"));
});

test("a stream that its client leaves is gone, and so is one that was never read", async () => {
  const server = await testServer();
  const client = new EventClient(server);
  await client.event("snapshot");
  expect(await figure(server, "quickwater_live_streams")).toBe(1);
  expect(await figure(server, "quickwater_live_subscriptions")).toBe(1);
  client.cut();
  await expect.poll(() => figure(server, "quickwater_live_streams")).toBe(0);
  expect(await figure(server, "quickwater_live_subscriptions")).toBe(0);
  // It may be resumed.
  expect(await figure(server, "quickwater_live_shapes")).toBe(1);
});

test("a stream lasts longer than a request may take to arrive", async () => {
  const server = await testServer({ ingest: { requestMsMax: 300 }, live: { heartbeatMs: 200 } });
  const client = new EventClient(server);
  await client.event("snapshot");
  await sleep(1_500);
  await server.engine.send("orders", [order(1, 1)]);
  await client.event("delta");
  expect(client.events.filter(({ type }) => type === "heartbeat").length).toBeGreaterThan(4);
});

/** Asks for a stream and takes nothing of it but what the kernel does. */
async function stalledStream(server: Server) {
  const { host, hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  onTestFinished(() => {
    socket.destroy();
  });
  socket.write(`GET /v1/views/sales/changes HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
  let text = "";
  socket.on("data", (data) => {
    text += data.toString("latin1");
  });
  await once(socket, "data");
  socket.pause();
  return { socket, text: () => text };
}

test("who does not read is cut off with the reason as the last event; others get every delta", async () => {
  const server = await testServer({ live: { blockedMsMax: 500, heartbeatMs: 80, closeMsMax: 60_000 } });
  const stalled = await stalledStream(server);
  const quick = new EventClient(server);
  await quick.event("snapshot");
  const told = new ToldView();
  quick.onEvent = ({ message }) => told.take(message);
  for (const { message } of quick.events) told.take(message);
  for (let round = 1; round <= 15; round++) {
    await server.engine.send("orders", longRows(1_000, round));
    await expect.poll(() => [...told.rows.values()].every((row) => row[3] === round)).toBe(true);
  }
  await expect.poll(() => figure(server, "quickwater_live_subscriptions")).toBe(1);
  stalled.socket.resume();
  // The end of a transfer in chunks; the connection itself may live on.
  await expect.poll(() => stalled.text().endsWith("\r\n0\r\n\r\n")).toBe(true);
  expect(stalled.text().slice(-600)).toMatch(
    /event: error\ndata: \{"type":"error","code":"live\.too-slow".*changes have waited/,
  );
  expect(told.rows.size).toBe(1_000);
}, 60_000);

test("one that reads slowly is told less often, and has the same rows in the end", async () => {
  const server = await testServer();
  const [slow, quick] = [await stalledStream(server), new EventClient(server)];
  const told = new ToldView();
  quick.onEvent = ({ message }) => told.take(message);
  for (let round = 1; round <= 20; round++) {
    await server.engine.send("orders", longRows(1_000, round));
    await expect.poll(() => [...told.rows.values()].filter((row) => row[3] === round).length).toBe(1_000);
  }
  slow.socket.resume();
  const last = new ToldView();
  let taken = 0;
  await expect
    .poll(() => {
      // Chunks of the transfer may begin anywhere between events: each event is written as one.
      const events = slow.text().matchAll(/^data: (.*)$/gm);
      const messages = [...events].map(([, data]) => JSON.parse(data!));
      for (const message of messages.slice(taken)) last.take(message);
      taken = messages.length;
      return [...last.rows.values()].filter((row) => row[3] === 20).length;
    })
    .toBe(1_000);
  const deltas = (text: string) => text.split("event: delta\n").length;
  expect(deltas(slow.text())).toBeLessThan(15);
}, 60_000);

test("packed bytes are gzip to the last one", async () => {
  const server = await testServer({ live: { packedBytesMin: 300 } });
  await server.engine.send(
    "orders",
    Array.from({ length: 300 }, (_, id) => order(id, 1, `ключ ${id} 😀`)),
  );
  await expect.poll(() => server.engine.view("sales")?.rowCount).toBe(300);
  const plain = new EventClient(server);
  const packed = new EventClient(server, "", { headers: { "accept-encoding": "gzip" } });
  const bytes: Buffer[] = [];
  (await packed.opened).on("data", (data: Buffer) => bytes.push(data));
  for (const client of [plain, packed]) await client.event("snapshot");
  await server.engine.send("orders", [order(1, 2, "few")]);
  for (const client of [plain, packed]) await client.event("delta");
  expect(packed.bytes).toBeLessThan(plain.bytes / 5);
  await server.close();
  await packed.ended;
  const text = gunzipSync(Buffer.concat(bytes)).toString();
  expect(text).toContain("ключ 299 😀");
  expect(text).toContain("request.stopping");
});
