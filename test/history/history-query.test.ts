/** `POST /v1/query` over history: what it answers, what it does not let anybody reach, its bounds. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Server } from "../../src/server.ts";
import type { Problem } from "../../src/serving/protocol.ts";
import { type ParameterKind, readParameter } from "../../src/values/parameter.ts";
import { cellsOf } from "../../src/views/view.ts";
import { scratchFolder } from "../support/scratch-folder.ts";
import { order, testServer } from "../support/test-server.ts";

interface Answer {
  readonly columns: readonly { readonly name: string; readonly type: string; readonly sqlType: string }[];
  readonly rows: readonly (readonly unknown[])[];
  readonly step: number;
  readonly views: readonly { readonly name: string; readonly step: number }[];
  readonly timeZone: string;
}

async function ask(server: Server, sql: string, more: object = {}) {
  const response = await fetch(`${server.url}/v1/query`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ sql, over: "history", ...more }),
  });
  return { status: response.status, body: (await response.json()) as Answer & Problem };
}

async function filled(changes: Parameters<typeof testServer>[0] = {}): Promise<Server> {
  const server = await testServer({ history: { everyMs: 20 }, ...changes });
  await server.engine.send("orders", [order(1, 1), order(2, 2, "b", 2.5), order(3, 3, "a", 4), order(4, 12)]);
  await expect.poll(() => server.history!.state.rowsAdded, { timeout: 20_000 }).toBe(4);
  return server;
}

test("rows are grouped and ordered as DuckDB does; cells look as those of views do", async () => {
  const server = await filled();
  const sql = `SELECT k, COUNT(*) AS n, SUM(amount) AS total, MAX(ts) AS latest, AVG(amount) AS mean,
    {'lat': 1.5} AS place, LIST(id ORDER BY id) AS ids FROM orders GROUP BY k ORDER BY total DESC; `;
  const { status, body } = await ask(server, sql);
  expect(status, JSON.stringify(body)).toBe(200);
  expect(body.columns.map(({ name, type }) => [name, type])).toEqual([
    ["k", "string"],
    ["n", "integer"],
    ["total", "decimal"],
    ["latest", "timestamp"],
    ["mean", "float"],
    ["place", "row"],
    ["ids", "array"],
  ]);
  expect(body.rows).toEqual([
    ["a", 3, "6.00", "2026-03-01T00:00:12.000Z", 2, { lat: "1.5" }, [1, 3, 4]],
    ["b", 1, "2.50", "2026-03-01T00:00:02.000Z", 2.5, { lat: "1.5" }, [2]],
  ]);
  expect(body.views).toEqual([{ name: "orders", step: server.history!.state.position }]);
  expect(body.timeZone).toBe("UTC");
  const described = await ask(server, "DESCRIBE orders");
  expect(described.body.rows.map(([name, type]) => [name, type]).slice(0, 3)).toEqual([
    ["id", "INTEGER"],
    ["k", "VARCHAR"],
    ["amount", "DECIMAL(10,2)"],
  ]);
});

const hostile = (data: string): readonly string[] => [
  "DROP TABLE kept.orders",
  "DELETE FROM kept.orders",
  "CREATE TEMP TABLE z (a INT)",
  "SET threads = 8",
  "PRAGMA database_list",
  "ATTACH '/tmp/other.duckdb'",
  "INSTALL httpfs",
  "COPY (SELECT 1) TO '/tmp/x.csv'",
  `COPY (SELECT 1) TO '${data}/history/cold/x.csv'`,
  `EXPORT DATABASE '${data}/history/cold'`,
  "CALL checkpoint()",
  "COMMIT",
  "SELECT * FROM checkpoint()",
  "SELECT * FROM duckdb_settings()",
  "SELECT * FROM read_csv('/etc/passwd')",
  "SELECT (SELECT content FROM read_text('/etc/passwd')) AS c FROM orders",
  `SELECT * FROM read_text('${data}/history/cold/../../../../etc/passwd')`,
  `SELECT * FROM '${data}/history/cold/../history.duckdb'`,
  "SELECT * FROM '/etc/passwd'",
  "WITH c AS (SELECT * FROM glob('/*')) SELECT * FROM c",
  `SELECT * FROM (WITH "a/../b.csv" AS (SELECT 1) SELECT 1) x, 'a/../b.csv'`,
  "SELECT * FROM query('SELECT * FROM read_text(''/etc/passwd'')')",
  "SELECT * FROM orders WHERE id IN (FROM read_csv('/etc/passwd'))",
  "SELECT * FROM kept.orders",
  "SELECT * FROM book.streams",
  "SELECT * FROM history.kept.orders",
  "SELECT * FROM information_schema.tables",
  "PIVOT orders ON k USING SUM(amount)",
  "SELECT 1) ; DROP TABLE kept.orders; SELECT (1",
  "SELECT 1; SELECT 2",
  "",
  ";",
  "SELEC 1",
  "SELECT nobody FROM orders",
  "SELECT CAST('x' AS INT)",
  "SELECT error('boo')",
];

test("nothing is written, no file is read, nothing is set: each is a problem, all is as before", async () => {
  const data = scratchFolder();
  const server = await filled({ data });
  const files = () => readdirSync(join(data, "history"), { recursive: true }).sort();
  const before = files();
  for (const sql of hostile(data)) {
    const { status, body } = await ask(server, sql);
    expect([status, body.status], `${sql}: ${JSON.stringify(body)}`).toEqual([400, 400]);
    expect(body.code, sql).toMatch(/^request\./);
    expect(body.title, sql).not.toMatch(/Quickwater made a mistake/);
  }
  expect(files()).toEqual(before);
  expect((await ask(server, "SELECT COUNT(*) AS n FROM orders")).body.rows).toEqual([[4]]);
  await server.engine.send("orders", [order(5, 13)]);
  await expect.poll(() => server.history!.state.rowsAdded).toBe(5);
});

test("a WITH gives no name that could be a file's elsewhere in the query", async () => {
  const server = await filled();
  const { body } = await ask(server, `WITH "a.csv" AS (SELECT 1 AS x) SELECT x FROM "a.csv"`);
  expect(body.title).toMatch("a.csv is no name that a WITH may give");
});

test("a mistake has its place, and the relation that was most likely meant", async () => {
  const server = await filled();
  const { body } = await ask(server, "SELECT 'ö' AS x\nFROM ordres");
  expect(body.position).toEqual({ line: 2, column: 6, offset: 21, length: 1 });
  expect(body.detail).toMatch("Did you mean orders?");
});

test("each bound has its error; while a long query runs, rows come in and others are answered", async () => {
  const server = await filled({
    query: { runMsMax: 1_500, rowsMax: 100, answerBytesMax: 5_000, atOnceMax: 2 },
  });
  expect((await ask(server, "FROM range(101)")).body.code).toBe("request.query-rows");
  expect((await ask(server, "SELECT REPEAT('x', 5000) AS x")).body.code).toBe("request.query-bytes");
  expect((await ask(server, "SELECT 1 AS a", { timeZone: "Europe/Berlin" })).body.code).toBe(
    "request.bad-parameter",
  );
  const numbers = ["a", "b", "c"].map((name) => `range(20000) AS ${name}(x)`).join(", ");
  const long = ask(server, `SELECT COUNT(*) AS n FROM ${numbers} WHERE a.x * b.x = c.x + 7`);
  await server.engine.send("orders", [order(5, 13)]);
  await expect.poll(() => server.history!.state.rowsAdded).toBe(5);
  expect((await ask(server, "SELECT COUNT(*) AS n FROM orders")).body.rows).toEqual([[5]]);
  expect((await long).body.code).toBe("request.query-timeout");
  const many = await Promise.all(
    ["a", "b", "c"].map(() => ask(server, `SELECT COUNT(*) AS n FROM ${numbers}`)),
  );
  expect(many.map(({ body }) => body.code)).toContain("request.too-many-queries");
});

test("without history there is nothing to ask", async () => {
  const server = await testServer();
  const { status, body } = await ask(server, "SELECT 1 AS a");
  expect([status, body.code]).toEqual([409, "request.no-history"]);
});

test("what stands at a name is a value of its type, whatever is written in it", async () => {
  const server = await filled();
  const limits = { runMsMax: 5_000, rowsMax: 10, answerBytesMax: 10_000 };
  const texts = { name: "string", kind: "string", lengthMax: 100, fallback: null, oneOf: [] } as const;
  const of = (kind: ParameterKind, text: string) => readParameter({ ...texts, kind }, text);
  const given = new Map([
    ["text", of("string", "a' OR 1=1 --")],
    ["key", of("string", "a")],
    ["whole", of("integer", "9007199254740993")],
    ["amount", of("decimal", "4.00")],
    ["from", of("timestamp", "2026-03-01T00:00:03Z")],
    ["day", of("date", "2026-03-01")],
    ["yes", of("boolean", "true")],
    ["none", readParameter(texts, undefined)],
  ]);
  const sql = `SELECT id, $text AS t, $whole AS w, $day AS d, $none AS z FROM orders
    WHERE k = $key AND k <> $text AND amount >= $amount AND ts >= $from AND $yes ORDER BY id`;
  const { rows } = await server.history!.ask({ sql, given, limits });
  expect(rows.map((text) => cellsOf({ text }))).toEqual([
    ["3", '"a\' OR 1=1 --"', "9007199254740993", '"2026-03-01"', "null"],
  ]);
});
