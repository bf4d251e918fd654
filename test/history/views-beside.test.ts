/** Queries over history that read views as they are, beside the streams as they were. */
import { expect, test } from "vitest";
import type { Server } from "../../src/server.ts";
import type { Problem } from "../../src/serving/protocol.ts";
import { order, testServer } from "../support/test-server.ts";

interface Answer {
  readonly columns: readonly { readonly name: string; readonly type: string; readonly sqlType: string }[];
  readonly rows: readonly (readonly unknown[])[];
  readonly views: readonly { readonly name: string; readonly step: number }[];
}

const sql = `CREATE TABLE orders (
    id INT NOT NULL, k STRING NOT NULL, amount DECIMAL(10, 2) NOT NULL, ts TIMESTAMP(3) NOT NULL,
    place ROW<lat DOUBLE NOT NULL>, WATERMARK FOR ts AS ts);
  CREATE MATERIALIZED VIEW sales AS SELECT window_start, window_end, k, COUNT(*) AS n, SUM(amount) AS total
    FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(ts), INTERVAL '10' SECOND))
    GROUP BY window_start, window_end, k;
  CREATE MATERIALIZED VIEW kinds WITH ('retention' = '1 d') AS
    SELECT k, CAST(MIN(id) AS BIGINT) + 9007199254740993 AS wide, MAX(amount) AS top, MAX(ts) AS latest,
      CAST('quo"te' AS STRING) AS txt, CAST(NULL AS INT) AS nothing, MIN(id) > 0 AS positive,
      CAST(1.5 AS DOUBLE) AS half, CAST(MAX(ts) AS DATE) AS happened, ARRAY[k, 'z'] AS list,
      CAST(ROW(1, k) AS ROW<a INT, b STRING>) AS pair
    FROM orders GROUP BY k;`;

async function ask(server: Server, text: string) {
  const response = await fetch(`${server.url}/v1/query`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ sql: text, over: "history" }),
  });
  return { status: response.status, body: (await response.json()) as Answer & Problem };
}

async function filled(changes: Parameters<typeof testServer>[0] = {}): Promise<Server> {
  const server = await testServer({ sql, history: { everyMs: 20 }, ...changes });
  await server.engine.send("orders", [order(1, 1), order(2, 2, "b", 2.5), order(3, 3, "a", 4), order(4, 12)]);
  await expect.poll(() => server.history!.state.rowsAdded, { timeout: 20_000 }).toBe(4);
  await expect.poll(() => server.engine.rows("sales").length).toBe(3);
  return server;
}

test("wall clocks of a view are instants there too", async () => {
  const server = await filled({ timeZone: "Europe/Berlin" });
  const { body } = await ask(
    server,
    `SELECT window_start, window_end < now() AS is_past, latest
     FROM sales, kinds WHERE n = 2 AND kinds.k = 'a'`,
  );
  expect(body.rows).toEqual([["2026-02-28T23:00:00.000Z", true, "2026-02-28T23:00:12.000Z"]]);
});

test("a view stands beside the streams, each of its step, open rows told from final ones", async () => {
  const server = await filled();
  const stepOf = () => server.engine.view("sales")!.stepNumber;
  const before = stepOf();
  const { status, body } = await ask(
    server,
    `SELECT k, n, total, _final, ever FROM sales
     JOIN (SELECT k, SUM(amount) AS ever FROM orders GROUP BY k) USING (k) ORDER BY window_start, k`,
  );
  expect(status, JSON.stringify(body)).toBe(200);
  expect(body.rows).toEqual([
    ["a", 2, "5.00", true, "6.00"],
    ["b", 1, "2.50", true, "2.50"],
    ["a", 1, "1.00", false, "6.00"],
  ]);
  const steps = new Map(body.views.map(({ name, step }) => [name, step]));
  expect(steps.get("sales")).toBeGreaterThanOrEqual(before);
  expect(steps.get("sales")).toBeLessThanOrEqual(stepOf());
  expect(steps.get("orders")).toBe(server.history!.state.position);
});

test("values of a view are what it shows, whatever their type", async () => {
  const server = await filled();
  const { body } = await ask(server, "SELECT * FROM kinds WHERE k = 'a'");
  expect(body.columns.map(({ name, type }) => [name, type])).toEqual([
    ["k", "string"],
    ["wide", "integer"],
    ["top", "decimal"],
    ["latest", "timestamp"],
    ["txt", "string"],
    ["nothing", "integer"],
    ["positive", "boolean"],
    ["half", "float"],
    ["happened", "date"],
    ["list", "array"],
    ["pair", "row"],
    ["_final", "boolean"],
  ]);
  const response = await fetch(`${server.url}/v1/views/kinds?where=${encodeURIComponent("k = 'a'")}`);
  const shown = ((await response.json()) as { rows: Record<string, unknown>[] }).rows[0]!;
  const { $final, $revision: _, ...values } = shown;
  expect(body.rows).toEqual([[...Object.values(values), $final]]);
});

test("a query of views alone, of a mistyped one, of too many rows, of one that has changed", async () => {
  const server = await filled({ query: { rowsReadMax: 4 } });
  expect((await ask(server, "SELECT COUNT(*) AS n, MAX(total) AS most FROM sales")).body.rows).toEqual([
    [3, "5.00"],
  ]);
  const wrong = await ask(server, "SELECT * FROM sale");
  expect([wrong.status, wrong.body.code]).toEqual([400, "request.history-query"]);
  expect(wrong.body.detail).toContain("sales");
  const many = await ask(server, "SELECT * FROM sales, kinds");
  expect([many.status, many.body.code]).toEqual([400, "request.query-reads"]);
  // Nothing of it is left for others, and each query sees the view as it is then.
  await server.engine.send("orders", [order(5, 13, "a", 9)]);
  const most = "SELECT MAX(total) AS most FROM sales";
  await expect.poll(async () => (await ask(server, most)).body.rows).toEqual([["10.00"]]);
  const written = await ask(server, "SELECT * FROM temp.sales");
  expect(written.status).toBe(400);
  expect((await ask(server, 'SELECT * FROM "given 0"')).status).toBe(400);
});

test("a large view comes in pieces, whole", async () => {
  const server = await filled();
  const orders = Array.from({ length: 7_001 }, (_, id) => order(id + 10, 12, `k${id}`, 1));
  await server.engine.send("orders", orders);
  await expect.poll(() => server.engine.view("sales")!.rowCount, { timeout: 20_000 }).toBe(7_004);
  const { body } = await ask(
    server,
    "SELECT COUNT(*) AS n, COUNT(DISTINCT k) AS k, SUM(total) AS total FROM sales",
  );
  expect(body.rows).toEqual([[7_004, 7_003, "7009.50"]]);
});
