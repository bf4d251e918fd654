/** Dead letters of a whole server: listed by reason, read again, corrected; each once. */
import { expect, test } from "vitest";
import type { LetterList, ReplayAnswer } from "../../src/log/dead/dead-letters.ts";
import type { Server } from "../../src/server.ts";
import type { Problem } from "../../src/serving/protocol.ts";
import { scratchFolder } from "../support/scratch-folder.ts";
import { order, shopSql, testServer } from "../support/test-server.ts";

const { k: _, ...withoutK } = order(2, 2);
const broken = [
  JSON.stringify(order(1, 1)),
  JSON.stringify(withoutK),
  JSON.stringify({ ...order(3, 3), amount: "abc" }),
  '{"id":4',
  JSON.stringify({ ...order(5, 5), amount: 1.234 }),
];
/** What was missing may be missing now. */
const looserSql = shopSql.replace("k STRING NOT NULL", "k STRING");

async function post(server: Server, path: string, body: string, type = "application/json") {
  const response = await fetch(`${server.url}${path}`, {
    method: "POST",
    headers: { "content-type": type },
    body,
  });
  return { status: response.status, body: (await response.json()) as ReplayAnswer & Problem };
}

async function listed(server: Server, query = ""): Promise<LetterList> {
  const response = await fetch(`${server.url}/v1/streams/orders/dead${query}`);
  expect(response.status).toBe(200);
  return (await response.json()) as LetterList;
}

const replay = (server: Server, body: object) =>
  post(server, "/v1/streams/orders/replay", JSON.stringify(body));

async function withLetters(data = scratchFolder()): Promise<Server> {
  const server = await testServer({ data });
  await post(server, "/v1/streams/orders/events", broken.join("\n"), "application/x-ndjson");
  return server;
}

const totals = (server: Server) => server.engine.rows("sales").map(({ k, n, total }) => [k, n, total]);

test("are listed by reason, the newest first, with what was received", async () => {
  const server = await withLetters();
  const list = await listed(server);
  expect(list).toMatchObject({ open: 4, replayed: 0 });
  expect(list.reasons.map(({ code, field, count }) => [code, field, count])).toEqual([
    ["row.missing-field", "k", 1],
    ["row.wrong-type", "amount", 1],
    ["row.not-json", null, 1],
    ["row.decimal-digits", "amount", 1],
  ]);
  expect(list.letters.map(({ number, position, origin, text }) => [number, position, origin, text])).toEqual([
    [3, 4, "http", broken[4]],
    [2, 3, "http", broken[3]],
    [1, 2, "http", broken[2]],
    [0, 1, "http", broken[1]],
  ]);
  const chosen = await listed(server, "?field=amount&limit=1");
  expect(chosen.open).toBe(4);
  expect(chosen.reasons).toHaveLength(2);
  expect(chosen.letters.map(({ number }) => number)).toEqual([3]);
});

test("are rows of the stream once the schema takes them, and the view is as in a faultless run", async () => {
  const data = scratchFolder();
  const first = await withLetters(data);
  await first.close();
  const server = await testServer({ data, sql: looserSql });
  const dry = await replay(server, { dryRun: true });
  expect(dry.body).toMatchObject({ taken: 1, stillDead: 3, dryRun: true });
  expect(await listed(server)).toMatchObject({ open: 4, replayed: 0 });
  const { body } = await replay(server, { force: true });
  expect(body).toMatchObject({ taken: 1, duplicates: 0, stillDead: 3, dryRun: false });
  expect(body.reasons.map(({ number }) => number)).toEqual([1, 2, 3]);
  const faultless = await testServer({ sql: looserSql });
  await faultless.engine.send("orders", [order(1, 1), withoutK]);
  await expect.poll(() => totals(faultless)).toHaveLength(2);
  await expect.poll(() => totals(server)).toEqual(totals(faultless));
  expect(await listed(server)).toMatchObject({ open: 3, replayed: 1 });
  // Read again they are the same, and what was replayed is not taken twice.
  expect((await replay(server, { force: true })).body).toMatchObject({ taken: 0, stillDead: 3 });
  await server.close();
  const again = await testServer({ data, sql: looserSql });
  expect(await listed(again)).toMatchObject({ open: 3, replayed: 1 });
  expect(totals(again)).toEqual(totals(faultless));
});

test("may be corrected; what is wrong with the correction is its reason then", async () => {
  const server = await withLetters();
  const corrected = [
    { number: 1, text: JSON.stringify(order(3, 3, "b", 7)) },
    { number: 2, text: '{"id":4,"k":5}' },
  ];
  const { body } = await replay(server, { edited: corrected, force: true });
  expect(body).toMatchObject({ taken: 1, stillDead: 1 });
  expect(body.reasons).toMatchObject([{ number: 2, code: "row.wrong-type", field: "k" }]);
  await expect
    .poll(() => totals(server))
    .toEqual([
      ["a", 1, "1.00"],
      ["b", 1, "7.00"],
    ]);
  const list = await listed(server);
  expect(list).toMatchObject({ open: 3, replayed: 2 });
  expect(list.letters[0]).toMatchObject({ number: 4, origin: "replay", code: "row.wrong-type", field: "k" });
  expect(list.letters.map(({ number }) => number)).toEqual([4, 3, 0]);
});

test("of a stream without a key that tells twins are not replayed by mistake", async () => {
  const server = await withLetters();
  const { status, body } = await replay(server, {});
  expect([status, body.code]).toEqual([409, "request.replay-needs-force"]);
  expect(await listed(server)).toMatchObject({ open: 4, replayed: 0 });
});

test("a replay that is not understood changes nothing", async () => {
  const server = await withLetters();
  for (const wrong of [{ number: 1 }, { numbers: [-1] }, { edited: [{ number: 1 }] }, { force: "yes!" }]) {
    expect((await replay(server, wrong)).status, JSON.stringify(wrong)).toBe(400);
  }
  const unknown = await post(server, "/v1/streams/ordres/replay", "{}");
  expect(unknown.body).toMatchObject({ status: 404, code: "request.unknown-stream" });
  const kept = await post(server, "/v1/streams/orders$dead/replay", "{}");
  expect(kept.body).toMatchObject({ status: 409, code: "request.written-stream" });
  expect((await fetch(`${server.url}/v1/streams/orders/dead?limit=1001`)).status).toBe(400);
  expect(await listed(server)).toMatchObject({ open: 4, replayed: 0 });
});

test("with a 'dedup-key' no force is needed, and what was sent again meanwhile is there once", async () => {
  const sql = shopSql.replace(
    "WATERMARK FOR ts AS ts\n)",
    "WATERMARK FOR ts AS ts\n) WITH ('dedup-key' = 'id')",
  );
  expect(sql).toContain("dedup-key");
  const server = await testServer({ sql });
  await post(server, "/v1/streams/orders/events", broken.join("\n"), "application/x-ndjson");
  await server.engine.send("orders", [order(3, 3)]);
  const edited = [
    { number: 0, text: JSON.stringify(order(2, 2)) },
    { number: 1, text: JSON.stringify(order(3, 3)) },
  ];
  const { status, body } = await replay(server, { edited });
  expect(status).toBe(200);
  expect(body).toMatchObject({ taken: 1, duplicates: 1, stillDead: 0 });
  await expect.poll(() => totals(server)).toEqual([["a", 3, "3.00"]]);
  expect(await listed(server)).toMatchObject({ open: 2, replayed: 2 });
});
