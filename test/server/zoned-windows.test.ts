/**
 * Wall clocks of views as a server tells them in a project whose clocks are not those of UTC. Berlin's clocks
 * go from 02:00 to 03:00 at 2026-03-29T01:00Z, and from 03:00 to 02:00 at 2026-10-25T01:00Z; all instants
 * here were counted by hand.
 */
import { describe, expect, test } from "vitest";
import type { Server } from "../../src/server.ts";
import type { ViewAnswer } from "../../src/serving/answers.ts";
import type { ExplainAnswer } from "../../src/serving/explanation.ts";
import { LiveClient, testServer } from "../support/test-server.ts";

const timeZone = "Europe/Berlin";
const sql = `CREATE TABLE visits (id INT NOT NULL, at_ TIMESTAMP_LTZ(3) NOT NULL, WATERMARK FOR at_ AS at_)
WITH ('idle-timeout' = '1 h');
CREATE MATERIALIZED VIEW hours AS SELECT window_start, window_end, COUNT(*) AS n
FROM TABLE(TUMBLE(TABLE visits, DESCRIPTOR(at_), INTERVAL '1' HOUR)) GROUP BY window_start, window_end;
CREATE MATERIALIZED VIEW days AS SELECT window_start, window_end, CAST(window_start AS DATE) AS d,
  COUNT(*) AS n, MAX(at_) AS last_at
FROM TABLE(TUMBLE(TABLE visits, DESCRIPTOR(at_), INTERVAL '1' DAY)) GROUP BY window_start, window_end;
CREATE MATERIALIZED VIEW nested AS SELECT window_start, window_end,
  CAST(ROW(window_start, COUNT(*)) AS ROW<begun TIMESTAMP(3), n BIGINT>) AS r,
  ARRAY[window_start, CAST(NULL AS TIMESTAMP(3))] AS a, MAP['at, "2"', window_end] AS m
FROM TABLE(TUMBLE(TABLE visits, DESCRIPTOR(at_), INTERVAL '1' HOUR)) GROUP BY window_start, window_end;
CREATE TABLE calls (id INT NOT NULL, at_ TIMESTAMP(3) NOT NULL, fine TIMESTAMP(6), WATERMARK FOR at_ AS at_)
WITH ('idle-timeout' = '1 h');
CREATE MATERIALIZED VIEW by_clock WITH ('retention' = '9 d') AS
SELECT at_, COUNT(*) AS n, MAX(fine) AS fine FROM calls GROUP BY at_;
CREATE MATERIALIZED VIEW call_hours AS SELECT window_start, window_end, COUNT(*) AS n
FROM TABLE(TUMBLE(TABLE calls, DESCRIPTOR(at_), INTERVAL '1' HOUR)) GROUP BY window_start, window_end;`;

const visits = [
  ...["2026-03-28T23:30:00Z", "2026-03-29T00:30:00Z", "2026-03-29T01:30:00Z"],
  ...["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z", "2026-10-25T02:30:00Z"],
].map((at_, id) => ({ id, at_ }));

const hourRows = [
  ["2026-03-28T23:00:00.000Z", "2026-03-29T00:00:00.000Z", 1],
  // It ends when the clocks show 02:00, which is 03:00.
  ["2026-03-29T00:00:00.000Z", "2026-03-29T01:00:00.000Z", 1],
  ["2026-03-29T01:00:00.000Z", "2026-03-29T02:00:00.000Z", 1],
  // The hour that comes twice is one window: from its first beginning on, two hours long.
  ["2026-10-25T00:00:00.000Z", "2026-10-25T02:00:00.000Z", 2],
  ["2026-10-25T02:00:00.000Z", "2026-10-25T03:00:00.000Z", 1],
] as const;
const dayRows = [
  ["2026-03-28T23:00:00.000Z", "2026-03-29T22:00:00.000Z", "2026-03-29", 3, "2026-03-29T01:30:00.000Z"],
  ["2026-10-24T22:00:00.000Z", "2026-10-25T23:00:00.000Z", "2026-10-25", 3, "2026-10-25T02:30:00.000Z"],
] as const;

async function visited(): Promise<Server> {
  const server = await testServer({ sql, timeZone });
  const path = `${server.url}/v1/streams/visits/events`;
  const body = JSON.stringify(visits);
  await fetch(`${path}?wait=nested`, { method: "POST", body });
  await expect.poll(() => server.engine.rows("days").length).toBe(2);
  await expect.poll(() => server.engine.rows("hours").length).toBe(5);
  return server;
}

