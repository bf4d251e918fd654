/** Endpoints that ask history, in DuckDB's SQL: what they answer, how they stream, what may be wrong. */
import { join } from "node:path";
import { expect, test } from "vitest";
import { checkWholeProject } from "../../src/cli/checked-history.ts";
import type { Server } from "../../src/server.ts";
import type { Problem } from "../../src/serving/protocol.ts";
import { endpointProject, projectServer } from "../support/endpoint-server.ts";
import { order } from "../support/test-server.ts";

const packs = join(import.meta.dirname, "../../packs");

const bySums = `path: /sums
summary: Sums by k
over: history
parameters:
  least: { type: decimal, default: 0 }
  k: { type: string, default: null }
paging: { limit: 2, max: 10 }
sql: |
  SELECT k, SUM(amount) AS total, MAX(ts) AS latest
  FROM orders WHERE amount >= $least AND ($k IS NULL OR k = $k)
  GROUP BY k ORDER BY k;
`;
const all = `path: /all/{k}
summary: All of a k
over: history
answer: export
parameters: { k: { type: string } }
sql: SELECT id, k, amount FROM orders WHERE k = $k ORDER BY id
`;
const one = `path: /one
summary: One
over: history
answer: first
none: { id: null }
parameters: { id: { type: integer } }
sql: SELECT id, amount FROM orders WHERE id = $id
`;

async function filled(): Promise<Server> {
  const server = await projectServer(endpointProject({ bySums, all, one }), { history: { everyMs: 20 } });
  const orders = [order(1, 1), order(2, 2, "b", 2.5), order(3, 3, "a", 4), order(4, 4, "=c")];
  await server.engine.send("orders", orders);
  await expect.poll(() => server.history!.state.rowsAdded, { timeout: 20_000 }).toBe(orders.length);
  return server;
}

async function get(server: Server, path: string, init: RequestInit = {}) {
  const answer = await fetch(`${server.url}${path}`, init);
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
}

test("rows come page by page, by values that are bound", async () => {
  const server = await filled();
  const first = await get(server, "/sums");
  expect(JSON.parse(first.text)).toEqual([
    { k: "=c", total: "1.00", latest: "2026-03-01T00:00:04.000Z" },
    { k: "a", total: "5.00", latest: "2026-03-01T00:00:03.000Z" },
  ]);
  expect(first.headers.get("link")).toBe('</sums?offset=2>; rel="next"');
  expect(JSON.parse((await get(server, "/sums?offset=2")).text)).toMatchObject([{ k: "b" }]);
  expect(JSON.parse((await get(server, "/sums?least=2.5&limit=9")).text)).toMatchObject([
    { k: "a", total: "4.00" },
    { k: "b", total: "2.50" },
  ]);
  expect((await get(server, "/sums?k=%3Dc&format=csv")).text).toBe(
    "k,total,latest\r\n'=c,1.00,2026-03-01T00:00:04.000Z\r\n",
  );
  expect(JSON.parse((await get(server, `/sums?k=${encodeURIComponent("' OR 1=1 --")}`)).text)).toEqual([]);
  expect((await get(server, "/one?id=2")).text).toBe('{"id":2,"amount":"2.50"}');
  expect((await get(server, "/one?id=9")).text).toBe('{"id":null}');
  expect((await get(server, "/one?id=x")).status).toBe(400);
});

test("an export streams in the form that is asked for", async () => {
  const server = await filled();
  const csv = await get(server, "/all/a");
  expect(csv.text).toBe("id,k,amount\r\n1,a,1.00\r\n3,a,4.00\r\n");
  expect(csv.headers.get("content-disposition")).toMatch(/^attachment; filename="all-a-.*\.csv"$/);
  const lines = await get(server, "/all/%3Dc", { headers: { accept: "application/x-ndjson" } });
  expect(lines.text).toBe('{"id":4,"k":"=c","amount":"1.00"}\n');
  expect((await get(server, "/all/b?format=json")).text).toBe('[{"id":2,"k":"b","amount":"2.50"}]');
  expect((await get(server, "/all/b?format=parquet")).text.slice(0, 4)).toBe("PAR1");
  expect((await get(server, "/all/nobody")).text).toBe("id,k,amount\r\n");
  expect((await get(server, "/all/b?format=xml")).status).toBe(400);
  const head = await fetch(`${server.url}/all/a`, { method: "HEAD" });
  expect([head.status, head.headers.get("allow")]).toEqual([405, "GET"]);
});

