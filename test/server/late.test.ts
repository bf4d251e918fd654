/** Late rows of a whole server: listed by window, and taken into it. */
import { expect, test } from "vitest";
import type { Server } from "../../src/server.ts";
import type { WhyAnswer } from "../../src/serving/answers.ts";
import type { ExplainAnswer } from "../../src/serving/explanation.ts";
import type { Problem } from "../../src/serving/protocol.ts";
import { quickwater } from "../support/quickwater-process.ts";
import { scratchFolder } from "../support/scratch-folder.ts";
import { order, shopSql, testServer } from "../support/test-server.ts";

async function listed(server: Server, view = "sales") {
  const response = await fetch(`${server.url}/v1/views/${view}/late`);
  return (await response.json()) as { rows: number; open: number; windows: { count: number }[] };
}

async function replay(server: Server, view: string, body: object) {
  const response = await fetch(`${server.url}/v1/views/${view}/replay`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Problem & Record<string, unknown> };
}

const sums = (server: Server) =>
  server.engine
    .rows("sales")
    .filter(({ $final }) => $final)
    .map(({ k, total, $revision }) => [k, total, $revision]);

async function withLate(data = scratchFolder()): Promise<Server> {
  const server = await testServer({ data });
  await server.engine.send("orders", [order(1, 1), order(2, 12)]);
  await server.engine.send("orders", [order(3, 25)]);
  await server.engine.send("orders", [order(4, 2, "a", 5), order(5, 3, "c", 2), order(6, 11, "a", 3)]);
  await expect.poll(async () => (await listed(server)).open).toBe(3);
  return server;
}

test("they are in their window after a replay, with the next revision, also after a restart", async () => {
  const data = scratchFolder();
  const server = await withLate(data);
  expect(sums(server)).toEqual([
    ["a", "1.00", 0],
    ["a", "1.00", 0],
  ]);
  expect(await listed(server)).toMatchObject({
    rows: 3,
    windows: [
      { start: "2026-03-01T00:00:10.000Z", end: "2026-03-01T00:00:20.000Z", count: 1, longestMs: 14_000 },
      { start: "2026-03-01T00:00:00.000Z", end: "2026-03-01T00:00:10.000Z", count: 2, longestMs: 23_000 },
    ],
  });
  const dry = await replay(server, "sales", { dryRun: true });
  expect(dry.body).toMatchObject({ lateRows: 3, changed: 3, dryRun: true, tooOld: [] });
  expect(dry.body.rows).toMatchObject([
    { before: { k: "a", total: "1.00" }, after: { k: "a", total: "6.00", $revision: 1 } },
    { before: null, after: { k: "c", total: "2.00" } },
    { before: { k: "a", total: "1.00" }, after: { k: "a", total: "4.00", $revision: 1 } },
  ]);
  expect(sums(server)).toHaveLength(2);

  const done = await replay(server, "sales", {});
  expect(done.body).toMatchObject({ changed: 3, dryRun: false });
  const corrected = [
    ["a", "6.00", 1],
    ["a", "4.00", 1],
    ["c", "2.00", 0],
  ];
  await expect.poll(() => sums(server)).toEqual(corrected);
  expect(await listed(server)).toMatchObject({ rows: 3, open: 0, windows: [] });
  expect((await replay(server, "sales", {})).body).toMatchObject({ lateRows: 0, changed: 0 });
  await server.close();
  const again = await testServer({ data });
  // On a slow machine the quiet stream's clock has closed another window meanwhile.
  expect(sums(again)).toEqual(expect.arrayContaining(corrected));
});

