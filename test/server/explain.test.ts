/** `GET /v1/explain/{view}` and `GET /v1/views/{view}?at=`: how a row came to be, and what there was then. */
import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import type { Server } from "../../src/server.ts";
import type { ViewAnswer } from "../../src/serving/answers.ts";
import type { ExplainAnswer } from "../../src/serving/explanation.ts";
import type { Problem } from "../../src/serving/protocol.ts";
import { order, shopSql, testServer } from "../support/test-server.ts";

const sql = `${shopSql}
  CREATE TABLE cards (card STRING NOT NULL, country STRING, since TIMESTAMP(3) NOT NULL,
    PRIMARY KEY (card) NOT ENFORCED, WATERMARK FOR since AS since);
  CREATE TABLE big_ones (id INT NOT NULL, amount DECIMAL(10, 2) NOT NULL, ts TIMESTAMP(3) NOT NULL,
    WATERMARK FOR ts AS ts);
  INSERT INTO big_ones SELECT id, amount, ts FROM orders WHERE amount >= 10;
  CREATE MATERIALIZED VIEW large_sales WITH ('retention' = '1 d')
    AS SELECT COUNT(*) AS n, SUM(amount) AS total FROM big_ones;
  CREATE MATERIALIZED VIEW dearest WITH ('retention' = '1 d')
    AS SELECT k, MAX(amount) AS top FROM orders GROUP BY k;
  CREATE MATERIALIZED VIEW sliding AS
    SELECT window_start, window_end, k, COUNT(DISTINCT id) AS n, MAX(amount) AS top
    FROM TABLE(HOP(TABLE orders, DESCRIPTOR(ts), INTERVAL '5' SECOND, INTERVAL '20' SECOND))
    GROUP BY window_start, window_end, k;
  CREATE MATERIALIZED VIEW known WITH ('retention' = '1 d')
    AS SELECT c.country, COUNT(*) AS n FROM orders AS o JOIN cards AS c ON o.k = c.card
    GROUP BY c.country;`;

async function send(server: Server, stream: string, events: readonly object[], wait: string) {
  const path = `${server.url}/v1/streams/${stream}/events?wait=${wait}`;
  const body = JSON.stringify(events);
  const response = await fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body,
  });
  expect(response.status).toBe(200);
  await response.text();
}

async function read<Answer>(server: Server, path: string) {
  const response = await fetch(`${server.url}${path}`);
  return { status: response.status, body: (await response.json()) as Answer & Problem };
}

const explain = (server: Server, view: string, row?: unknown, more = "") =>
  read<ExplainAnswer>(server, `/v1/explain/${view}?${rowParameter(row)}${more}`);

const rowParameter = (row: unknown) =>
  row === undefined ? "" : `row=${encodeURIComponent(JSON.stringify(row))}`;

/** What made the row what it is, by the id that the events have themselves. */
const told = ({ changes }: ExplainAnswer, column: string) =>
  changes.map(({ effect, event, row }) => [effect, event?.event.id ?? null, row?.[column] ?? null]);

test("each event behind a row is told with what it made of it, up to the closing one", async () => {
  const server = await testServer({ sql });
  // In one request: they are taken one by one all the same.
  await send(server, "orders", [order(1, 1), order(2, 2, "b"), order(3, 3, "a", 2.5)], "sales");
  await send(server, "orders", [order(4, 4, "b"), order(5, 9, "a", 4), order(6, 12, "b")], "sales");
  await send(server, "orders", [order(7, 5)], "sales");
  const key = { window_start: "2026-03-01T00:00:00Z", window_end: "2026-03-01T00:00:10", k: "a" };
  const { status, body } = await explain(server, "sales", key);
  expect(status, JSON.stringify(body)).toBe(200);
  expect(told(body, "total")).toEqual([
    ["appeared", 1, "1.00"],
    ["changed", 3, "3.50"],
    ["changed", 5, "7.50"],
    ["closed", 6, "7.50"],
  ]);
  expect(body).toMatchObject({ view: "sales", agrees: true, changeCount: 4, streamsWithGaps: [] });
  expect(body.row).toMatchObject({ k: "a", n: 3, total: "7.50", $final: true });
  expect(body.sql).toContain("COUNT(*) AS n");
  const [first] = body.changes;
  expect(first!.event).toMatchObject({ stream: "orders", event: order(1, 1), kind: "insert" });
  expect(first!.event!.eventTime).toBe("2026-03-01T00:00:01.000Z");
  const event = await read<{ event: object }>(server, `/v1/streams/orders/events/${first!.event!.id}`);
  expect(event.body.event).toEqual(order(1, 1));
  const byValues = await explain(server, "sales", Object.values(key));
  expect(byValues.body.changes).toEqual(body.changes);
});