async function read<Answer = ViewAnswer>(server: Server, path: string): Promise<Answer> {
  const response = await fetch(server.url + path);
  const text = await response.text();
  expect(response.status, text).toBe(200);
  return JSON.parse(text) as Answer;
}

async function ask(server: Server, body: object) {
  const headers = { "content-type": "application/json" };
  const init = { method: "POST", headers, body: JSON.stringify(body) };
  return await (await fetch(`${server.url}/v1/query`, init)).text();
}

const hoursOf = ({ rows }: ViewAnswer) => rows.map((row) => [row.window_start, row.window_end, row.n]);
const where = (text: string) => `where=${encodeURIComponent(text)}`;
const rowParameter = (row: unknown) => `row=${encodeURIComponent(JSON.stringify(row))}`;
const instant = (text: string) => `TO_TIMESTAMP_LTZ(${Date.parse(text)}, 3)`;

describe("windows of instants", () => {
  test("rows of a view, of hours and of days", async () => {
    const server = await visited();
    expect(hoursOf(await read(server, "/v1/views/hours"))).toEqual(hourRows);
    const days = await read(server, "/v1/views/days");
    expect(days.rows.map((row) => [row.window_start, row.window_end, row.d, row.n, row.last_at])).toEqual(
      dayRows,
    );
    expect(server.engine.rows("hours").map((row) => [row.window_start, row.window_end, row.n])).toEqual(
      hourRows,
    );
  });

  test("what is made of them, and members of a value", async () => {
    const server = await visited();
    const { rows } = await read(server, "/v1/views/nested?limit=2");
    expect(rows).toMatchObject([
      {
        window_start: "2026-10-25T00:00:00.000Z",
        r: { begun: "2026-10-25T00:00:00.000Z", n: 2 },
        a: ["2026-10-25T00:00:00.000Z", null],
        m: { 'at, "2"': "2026-10-25T02:00:00.000Z" },
      },
      {
        window_start: "2026-10-25T02:00:00.000Z",
        r: { begun: "2026-10-25T02:00:00.000Z", n: 1 },
        a: ["2026-10-25T02:00:00.000Z", null],
        m: { 'at, "2"': "2026-10-25T03:00:00.000Z" },
      },
    ]);
  });

  test("conditions take the instant as they take the wall clock, and pages go on", async () => {
    const server = await visited();
    const twice = `window_start = ${instant("2026-10-25T00:00:00Z")}`;
    expect(hoursOf(await read(server, `/v1/views/hours?${where(twice)}`))).toEqual([hourRows[3]]);
    const local = "window_start = TIMESTAMP '2026-10-25 02:00:00' AND window_end > window_start";
    expect(hoursOf(await read(server, `/v1/views/hours?${where(local)}`))).toEqual([hourRows[3]]);
    const since = `window_end > ${instant("2026-03-29T01:00:00Z")}`;
    expect(hoursOf(await read(server, `/v1/views/hours?${where(since)}`))).toEqual(hourRows.slice(2));
    const order = "order=window_start&limit=3";
    const first = await read(server, `/v1/views/hours?${order}`);
    expect(hoursOf(first)).toEqual(hourRows.slice(0, 3));
    expect(hoursOf(await read(server, `/v1/views/hours?${order}&after=${first.next}`))).toEqual(
      hourRows.slice(3),
    );
  });

  test("live rows, their keys, and what follows them", async () => {
    const server = await visited();
    const client = new LiveClient(server);
    await client.message("hello");
    client.send({ type: "subscribe", id: "h", view: "hours" });
    const condition = `window_start >= ${instant("2026-10-25T00:00:00Z")}`;
    client.send({
      type: "subscribe",
      id: "w",
      view: "hours",
      where: condition,
      columns: ["window_end", "n"],
    });
    await client.message("snapshot", ({ id }) => id === "h");
    await client.message("snapshot", ({ id }) => id === "w");
    expect([...client.rows("h").values()].map(({ values }) => values)).toEqual(hourRows);
    expect([...client.rows("h").keys()]).toEqual(
      // 02:00 was left out: in a key, which tells it from 03:00, it is no instant.
      hourRows.map(([start, end], place) =>
        JSON.stringify([start, place === 1 ? "2026-03-29T02:00:00.000" : end]),
      ),
    );
    expect([...client.rows("w").values()].map(({ values }) => values)).toEqual(
      hourRows.slice(3).map(([, end, n]) => [end, n]),
    );
    await server.engine.send("visits", [{ id: 9, at_: "2026-10-25T02:45:00Z" }]);
    const key = JSON.stringify(["2026-10-25T02:00:00.000Z", "2026-10-25T03:00:00.000Z"]);
    await expect.poll(() => client.rows("h").get(key)?.values[2]).toBe(2);
    expect(client.rows("h").size).toBe(5);
  });

  test("an open window of the present is open by the clock that everybody has", async () => {
    const server = await testServer({ sql, timeZone });
    const nowMs = Date.now();
    await server.engine.send("visits", [{ id: 1, at_: new Date(nowMs).toISOString() }]);
    await expect.poll(() => server.engine.rows("hours").length).toBe(1);
    const { rows, freshness } = await read(server, "/v1/views/hours");
    const hourMs = 3_600_000;
    const startMs = Math.floor(nowMs / hourMs) * hourMs;
    expect(rows[0]).toMatchObject({
      window_start: new Date(startMs).toISOString(),
      window_end: new Date(startMs + hourMs).toISOString(),
      $final: false,
    });
    expect(Date.parse(String(freshness.watermark))).toBeLessThanOrEqual(nowMs);
  });

  test("a row by its key: how it came to be, now and at a moment", async () => {
    const server = await visited();
    const [start, end] = hourRows[3];
    const key = { window_start: start, window_end: end };
    const wanted = { window_start: start, window_end: end, n: 2 };
    const atMs = Date.now();
    for (const row of [
      key,
      [start, "2026-10-25T04:00:00+02:00"],
      { ...key, window_end: "2026-10-25T03:00" },
    ]) {
      const told = await read<ExplainAnswer>(server, `/v1/explain/hours?${rowParameter(row)}`);
      expect(told).toMatchObject({ key: JSON.stringify([start, end]), agrees: true, row: wanted });
      expect(told.changes.map((change) => [change.event?.event.id ?? null, change.row?.n])).toEqual([
        [3, 1],
        [4, 2],
        [5, 2],
      ]);
      expect(told.changes.at(-1)).toMatchObject({ effect: "closed", row: { window_start: start } });
    }
    const before = { window_start: hourRows[1][0], window_end: hourRows[1][1] };
    expect(await read<ExplainAnswer>(server, `/v1/explain/hours?${rowParameter(before)}`)).toMatchObject({
      key: '["2026-03-29T00:00:00.000Z","2026-03-29T02:00:00.000"]',
      agrees: true,
      row: { ...before, n: 1 },
    });
    const at = new Date(atMs).toISOString();
    const then = await read<ExplainAnswer>(server, `/v1/explain/hours?${rowParameter(key)}&at=${at}`);
    expect(then.row).toMatchObject(wanted);
    expect(hoursOf(await read(server, `/v1/views/hours?at=${at}`))).toEqual(hourRows);
  });

  test("files, and answers of queries over views", async () => {
    const server = await visited();
    const csv = await (await fetch(`${server.url}/v1/export/hours?format=csv`)).text();
    const lines = hourRows.map((cells) => cells.join(","));
    expect(csv).toBe(["window_start,window_end,n", ...lines, ""].join("\r\n"));
    const select = "SELECT window_start, window_end, n FROM hours ORDER BY window_start";
    expect(JSON.parse(await ask(server, { sql: select }))).toMatchObject({ timeZone, rows: hourRows });
    expect(await ask(server, { sql: select, format: "csv" })).toBe(csv);
    const shifted = "SELECT r, window_start + INTERVAL '1' DAY AS later FROM nested WHERE r.n = 2";
    expect(JSON.parse(await ask(server, { sql: shifted }))).toMatchObject({
      rows: [[{ begun: "2026-10-25T00:00:00.000Z", n: 2 }, "2026-10-26T01:00:00.000Z"]],
    });
  });

  test("late rows, their correction, and what became of an event", async () => {
    const server = await visited();
    await server.engine.send("visits", [{ id: 7, at_: "2026-10-25T01:45:00Z" }]);
    const [start, end] = ["2026-10-25T00:00:00.000Z", "2026-10-25T02:00:00.000Z"];
    const late = () => read<{ windows: object[] }>(server, "/v1/views/hours/late");
    await expect.poll(async () => (await late()).windows).toMatchObject([{ start, end, count: 1 }]);
    const stream = `${server.url}/v1/streams/visits/events`;
    const { events } = (await (await fetch(stream)).json()) as { events: { id: string }[] };
    const journeys = events.map(({ id }) => read<Journey>(server, `/v1/streams/visits/events/${id}`));
    const fates = (await Promise.all(journeys)).map(({ event, readers }) => {
      const { status, windows } = readers.find(({ name }) => name === "hours")!;
      return [event.id, status, windows];
    });
    const window = (place: number) => [
      { start: hourRows[place]![0], end: hourRows[place]![1], isOpen: place === 4 },
    ];
    expect(fates).toEqual(
      expect.arrayContaining([
        [1, "taken", window(1)],
        [4, "taken", window(3)],
        [5, "waiting", window(4)],
        [7, "late", window(3)],
      ]),
    );
    const headers = { "content-type": "application/json" };
    const replay = `${server.url}/v1/views/hours/replay`;
    const corrected = await fetch(replay, { method: "POST", headers, body: "{}" });
    expect(await corrected.json()).toMatchObject({
      rows: [
        { before: { window_start: start, n: 2 }, after: { window_start: start, window_end: end, n: 3 } },
      ],
    });
  });

  test("why a window is open is told by instants", async () => {
    const server = await visited();
    const { stages, inputs } = await read<Why>(server, "/v1/why/hours");
    const held = stages.find((stage) => stage.held !== null && stage.held.rows > 0)!;
    expect(held.watermark).toBe("2026-10-25T02:30:00.000Z");
    expect(held.held).toEqual({
      rows: 1,
      until: "2026-10-25T02:59:59.999Z",
      why:
        "The window that ends at 2026-10-25T03:00:00.000Z closes when the watermark reaches " +
        "2026-10-25T02:59:59.999Z; it is 2026-10-25T02:30:00.000Z now.",
    });
    expect(inputs).toMatchObject([{ watermark: "2026-10-25T02:30:00.000Z" }]);
  });
});

