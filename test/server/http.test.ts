import { request } from "node:http";
import { describe, expect, test } from "vitest";
import type { Server } from "../../src/server.ts";
import { order, serverOfFile, testServer } from "../support/test-server.ts";

interface Answer {
  readonly status: number;
  readonly type: string | null;
  readonly body: Record<string, unknown>;
}

async function ask(server: Server, path: string, init?: RequestInit): Promise<Answer> {
  const response = await fetch(`${server.url}${path}`, init);
  const body = (await response.json()) as Record<string, unknown>;
  return { status: response.status, type: response.headers.get("content-type"), body };
}

const post = (
  server: Server,
  body: string | Uint8Array<ArrayBuffer>,
  type = "application/json",
  stream = "orders",
) => ask(server, `/v1/streams/${stream}/events`, { method: "POST", headers: { "content-type": type }, body });

/** Nothing of what these tests send is asked for again. */
const shop = serverOfFile();

describe("POST events", () => {
  test.each([
    ["broken JSON", "{", "application/json", 400, "request.bad-body"],
    ["a broken array", `[${JSON.stringify(order(1, 1))},`, "application/json", 400, "request.bad-body"],
    ["a broken object", '{"id":01}', "application/json", 400, "request.bad-body"],
    ["a string that never ends", '[{"id":"x}]', "application/json", 400, "request.bad-body"],
    ["text behind the array", "[{}] {}", "application/json", 400, "request.bad-body"],
    ["broken elements alone", "[{,},[}]", "application/json", 400, "request.all-rejected"],
    ["a byte order mark alone", "\ufeff", "application/json", 400, "request.empty-body"],
    ["two byte order marks", "\ufeff\ufeff{}", "application/json", 400, "request.bad-body"],
    ["an empty body", "", "application/json", 400, "request.empty-body"],
    ["blank lines", "\n\n", "application/x-ndjson", 400, "request.empty-body"],
    ["an empty array", "[]", "application/json", 400, "request.empty-body"],
    ["a wrong type", '{"id":"x"}', "application/json", 400, "request.all-rejected"],
    ["a missing field", '{"id":1}', "application/json", 400, "request.all-rejected"],
    [
      "deep nesting",
      `${'{"a":'.repeat(10_000)}1${"}".repeat(10_000)}`,
      "application/json",
      400,
      "request.all-rejected",
    ],
    ["deep nesting, cut", "[".repeat(100_000), "application/json", 400, "request.bad-body"],
    ["a type that is not known", "<a/>", "application/xml", 415, "request.unsupported-media-type"],
    [
      "another character set",
      "{}",
      "application/json; charset=latin1",
      415,
      "request.unsupported-media-type",
    ],
  ])("%s is a problem document with its code", async (_, body, type, status, code) => {
    const server = await shop();
    const answer = await post(server, body, type);
    expect([answer.status, answer.body.code, answer.body.status]).toEqual([status, code, status]);
    expect(answer.type).toContain("application/problem+json");
  });

  test("names each rejected row by index, code and field, and keeps the others", async () => {
    const server = await shop();
    const rows = [
      order(1, 1),
      { ...order(2, 1), amount: 1.234 },
      order(3, 1),
      { ...order(4, 1), place: { lat: "x" } },
      { id: 5 },
    ];
    for (const [body, type] of [
      [JSON.stringify(rows), "application/json"],
      [rows.map((row) => JSON.stringify(row)).join("\r\n"), "application/x-ndjson"],
    ] as const) {
      const { status, body: answer } = await post(server, body, type);
      expect([status, answer.accepted]).toEqual([200, 2]);
      const rejected = answer.rejected as { index: number; code: string; message: string }[];
      expect(rejected.map(({ index, code }) => [index, code])).toEqual([
        [1, "row.decimal-digits"],
        [3, "row.wrong-type"],
        [4, "row.missing-field"],
      ]);
      expect(rejected[1]?.message).toContain("place.lat");
    }
  });

  test("a row that is not UTF-8 is rejected alone", async () => {
    const server = await shop();
    const good = Buffer.from(JSON.stringify(order(1, 1)));
    const bad = Buffer.from(JSON.stringify(order(2, 1, "zz")));
    bad[bad.indexOf("zz")] = 0xff;
    const answer = await post(server, Buffer.concat([good, Buffer.from("\n"), bad]), "application/x-ndjson");
    expect(answer.body).toMatchObject({ accepted: 1, rejected: [{ index: 1, code: "row.invalid-utf8" }] });
  });

  test("a broken element costs itself alone, in an array as in lines", async () => {
    const server = await shop();
    const texts = [JSON.stringify(order(1, 1)), '{"id":01, "k":"],"}', JSON.stringify(order(2, 1))];
    for (const [body, type] of [
      [`[${texts.join(" , ")}]`, "application/json"],
      [texts.join("\n"), "application/x-ndjson"],
    ] as const) {
      expect((await post(server, body, type)).body).toEqual({
        accepted: 2,
        duplicates: 0,
        rejected: [{ index: 1, code: "row.not-json", message: 'Not JSON at byte 7: "1" is unexpected.' }],
      });
    }
  });

  test("a byte order mark before the body is passed over", async () => {
    const server = await testServer();
    const row = JSON.stringify(order(1, 1));
    for (const [body, type] of [
      [row, "application/json"],
      [`[${row}]`, "application/json"],
      [`${row}\n`, "application/x-ndjson"],
    ] as const) {
      expect(await post(server, `\ufeff${body}`, type)).toMatchObject({ status: 200, body: { accepted: 1 } });
    }
    await expect.poll(async () => (await ask(server, "/v1/views/sales")).body.rows).toMatchObject([{ n: 3 }]);
  });

  test("unknown and written streams are refused", async () => {
    const server = await shop();
    const body = JSON.stringify(order(1, 1));
    expect(await post(server, body, undefined, "nobody")).toMatchObject({
      status: 404,
      body: { code: "request.unknown-stream" },
    });
    expect(await post(server, body, undefined, "orders$dead")).toMatchObject({
      status: 409,
      body: { code: "request.written-stream" },
    });
  });

  test("50 MB are refused with 413; the process goes on and its memory stays bounded", async () => {
    const server = await testServer();
    const before = process.memoryUsage.rss();
    const chunk = Buffer.alloc(1024 * 1024, 0x20);
    const status = await new Promise<number>((resolve) => {
      const headers = { "content-type": "application/json", "transfer-encoding": "chunked" };
      const sent = request(
        `${server.url}/v1/streams/orders/events`,
        { method: "POST", headers },
        (response) => {
          response.resume();
          resolve(response.statusCode ?? 0);
        },
      );
      // The server may close while bytes are still on their way.
      sent.on("error", () => {});
      let left = 50;
      const more = () => {
        while (left > 0 && !sent.destroyed) {
          left--;
          if (!sent.write(chunk)) return sent.once("drain", more);
        }
        return sent.end();
      };
      more();
    });
    expect(status).toBe(413);
    expect((process.memoryUsage.rss() - before) / 1024 / 1024).toBeLessThan(150);
    expect(await post(server, JSON.stringify(order(1, 1)))).toMatchObject({
      status: 200,
      body: { accepted: 1 },
    });
    const large = Buffer.alloc(20 * 1024 * 1024, 0x20);
    expect(await post(server, large)).toMatchObject({ status: 413 });
  });

  test("more than may wait is answered 429 with Retry-After", async () => {
    const server = await testServer({ log: { pendingBytesMax: 1000 } });
    const response = await fetch(`${server.url}/v1/streams/orders/events`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: " ".repeat(2_000),
    });
    expect([response.status, response.headers.get("retry-after")]).toEqual([429, "1"]);
  });
});

