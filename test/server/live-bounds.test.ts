/** What keeps a live socket small, alive and quick, whoever is at its other end. */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import WebSocket from "ws";
import type { ViewAnswer } from "../../src/serving/answers.ts";
import { LiveClient, order, testServer } from "../support/test-server.ts";

type Server = Awaited<ReturnType<typeof testServer>>;

const megabyte = 1024 * 1024;
/** What the kernel takes on both sides of a loopback connection before the process has to keep anything. */
const kernelBytes = 8 * megabyte;

/** Rows of the view `sales` of about 1 KB each, all of one window. */
async function sendLargeRows(server: Server, count: number, from = 0): Promise<void> {
  const rows = Array.from({ length: count }, (_, id) => order(id, 1, `${from + id}-${"k".repeat(1_000)}`));
  await server.engine.send("orders", rows);
}

async function rowsOverHttp(server: Server): Promise<Map<string, number>> {
  const answer = await fetch(`${server.url}/v1/views/sales?limit=100000`);
  const { rows } = (await answer.json()) as ViewAnswer;
  return new Map(rows.map(({ k, n }) => [String(k), Number(n)]));
}

function rowsOf(client: LiveClient, id: string): Map<string, number> {
  return new Map([...client.rows(id).values()].map(({ values }) => [String(values[2]), Number(values[3])]));
}

function bytesOf(client: LiveClient): number {
  return client.messages.reduce((sum, message) => sum + JSON.stringify(message).length, 0);
}

describe("a subscriber that does not read", () => {
  test("is cut off with the reason when only snapshots wait for it, which stay in small pieces", async () => {
    const server = await testServer({ live: { blockedMsMax: 400 } });
    await sendLargeRows(server, 2_000);
    await expect.poll(() => server.engine.view("sales")?.rowCount).toBe(2_000);
    const client = new LiveClient(server);
    await client.message("hello");
    client.socket.pause();
    for (let id = 0; id < 30; id++) client.send({ type: "subscribe", id: String(id), view: "sales" });
    await sleep(1_500);
    client.socket.resume();
    expect(await client.closed).toMatchObject({ code: 1008, reason: "live.too-slow" });
    expect(client.messages.at(-1)).toMatchObject({ type: "error", code: "live.too-slow" });
    expect(bytesOf(client)).toBeLessThan(kernelBytes + megabyte);
  });

  test("is cut off when answers to its own messages fill the buffer", async () => {
    const live = { messagesPerSecondMax: 1_000_000, bufferedBytesMax: 2 * megabyte };
    const server = await testServer({ live });
    const client = new LiveClient(server);
    await client.message("hello");
    client.socket.pause();
    const view = "v".repeat(60_000);
    for (let id = 0; id < 400; id++) client.send({ type: "subscribe", id: String(id), view });
    await sleep(1_500);
    client.socket.resume();
    expect(await client.closed).toMatchObject({ code: 1008, reason: "live.too-slow" });
    expect(bytesOf(client)).toBeLessThan(kernelBytes + 3 * megabyte);
  });

  test("gets fewer, larger deltas if it reads on in time, and ends with the same rows", async () => {
    const server = await testServer({ live: { blockedMsMax: 20_000 } });
    const slow = new LiveClient(server);
    const quick = new LiveClient(server);
    for (const client of [slow, quick]) {
      await client.message("hello");
      client.send({ type: "subscribe", id: "s", view: "sales" });
      await client.message("snapshot");
    }
    slow.socket.pause();
    // Each round changes all of 1,000 rows: together more than the kernel and the socket's buffer take.
    const hasSeen = (client: LiveClient, rounds: number) => () => {
      const all = [...rowsOf(client, "s").values()];
      return all.length === 1_000 && all.every((n) => n === rounds);
    };
    for (let round = 1; round <= 25; round++) {
      await sendLargeRows(server, 1_000);
      await expect.poll(hasSeen(quick, round), { timeout: 10_000 }).toBe(true);
    }
    expect(slow.rows("s").size).toBe(0);
    slow.socket.resume();
    await expect.poll(hasSeen(slow, 25), { timeout: 10_000 }).toBe(true);
    expect(rowsOf(slow, "s")).toEqual(await rowsOverHttp(server));
    expect(rowsOf(quick, "s")).toEqual(await rowsOverHttp(server));
    const deltas = ({ messages }: LiveClient) => messages.filter(({ type }) => type === "delta").length;
    expect(deltas(slow)).toBeLessThan(deltas(quick) / 1.5);
    expect(bytesOf(slow)).toBeLessThan(bytesOf(quick) / 1.5);
  }, 60_000);
});