test("the command shows what would change, and changes it", async () => {
  const server = await withLate();
  const at = ["--server", server.url];
  const dry = await quickwater(["replay", "sales", "--dry-run", ...at]);
  expect(dry.stdout).toMatch(
    /^3 late rows of sales; 3 rows would change\.\n {2}- \{.*"total":"1.00".*\n {2}\+ /,
  );
  const done = await quickwater(["replay", "sales", ...at]);
  expect(done.stdout).toMatch(/^3 late rows of sales; 3 rows change\.\n/);
  await expect.poll(() => sums(server)).toHaveLength(3);
});

test("each view has late rows of its own, and of windows that overlap all are corrected", async () => {
  const hop = `CREATE MATERIALIZED VIEW sliding AS SELECT window_start, window_end, COUNT(*) AS n
    FROM TABLE(HOP(TABLE orders, DESCRIPTOR(ts), INTERVAL '5' SECOND, INTERVAL '10' SECOND))
    GROUP BY window_start, window_end;`;
  const server = await testServer({ sql: `${shopSql}${hop}` });
  await server.engine.send("orders", [order(1, 1), order(2, 26)]);
  await server.engine.send("orders", [order(3, 8)]);
  await expect.poll(async () => (await listed(server)).open).toBe(1);
  await expect.poll(async () => (await listed(server, "sliding")).open).toBe(1);
  const { body } = await replay(server, "sliding", {});
  const changes = body.rows as { before: { n: number } | null; after: { window_start: string; n: number } }[];
  expect(changes.map(({ before, after }) => [after.window_start.slice(17, 19), before?.n, after.n])).toEqual([
    ["00", 1, 2],
    ["05", undefined, 1],
  ]);
  expect(await listed(server, "sliding")).toMatchObject({ rows: 1, open: 0 });
  expect(await listed(server)).toMatchObject({ rows: 1, open: 1 });
});

test("a correction's events are told with it, also those that were late for that window alone", async () => {
  const hop = `CREATE MATERIALIZED VIEW sliding AS SELECT window_start, window_end, k, COUNT(*) AS n
    FROM TABLE(HOP(TABLE orders, DESCRIPTOR(ts), INTERVAL '5' SECOND, INTERVAL '20' SECOND))
    GROUP BY window_start, window_end, k;`;
  const server = await testServer({ sql: `${shopSql}${hop}` });
  await server.engine.send("orders", [order(1, 2), order(2, 31)]);
  // The third of them is in a window that is open, and came too late for the three before that.
  await server.engine.send("orders", [order(3, 8), order(4, 14, "a", 7), order(5, 16), order(6, 9, "b")]);
  await server.engine.send("orders", [order(7, 24), order(8, 3)]);
  await expect.poll(async () => (await listed(server, "sliding")).open).toBe(4);
  const why = async () => (await (await fetch(`${server.url}/v1/why/sliding`)).json()) as WhyAnswer;
  expect(await why()).toMatchObject({
    summary: expect.stringContaining("4 rows came late and are not in it"),
    shows: { corrected: null },
  });
  expect((await replay(server, "sliding", {})).status).toBe(200);
  expect(await why()).toMatchObject({
    summary: expect.stringMatching(/4 rows came late; the correction \d+ s ago took them in, .* whole\.$/),
    shows: { corrected: { rows: 4, open: 0 } },
  });
  const explained = async (start: string, end: string) => {
    const key = {
      window_start: `2026-03-01T00:00:${start}Z`,
      window_end: `2026-03-01T00:00:${end}Z`,
      k: "a",
    };
    const row = encodeURIComponent(JSON.stringify(key));
    const response = await fetch(`${server.url}/v1/explain/sliding?row=${row}`);
    const { changes } = (await response.json()) as ExplainAnswer<Record<string, unknown>>;
    const { cause, row: after, late } = changes.at(-1)!;
    return [cause, after?.n, late?.map(({ event }) => event.event.id)];
  };
  expect(await explained("00", "20")).toEqual(["correction", 5, [3, 4, 5, 6, 8]]);
  expect(await explained("05", "25")).toEqual(["correction", 4, [3, 4, 5, 6, 7]]);
  const row = encodeURIComponent(JSON.stringify(["2026-03-01T00:00:00Z", "2026-03-01T00:00:20Z", "a"]));
  const { changes } = (await (
    await fetch(`${server.url}/v1/explain/sliding?row=${row}`)
  ).json()) as ExplainAnswer<Record<string, unknown>>;
  expect(changes.at(-1)!.late![1]).toMatchObject({
    lateByMs: 17_000,
    event: { stream: "orders", event: order(4, 14, "a", 7), eventTime: "2026-03-01T00:00:14.000Z" },
  });
  expect(changes.slice(0, -1).map(({ late }) => late)).toEqual(changes.slice(0, -1).map(() => null));
});

test("what cannot be computed again from one stream is refused", async () => {
  const sessions = `CREATE MATERIALIZED VIEW visits AS SELECT window_start, window_end, k, COUNT(*) AS n
    FROM TABLE(SESSION(TABLE orders PARTITION BY k, DESCRIPTOR(ts), INTERVAL '5' SECOND))
    GROUP BY window_start, window_end, k;`;
  const server = await testServer({ sql: `${shopSql}${sessions}` });
  expect((await replay(server, "visits", {})).body).toMatchObject({
    status: 409,
    code: "request.not-correctable",
  });
  expect((await replay(server, "nothing", {})).status).toBe(404);
  expect((await replay(server, "sales", { dryrun: true })).status).toBe(400);
});