describe("wall clocks that came as such", () => {
  const calls = [
    { id: 1, at_: "2026-03-29T01:30:00.000", fine: "2026-03-29T01:30:00.000123" },
    // No clock of Berlin ever showed it: counted on from before it is what the clocks show as 03:30.
    { id: 2, at_: "2026-03-29T02:30:00.000" },
    { id: 3, at_: "2026-03-29T03:30:00.000" },
    { id: 4, at_: "2026-03-29T03:30:00.000" },
  ];

  async function called(): Promise<Server> {
    const server = await testServer({ sql, timeZone });
    await server.engine.send("calls", calls);
    await expect.poll(() => server.engine.rows("by_clock").length).toBe(3);
    await expect.poll(() => server.engine.rows("call_hours").length).toBe(3);
    return server;
  }

  test("two that are the same instant stay two rows, each with its own key", async () => {
    const server = await called();
    const { rows } = await read(server, "/v1/views/by_clock?order=at_,n");
    expect(rows.map(({ at_, n, fine }) => [at_, n, fine])).toEqual([
      ["2026-03-29T00:30:00.000Z", 1, "2026-03-29T00:30:00.000123Z"],
      ["2026-03-29T01:30:00.000Z", 1, null],
      ["2026-03-29T01:30:00.000Z", 2, null],
    ]);
    const client = new LiveClient(server);
    await client.message("hello");
    client.send({ type: "subscribe", id: "c", view: "by_clock" });
    await client.message("snapshot");
    const keys = [...client.rows("c").keys()];
    expect(keys).toEqual([
      '["2026-03-29T00:30:00.000Z"]',
      '["2026-03-29T02:30:00.000"]',
      '["2026-03-29T01:30:00.000Z"]',
    ]);
    const counts = keys.map(async (row) => {
      const path = `/v1/explain/by_clock?row=${encodeURIComponent(row)}`;
      const { key, row: shown } = await read<ExplainAnswer>(server, path);
      return [key, shown?.n];
    });
    expect(await Promise.all(counts)).toEqual([
      [keys[0], 1],
      [keys[1], 1],
      [keys[2], 2],
    ]);
  });

  test("their windows and watermarks are instants too, events what was sent", async () => {
    const server = await called();
    const { rows, freshness } = await read(server, "/v1/views/call_hours?order=window_start,n");
    expect(rows.map((row) => [row.window_start, row.window_end, row.n, row.$final])).toEqual([
      ["2026-03-29T00:00:00.000Z", "2026-03-29T01:00:00.000Z", 1, true],
      ["2026-03-29T01:00:00.000Z", "2026-03-29T01:00:00.000Z", 1, true],
      ["2026-03-29T01:00:00.000Z", "2026-03-29T02:00:00.000Z", 2, false],
    ]);
    expect(freshness.watermark).toBe("2026-03-29T01:30:00.000Z");
    const { inputs, stages } = await read<Why>(server, "/v1/why/call_hours");
    expect(inputs).toMatchObject([
      { watermark: freshness.watermark, lastEventTime: freshness.watermark, partitions: [{}] },
    ]);
    const held = stages.find((stage) => stage.held !== null && stage.held.rows > 0)!;
    expect(held).toMatchObject({
      watermark: freshness.watermark,
      held: { until: "2026-03-29T01:59:59.999Z" },
    });
    const { events } = await read<{ events: { event: object }[] }>(server, "/v1/streams/calls/events");
    expect(events.map(({ event }) => event)).toEqual(expect.arrayContaining([calls[1]]));
  });
});