describe("large snapshots and deltas", () => {
  test("come in pieces of a bounded size, that together are the view", async () => {
    const live = { pieceBytesMax: 20_000 };
    const server = await testServer({ live });
    await sendLargeRows(server, 300);
    await expect.poll(() => server.engine.view("sales")?.rowCount).toBe(300);
    const client = new LiveClient(server);
    await client.message("hello");
    client.send({ type: "subscribe", id: "s", view: "sales" });
    const snapshot = await client.message("snapshot");
    expect(snapshot).toMatchObject({ more: true });
    await expect.poll(() => client.rows("s").size).toBe(300);
    await sendLargeRows(server, 200);
    await client.message("delta", ({ more }) => more === true);
    await expect.poll(async () => rowsOf(client, "s")).toEqual(await rowsOverHttp(server));
    const sizes = client.messages.map((message) => JSON.stringify(message).length);
    expect(Math.max(...sizes)).toBeLessThan(live.pieceBytesMax + 2_000);
    expect(client.messages.at(-1)).toMatchObject({ type: "part" });
    expect(client.messages.at(-1)).not.toHaveProperty("more");
  });

  test("a row that is larger than a piece goes alone", async () => {
    const server = await testServer({ live: { pieceBytesMax: 500 } });
    await sendLargeRows(server, 3);
    await expect.poll(() => server.engine.view("sales")?.rowCount).toBe(3);
    const client = new LiveClient(server);
    await client.message("hello");
    client.send({ type: "subscribe", id: "s", view: "sales" });
    await expect.poll(() => client.rows("s").size).toBe(3);
    const rows = client.messages.flatMap((message) => ("rows" in message ? [message.rows.length] : []));
    expect(rows).toEqual([1, 1, 1]);
  });

  test("leave room between their pieces for other subscriptions", async () => {
    const server = await testServer();
    // More than the kernel takes at once.
    for (let from = 0; from < 12_000; from += 2_000) await sendLargeRows(server, 2_000, from);
    await expect.poll(() => server.engine.view("sales")?.rowCount).toBe(12_000);
    const client = new LiveClient(server);
    await client.message("hello");
    client.send({ type: "subscribe", id: "large", view: "sales" });
    client.send({ type: "subscribe", id: "small", view: "closed" });
    await expect.poll(() => client.rows("large").size).toBe(12_000);
    const small = client.messages.findIndex(
      ({ type, ...rest }) => type === "snapshot" && "id" in rest && rest.id === "small",
    );
    expect(small).toBeGreaterThan(0);
    expect(small).toBeLessThan(client.messages.length - 5);
  });
});

describe("a heartbeat", () => {
  test("comes at its interval at the latest, however the other messages fall", async () => {
    const heartbeatMs = 400;
    const server = await testServer({ live: { heartbeatMs } });
    const client = new LiveClient(server);
    const heardAtMs: number[] = [];
    client.socket.on("message", () => heardAtMs.push(performance.now()));
    expect(await client.message("hello")).toMatchObject({ heartbeatMs });
    client.send({ type: "subscribe", id: "s", view: "sales" });
    await client.message("snapshot");
    // Somewhat more than half of the interval apart: a beat that is passed over makes the gap too long.
    for (let round = 0; round < 12; round++) {
      await server.engine.send("orders", [order(round, 1)]);
      await sleep(round % 3 === 0 ? 900 : 210);
    }
    const gaps = heardAtMs.slice(1).map((atMs, index) => atMs - heardAtMs[index]!);
    expect(Math.max(...gaps)).toBeLessThan(heartbeatMs + 100);
  });

  test("names no step that the client has not been told of", async () => {
    const server = await testServer({ live: { heartbeatMs: 80 } });
    const client = new LiveClient(server);
    await client.message("hello");
    client.send({ type: "subscribe", id: "s", view: "sales" });
    await client.message("snapshot");
    for (let round = 0; round < 20; round++) {
      await server.engine.send("orders", [order(round, 1)]);
      await sleep(30);
    }
    let told = 0;
    for (const message of client.messages) {
      if (message.type === "snapshot" || message.type === "delta") told = message.step;
      if (message.type === "heartbeat") expect(message.step).toBeLessThanOrEqual(told);
    }
    // A delta of the last orders may still have been on its way.
    await client.message("heartbeat", ({ step }) => step >= told);
  });
});

