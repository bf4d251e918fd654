/** `POST /v1/query` of a whole server: what it reads, what it refuses, its bounds. */
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { expect, test } from "vitest";
import type { Server } from "../../src/server.ts";
import type { Problem } from "../../src/serving/protocol.ts";
import { scratchFolder } from "../support/scratch-folder.ts";
import { order, serverOfFile, shopSql, testServer } from "../support/test-server.ts";

interface Answer {
  readonly columns: readonly { readonly name: string; readonly type: string; readonly sqlType: string }[];
  readonly rows: readonly (readonly unknown[])[];
  readonly rowCount: number;
  readonly step: number;
  readonly views: readonly { readonly name: string; readonly step: number }[];
  readonly now: string;
  readonly timeZone: string;
}

async function ask(server: Server, body: object): Promise<{ status: number; body: Answer & Problem }> {
  const response = await fetch(`${server.url}/v1/query`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Answer & Problem };
}

async function rowsOf(server: Server, sql: string): Promise<Answer["rows"]> {
  const { status, body } = await ask(server, { sql });
  expect(status, JSON.stringify(body)).toBe(200);
  return body.rows;
}

/** The first window is closed, the second open. */
async function filled(changes: Parameters<typeof testServer>[0] = {}): Promise<Server> {
  const server = await testServer(changes);
  await fill(server);
  return server;
}

async function fill(server: Server): Promise<void> {
  await server.engine.send("orders", [order(1, 1), order(2, 2, "b", 2.5), order(3, 3, "a", 4), order(4, 12)]);
  await expect.poll(() => server.engine.rows("sales").length).toBe(3);
  await expect.poll(() => server.engine.rows("closed").length).toBe(1);
}

const filledOnce = serverOfFile(fill);

test("a query is over the views as they are, open rows among them", async () => {
  const server = await filledOnce();
  const sql = "SELECT window_start, k, n, total, `$final` FROM sales ORDER BY window_start DESC, total DESC";
  const { body } = await ask(server, { sql });
  expect(body.columns.map(({ name, type, sqlType }) => [name, type, sqlType])).toEqual([
    ["window_start", "timestamp", "TIMESTAMP(3) NOT NULL"],
    ["k", "string", "STRING NOT NULL"],
    ["n", "integer", "BIGINT NOT NULL"],
    ["total", "decimal", "DECIMAL(38, 2) NOT NULL"],
    ["$final", "boolean", "BOOLEAN NOT NULL"],
  ]);
  expect(body.rows).toEqual([
    ["2026-03-01T00:00:10.000Z", "a", 1, "1.00", false],
    ["2026-03-01T00:00:00.000Z", "a", 2, "5.00", true],
    ["2026-03-01T00:00:00.000Z", "b", 1, "2.50", true],
  ]);
  expect(body.rowCount).toBe(3);
  expect(body.views).toEqual([{ name: "sales", step: server.engine.view("sales")!.stepNumber }]);
  expect(body.step).toBe(body.views[0]!.step);
  expect(body.timeZone).toBe("UTC");
});

test("views are grouped, joined, limited; a group has its last values alone", async () => {
  const server = await filledOnce();
  expect(await rowsOf(server, "SELECT k, SUM(total) AS t FROM sales GROUP BY k ORDER BY t")).toEqual([
    ["b", "2.50"],
    ["a", "6.00"],
  ]);
  expect(await rowsOf(server, "SELECT SUM(n) AS n, MAX(window_end) AS w FROM sales")).toEqual([
    [4, "2026-03-01T00:00:20.000Z"],
  ]);
  const joined = `SELECT s.k, s.n, c.n AS all_orders
    FROM sales s JOIN closed c ON s.window_start = c.window_start
    WHERE s.total > 3`;
  expect(await rowsOf(server, joined)).toEqual([["a", 2, 3]]);
  expect(await rowsOf(server, "SELECT k FROM sales ORDER BY n DESC, k LIMIT 1")).toEqual([["a"]]);
  expect(await rowsOf(server, "SELECT 1 + 1 AS two")).toEqual([[2]]);
});

test("SHOW, DESCRIBE and EXPLAIN tell of the catalog and the plan", async () => {
  const server = await filledOnce();
  expect(await rowsOf(server, "SHOW TABLES")).toEqual(expect.arrayContaining([["orders"], ["sales"]]));
  const described = await rowsOf(server, "DESCRIBE sales");
  expect(described[2]!.slice(0, 2)).toEqual(["k", "STRING"]);
  const [[plan]] = (await rowsOf(server, "EXPLAIN SELECT k FROM sales WHERE n > 1")) as [[string]];
  expect(plan).toContain("WHERE n > 1");
});

