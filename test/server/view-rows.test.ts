/** `GET /v1/views/{view}`: conditions, orders, pages and names of answers, through a real server. */
import { expect, test } from "vitest";
import type { Server } from "../../src/server.ts";
import type { ViewAnswer } from "../../src/serving/answers.ts";
import type { Problem } from "../../src/serving/protocol.ts";
import { order, testServer } from "../support/test-server.ts";

interface Asked {
  readonly [parameter: string]: string | number;
}

async function ask(server: Server, view: string, asked: Asked = {}, headers: Record<string, string> = {}) {
  const query = new URLSearchParams(
    Object.entries(asked).map(([name, value]) => [name, String(value)] as [string, string]),
  );
  return await fetch(`${server.url}/v1/views/${view}?${query}`, { headers });
}

async function rowsOf(server: Server, view: string, asked: Asked): Promise<ViewAnswer> {
  const answer = await ask(server, view, asked);
  expect(answer.status, JSON.stringify(asked)).toBe(200);
  return (await answer.json()) as ViewAnswer;
}

async function problemOf(server: Server, view: string, asked: Asked): Promise<Problem> {
  const answer = await ask(server, view, asked);
  expect(answer.headers.get("content-type")).toContain("application/problem+json");
  return (await answer.json()) as Problem;
}

async function send(server: Server, rows: readonly unknown[]): Promise<void> {
  const events = `${server.url}/v1/streams/orders/events`;
  await fetch(events, { method: "POST", body: JSON.stringify(rows) });
}

/** Ten seconds a window; the last one is open. */
async function shop(): Promise<Server> {
  const server = await testServer();
  const rows = [];
  for (let window = 0; window < 6; window++)
    for (const [index, k] of ["a", "b", "c"].entries())
      rows.push(order(rows.length, window * 10, k, window + index));
  await send(server, rows);
  await expect.poll(async () => (await rowsOf(server, "sales", {})).rowCount).toBe(18);
  return server;
}

const shown = ({ rows }: ViewAnswer) => rows.map(({ k, total }) => `${k} ${total}`);

test("a condition, an order and a limit", async () => {
  const server = await shop();
  const best = await rowsOf(server, "sales", {
    where: "total > 4.5 AND k <> 'c'",
    order: "total DESC, k",
    limit: 2,
  });
  expect(shown(best)).toEqual(["b 6.00", "a 5.00"]);
  expect(best.rowCount).toBe(3);
  const open = await rowsOf(server, "sales", { where: "NOT `$final`", order: "k" });
  expect(shown(open)).toEqual(["a 5.00", "b 6.00", "c 7.00"]);
  const none = await rowsOf(server, "sales", { where: "k = 'nobody'" });
  expect([none.rows, none.rowCount, none.next]).toEqual([[], 0, null]);
});

test("a row by its whole key", async () => {
  const server = await shop();
  const { rows } = await rowsOf(server, "sales", { limit: 1000 });
  const { window_start: start, window_end: end, total } = rows.find(({ k }) => k === "b")!;
  const time = (text: unknown) => `TIMESTAMP '${String(text).replace("T", " ").slice(0, -1)}'`;
  const where = `k = 'b' AND window_start = ${time(start)} AND window_end = ${time(end)}`;
  expect((await rowsOf(server, "sales", { where })).rows).toMatchObject([{ k: "b", total }]);
  const other = await rowsOf(server, "sales", { where: where.replace("'b'", "'z'") });
  expect(other.rows).toEqual([]);
  const never = await rowsOf(server, "sales", { where: `${where} AND total < 0` });
  expect(never.rows).toEqual([]);
});

test("without an order the newest rows come, and pages go back from there", async () => {
  const server = await shop();
  const pages: string[][] = [];
  let after: string | null = null;
  do {
    const asked: Asked = { limit: 7, ...(after === null ? {} : { after }) };
    const answer: ViewAnswer = await rowsOf(server, "sales", asked);
    pages.push(shown(answer));
    after = answer.next;
  } while (after !== null);
  expect(pages.map((page) => page.length)).toEqual([7, 7, 4]);
  expect(pages[0]).toEqual(["c 5.00", "a 4.00", "b 5.00", "c 6.00", "a 5.00", "b 6.00", "c 7.00"]);
  const whole = shown(await rowsOf(server, "sales", {}));
  expect(pages.reverse().flat()).toEqual(whole);
});