describe("GET", () => {
  test.each([
    ["/v1/views/nobody", 404, "request.unknown-view"],
    ["/v1/nothing", 404, "request.unknown-route"],
    ["/v1/views/sales?limit=0", 400, "request.bad-parameter"],
    ["/v1/views/sales?limit=many", 400, "request.bad-parameter"],
    ["/v1/views/sales?emit=some", 400, "request.bad-parameter"],
    ["/v1/views/%zz", 400, "request.bad-request"],
  ])("%s is answered %i %s", async (path, status, code) => {
    const server = await testServer();
    const answer = await ask(server, path);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(answer.type).toContain("application/problem+json");
  });

  test("/health and /ready answer", async () => {
    const server = await testServer();
    expect(await ask(server, "/health")).toMatchObject({ status: 200, body: { status: "ok" } });
    expect(await ask(server, "/ready")).toMatchObject({ status: 200, body: { ready: true } });
  });

  test("a view's rows and books are those of what was sent", async () => {
    const server = await testServer();
    const rows = [
      order(1, 1, "a", 1.5),
      order(2, 2, "b", 2),
      order(3, 3, "a", 0.25),
      order(4, 15),
      order(5, 2),
    ];
    await post(server, JSON.stringify(rows));
    await expect
      .poll(async () => (await ask(server, "/v1/views/sales")).body.rows)
      .toMatchObject([
        { k: "a", n: 2, total: "1.75", $final: true },
        { k: "b", n: 1, total: "2.00", $final: true },
        { k: "a", n: 1, total: "1.00", $final: false },
      ]);
    expect((await ask(server, "/v1/views/closed")).body.rows).toMatchObject([{ n: 3, $final: true }]);
    const { views } = (await ask(server, "/v1/views")).body as { views: { counters: object }[] };
    for (const { counters } of views)
      expect(counters).toEqual({ rowsTaken: 4, rowsFiltered: 0, rowsLate: 1 });
  });
});
