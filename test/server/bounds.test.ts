/** What a sender may cost the server before it is answered: memory over all bodies, and time. */
import { createConnection, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Server } from "../../src/server.ts";
import { LiveClient, order, testServer } from "../support/test-server.ts";

/** A sender that says itself which bytes go out and when. */
class SlowSender {
  readonly socket: Socket;
  readonly ended: Promise<void>;
  received = "";

  constructor(server: Server) {
    const { hostname, port } = new URL(server.url);
    this.socket = createConnection({ host: hostname, port: Number(port) });
    this.socket.setEncoding("utf8").on("data", (text: string) => {
      this.received += text;
    });
    this.socket.on("error", () => {});
    this.ended = new Promise((resolve) => void this.socket.on("close", () => resolve()));
    onTestFinished(() => void this.socket.destroy());
  }

  begin(contentLength: number, path = "/v1/streams/orders/events"): this {
    this.socket.write(
      `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-ndjson\r\n` +
        `Content-Length: ${contentLength}\r\n\r\n`,
    );
    return this;
  }

  send(bytes: number | string): this {
    this.socket.write(typeof bytes === "number" ? " ".repeat(bytes) : bytes);
    return this;
  }

  async answer(pattern = /\r\n\r\n.*\}/s): Promise<string> {
    await expect.poll(() => this.received, { timeout: 5_000 }).toMatch(pattern);
    return this.received;
  }
}

const row = `${JSON.stringify(order(1, 1))}\n`;

describe("bodies that are being received", () => {
  test("are bounded together: the one too many is answered 429 before it is sent to its end", async () => {
    const server = await testServer({ ingest: { bodyBytesInFlightMax: 2_000_000 } });
    const held = Array.from({ length: 3 }, () => new SlowSender(server).begin(500_000).send(300_000));
    await sleep(300);
    const late = new SlowSender(server).begin(500_000).send(300_000);
    const refusal = await late.answer();
    expect(refusal).toMatch(/^HTTP\/1\.1 429 /);
    expect(refusal.toLowerCase()).toContain("retry-after: 1\r\n");
    expect(refusal).toContain('"code":"request.too-many-bodies"');
    // The others are not touched, and the one that was refused can go on when it was read to its end.
    for (const sender of held) {
      sender.send(200_000 - row.length).send(row);
      expect(await sender.answer()).toMatch(/^HTTP\/1\.1 200 .*"accepted":1/s);
    }
    late.received = "";
    late.send(200_000).begin(row.length).send(row);
    expect(await late.answer()).toMatch(/^HTTP\/1\.1 200 .*"accepted":1/s);
  });

  test("are forgotten when they are answered, refused or broken off", async () => {
    const server = await testServer({ ingest: { bodyBytesInFlightMax: 1_000_000 } });
    for (let round = 0; round < 5; round++) {
      const gone = new SlowSender(server).begin(900_000).send(800_000);
      await sleep(50);
      gone.socket.destroy();
      const unknown = new SlowSender(server).begin(800_000, "/v1/streams/nobody/events").send(800_000);
      expect(await unknown.answer()).toMatch(/^HTTP\/1\.1 404 /);
      const taken = new SlowSender(server)
        .begin(800_000)
        .send(800_000 - row.length)
        .send(row);
      expect(await taken.answer()).toMatch(/^HTTP\/1\.1 200 /);
    }
  });

  test("cost about what was sent of them, however slowly", async () => {
    const server = await testServer({ ingest: { bodyBytesInFlightMax: 1_000_000 } });
    const senders = Array.from({ length: 200 }, () =>
      new SlowSender(server).begin(1_000 + row.length).send(1),
    );
    await sleep(100);
    for (const sender of senders) sender.send(1);
    await sleep(100);
    for (const sender of senders) sender.send(998).send(row);
    for (const sender of senders) expect(await sender.answer()).toMatch(/^HTTP\/1\.1 200 /);
  });

  test("one alone is bounded by its own limit", async () => {
    const server = await testServer({ ingest: { bodyBytesInFlightMax: 1_000 } });
    const large = row.repeat(2_000);
    expect(await new SlowSender(server).begin(large.length).send(large).answer()).toContain(
      '"accepted":2000',
    );
  });
});

describe("a sender that takes its time", () => {
  test("with its body is cut off with 408 at the limit, and its bytes are let go", async () => {
    const server = await testServer({ ingest: { requestMsMax: 600, bodyBytesInFlightMax: 1_000_000 } });
    const sender = new SlowSender(server).begin(1_000_000).send(900_000);
    const startedMs = performance.now();
    const dribble = setInterval(() => sender.send(1), 50);
    onTestFinished(() => clearInterval(dribble));
    await sender.ended;
    expect(performance.now() - startedMs).toBeGreaterThan(500);
    expect(performance.now() - startedMs).toBeLessThan(3_000);
    expect(sender.received).toMatch(
      /^HTTP\/1\.1 408 .*application\/problem\+json.*"code":"request.too-slow"/s,
    );
    const next = new SlowSender(server)
      .begin(900_000)
      .send(900_000 - row.length)
      .send(row);
    expect(await next.answer()).toMatch(/^HTTP\/1\.1 200 /);
  });

  test("with any other body is cut off too, also where it was answered before", async () => {
    const server = await testServer({ ingest: { requestMsMax: 600 } });
    const head = (path: string) =>
      `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n` +
      "Content-Length: 100\r\n\r\n{";
    const asking = new SlowSender(server).send(head("/v1/query"));
    const nowhere = new SlowSender(server).send(head("/v1/streams/nobody/events"));
    const wrong = new SlowSender(server).send(head("/health"));
    await Promise.all([asking.ended, nowhere.ended, wrong.ended]);
    expect(asking.received).toMatch(/^HTTP\/1\.1 408 .*"code":"request.too-slow"/s);
    expect(nowhere.received).toMatch(/^HTTP\/1\.1 404 /);
    expect(wrong.received).toMatch(/^HTTP\/1\.1 405 /);
    for (const { received } of [nowhere, wrong]) expect(received.split("HTTP/1.1").length).toBe(2);
  });

  test("with its headers is cut off too, a live socket is not", async () => {
    const server = await testServer({ ingest: { requestMsMax: 600 } });
    const live = new LiveClient(server);
    const hello = await live.message("hello");
    expect(hello.type).toBe("hello");
    const sender = new SlowSender(server).send("GET /v1/views HTTP/1.1\r\nHost: 127.0.0.1\r\n");
    await sender.ended;
    expect(sender.received).toMatch(/^HTTP\/1\.1 408 /);
    await sleep(700);
    live.send({ type: "subscribe", id: "1", view: "sales" });
    expect((await live.message("snapshot")).id).toBe("1");
  });
});

test("what is no HTTP is a problem document too", async () => {
  const server = await testServer();
  const sender = new SlowSender(server).send("hello\r\n\r\n");
  await sender.ended;
  expect(sender.received).toMatch(
    /^HTTP\/1\.1 400 .*application\/problem\+json.*"code":"request.bad-request"/s,
  );
  const long = new SlowSender(server).send(
    `GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nx: ${"y".repeat(50_000)}\r\n\r\n`,
  );
  await long.ended;
  expect(long.received).toMatch(/^HTTP\/1\.1 431 .*"code":"request.headers-too-large"/s);
});