test("a page goes on behind its row, whatever has changed before it", async () => {
  const server = await shop();
  const asked = { order: "total DESC, k", limit: 3 };
  const first = await rowsOf(server, "sales", asked);
  await send(server, [order(90, 55, "new", 100)]);
  await expect.poll(async () => (await rowsOf(server, "sales", {})).rowCount).toBe(19);
  const second = await rowsOf(server, "sales", { ...asked, after: first.next! });
  expect([...shown(first), ...shown(second)]).toEqual([
    "c 7.00",
    "b 6.00",
    "c 6.00",
    "a 5.00",
    "b 5.00",
    "c 5.00",
  ]);
});

test("an answer has a name until something changes", async () => {
  const server = await shop();
  const first = await ask(server, "sales", { order: "k" });
  const name = first.headers.get("etag")!;
  const text = await first.text();
  expect(name).toMatch(/^"[-\w]+"$/);
  const same = await ask(server, "sales", { order: "k" }, { "if-none-match": name });
  expect([same.status, await same.text(), same.headers.get("etag")]).toEqual([304, "", name]);
  expect(await (await ask(server, "sales", { order: "k" })).text()).toBe(text);
  await send(server, [order(91, 56, "new", 1)]);
  await expect.poll(async () => (await rowsOf(server, "sales", {})).rowCount).toBe(19);
  const changed = await ask(server, "sales", { order: "k" }, { "if-none-match": name });
  expect([changed.status, changed.headers.get("etag") === name]).toEqual([200, false]);
  expect(shown((await changed.json()) as ViewAnswer)).toContain("new 1.00");
});

test("what a clock says has no name", async () => {
  const server = await shop();
  const answer = await ask(server, "sales", { where: "window_end < LOCALTIMESTAMP" });
  expect([answer.status, answer.headers.get("etag")]).toEqual([200, null]);
});

test("what cannot be meant is refused, with its place", async () => {
  const server = await testServer();
  for (const [asked, code, position] of [
    [{ where: "totl > 4" }, "sql.unknown-column", { line: 1, column: 1 }],
    [{ where: "total" }, "sql.not-boolean", { line: 1, column: 1 }],
    [{ where: "k = 'a' AND" }, "sql.syntax", { line: 1, column: 12 }],
    [{ where: "k = 'a'; DROP TABLE orders" }, "sql.syntax", { line: 1, column: 8 }],
    [{ where: "COUNT(*) > 1" }, "sql.misplaced-aggregate", { line: 1, column: 1 }],
    [{ where: "k IN (SELECT k FROM sales)" }, "sql.not-supported-yet", { line: 1 }],
    [{ where: "total = 'many'" }, undefined, { line: 1 }],
    [{ order: "k, " }, "sql.syntax", { line: 1 }],
    [{ order: "nobody" }, "sql.unknown-column", { line: 1, column: 1 }],
    [{ after: "garbage" }, "request.bad-parameter", undefined],
    [{ limit: 1_000_000_000 }, "request.bad-parameter", undefined],
    [{ limit: "ten" }, "request.bad-parameter", undefined],
    [{ where: "" }, "request.bad-parameter", undefined],
    [{ were: "k = 'a'" }, "request.bad-parameter", undefined],
  ] as const) {
    const problem = await problemOf(server, "sales", asked as unknown as Asked);
    const what = JSON.stringify(asked);
    expect(problem.status, what).toBe(400);
    if (code !== undefined) expect(problem.code, what).toBe(code);
    if (position !== undefined) expect(problem.position, what).toMatchObject(position);
  }
});

test("a page is of no other question", async () => {
  const server = await shop();
  const { next } = await rowsOf(server, "sales", { order: "k", limit: 1 });
  const problem = await problemOf(server, "sales", { order: "k DESC", limit: 1, after: next! });
  expect([problem.status, problem.code]).toEqual([400, "request.bad-parameter"]);
  expect(problem.title).toContain("after");
});

test("a condition that has no value for a row is a problem of the request", async () => {
  const server = await shop();
  const problem = await problemOf(server, "sales", { where: "1 / (n - 1) > 0" });
  expect([problem.status, problem.code]).toEqual([400, "sql.division-by-zero"]);
});
