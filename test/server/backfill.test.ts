/** Brackets around the history of a stream, through a whole server and its restart. */
import { expect, test } from "vitest";
import type { Server } from "../../src/server.ts";
import { scratchFolder } from "../support/scratch-folder.ts";
import { testServer } from "../support/test-server.ts";

const stream = (name: string) => `CREATE TABLE ${name} (
  id INT NOT NULL, ts TIMESTAMP(3) NOT NULL, WATERMARK FOR ts AS ts
) WITH ('idle-timeout' = '500 ms');`;
const sql = `${stream("orders")}${stream("payments")}
CREATE MATERIALIZED VIEW paid WITH ('retention' = '1 d') AS
SELECT o.id, MAX(p.ts) AS paid_at FROM orders AS o
LEFT JOIN payments AS p ON o.id = p.id AND p.ts BETWEEN o.ts AND o.ts + INTERVAL '10' SECOND GROUP BY o.id;`;

const at = (second: number) => new Date(Date.UTC(2026, 2, 1) + second * 1000).toISOString().slice(0, -1);
const ask = async (server: Server, method: string, path: string) => {
  const answer = await fetch(`${server.url}/v1/streams/${path}`, { method });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
};
const answered = (server: Server) => server.engine.rows("paid").map(({ id, paid_at }) => [id, paid_at]);

test("what others have waits for the history of a stream, over a restart too", async () => {
  const data = scratchFolder();
  let server = await testServer({ data, sql });
  const begun = await ask(server, "POST", "payments/backfills");
  expect([begun.status, begun.body.stream]).toEqual([201, "payments"]);
  const { id } = begun.body;
  await server.engine.send(
    "orders",
    [1, 2, 3, 1000].map((order) => ({ id: order, ts: at(order * 10) })),
  );
  // Longer than a stream may be quiet.
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  expect(answered(server)).toEqual([]);
  await server.close();
  server = await testServer({ data, sql });
  expect(await ask(server, "POST", "payments/backfills")).toMatchObject({
    status: 409,
    body: { code: "request.backfill-open" },
  });
  const listed = (await (await fetch(`${server.url}/v1/streams`)).json()) as { streams: object[] };
  expect(listed.streams).toContainEqual(
    expect.objectContaining({
      name: "payments",
      backfill: { id, since: begun.body.since },
    }),
  );
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  expect(answered(server)).toEqual([]);
  await server.engine.send("payments", [
    { id: 1, ts: at(12) },
    { id: 2, ts: at(24) },
  ]);
  expect((await ask(server, "DELETE", `payments/backfills/${id}`)).status).toBe(200);
  // Now it is idle in the end, and the third order has no payment.
  await expect
    .poll(() => answered(server).sort((left, right) => Number(left[0]) - Number(right[0])), {
      timeout: 5_000,
    })
    .toEqual([
      [1, `${at(12)}Z`],
      [2, `${at(24)}Z`],
      [3, null],
      [1000, null],
    ]);
  expect(await ask(server, "DELETE", `payments/backfills/${id}`)).toMatchObject({
    status: 404,
    body: { code: "request.no-backfill" },
  });
});

test("without a bracket the stream is idle, and its history too late for the join", async () => {
  const server = await testServer({ sql });
  await server.engine.send("payments", [{ id: 0, ts: at(0) }]);
  await server.engine.send(
    "orders",
    [1, 2, 3, 1000].map((order) => ({ id: order, ts: at(order * 10) })),
  );
  await expect.poll(() => answered(server).length, { timeout: 5_000 }).toBe(4);
  expect(answered(server).every(([, paid]) => paid === null)).toBe(true);
});

test("a stream that is not there, or that a query writes, has none", async () => {
  const server = await testServer({
    sql: `${sql}CREATE TABLE copies (id INT NOT NULL); INSERT INTO copies SELECT id FROM orders;`,
  });
  expect((await ask(server, "POST", "paiments/backfills")).status).toBe(404);
  expect((await ask(server, "POST", "orders$dead/backfills")).status).toBe(409);
  expect((await ask(server, "POST", "copies/backfills")).status).toBe(409);
});