test("a view that a changed project binds in another zone keeps its rows, and tells them anew", async () => {
  const server = await testServer({ sql });
  await server.engine.send("calls", [{ id: 1, at_: "2026-03-29T12:30:00.000" }]);
  await expect.poll(() => server.engine.rows("by_clock").length).toBe(1);
  const client = new LiveClient(server);
  await client.message("hello");
  client.send({ type: "subscribe", id: "c", view: "by_clock" });
  await client.message("snapshot");
  expect([...client.rows("c").keys()]).toEqual(['["2026-03-29T12:30:00.000Z"]']);
  const { version } = server.engine.view("by_clock")!;
  await server.engine.replace(`SET 'table.local-time-zone' = 'Asia/Tokyo'; ${sql}`);
  expect(server.engine.view("by_clock")!.version).toBeGreaterThan(version);
  await client.message("snapshot", ({ reset }) => reset === "view-changed");
  expect([...client.rows("c")]).toMatchObject([
    ['["2026-03-29T03:30:00.000Z"]', { values: ["2026-03-29T03:30:00.000Z", 1, null] }],
  ]);
  const morning = `at_ = ${instant("2026-03-29T03:30:00Z")}`;
  expect((await read(server, `/v1/views/by_clock?${where(morning)}`)).rowCount).toBe(1);
});