describe("a peer that vanished", () => {
  const live = { heartbeatMs: 80, pingMs: 100, silenceMsMax: 600 };

  test("is found by its missing answer to a ping, and dropped", async () => {
    const server = await testServer({ live });
    // Speaks TCP as the machine of a vanished peer would not, but answers nothing: to the server that is one.
    const peer = await silentPeer(server);
    const openedAtMs = performance.now();
    await once(peer, "close");
    const lastedMs = performance.now() - openedAtMs;
    expect(lastedMs).toBeGreaterThan(400);
    expect(lastedMs).toBeLessThan(1_500);
  });

  test("is not mistaken for one whose pongs are late because it reads slowly", async () => {
    const server = await testServer({ live });
    for (let from = 0; from < 8_000; from += 2_000) await sendLargeRows(server, 2_000, from);
    await expect.poll(() => server.engine.view("sales")?.rowCount).toBe(8_000);
    const socket = new WebSocket(`${server.url.replace("http", "ws")}/v1/live`, {
      autoPong: false,
      perMessageDeflate: false,
    });
    onTestFinished(() => socket.terminate());
    await once(socket, "open");
    for (let id = 0; id < 50; id++) {
      socket.send(JSON.stringify({ type: "subscribe", id: String(id), view: "sales" }));
    }
    const startedAtMs = performance.now();
    while (performance.now() - startedAtMs < 2_000) {
      socket.resume();
      await sleep(2);
      socket.pause();
      await sleep(30);
    }
    socket.resume();
    await Promise.race([once(socket, "message"), once(socket, "close")]);
    expect(socket.readyState).toBe(socket.OPEN);
  });

  test("is not mistaken for one that only listens", async () => {
    const server = await testServer({ live });
    const client = new LiveClient(server);
    await client.message("hello");
    await sleep(1_500);
    expect(client.socket.readyState).toBe(client.socket.OPEN);
  });
});

test("a client that sends too many messages is closed with the reason", async () => {
  const server = await testServer({ live: { messagesPerSecondMax: 20 } });
  const client = new LiveClient(server);
  await client.message("hello");
  for (let id = 0; id < 60; id++) client.send({ type: "unsubscribe", id: String(id) });
  expect(await client.closed).toMatchObject({ code: 1008, reason: "live.too-many-messages" });
  expect(client.messages.at(-1)).toMatchObject({ type: "error", code: "live.too-many-messages" });
});

test("a frame that is too large is the client's mistake in the log, and closes with 1009", async () => {
  const lines: { level: number; msg: string; reason?: string }[] = [];
  const server = await testServer({
    logTo: { level: "info", write: (line) => lines.push(JSON.parse(line)) },
  });
  const client = new LiveClient(server);
  await client.message("hello");
  client.send(`{"type":"subscribe","id":"${"x".repeat(100_000)}"}`);
  expect(await client.closed).toMatchObject({ code: 1009 });
  const [info, error] = [30, 50];
  expect(lines).toContainEqual(expect.objectContaining({ level: info, reason: "Max payload size exceeded" }));
  expect(lines.filter(({ level }) => level >= error)).toEqual([]);
});

async function silentPeer(server: Server): Promise<Socket> {
  const { host, hostname, port } = new URL(server.url);
  const peer = connect(Number(port), hostname);
  onTestFinished(() => {
    peer.destroy();
  });
  const lines = ["Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13"];
  const key = Buffer.from("sixteen bytes!!!").toString("base64");
  peer.write(
    `GET /v1/live HTTP/1.1\r\nHost: ${host}\r\n${lines.join("\r\n")}\r\nSec-WebSocket-Key: ${key}\r\n\r\n`,
  );
  peer.on("error", () => {});
  await once(peer, "data");
  peer.resume();
  return peer;
}