test("told of written streams, joins and overlapping windows too, and what changes nothing", async () => {
  const server = await testServer({ sql });
  await send(server, "cards", [{ card: "a", country: "FR", since: "2026-03-01T00:00:00" }], "known");
  await send(server, "orders", [order(1, 1, "a", 20), order(2, 2, "a", 5), order(3, 7, "a", 30)], "sliding");
  expect(told((await explain(server, "dearest", ["a"])).body, "top")).toEqual([
    ["appeared", 1, "20.00"],
    ["changed", 3, "30.00"],
  ]);
  const large = (await explain(server, "large_sales")).body;
  expect(told(large, "n")).toEqual([
    ["appeared", 1, 1],
    ["changed", 3, 2],
  ]);
  // What somebody sent, not what a query made of it.
  expect(large.changes.map(({ event }) => event!.stream)).toEqual(["orders", "orders"]);
  // The window that begins there is shown only when those before it have closed; its events come before.
  const window = { window_start: "2026-03-01T00:00:00Z", window_end: "2026-03-01T00:00:20Z", k: "a" };
  expect(told((await explain(server, "sliding", window)).body, "n")).toEqual([
    ["appeared", 1, 1],
    ["changed", 2, 2],
    ["changed", 3, 3],
  ]);
  await send(server, "cards", [{ card: "a", country: "DE", since: "2026-03-01T00:00:09" }], "known");
  await send(server, "orders", [order(3, 8, "a", 1)], "sliding");
  expect(told((await explain(server, "sliding", window)).body, "n").at(-1)).toEqual(["touched", 3, 3]);
  const joined = (await explain(server, "known", ["FR"])).body;
  expect(joined.changes.map(({ effect, event, row }) => [effect, event?.stream, row?.n ?? null])).toEqual([
    ["appeared", "orders", 1],
    ["changed", "orders", 2],
    ["changed", "orders", 3],
    ["left", "cards", null],
  ]);
});

test("a view is as it was at any moment, page by page, and a row's story ends there", async () => {
  const server = await testServer({ sql });
  const before = new Date().toISOString();
  await pause(20);
  await send(server, "orders", [order(1, 1), order(2, 2, "b")], "sales");
  await pause(20);
  const between = new Date().toISOString();
  await pause(20);
  await send(server, "orders", [order(3, 3, "a", 4), order(4, 12, "a")], "sales");
  const at = (moment: string, more = "") =>
    read<ViewAnswer>(server, `/v1/views/sales?at=${encodeURIComponent(moment)}${more}`);
  expect((await at(before)).body.rows).toEqual([]);
  const then = (await at(between)).body;
  expect(then.rows.map(({ k, n, $final }) => [k, n, $final])).toEqual([
    ["a", 1, false],
    ["b", 1, false],
  ]);
  expect((await at(between, "&emit=final")).body.rows).toEqual([]);
  expect((await at(between, "&where=k='b'")).body.rows).toMatchObject([{ k: "b", n: 1 }]);
  const page = (await at(between, "&order=k&limit=1")).body;
  expect(page.rows).toMatchObject([{ k: "a" }]);
  const rest = await at(between, `&order=k&limit=1&after=${encodeURIComponent(page.next!)}`);
  expect(rest.body.rows).toMatchObject([{ k: "b" }]);
  const now = new Date().toISOString();
  const shown = (await read<ViewAnswer>(server, "/v1/views/sales")).body;
  expect((await at(now)).body.rows).toEqual(shown.rows);
  expect(shown.rows).toHaveLength(3);
  const key = { window_start: "2026-03-01T00:00:00Z", window_end: "2026-03-01T00:00:10Z", k: "a" };
  const story = (await explain(server, "sales", key, `&at=${encodeURIComponent(between)}`)).body;
  expect(told(story, "n")).toEqual([["appeared", 1, 1]]);
  expect(story.agrees).toBeNull();
});