const head = "path: /x\nsummary: X\n";
const over = `${head}over: history\n`;
const mistakes = [
  [`${head}over: past\nsql: SELECT 1 AS a\n`, ":3: over must be views or history"],
  [`${head}answer: export\nsql: SELECT 1 AS a\n`, ":3: answer must be list or first, or over history"],
  [`${over}answer: export\npaging: { max: 9 }\nsql: SELECT 1 AS a\n`, ":5: paging must be nothing"],
  [`${over}sql: SELECT idd FROM orders\n`, ".yaml:4:13: "],
  [
    `${over}sql: |\n  SELECT id\n  FROM ordres\n`,
    ".yaml:6:8: History cannot answer that: history has no relation ordres",
  ],
  [`${over}sql: SELECT * FROM\n`, ".yaml:4:"],
  [
    `${over}sql: SELECT id FROM sales\n`,
    ".yaml:4:21: History cannot answer that: history has no relation sales",
  ],
  [
    `${over}sql: SELECT id FROM orders WHERE k = $kk\n`,
    ".yaml:4:38: History cannot answer that: there is no parameter kk",
  ],
  [
    `${over}parameters: { k: { type: string } }\nsql: SELECT id FROM orders\n`,
    "parameters.k must be used in the query, as $k",
  ],
  [`${over}sql: SELECT * FROM read_csv('/etc/passwd')\n`, "rows come from relations of history"],
  [`${over}sql: DELETE FROM orders\n`, "it only reads"],
  [`${over}sql: SELECT 1 AS a, 2 AS a\n`, "a twice"],
] as const;

test.each(mistakes)("%j", async (text, told) => {
  const folder = endpointProject({ wrong: text });
  const found = await checkWholeProject(folder).then(
    ({ mistakes: all }) => all,
    (error: unknown) => [(error as Error).message],
  );
  expect(found.join("\n")).toContain(told);
});

test("K9: Every event of a span goes out, exact, and none of another", async () => {
  const server = await projectServer(join(packs, "clickstream"), { history: { everyMs: 20 } });
  const begin = Date.UTC(2026, 2, 1);
  const clicks = Array.from({ length: 30 }, (_, index) => ({
    event_id: `e${index}`,
    event_type: "page_view",
    event_ts: new Date(begin + index * 60_000).toISOString(),
    user_id: "u_1",
    session_id: "s_1",
    price: `${index}.10`,
    geo: { country: "FR", city: '=HYPERLINK("x")', lat: 48.5, lon: 2 },
  }));
  await server.engine.send("clickstream_events", clicks);
  await expect.poll(() => server.history!.state.rowsAdded, { timeout: 20_000 }).toBe(clicks.length);
  const span = "start_time=2026-03-01T00:05:00Z&end_time=2026-03-01T00:25:00Z";
  const lines = (await get(server, `/export/events?${span}`)).text.trimEnd().split("\r\n").slice(1);
  expect(lines.map((line) => line.split(",")[0])).toEqual(
    clicks.slice(5, 25).map(({ event_id }) => event_id),
  );
  expect(lines[0]).toContain(",5.10,");
  const rows = JSON.parse((await get(server, `/export/events?${span}&format=json`)).text) as object[];
  expect(rows).toHaveLength(20);
  expect(rows[0]).toMatchObject({ event_ts: "2026-03-01T00:05:00.000Z", price: "5.10", geo: clicks[5]!.geo });
  const missing = await get(server, "/export/events?start_time=2026-03-01T00:05:00Z");
  expect((JSON.parse(missing.text) as Problem).code).toBe("request.bad-parameter");
});

test("R12: The sums of all sales, the newest windows, and how many there were", async () => {
  const server = await projectServer(join(packs, "retail"), { history: { everyMs: 20 } });
  const sale = (id: number, store_id: number, minute: number, amount: string) => ({
    txn_id: `t${id}`,
    store_id,
    amount,
    event_time: new Date(Date.UTC(2026, 2, 1, 0, minute)).toISOString(),
  });
  const sales = [sale(1, 1, 0, "10.10"), sale(2, 1, 0, "0.20"), sale(3, 2, 0, "5.00"), sale(4, 1, 3, "1.05")];
  await server.engine.send("retail-transactions", sales);
  await expect.poll(() => server.history!.state.rowsAdded, { timeout: 20_000 }).toBeGreaterThanOrEqual(4);
  await expect.poll(() => server.engine.rows("transactions_summary").length).toBe(3);
  const of = async (path: string) => JSON.parse((await get(server, path)).text) as unknown;
  expect(await of("/totals")).toEqual({ transactions: 4, revenue: "16.35", stores: 2 });
  expect(await of("/totals?from=2026-03-01T00:03:00Z")).toEqual({
    transactions: 1,
    revenue: "1.05",
    stores: 1,
  });
  expect(await of("/windows?limit=2")).toMatchObject([
    { store_id: 1, total_transactions: 1, total_revenue: "1.05" },
    { store_id: 1, total_transactions: 2, total_revenue: "10.30" },
  ]);
  expect(await of("/windows/processed")).toEqual({
    windows_processed: 3,
    windows: 2,
    latest_window: "2026-03-01T00:03:00.000Z",
  });
});
