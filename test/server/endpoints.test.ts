/** Endpoints of a project: what they answer, what they refuse, how long an answer is kept. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { checkProject } from "../../src/cli/checked-project.ts";
import type { Server } from "../../src/server.ts";
import type { Problem } from "../../src/serving/protocol.ts";
import { endpointProject, projectServer } from "../support/endpoint-server.ts";
import { order, shopSql } from "../support/test-server.ts";

const byName = `path: /sales/{k}
summary: Windows of one k
parameters:
  k: { type: string }
  least: { type: integer, default: 0, min: 0, max: 100 }
sql: |
  SELECT window_start, n, total, CAST(ROW(k, n) AS ROW<name STRING, n BIGINT>) AS nested
  FROM sales WHERE k = :k AND n >= :least ORDER BY window_start
`;
const echo = `path: /echo
summary: What was sent, as it was
parameters: { text: { type: string, length-max: 1000 } }
answer: first
sql: "SELECT :text AS text, CHAR_LENGTH(:text) AS length, (SELECT COUNT(*) FROM sales) AS n"
`;
const paged = `path: /all
summary: All windows
paging: { limit: 2, max: 4 }
sql: SELECT k, n FROM sales ORDER BY k
`;

async function get(server: Server, path: string, headers: Record<string, string> = {}): Promise<Response> {
  return await fetch(`${server.url}${path}`, { headers });
}

async function json(server: Server, path: string): Promise<unknown> {
  const answer = await get(server, path);
  expect(answer.status, await answer.clone().text()).toBe(200);
  return await answer.json();
}

async function problem(server: Server, path: string): Promise<Problem> {
  const answer = await get(server, path);
  expect(answer.headers.get("content-type")).toContain("application/problem+json");
  return (await answer.json()) as Problem;
}

/** However slow a test is, the clock closes no window of it. */
const patientSql = shopSql.replace(
  "WATERMARK FOR ts AS ts\n)",
  "WATERMARK FOR ts AS ts\n) WITH ('idle-timeout' = '1 h')",
);

/** Each k in a window of its own name: a once, b twice, and so on. */
async function shop(files: Readonly<Record<string, string>>): Promise<Server> {
  const server = await projectServer(endpointProject(files, patientSql));
  const rows = ["a", "b", "c", "d", "e"].flatMap((k, index) =>
    Array.from({ length: index + 1 }, (_, n) => order(index * 10 + n, 1, k, 1.5)),
  );
  await server.engine.send("orders", rows);
  await expect.poll(() => server.engine.rows("sales").length).toBe(5);
  return server;
}

test("A path, parameters with limits, and rows as objects of the query's columns", async () => {
  const server = await shop({ byName });
  const window_start = "2026-03-01T00:00:00.000Z";
  const row = { window_start, n: 2, total: "3.00", nested: { name: "b", n: 2 } };
  expect(await json(server, "/sales/b")).toEqual([row]);
  expect(await json(server, "/sales/b?least=2")).toEqual([row]);
  expect(await json(server, "/sales/b?least=3")).toEqual([]);
  expect(await json(server, "/sales/%62")).toEqual([row]);
  const refused = {
    "/sales/b?least=101": "a whole number from 0 to 100",
    "/sales/b?least=-1": "a whole number from 0 to 100",
    "/sales/b?least=1.5": "a whole number",
    "/sales/b?least=": "a whole number",
    "/sales/b?least=1&least=2": "given once",
    "/sales/b?leats=1": "/sales/{k} has no parameter leats",
    "/sales/b?k=c": "has no parameter k",
    "/sales/%ff": "not a valid url",
    [`/sales/${"x".repeat(201)}`]: "at most 200 characters",
  };
  for (const [path, words] of Object.entries(refused)) {
    const { title, status } = await problem(server, path);
    expect([path, status, title]).toEqual([path, 400, expect.stringContaining(words)]);
  }
  expect((await problem(server, "/sales/b?leats=1")).detail).toContain("least");
});