test("what is asked wrongly is told, and a row that never was has no story", async () => {
  const server = await testServer({ sql });
  await send(server, "orders", [order(1, 1)], "sales");
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
  for (const [path, status, code] of [
    ["/v1/explain/sale?row=[]", 404, "request.unknown-view"],
    ["/v1/explain/sales", 400, "request.bad-parameter"],
    ["/v1/explain/sales?row=a", 400, "request.bad-parameter"],
    ["/v1/explain/sales?row=[1]", 400, "request.bad-parameter"],
    ["/v1/explain/sales?row=null", 400, "request.bad-parameter"],
    ['/v1/explain/sales?row={"k":"a"}', 400, "request.bad-parameter"],
    ["/v1/explain/large_sales?row=7", 400, "request.bad-parameter"],
    ["/v1/explain/large_sales?rwo=7", 400, "request.bad-parameter"],
    [`/v1/explain/large_sales?at=${tomorrow}`, 400, "request.bad-parameter"],
    [`/v1/views/sales?at=${tomorrow}`, 400, "request.bad-parameter"],
    ["/v1/views/sales?at=yesterday", 400, "request.bad-parameter"],
    ["/v1/views/sales?at=2026-13-01T00:00:00Z", 400, "request.bad-parameter"],
  ] as const) {
    const { status: found, body } = await read(server, encodeURI(path));
    expect([path, found, body.code]).toEqual([path, status, code]);
  }
  const { body } = await explain(server, "sales", ["2026-03-01T00:00:00Z", "2026-03-01T00:00:10Z", "z"]);
  expect(body).toMatchObject({ row: null, agrees: true, changeCount: 0, changes: [] });
});

test("what was made of rows that the journal has let go is said not to be known", async () => {
  const kept = `CREATE TABLE ticks (id INT NOT NULL, note STRING) WITH ('retention' = '1 s');
    CREATE MATERIALIZED VIEW counted WITH ('retention' = '1 d') AS SELECT COUNT(*) AS n FROM ticks;`;
  const log = { segmentBytesMax: 20_000, packAfterMs: 0, upkeepMs: 50 };
  const server = await testServer({ sql: kept, log, checkpointMs: 50 });
  const rows = (from: number) =>
    Array.from({ length: 200 }, (_, id) => ({ id: from + id, note: "x".repeat(80) }));
  const explained = async () => (await explain(server, "counted")).body;
  await send(server, "ticks", rows(0), "counted");
  expect(await explained()).toMatchObject({ agrees: true, streamsWithGaps: [], changeCount: 200 });
  let sent = 200;
  await expect
    .poll(
      async () => {
        await send(server, "ticks", rows(sent), "counted");
        sent += 200;
        return (await explained()).streamsWithGaps;
      },
      { timeout: 20_000, interval: 300 },
    )
    .toEqual(["ticks"]);
  // While the view moves on nobody can say.
  await expect.poll(async () => (await explained()).agrees).toBe(false);
  const { status, body } = await read(server, `/v1/views/counted?at=${new Date().toISOString()}`);
  expect([status, body.code]).toEqual([410, "request.view-not-kept"]);
});