test("clocks say when it was asked, in the zone that is asked for", async () => {
  const server = await filledOnce();
  const before = Date.now();
  const sql = "SELECT NOW() AS n, CAST(TO_TIMESTAMP_LTZ(0, 3) AS STRING) AS t";
  const { body } = await ask(server, { sql, timeZone: "Asia/Tokyo" });
  const [[now, text]] = body.rows as [[string, string]];
  expect(Date.parse(now)).toBeGreaterThanOrEqual(before);
  expect(now).toBe(body.now);
  expect(text).toBe("1970-01-01 09:00:00.000");
});

test.each([
  ["SELECT nothing FROM sales", 400, "sql.unknown-column", { line: 1, column: 8 }],
  ["SELECT k\nFROM sale", 400, "sql.unknown-table", { line: 2, column: 6 }],
  [
    "SELECT id FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(ts), INTERVAL '1' MINUTE))",
    400,
    "sql.window-time-column",
    { line: 1 },
  ],
  ["DROP TABLE orders", 400, "request.read-only", { line: 1, column: 1 }],
  ["EXPLAIN CREATE MATERIALIZED VIEW m AS SELECT 1 AS a", 400, "request.read-only", { line: 1, column: 9 }],
  ["SET 'table.local-time-zone' = 'UTC'", 400, "request.read-only", { line: 1, column: 1 }],
  ["SELECT 1; SELECT 2", 400, "request.several-statements", { line: 1, column: 11 }],
  ["-- nothing", 400, "request.empty-query", undefined],
  ["SELECT total / (n - n) AS x FROM sales", 400, "sql.division-by-zero", undefined],
])("%s is refused", async (sql, status, code, position) => {
  const server = await filledOnce();
  const answer = await ask(server, { sql });
  expect([answer.status, answer.body.code]).toEqual([status, code]);
  if (position === undefined) expect(answer.body.position).toBe(undefined);
  else expect(answer.body.position).toMatchObject(position);
  // What it refused has left nothing behind.
  expect(await rowsOf(server, "SELECT COUNT(*) AS n FROM sales")).toEqual([[3]]);
});

test("streams are read from the journal: events, those that are dead, those that are late", async () => {
  const data = scratchFolder();
  const keyed = `CREATE TABLE prices (k STRING NOT NULL, price INT, PRIMARY KEY (k) NOT ENFORCED);`;
  const before = await filled({ data, sql: `${shopSql}${keyed}` });
  await before.engine.send("orders", [
    order(5, 4),
    { ...order(6, 13), amount: "x" },
    { ...order(7, 14), tip: "x" },
  ]);
  await before.engine.send("prices", [
    { k: "a", price: 1 },
    { k: "b", price: 2 },
    { k: "a", price: 3 },
  ]);
  await before.close();
  // What nobody has checked is not read: the column is new.
  const sql = `${shopSql.replace("ts TIMESTAMP(3)", "tip INT, ts TIMESTAMP(3)")}${keyed}`;
  const server = await testServer({ data, sql });
  await server.engine.send("orders", [{ ...order(8, 15), tip: 2 }]);
  expect(await rowsOf(server, "SELECT id, amount, tip FROM orders WHERE id > 3 ORDER BY id")).toEqual([
    [4, "1.00", null],
    [5, "1.00", null],
    [7, "1.00", null],
    [8, "1.00", 2],
  ]);
  expect(
    await rowsOf(server, "SELECT code, field, COUNT(*) AS n FROM orders$dead GROUP BY code, field"),
  ).toEqual([["row.wrong-type", "amount", 1]]);
  expect(await rowsOf(server, "SELECT id, late_by_ms, late_window_end FROM sales$late")).toEqual([
    [5, 8000, "2026-03-01T00:00:10.000Z"],
  ]);
  expect(await rowsOf(server, "SELECT k, price FROM prices ORDER BY k")).toEqual([
    ["a", 3],
    ["b", 2],
  ]);
  const joined = "SELECT o.id, s.total FROM orders o JOIN sales s ON o.k = s.k AND s.`$final` WHERE o.id = 8";
  const { body } = await ask(server, { sql: joined });
  expect(body.rows).toEqual([[8, "5.00"]]);
  expect(body.views.map(({ name }) => name)).toEqual(["sales", "orders"]);
});

test("a body or a zone that is none is refused", async () => {
  const server = await filledOnce();
  expect((await ask(server, {})).body.code).toBe("request.bad-parameter");
  expect((await ask(server, { sql: "SELECT 1", timeZone: {} })).body.code).toBe("request.bad-parameter");
  const zone = await ask(server, { sql: "SELECT 1", timeZone: "Mars/Olympus" });
  expect([zone.status, zone.body.code]).toEqual([400, "request.bad-parameter"]);
});

