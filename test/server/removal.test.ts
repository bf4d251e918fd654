/** `DELETE /v1/streams/{stream}/events/{key}`: the row of a key goes, in views, in history and for good. */
import { expect, test } from "vitest";
import type { Server } from "../../src/server.ts";
import type { EventsAnswer, IngestAnswer, ViewAnswer } from "../../src/serving/answers.ts";
import type { Problem } from "../../src/serving/protocol.ts";
import { scratchFolder } from "../support/scratch-folder.ts";
import { testServer } from "../support/test-server.ts";

const sql = `
  CREATE TABLE people (id STRING NOT NULL, name STRING NOT NULL, points INT NOT NULL,
    PRIMARY KEY (id) NOT ENFORCED) WITH ('retention' = '30 d');
  CREATE MATERIALIZED VIEW everybody AS SELECT id, name, points FROM people;
  CREATE MATERIALIZED VIEW best AS SELECT id, points * 2 AS double_points FROM people WHERE points > 3;
  CREATE TABLE shelves (shop BIGINT NOT NULL, sku STRING NOT NULL, pieces INT NOT NULL,
    PRIMARY KEY (shop, sku) NOT ENFORCED);
  CREATE MATERIALIZED VIEW stock AS SELECT shop, sku, pieces FROM shelves;
  CREATE TABLE prices (sku BIGINT NOT NULL, price DECIMAL(8, 2) NOT NULL, since TIMESTAMP_LTZ(3) NOT NULL,
    PRIMARY KEY (sku) NOT ENFORCED, WATERMARK FOR since AS since) WITH ('idle-timeout' = '0 s');
  CREATE TABLE sales (id INT, sku BIGINT, ts TIMESTAMP_LTZ(3) NOT NULL, WATERMARK FOR ts AS ts);
  CREATE TABLE priced (id INT, sku BIGINT, price DECIMAL(8, 2));
  INSERT INTO priced SELECT s.id, s.sku, p.price FROM sales AS s
    LEFT JOIN prices FOR SYSTEM_TIME AS OF s.ts AS p ON s.sku = p.sku;
  CREATE TABLE odd (id STRING NOT NULL, born STRING NOT NULL, ts AS TO_TIMESTAMP_LTZ(CHAR_LENGTH(born), 3),
    PRIMARY KEY (id) NOT ENFORCED, WATERMARK FOR ts AS ts);
  CREATE TABLE copies (id STRING NOT NULL, name STRING NOT NULL, PRIMARY KEY (id) NOT ENFORCED);
  INSERT INTO copies SELECT id, name FROM people;`;

type Answer = IngestAnswer & Problem;

async function ask(server: Server, method: string, path: string, rest: RequestInit = {}) {
  const response = await fetch(`${server.url}/v1/streams/${path}`, { method, ...rest });
  return { status: response.status, body: (await response.json()) as Answer };
}

const send = (server: Server, stream: string, events: unknown, wait = "") =>
  ask(server, "POST", `${stream}/events${wait}`, {
    body: typeof events === "string" ? events : JSON.stringify(events),
  });
const remove = (server: Server, stream: string, key: string, rest = "", init: RequestInit = {}) =>
  ask(server, "DELETE", `${stream}/events/${encodeURIComponent(key)}${rest}`, init);

async function rowsOf(server: Server, view: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  return ((await (await fetch(`${server.url}/v1/views/${view}`)).json()) as ViewAnswer).rows;
}

async function eventsOf(server: Server, stream: string, rest: string): Promise<EventsAnswer["events"]> {
  const answer = await fetch(`${server.url}/v1/streams/${stream}/events?${rest}`);
  return ((await answer.json()) as EventsAnswer).events;
}

async function inHistory(server: Server, query: string): Promise<unknown> {
  const body = JSON.stringify({ sql: query, over: "history" });
  const headers = { "content-type": "application/json" };
  const answer = await fetch(`${server.url}/v1/query`, { method: "POST", headers, body });
  return ((await answer.json()) as { readonly rows: unknown }).rows;
}

