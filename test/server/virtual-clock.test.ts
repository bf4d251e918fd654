/** What a project does by a virtual clock is what it does in a server: the same events, and the same rows. */
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { Catalog } from "../../src/catalog/catalog.ts";
import { logSettingsOf } from "../../src/dataflow/runtime/engine-options.ts";
import { bindEngineScript } from "../../src/dataflow/runtime/engine-script.ts";
import { VirtualEngine } from "../../src/rehearsal/virtual-engine.ts";
import { rowObjectsOf } from "../../src/views/row-object.ts";
import { queriedRows } from "../support/queried-rows.ts";
import { testServer } from "../support/test-server.ts";

const sql = `CREATE TABLE payments (
  id STRING NOT NULL, card STRING NOT NULL, amount DECIMAL(10, 2) NOT NULL, ts TIMESTAMP_LTZ(3) NOT NULL,
  WATERMARK FOR ts AS ts - INTERVAL '1' SECOND
) WITH ('dedup-key' = 'id', 'idle-timeout' = '300 ms');
CREATE TABLE decisions (
  id STRING NOT NULL, card STRING NOT NULL, seen BIGINT NOT NULL, ts TIMESTAMP_LTZ(3) NOT NULL,
  WATERMARK FOR ts AS ts - INTERVAL '1' SECOND
) WITH ('emit' = 'first');
INSERT INTO decisions SELECT id, card, n, ts FROM (
  SELECT id, card, ts, COUNT(*) OVER (PARTITION BY card ORDER BY ts
    RANGE BETWEEN INTERVAL '1' HOUR PRECEDING AND CURRENT ROW) AS n FROM payments);
INSERT INTO decisions SELECT id, card, CAST(0 AS BIGINT), ts FROM decisions$late;
CREATE MATERIALIZED VIEW seconds AS
SELECT window_start, window_end, card, COUNT(*) AS n, SUM(amount) AS amount
FROM TABLE(TUMBLE(TABLE payments, DESCRIPTOR(ts), INTERVAL '1' SECOND))
GROUP BY window_start, window_end, card;
CREATE MATERIALIZED VIEW decided AS
SELECT window_start, window_end, seen, COUNT(*) AS n
FROM TABLE(TUMBLE(TABLE decisions, DESCRIPTOR(ts), INTERVAL '1' SECOND))
GROUP BY window_start, window_end, seen;`;

const startMs = Date.now();

/** Seconds before the test began. */
const payment = (id: number, seconds: number, card = "a", amount = 1.5) =>
  JSON.stringify({ id: String(id), card, amount, ts: new Date(startMs - seconds * 1000).toISOString() });

/** Behind each all windows close: what comes then of the past is late. */
const requests = [
  () => [payment(1, 50), payment(2, 49.5), payment(2, 49), payment(3, 60, "b"), payment(4, 49.9), "{}"],
  () => [payment(5, 50), payment(1, 49), payment(6, 20, "b", 7), payment(7, 10, "b", 1.005)],
  () => [payment(8, (startMs - Date.now()) / 1000, "c")],
].map((request) => () => request().join("\n"));

const views = ["seconds", "decided"];
const streams: Readonly<Record<string, string>> = {
  payments: "id, card, amount",
  decisions: "id, card, seen",
  payments$dead: "code, field, `position`",
  seconds$late: "id, late_window_end",
};

const sorted = (rows: readonly unknown[]) => rows.map((row) => JSON.stringify(row)).sort();

test("the same events over HTTP give the same rows", { timeout: 60_000 }, async () => {
  const virtual = new VirtualEngine(
    bindEngineScript(sql, new Catalog(), undefined),
    logSettingsOf({}),
    startMs,
  );
  const { engine, url } = await testServer({ sql });
  for (const request of requests) {
    virtual.moveTo(Date.now());
    const lines = request();
    const headers = { "content-type": "application/x-ndjson" };
    const path = `${url}/v1/streams/payments/events`;
    const answer = await (await fetch(path, { method: "POST", headers, body: lines })).json();
    const { accepted, duplicates, rejected } = virtual.send("payments", lines);
    const told = rejected.map(({ index, code, message }) => ({ index, code, message }));
    expect(answer).toEqual({ accepted, duplicates, rejected: told });
    // Until the window of an event of now is closed, and ticks come that close nothing any more.
    await sleep(4_000);
    for (const view of views) expect(engine.rows(view).every(({ $final }) => $final)).toBe(true);
    virtual.moveTo(Date.now());
  }
  for (const view of views) {
    const live = virtual.view(view)!;
    const rows = Array.from(live.rows(), rowObjectsOf(live.schema));
    expect(rows.length).toBeGreaterThan(1);
    expect(sorted(engine.rows(view)), view).toEqual(sorted(rows));
  }
  for (const [stream, columns] of Object.entries(streams)) {
    const queried = await queriedRows(engine, `SELECT ${columns} FROM ${stream}`);
    const { schema, rows } = await virtual.stream(stream);
    const places = columns
      .replaceAll("`", "")
      .split(", ")
      .map((name) => schema.columns.findIndex((column) => column.name === name));
    expect(rows.length).toBeGreaterThan(0);
    const cells = rows.map((row) => places.map((place) => JSON.parse(row[place]!)));
    expect(sorted(queried), stream).toEqual(sorted(cells));
  }
});
