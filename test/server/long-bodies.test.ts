/** Lines of any length in one request: what is taken of them, and what it costs. */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { type ClientRequest, type IncomingMessage, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { createGzip, gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import type { Server } from "../../src/server.ts";
import { scratchFolder } from "../support/scratch-folder.ts";
import { projectFolder, startServerProcess } from "../support/server-process.ts";
import { order, shopSql, testServer } from "../support/test-server.ts";

type Headers = Readonly<Record<string, string>>;

const lines = { "content-type": "application/x-ndjson" };
/** Parts of 70,000 bytes: a few hundred rows. */
const small = { log: { pendingBytesMax: 70_000, rowBytesMax: 2_000 } };

function begin(url: string, headers: Headers = {}, stream = "orders"): ClientRequest {
  const sent = request(`${url}/v1/streams/${stream}/events`, {
    method: "POST",
    headers: { ...lines, ...headers },
  });
  // The server may close while bytes are still on their way.
  sent.on("error", () => {});
  return sent;
}

async function answerOf(sent: ClientRequest) {
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  let text = "";
  for await (const more of response.setEncoding("utf8")) text += more;
  return {
    status: response.statusCode,
    headers: response.headers,
    body: JSON.parse(text) as Record<string, unknown>,
  };
}

function post(server: Server, body: string | Uint8Array, headers: Headers = {}) {
  const sent = begin(server.url, headers);
  const answer = answerOf(sent);
  sent.end(body);
  return answer;
}

const rowsFrom = (first: number, count: number) =>
  Array.from({ length: count }, (_, at) => `${JSON.stringify(order(first + at, 1))}\n`).join("");

async function counted(server: Server, sql: string): Promise<number> {
  const headers = { "content-type": "application/json" };
  const answer = await fetch(`${server.url}/v1/query`, {
    method: "POST",
    headers,
    body: JSON.stringify({ sql }),
  });
  const { rows } = (await answer.json()) as { rows: number[][] };
  // Of a stream without rows there is no group.
  return rows[0]?.[0] ?? 0;
}

const ordersIn = (server: Server) => counted(server, "SELECT COUNT(*) FROM orders");

describe("lines of many parts", () => {
  test("are taken to the last, packed too; broken ones are named by their place in the whole", async () => {
    const server = await testServer(small);
    const all = rowsFrom(0, 5_000).split("\n").slice(0, -1);
    const broken = new Map([
      [0, "nothing"],
      [700, '{"id": 1'],
      [1_900, `{"id": 1, "k": "${"x".repeat(300_000)}"}`],
      [1_901, `{"id": 1, "k": "${"x".repeat(2_000)}"}`],
      [4_999, "\u00ff"],
    ]);
    for (const [at, text] of broken) all[at] = text;
    const codes = ["row.not-json", "row.not-json", "row.too-large", "row.too-large", "row.not-json"];
    const rejected = [...broken.keys()].map((index, at) => ({ index, code: codes[at] }));
    const text = `${all.join("\n\n")}`;
    expect(await post(server, text)).toMatchObject({
      status: 200,
      body: { accepted: 4_995, duplicates: 0, rejected },
    });
    expect(await post(server, gzipSync(text), { "content-encoding": "gzip" })).toMatchObject({
      status: 200,
      body: { accepted: 4_995, duplicates: 0, rejected },
    });
    expect(await ordersIn(server)).toBe(2 * 4_995);
    const { letters } = await server.engine.deadLetters("orders");
    expect(letters.map(({ position }) => position).sort((one, other) => one - other)).toEqual(
      [...broken.keys(), ...broken.keys()].sort((one, other) => one - other),
    );
    expect(letters.find(({ position }) => position === 1_900)?.text).toBe(broken.get(1_900)!.slice(0, 2_000));
  });

  test("where all of them are broken, an answer names 1,000 and counts the others", async () => {
    const server = await testServer(small);
    const answer = await post(server, "x\n".repeat(60_000));
    expect(answer).toMatchObject({
      status: 400,
      body: { code: "request.all-rejected", accepted: 0, duplicates: 0, rejectedCount: 60_000 },
    });
    const rejected = answer.body.rejected as { index: number }[];
    expect(rejected.map(({ index }) => index)).toEqual(Array.from({ length: 1_000 }, (_, index) => index));
    expect(await post(server, "\n".repeat(500_000))).toMatchObject({ body: { code: "request.empty-body" } });
  });

  test("more than 200,000 in one part are several", async () => {
    const server = await testServer();
    const answer = await post(server, `${"1\n".repeat(201_000)}${rowsFrom(0, 1)}`);
    expect(answer).toMatchObject({ status: 200, body: { accepted: 1, rejectedCount: 201_000 } });
  });
});

describe("lines that end too early", () => {
  test("keep the parts that came whole; sent again with their key each row is there once", async () => {
    const server = await testServer(small);
    const text = rowsFrom(0, 4_000);
    for (const rows of [2_000, 3_000]) {
      const cut = begin(server.url, { "idempotency-key": "one", "content-length": String(text.length) });
      cut.write(text.slice(0, (text.length / 4_000) * rows));
      const before = await ordersIn(server);
      await expect.poll(() => ordersIn(server)).toBeGreaterThan(before + 300);
      cut.destroy();
      // What came behind the last whole part is not taken, now or later.
      await sleep(100);
      expect(await ordersIn(server)).toBeLessThan(rows);
    }
    const there = await ordersIn(server);
    expect(await post(server, text, { "idempotency-key": "one" })).toMatchObject({
      status: 200,
      body: { accepted: 4_000 - there, duplicates: there, rejected: [] },
    });
    expect(await post(server, text, { "idempotency-key": "one" })).toMatchObject({
      body: { accepted: 0, duplicates: 4_000 },
    });
    expect(await post(server, text, { "idempotency-key": "two" })).toMatchObject({
      body: { accepted: 4_000 },
    });
    expect(await counted(server, "SELECT COUNT(DISTINCT id) FROM orders")).toBe(4_000);
    expect(await ordersIn(server)).toBe(8_000);
  });

  test("say what was taken where that can be told: broken packing, too little in time", async () => {
    const server = await testServer({ ...small, ingest: { requestMsMax: 700 } });
    const packed = gzipSync(rowsFrom(0, 5_000));
    const cut = packed.subarray(0, packed.length - 9);
    const broken = await post(server, cut, { "content-encoding": "gzip" });
    expect(broken).toMatchObject({
      status: 400,
      body: { code: "request.bad-request", duplicates: 0, rejected: [], rejectedCount: 0 },
    });
    expect(broken.body.accepted).toBe(await ordersIn(server));
    expect(broken.body.accepted).toBeGreaterThan(3_000);
    const slow = begin(server.url);
    const answer = answerOf(slow);
    slow.write(rowsFrom(5_000, 2_000));
    const dribble = setInterval(() => slow.write(" "), 50);
    const late = await answer;
    clearInterval(dribble);
    expect(late).toMatchObject({ status: 408, body: { code: "request.too-slow", rejectedCount: 0 } });
    expect(late.headers.connection).toBe("close");
    expect(late.body.accepted).toBe((await ordersIn(server)) - (broken.body.accepted as number));
    expect(late.body.accepted).toBeGreaterThan(1_000);
  });
});

test("a sender may take many times as long as one part may", async () => {
  const server = await testServer({ ...small, ingest: { requestMsMax: 600 } });
  const sent = begin(server.url);
  const answer = answerOf(sent);
  for (let part = 0; part < 12; part++) {
    sent.write(rowsFrom(part * 1_000, 1_000));
    await sleep(150);
  }
  sent.end();
  expect(await answer).toMatchObject({ status: 200, body: { accepted: 12_000, rejected: [] } });
});

/** In its first part: later it is not given up, however busy it is. */
function expectWhollyRefused({ status, body }: Awaited<ReturnType<typeof post>>): void {
  expect([status, body.accepted]).toEqual([429, undefined]);
  expect(["request.busy", "request.too-many-bodies"]).toContain(body.code);
}

test("lines that were begun wait while the log is busy with others", async () => {
  const server = await testServer(small);
  const sent = Array.from({ length: 6 }, (_, at) => post(server, rowsFrom(at * 5_000, 5_000)));
  const answers = await Promise.all(sent);
  const taken = answers.filter((answer) => answer.status === 200);
  for (const { body } of taken) expect(body).toMatchObject({ accepted: 5_000 });
  for (const answer of answers) if (!taken.includes(answer)) expectWhollyRefused(answer);
  expect(taken.length).toBeGreaterThan(0);
  expect(await ordersIn(server)).toBe(taken.length * 5_000);
});

test("many long bodies at once have the memory of a few parts, and each is taken in the end", async () => {
  const server = await testServer({ ...small, ingest: { bodyBytesInFlightMax: 600_000 } });
  const senders = Array.from({ length: 8 }, async (_, at) => {
    for (;;) {
      const one = begin(server.url);
      const answer = answerOf(one);
      for (let part = 0; part < 5; part++) {
        one.write(rowsFrom(at * 10_000 + part * 2_000, 2_000));
        await sleep(20);
      }
      one.end();
      const { status, body, headers } = await answer;
      if (status === 200) return body.accepted;
      expectWhollyRefused({ status, body, headers });
    }
  });
  expect(await Promise.all(senders)).toEqual(senders.map(() => 10_000));
  expect(await ordersIn(server)).toBe(80_000);
});

async function sendMegabytes(url: string, megabytes: number, isPacked: boolean): Promise<number> {
  const sent = begin(url, isPacked ? { "content-encoding": "gzip" } : {});
  const answer = answerOf(sent);
  const body = isPacked ? createGzip({ level: 1 }) : sent;
  if (body !== sent) body.pipe(sent);
  const block = rowsFrom(0, 5_000).replaceAll('"k":"a"', `"k":"a","more":"${"x".repeat(400)}"`);
  const blocks = Math.ceil((megabytes * 1_000_000) / block.length);
  for (let at = 0; at < blocks; at++) if (!body.write(block)) await once(body, "drain");
  body.end();
  expect(await answer).toMatchObject({ status: 200, body: { accepted: blocks * 5_000, rejected: [] } });
  return blocks * block.length;
}

test.each([false, true])(
  "200 MB in one request cost no more memory than 20 (packed: %s)",
  { timeout: 120_000 },
  async (isPacked) => {
    // What history reads meanwhile is bounded too, by a setting of its own.
    const project = projectFolder(scratchFolder(), shopSql, "history: none\n");
    const { url, pid } = await startServerProcess(project, scratchFolder());
    const mostMegabytes = () => {
      const status = readFileSync(`/proc/${pid}/status`, "utf8");
      return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024;
    };
    await sendMegabytes(url, 20, isPacked);
    const before = mostMegabytes();
    expect(await sendMegabytes(url, 200, isPacked)).toBeGreaterThan(200_000_000);
    // Kept whole it would be more than the body has.
    expect(mostMegabytes() - before).toBeLessThan(150);
  },
);
