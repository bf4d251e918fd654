/** `?wait=VIEW`: who sends events reads in the answer what became of them in a view. */
import { expect, test } from "vitest";
import type { Server } from "../../src/server.ts";
import type { IngestAnswer, ViewAnswer, WaitAnswer } from "../../src/serving/answers.ts";
import type { Problem } from "../../src/serving/protocol.ts";
import { order, shopSql, testServer } from "../support/test-server.ts";

const more = `
  CREATE TABLE big (id INT NOT NULL, amount DECIMAL(10, 2) NOT NULL, ts TIMESTAMP(3) NOT NULL,
    WATERMARK FOR ts AS ts);
  INSERT INTO big SELECT id, amount, ts FROM orders WHERE amount >= 10;
  CREATE MATERIALIZED VIEW big_sales WITH ('retention' = '1 d')
    AS SELECT COUNT(*) AS n, SUM(amount) AS total FROM big;
  CREATE TABLE once (id INT NOT NULL, k STRING NOT NULL) WITH ('dedup-key' = 'id');
  CREATE MATERIALIZED VIEW latest WITH ('retention' = '1 d')
    AS SELECT k, COUNT(*) AS n FROM once GROUP BY k;
  CREATE MATERIALIZED VIEW odd WITH ('retention' = '1 d')
    AS SELECT k, SUM(100 / (amount - 5)) AS q FROM orders GROUP BY k;`;

async function send(server: Server, stream: string, events: unknown, parameters: string, type = "json") {
  const response = await fetch(`${server.url}/v1/streams/${stream}/events?${parameters}`, {
    method: "POST",
    headers: { "content-type": type === "json" ? "application/json" : "application/x-ndjson" },
    body: typeof events === "string" ? events : JSON.stringify(events),
  });
  const body = (await response.json()) as IngestAnswer & Problem;
  return { status: response.status, body, wait: body.wait as WaitAnswer };
}

test("the answer has the rows that the events changed, as the view shows them from then on", async () => {
  const server = await testServer({ sql: shopSql + more });
  const first = await send(server, "orders", [order(1, 1, "a", 2), order(2, 2, "b", 3)], "wait=sales");
  expect(first.status).toBe(200);
  expect(first.body).toMatchObject({ accepted: 2, duplicates: 0, rejected: [] });
  const window = { window_start: "2026-03-01T00:00:00.000Z", window_end: "2026-03-01T00:00:10.000Z" };
  const marks = { $final: false, $revision: 0 };
  expect(first.wait).toMatchObject({ view: "sales", taken: true, why: null, rowCount: 2, removed: [] });
  expect(first.wait.rows).toEqual([
    { ...window, k: "a", n: 1, total: "2.00", ...marks },
    { ...window, k: "b", n: 1, total: "3.00", ...marks },
  ]);
  const second = await send(server, "orders", `${JSON.stringify(order(3, 3, "a", 4))}\n`, "wait=sales", "x");
  expect(second.wait.rows).toEqual([{ ...window, k: "a", n: 2, total: "6.00", ...marks }]);
  expect(second.wait.step).toBeGreaterThan(first.wait.step);
  const shown = (await (await fetch(`${server.url}/v1/views/sales`)).json()) as ViewAnswer;
  expect(shown.step).toBeGreaterThanOrEqual(second.wait.step);
  expect(shown.rows).toContainEqual(second.wait.rows[0]);
});

test("a view of what a query writes is waited for too; what changes nothing is told as taken", async () => {
  const server = await testServer({ sql: shopSql + more });
  const big = await send(server, "orders", [order(1, 1, "a", 12.5), order(2, 2, "a", 3)], "wait=big_sales");
  expect(big.wait.rows).toEqual([{ n: 1, total: "12.50", $final: true, $revision: 0 }]);
  const small = await send(server, "orders", order(3, 3, "a", 1), "wait=big_sales");
  expect(small.wait).toMatchObject({ taken: true, rowCount: 0, rows: [] });
  const event = { id: 1, k: "x" };
  expect((await send(server, "once", event, "wait=latest")).wait.rows).toMatchObject([{ k: "x", n: 1 }]);
  const again = await send(server, "once", event, "wait=latest");
  expect(again.body).toMatchObject({ accepted: 0, duplicates: 1 });
  expect(again.wait).toMatchObject({ taken: true, rowCount: 0 });
});

test("many who send at once each find their own events in what they are told", async () => {
  const server = await testServer({ sql: shopSql + more });
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, id) => send(server, "once", { id, k: `k${id}` }, "wait=latest")),
  );
  answers.forEach(({ wait }, id) => {
    expect(wait.rows).toContainEqual({ k: `k${id}`, n: 1, $final: true, $revision: 0 });
  });
});

test("what cannot be waited for is refused before anything is taken", async () => {
  const server = await testServer({ sql: shopSql + more });
  const asked = (parameters: string, stream = "orders") => send(server, stream, order(1, 1), parameters);
  for (const [parameters, status, code] of [
    ["wait=sale", 404, "request.unknown-view"],
    ["wait=latest", 400, "request.view-of-others"],
    ["wait=", 400, "request.bad-parameter"],
    ["wait=sales&waitMs=0", 400, "request.bad-parameter"],
    ["wait=sales&waitMs=60001", 400, "request.bad-parameter"],
    ["wait=sales&wait=closed", 400, "request.bad-parameter"],
    ["await=sales", 400, "request.bad-parameter"],
  ] as const) {
    const { status: found, body } = await asked(parameters);
    expect([parameters, found, body.code]).toEqual([parameters, status, code]);
  }
  expect((await asked("wait=sale")).body.detail).toContain("sales");
  const events = (await (await fetch(`${server.url}/v1/streams/orders/events`)).json()) as { events: [] };
  expect(events.events).toEqual([]);
});

test("a view that was stopped says so, and the events are on disk all the same", async () => {
  const server = await testServer({ sql: shopSql + more });
  const { body, wait } = await send(server, "orders", order(1, 1, "a", 5), "wait=odd");
  expect(body.accepted).toBe(1);
  expect(wait.taken).toBe(false);
  expect(wait.why).toMatch(/zero/i);
  const later = await send(server, "orders", order(2, 2, "a", 6), "wait=odd&waitMs=1000");
  expect(later.wait.why).toBe(wait.why);
  expect((await send(server, "orders", order(3, 3), "wait=sales")).wait.taken).toBe(true);
});

test("who does not wait long is told that the view is behind", async () => {
  const server = await testServer({ sql: shopSql + more });
  const rows = Array.from({ length: 60_000 }, (_, id) => JSON.stringify(order(id, 1, `k${id}`)));
  const { body, wait } = await send(server, "orders", rows.join("\n"), "wait=sales&waitMs=1", "x");
  expect(body.accepted).toBe(60_000);
  expect(wait).toMatchObject({ taken: false, why: "It has not taken them within 1 ms." });
  // The engine is still busy with those.
  const other = await send(server, "once", { id: 1, k: "x" }, "wait=latest&waitMs=30000");
  expect(other.wait.rows).toEqual([{ k: "x", n: 1, $final: true, $revision: 0 }]);
  const all = await send(server, "orders", order(99_999, 1, "last"), "wait=sales&waitMs=30000");
  expect(all.wait.taken).toBe(true);
  expect(server.engine.view("sales")!.rowCount).toBe(60_001);
  expect(all.wait.rows.length).toBeLessThanOrEqual(1_000);
});