test("in UTC all of it is what it was", async () => {
  const server = await testServer({ sql });
  await server.engine.send("visits", visits);
  await server.engine.send("calls", [{ id: 1, at_: "2026-03-29T02:30:00.000" }]);
  await expect.poll(() => server.engine.rows("days").length).toBe(3);
  await expect.poll(() => server.engine.rows("by_clock").length).toBe(1);
  expect((await read(server, "/v1/views/by_clock")).rows).toMatchObject([
    { at_: "2026-03-29T02:30:00.000Z" },
  ]);
  const row = rowParameter({ at_: "2026-03-29T02:30:00" });
  expect(await read(server, `/v1/explain/by_clock?${row}`)).toMatchObject({
    key: '["2026-03-29T02:30:00.000Z"]',
    row: { at_: "2026-03-29T02:30:00.000Z", n: 1 },
  });
  expect((await read(server, "/v1/views/days")).rows.map(({ window_start }) => window_start)).toEqual([
    "2026-03-28T00:00:00.000Z",
    "2026-03-29T00:00:00.000Z",
    "2026-10-25T00:00:00.000Z",
  ]);
});

interface Journey {
  readonly event: { readonly event: { readonly id: number }; readonly id: number };
  readonly readers: readonly {
    readonly name: string;
    readonly status: string;
    readonly windows: readonly object[];
  }[];
}

interface Why {
  readonly stages: readonly {
    readonly watermark: string | null;
    readonly held: { readonly rows: number; readonly until: string | null; readonly why: string } | null;
  }[];
  readonly inputs: readonly object[];
}