test("Other methods are told of, foreign pages are refused, other addresses are not there", async () => {
  const server = await shop({ byName });
  const posted = await fetch(`${server.url}/sales/b`, { method: "POST", body: "{}" });
  expect([posted.status, posted.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
  const head = await fetch(`${server.url}/sales/b`, { method: "HEAD" });
  expect([head.status, await head.text()]).toEqual([200, ""]);
  expect(head.headers.get("etag")).toMatch(/^".{20,}"$/);
  expect((await get(server, "/sales/b", { origin: "http://elsewhere.example" })).status).toBe(403);
  for (const path of ["/sales", "/sales/", "/sales/b/c", "/sale/b"])
    expect([path, (await get(server, path)).status]).toEqual([path, 404]);
});

test("No value changes what the query means: it comes back as it was sent", async () => {
  const server = await shop({ echo, byName });
  const hostile = [
    "'",
    "''",
    "' OR '1'='1",
    "'; DROP TABLE orders; --",
    ":text",
    "\\",
    "%",
    "\u0000",
    "`",
    "𝄞",
  ];
  const text = fc.oneof(
    fc.constantFrom(...hostile),
    fc.string({ unit: fc.constantFrom(..."'\"`;:-/*\\%_(){}[]= \n\tSELECT"), maxLength: 40 }),
    fc.string({ unit: "binary", maxLength: 40 }).filter((each) => each.isWellFormed()),
  );
  const returns = fc.asyncProperty(text, async (sent) => {
    const answer = await get(server, `/echo?text=${encodeURIComponent(sent)}`);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ text: sent, length: Array.from(sent).length, n: 5 });
    if (sent === "" || ["a", "b", "c", "d", "e", ".", ".."].includes(sent)) return;
    expect(await json(server, `/sales/${encodeURIComponent(sent)}`)).toEqual([]);
  });
  await fc.assert(returns, { numRuns: 150, examples: hostile.map((each) => [each]) });
}, 60_000);