const ann = { id: "ann", name: "Ann", points: 3 };
const bob = { id: "bob/ö 1", name: "Bob", points: 4 };

test("S2: the row of the key goes, and comes again with a new one; the event is among others", async () => {
  const server = await testServer({ sql });
  await send(server, "people", [ann, bob]);
  const gone = await remove(server, "people", bob.id, "?wait=everybody");
  expect(gone).toMatchObject({ status: 200, body: { accepted: 1, duplicates: 0, rejected: [] } });
  expect(gone.body.wait).toMatchObject({ taken: true, rowCount: 0, removed: [`["${bob.id}"]`] });
  expect(await rowsOf(server, "everybody")).toMatchObject([ann]);
  await expect.poll(() => rowsOf(server, "best")).toEqual([]);
  const [newest] = await eventsOf(server, "people", "limit=1");
  expect(newest).toMatchObject({ kind: "delete", event: { id: bob.id } });
  await send(server, "people", { ...bob, points: 9 }, "?wait=best");
  expect(await rowsOf(server, "best")).toMatchObject([{ id: bob.id, double_points: 18 }]);
});

test("a key that has no row is taken and changes nothing; one request is taken once", async () => {
  const server = await testServer({ sql });
  await send(server, "people", ann);
  const nobody = await remove(server, "people", "nobody", "?wait=everybody");
  expect(nobody.body).toMatchObject({ accepted: 1, wait: { taken: true, rowCount: 0, removedCount: 0 } });
  const once = { headers: { "idempotency-key": "r1" } };
  expect((await remove(server, "people", "ann", "", once)).body).toMatchObject({ accepted: 1 });
  await send(server, "people", ann, "?wait=everybody");
  expect((await remove(server, "people", "ann", "?wait=everybody", once)).body).toMatchObject({
    accepted: 0,
    duplicates: 1,
  });
  expect(await rowsOf(server, "everybody")).toMatchObject([ann]);
});

test("a key of several columns is an array or an object, in whatever order", async () => {
  const server = await testServer({ sql });
  const shelf = (shop: number, sku: string) => ({ shop, sku, pieces: 5 });
  await send(server, "shelves", [shelf(1, "a"), shelf(2, "a"), shelf(2, "b")]);
  expect((await remove(server, "shelves", '[2, "a"]')).status).toBe(200);
  expect((await remove(server, "shelves", '{"sku": "a", "shop": 1}', "?wait=stock")).status).toBe(200);
  expect(await rowsOf(server, "stock")).toMatchObject([shelf(2, "b")]);
  for (const key of [
    "9007199254740993",
    "2",
    "[2]",
    '[2, "b", 1]',
    '{"shop": 2}',
    '{"shop": 2, "name": "b"}',
    "{",
    "null",
  ]) {
    const { status, body } = await remove(server, "shelves", key);
    expect([key, status, body.code]).toEqual([key, 400, "request.bad-parameter"]);
    expect(body.title).toBe("The parameter key must be a JSON array of shop, sku, or an object of them.");
  }
  const wrong = await remove(server, "shelves", '["2", null]');
  expect(wrong).toMatchObject({ status: 400, body: { code: "request.bad-removal" } });
});