test("each bound has its error", async () => {
  const server = await filled({ query: { rowsMax: 2, rowsReadMax: 3, answerBytesMax: 100 } });
  expect((await ask(server, { sql: "SELECT k FROM sales" })).body.code).toBe("request.query-rows");
  const wide = "SELECT REPEAT(k, 200) AS k FROM sales LIMIT 1";
  expect((await ask(server, { sql: wide })).body.code).toBe("request.query-bytes");
  const both = "SELECT s.k FROM sales s JOIN closed c ON s.n = c.n";
  expect((await ask(server, { sql: both })).body.code).toBe("request.query-reads");
  expect((await ask(server, { sql: "SELECT COUNT(*) AS n FROM orders" })).body.code).toBe(
    "request.query-reads",
  );
});

test("a query that takes too long is ended; meanwhile the server answers, another gets 429", async () => {
  const server = await filled({ query: { runMsMax: 1_500, atOnceMax: 1 }, ingest: { requestMsMax: 700 } });
  const many = Array.from({ length: 500 }, (_, index) => `(${index})`).join(", ");
  const numbers = ["a", "b", "c"].map((name) => `(VALUES ${many}) AS ${name} (x)`);
  const long = `SELECT COUNT(*) AS n FROM ${numbers.join(", ")}`;
  const first = ask(server, { sql: long });
  await expect
    .poll(async () => (await ask(server, { sql: "SELECT 1" })).body.code)
    .toBe("request.too-many-queries");
  expect((await fetch(`${server.url}/health`)).status).toBe(200);
  expect((await first).body.code).toBe("request.query-timeout");
  expect(await rowsOf(server, "SELECT COUNT(*) AS n FROM sales")).toEqual([[3]]);
});

test("queries share threads: a mistake leaves one as it is, one that takes too long costs one", async () => {
  const server = await filled({ query: { runMsMax: 4_000, atOnceMax: 2 } });
  const named = (k: string) => rowsOf(server, `SELECT '${k}' AS k FROM closed`);
  let begun = 0;
  const count = () => {
    begun++;
  };
  subscribe("worker_threads", count);
  try {
    for (let round = 0; round < 6; round++) {
      expect(await rowsOf(server, "SELECT COUNT(*) AS n FROM sales")).toEqual([[3]]);
      expect((await ask(server, { sql: "SELECT nobody FROM sales" })).status).toBe(400);
      expect((await ask(server, { sql: "SELECT 1 / (n - n) AS x FROM sales" })).status).toBe(400);
    }
    expect(begun).toBe(1);
    const both = await Promise.all(
      ["a", "b"].map((k) => rowsOf(server, `SELECT '${k}' AS k, n FROM closed`)),
    );
    expect(both.map((rows) => rows[0]![0])).toEqual(["a", "b"]);
    expect(begun).toBe(2);
    const many = Array.from({ length: 500 }, (_, index) => `(${index})`).join(", ");
    const numbers = ["a", "b", "c"].map((name) => `(VALUES ${many}) AS ${name} (x)`);
    const late = await ask(server, { sql: `SELECT COUNT(*) AS n FROM ${numbers.join(", ")}` });
    expect(late.body.code).toBe("request.query-timeout");
    await Promise.all(["a", "b"].map(named));
    expect(begun).toBe(3);
  } finally {
    unsubscribe("worker_threads", count);
  }
});

test("values come back as they are in the view, times, rows and bytes too", async () => {
  const sql = `CREATE TABLE kinds (
  id INT NOT NULL, b BOOLEAN, big BIGINT, f DOUBLE, d DATE, t TIME, since TIMESTAMP_LTZ(3), s STRING,
  bin BYTES,  w ROW<a INT, since TIMESTAMP(3)>, l ARRAY<STRING>, PRIMARY KEY (id) NOT ENFORCED
);
CREATE MATERIALIZED VIEW kept AS SELECT * FROM kinds`;
  const server = await testServer({ sql });
  const row = {
    id: 1,
    b: true,
    big: 9007199254740,
    f: 1.5,
    d: "2026-03-01",
    t: "12:30:00",
    since: "2026-03-01T12:30:00.000Z",
    s: 'a "quoted"\nline',
    bin: "AQID",
    w: { a: 1, since: "2026-03-01T12:30:00.000" },
    l: ["x", null],
  };
  await server.engine.send("kinds", [row, { id: 2 }]);
  await expect.poll(() => server.engine.rows("kept").length).toBe(2);
  const shown = await rowsOf(server, "SELECT b, big, f, d, t, since, s, bin, w, l FROM kept ORDER BY id");
  expect(shown).toEqual([
    [
      true,
      9007199254740,
      1.5,
      "2026-03-01",
      "12:30:00.000",
      "2026-03-01T12:30:00.000Z",
      'a "quoted"\nline',
      "AQID",
      { a: 1, since: "2026-03-01T12:30:00.000Z" },
      ["x", null],
    ],
    [null, null, null, null, null, null, null, null, null, null],
  ]);
  const parts = "SELECT w.a AS a, w.since AS since, l[1] AS l, HOUR(since) AS h FROM kept WHERE id = 1";
  expect(await rowsOf(server, parts)).toEqual([[1, "2026-03-01T12:30:00.000Z", "x", 12]]);
});