test("Whatever is asked is answered or refused, never with a fault of the server's own", async () => {
  const server = await shop({ byName, echo, paged });
  const piece = fc.oneof(
    fc.constantFrom(
      "least=1",
      "least=9e9",
      "k=a",
      "text=x",
      "limit=2",
      "offset=1",
      "format=csv",
      "%",
      "&",
      "=",
    ),
    fc
      .string({ unit: "binary-ascii", maxLength: 12 })
      .map((each) => encodeURI(each.replaceAll(/[#\s]/g, "x"))),
  );
  const path = fc.constantFrom("/sales/a", "/sales/%2e%2e%2f", "/sales/%c3%28", "/echo", "/all");
  const answered = fc.asyncProperty(path, fc.array(piece, { maxLength: 5 }), async (at, pieces) => {
    const answer = await get(server, `${at}?${pieces.join("&")}`);
    const type = answer.status === 200 ? /json|csv/ : /problem\+json/;
    expect([200, 400]).toContain(answer.status);
    expect(answer.headers.get("content-type")).toMatch(type);
    await answer.text();
  });
  await fc.assert(answered, { numRuns: 300 });
}, 60_000);

test("The first row alone, and what stands for none", async () => {
  const first = "summary: One\nanswer: first\nparameters: { k: { type: string } }\n";
  const sql = "sql: SELECT k, n FROM sales WHERE k = :k\n";
  const server = await shop({
    bare: `path: /one/{k}\n${first}${sql}`,
    told: `path: /or/{k}\n${first}none: { k: null, n: 0 }\n${sql}`,
  });
  expect(await json(server, "/one/c")).toEqual({ k: "c", n: 3 });
  expect(await json(server, "/or/c")).toEqual({ k: "c", n: 3 });
  expect(await problem(server, "/one/x")).toMatchObject({ status: 404, code: "request.no-row" });
  expect(await json(server, "/or/x")).toEqual({ k: null, n: 0 });
});

test("Pages name the next one, and a client that follows them sees each row once", async () => {
  const server = await shop({ paged });
  const seen: unknown[] = [];
  let next: string | undefined = "/all";
  while (next !== undefined) {
    const answer = await get(server, next);
    seen.push(...((await answer.json()) as unknown[]));
    next = /<(.*)>; rel="next"/.exec(answer.headers.get("link") ?? "")?.[1];
  }
  expect(seen).toEqual(["a", "b", "c", "d", "e"].map((k, index) => ({ k, n: index + 1 })));
  expect(await json(server, "/all?limit=4&offset=4")).toEqual([{ k: "e", n: 5 }]);
  expect((await problem(server, "/all?limit=5")).status).toBe(400);
});

test("CSV where it is asked for, quoted where it must be", async () => {
  const list = `path: /list
summary: List
sql: |
  SELECT k, n, total, CAST(NULL AS STRING) AS nothing, '' AS \`empty\`,
    CAST(ROW(n) AS ROW<n BIGINT>) AS nested
  FROM sales WHERE n > 3 ORDER BY k
`;
  const server = await shop({ list });
  await server.engine.send(
    "orders",
    Array.from({ length: 4 }, (_, n) => order(90 + n, 1, 'x"y,\nz', 1)),
  );
  await expect.poll(() => server.engine.rows("sales").length).toBe(6);
  const records = [
    "k,n,total,nothing,empty,nested",
    'd,4,6.00,,"","{""n"":4}"',
    'e,5,7.50,,"","{""n"":5}"',
    '"x""y,\nz",4,4.00,,"","{""n"":4}"',
    "",
  ];
  const csv = records.join("\r\n");
  const asked = await get(server, "/list", { accept: "text/csv" });
  expect([await asked.text(), asked.headers.get("content-type")]).toEqual([
    csv,
    expect.stringMatching(/^text\/csv/),
  ]);
  expect(await (await get(server, "/list?format=csv")).text()).toBe(csv);
  expect(await json(server, "/list?format=json")).toHaveLength(3);
  expect((await problem(server, "/list?format=xml")).title).toContain("one of json, csv");
});

test("An answer is kept until a view that it reads has changed, and its name says so", async () => {
  const server = await shop({ byName, paged });
  const ran = queriesOf(server);
  const first = await get(server, "/sales/b");
  const etag = first.headers.get("etag")!;
  await get(server, "/sales/b?least=0");
  expect(ran.count).toBe(1);
  const same = await get(server, "/sales/b", { "if-none-match": etag });
  expect([same.status, await same.text(), ran.count]).toEqual([304, "", 1]);
  await Promise.all(Array.from({ length: 20 }, () => get(server, "/all")));
  expect(ran.count).toBe(2);
  await server.engine.send("orders", [order(200, 2, "b", 1)]);
  await expect.poll(() => server.engine.rows("sales").find(({ k }) => k === "b")?.n).toBe(3);
  const other = await get(server, "/sales/b", { "if-none-match": etag });
  expect([other.status, await other.json()]).toMatchObject([200, [{ n: 3, total: "4.00" }]]);
});

test("What reads the clock is no older than a second; cache-seconds says so of others", async () => {
  const clock =
    "path: /now\nsummary: N\nanswer: first\nsql: SELECT MAX(CURRENT_TIMESTAMP) AS `at` FROM sales\n";
  const old =
    "path: /old\nsummary: Old\nanswer: first\ncache-seconds: 60\nsql: SELECT SUM(n) AS n FROM sales\n";
  const server = await shop({ clock, old });
  const at = async () => ((await json(server, "/now")) as { at: string }).at;
  const first = await at();
  expect(Math.abs(Date.parse(first) - Date.now())).toBeLessThan(5_000);
  await expect.poll(at, { timeout: 5_000 }).not.toBe(first);
  expect(Date.now() - Date.parse(await at())).toBeLessThan(2_000);
  expect((await get(server, "/old")).headers.get("cache-control")).toBe("max-age=60");
  await server.engine.send("orders", [order(200, 2, "b", 1)]);
  await expect.poll(() => server.engine.rows("sales").find(({ k }) => k === "b")?.n).toBe(3);
  expect(await json(server, "/old")).toEqual({ n: 15 });
  const refused = clock.replace("sql:", "cache-seconds: 2\nsql:");
  expect(checkProject(endpointProject({ refused })).mistakes[0]).toContain(
    "at most 1, because the query reads",
  );
});

test("Streams are read too, as they are at that moment", async () => {
  const count = "path: /count\nsummary: Count\nanswer: first\nsql: SELECT COUNT(*) AS n FROM orders\n";
  const server = await shop({ count });
  expect(await json(server, "/count")).toEqual({ n: 15 });
  await server.engine.send("orders", [order(200, 2, "b", 1)]);
  expect(await json(server, "/count")).toEqual({ n: 16 });
});

test("Who asks for much at once gets all of it, whatever others ask for", async () => {
  const server = await shop({ byName, echo });
  const query = { method: "POST", headers: { "content-type": "application/json" } };
  const joined = ["b", "c", "d", "e"].map((name) => `JOIN orders ${name} ON a.k <> ${name}.k`);
  const slow = `SELECT COUNT(*) AS n FROM orders a ${joined.join(" ")}`;
  const others = [1, 2].map(() =>
    fetch(`${server.url}/v1/query`, { ...query, body: JSON.stringify({ sql: slow }) }),
  );
  await expect.poll(() => server.engine.queriesRunning, { interval: 5 }).toBe(2);
  const asked = Array.from({ length: 40 }, (_, index) => json(server, `/echo?text=${index}`));
  const answers = (await Promise.all(asked)) as { text: string }[];
  expect(answers.map(({ text }) => Number(text))).toEqual(Array.from({ length: 40 }, (_, index) => index));
  await Promise.all(others);
  expect(server.engine.queriesRunning).toBe(0);
});

test("Values of each kind are read as what they are", async () => {
  const kinds = `path: /kinds
summary: Kinds
answer: first
parameters:
  whole: { type: integer, default: -9223372036854775808 }
  digits: { type: decimal, default: 0.5, max: 1000 }
  yes: { type: boolean, default: true }
  at: { type: timestamp, default: "2026-03-01T12:30:00Z", min: "2026-01-01T00:00:00Z" }
  day: { type: date, default: 2026-03-01 }
  one: { type: string, one-of: [x, y], default: x }
  maybe: { type: integer, default: null }
sql: |
  SELECT :whole AS w, :digits * 2 AS d, NOT :yes AS y, :at + INTERVAL '1' HOUR AS a, :day AS t, :one AS o,
    :maybe IS NULL AS missing, (SELECT COUNT(*) FROM sales WHERE :maybe IS NULL OR n = :maybe) AS n
`;
  const server = await shop({ kinds });
  const told = { w: "", d: "1.000000", y: false, a: "2026-03-01T13:30:00.000Z", t: "2026-03-01", o: "x" };
  const text = await (await get(server, "/kinds")).text();
  expect(text).toContain('"w":-9223372036854775808,');
  expect(JSON.parse(text)).toMatchObject({ ...told, w: -(2 ** 63), missing: true, n: 5 });
  const asked = "whole=7&digits=0.25&yes=false&at=2026-03-01T12:30:00%2B02:00&day=2024-02-29&one=y&maybe=3";
  expect(await json(server, `/kinds?${asked}`)).toMatchObject({
    ...{ w: 7, d: "0.500000", y: true, a: "2026-03-01T11:30:00.000Z", t: "2024-02-29", o: "y" },
    ...{ missing: false, n: 1 },
  });
  for (const bad of [
    "whole=9223372036854775808",
    "digits=1001",
    "digits=0.0000001",
    "digits=NaN",
    "yes=1",
    "at=2026-03-01T12:30:00",
    "at=2025-12-31T23:59:59Z",
    "day=2026-02-29",
    "one=z",
    "maybe=null",
  ])
    expect([bad, (await problem(server, `/kinds?${bad}`)).code]).toEqual([bad, "request.bad-parameter"]);
});

test("A saved file takes its place while the server runs", async () => {
  const folder = endpointProject({ byName });
  const server = await projectServer(folder);
  writeFileSync(join(folder, "endpoints", "echo.yaml"), echo);
  server.endpoints.replace(checkProject(folder).endpoints);
  expect(await json(server, "/echo?text=x")).toMatchObject({ text: "x", length: 1 });
  server.endpoints.replace([]);
  expect((await get(server, "/sales/b")).status).toBe(404);
});

/** Counts the queries that run from now on. */
function queriesOf(server: Server): { count: number } {
  const { engine } = server;
  const ran = { count: 0 };
  const query = engine.query.bind(engine);
  engine.query = (request) => {
    ran.count++;
    return query(request);
  };
  return ran;
}