test("what happened before the row went has it still: `at` says since when it is gone", async () => {
  const server = await testServer({ sql });
  const day = (time: string) => `2026-03-01T${time}Z`;
  // More than a double can hold, and what a double would make of it.
  const [sku, other] = ["9007199254740993", "9007199254740992"];
  const price = (of: string, amount: number) =>
    `{"sku": ${of}, "price": ${amount}, "since": "${day("08:00:00")}"}`;
  await send(server, "prices", `[${price(sku, 2.5)}, ${price(other, 1)}]`);
  expect((await remove(server, "prices", sku, `?at=${day("09:00:00")}`)).body).toMatchObject({ accepted: 1 });
  const sale = (id: number, of: string, time: string) => `{"id": ${id}, "sku": ${of}, "ts": "${day(time)}"}`;
  const sales = [
    sale(1, sku, "08:59:59.999"),
    sale(2, sku, "09:00:00"),
    sale(3, sku, "10:00:00"),
    sale(4, other, "10:00:00.001"),
  ];
  await send(server, "sales", `[${sales.join(",")}]`);
  await send(server, "sales", sale(5, sku, "11:00:00"));
  const prices = async () => {
    const events = await eventsOf(server, "priced", "order=oldest");
    return events.map(({ event }) => (event as { readonly price: number | null }).price);
  };
  await expect.poll(prices).toHaveLength(5);
  expect(await prices()).toEqual([2.5, null, null, 1, null]);
  const ahead = await remove(server, "prices", sku, "?at=2126-03-01T09:00:00Z");
  expect(ahead).toMatchObject({ status: 400, body: { code: "request.bad-removal" } });
  expect(ahead.body.title).toMatch(/^Nothing was removed\. .*since/);
});

test("what cannot be removed is said, and nothing of it is kept", async () => {
  const server = await testServer({ sql });
  const codeOf = async (stream: string, key: string, rest = "") => {
    const { status, body } = await remove(server, stream, key, rest);
    return [status, body.code];
  };
  expect(await codeOf("sales", "1")).toEqual([409, "request.no-primary-key"]);
  expect(await codeOf("odd", "1")).toEqual([409, "request.no-removal-time"]);
  expect(await codeOf("copies", "ann")).toEqual([409, "request.written-stream"]);
  expect(await codeOf("people$dead", "ann")).toEqual([409, "request.written-stream"]);
  expect(await codeOf("nobody", "ann")).toEqual([404, "request.unknown-stream"]);
  expect(await codeOf("prices", "shoe")).toEqual([400, "request.bad-removal"]);
  expect(await codeOf("people", "ann", "?at=yesterday")).toEqual([400, "request.bad-parameter"]);
  expect(await codeOf("people", "ann", "?when=now")).toEqual([400, "request.bad-parameter"]);
  expect(await codeOf("people", "ann", "?wait=stock")).toEqual([400, "request.view-of-others"]);
  const { streams } = await server.engine.books();
  for (const { received, logged, duplicate, dead } of streams.values())
    expect([received, duplicate, dead]).toEqual([logged, 0, 0]);
});

test("after a restart the row is gone still, in the view and in history", async () => {
  const data = scratchFolder();
  const first = await testServer({ sql, data, history: { everyMs: 20 } });
  await send(first, "people", [ann, bob]);
  await remove(first, "people", "ann", "?wait=everybody");
  await expect.poll(() => inHistory(first, "SELECT id FROM people"), { timeout: 20_000 }).toEqual([[bob.id]]);
  const changes = "SELECT id, name, _deleted FROM people_changes ORDER BY _step, _row";
  expect(await inHistory(first, changes)).toEqual([
    ["ann", "Ann", false],
    [bob.id, "Bob", false],
    ["ann", null, true],
  ]);
  await first.close();
  const second = await testServer({ sql, data });
  expect(await rowsOf(second, "everybody")).toMatchObject([bob]);
});

test("what is sent and removed side by side stands in the order in which it was answered to be", async () => {
  const { engine } = await testServer({ sql });
  const known = new Map<string, number>();
  const asked: Promise<unknown>[] = [];
  let seed = 7;
  const next = (bound: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.floor((seed / 2 ** 31) * bound);
  };
  for (let points = 0; points < 2_000; points++) {
    const id = `p${next(50)}`;
    if (next(3) === 0) {
      known.delete(id);
      asked.push(engine.remove("people", { id }));
    } else {
      known.set(id, points);
      asked.push(engine.send("people", { id, name: id, points }));
    }
  }
  await Promise.all(asked);
  const expected = [...known].map(([id, points]) => ({ id, points })).sort((a, b) => a.points - b.points);
  await expect
    .poll(() =>
      engine
        .rows("everybody")
        .map(({ id, points }) => ({ id, points: points as number }))
        .sort((a, b) => a.points - b.points),
    )
    .toEqual(expected);
});
