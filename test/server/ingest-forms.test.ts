/** Bodies that are packed, that are CloudEvents, and that are sent twice. */
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import type { Server } from "../../src/server.ts";
import { order, testServer } from "../support/test-server.ts";

async function post(
  server: Server,
  body: Uint8Array<ArrayBuffer> | string,
  headers: Record<string, string>,
  stream = "orders",
) {
  const response = await fetch(`${server.url}/v1/streams/${stream}/events`, {
    method: "POST",
    headers,
    body,
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const lines = (count: number) =>
  Array.from({ length: count }, (_, id) => JSON.stringify(order(id, 1))).join("\n");
const packed = { "content-type": "application/x-ndjson", "content-encoding": "gzip" };

describe("a body that is packed", () => {
  test("is taken as what it was, in pieces too", async () => {
    const server = await testServer();
    expect(await post(server, gzipSync(lines(3)), packed)).toMatchObject({
      status: 200,
      body: { accepted: 3 },
    });
    const two = Buffer.concat([gzipSync(`${lines(2)}\n`), gzipSync(lines(4))]);
    expect(await post(server, two, { ...packed, "content-encoding": "X-GZIP" })).toMatchObject({
      body: { accepted: 6, rejected: [] },
    });
    const large = gzipSync(lines(20_000));
    expect(await post(server, large, packed)).toMatchObject({ body: { accepted: 20_000 } });
  });

  test("that is none, was cut, or is packed otherwise is refused, and the connection goes on", async () => {
    const server = await testServer();
    const whole = gzipSync(lines(1000));
    const refused = [
      [Buffer.from("{}"), "gzip", 400, "request.bad-request"],
      [whole.subarray(0, whole.length - 9), "gzip", 400, "request.bad-request"],
      [Buffer.concat([whole.subarray(0, 200), Buffer.alloc(200)]), "gzip", 400, "request.bad-request"],
      [Buffer.alloc(0), "gzip", 400, "request.bad-request"],
      [whole, "br", 415, "request.unsupported-media-type"],
      [whole, "gzip, gzip", 415, "request.unsupported-media-type"],
    ] as const;
    for (const [body, encoding, status, code] of refused) {
      const answer = await post(server, body, { ...packed, "content-encoding": encoding });
      expect([answer.status, answer.body.code]).toEqual([status, code]);
    }
    expect(await post(server, whole, packed)).toMatchObject({ body: { accepted: 1000 } });
  });

  test("is limited by what it unpacks to", async () => {
    const server = await testServer({ ingest: { bodyBytesMax: 100_000 } });
    const bomb = gzipSync(Buffer.alloc(200_000_000, 0x20));
    expect(bomb.length).toBeLessThan(250_000);
    const answer = await post(server, bomb, { ...packed, "content-type": "application/json" });
    expect([answer.status, answer.body.code]).toEqual([413, "request.body-too-large"]);
    const blank = await post(server, bomb, packed);
    expect([blank.status, blank.body.code]).toEqual([400, "request.empty-body"]);
    expect(await post(server, gzipSync(lines(10)), packed)).toMatchObject({ body: { accepted: 10 } });
  });
});

test("a request with an Idempotency-Key is taken once; one that is no key is refused", async () => {
  const server = await testServer();
  const type = { "content-type": "application/x-ndjson" };
  for (const accepted of [3, 0]) {
    expect(await post(server, lines(3), { ...type, "idempotency-key": "a b" })).toMatchObject({
      status: 200,
      body: { accepted, duplicates: 3 - accepted, rejected: [] },
    });
  }
  expect(await post(server, lines(3), { ...type, "idempotency-key": "é" })).toMatchObject({
    status: 400,
    body: { code: "request.bad-request" },
  });
});

describe("CloudEvents", () => {
  const sql = `CREATE TABLE events (
    id STRING NOT NULL, source STRING NOT NULL, type STRING NOT NULL,
    data ROW<shop STRING NOT NULL, total DECIMAL(10, 2)>, \`time\` TIMESTAMP_LTZ(3),
    WATERMARK FOR \`time\` AS \`time\`
  ) WITH ('dedup-key' = 'id');
  CREATE MATERIALIZED VIEW shops AS SELECT rn, id, data.shop AS shop, data.total AS total FROM (
    SELECT *, ROW_NUMBER() OVER (ORDER BY id) AS rn FROM events) WHERE rn <= 10;`;
  const event = (id: string, shop: string, total: number) => ({
    specversion: "1.0",
    id,
    source: "/shops",
    type: "sale",
    time: "2026-03-01T12:00:00+01:00",
    datacontenttype: "application/json",
    data: { shop, total },
  });

  test("are rows whose columns are the attributes; an id that came before is a duplicate", async () => {
    const server = await testServer({ sql });
    const one = JSON.stringify(event("1", "Lyon", 2.5));
    const type = { "content-type": "application/cloudevents+json; charset=UTF-8" };
    expect(await post(server, one, type, "events")).toMatchObject({ body: { accepted: 1, duplicates: 0 } });
    const batch = JSON.stringify([
      event("2", "Oslo", 3),
      event("1", "Lyon", 2.5),
      { ...event("3", "", 1), data: 5 },
    ]);
    const batched = { "content-type": "application/cloudevents-batch+json" };
    expect(await post(server, batch, batched, "events")).toMatchObject({
      body: { accepted: 1, duplicates: 1, rejected: [{ index: 2, code: "row.wrong-type" }] },
    });
    await expect
      .poll(() => server.engine.rows("shops"))
      .toMatchObject([
        { id: "1", shop: "Lyon", total: "2.50" },
        { id: "2", shop: "Oslo", total: "3.00" },
      ]);
  });
});
