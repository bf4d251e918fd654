/** Windows of a project in Berlin, in winter, as its own addresses and metrics tell them: an hour less. */
import { expect, onTestFinished, test } from "vitest";
import WebSocket from "ws";
import type { MetricSpec } from "../../src/serving/metrics/metric.ts";
import { endpointProject, projectServer } from "../support/endpoint-server.ts";
import { testServer } from "../support/test-server.ts";

const timeZone = "Europe/Berlin";
const sql = `CREATE TABLE calls (id INT NOT NULL, at_ TIMESTAMP(3) NOT NULL, WATERMARK FOR at_ AS at_)
WITH ('idle-timeout' = '1 h');
CREATE MATERIALIZED VIEW hours AS SELECT window_start, window_end, COUNT(*) AS n
FROM TABLE(TUMBLE(TABLE calls, DESCRIPTOR(at_), INTERVAL '1' HOUR)) GROUP BY window_start, window_end;`;
const calls = ["2026-01-15T10:05:00", "2026-01-15T11:05:00", "2026-01-15T12:05:00"].map((at_, id) => ({
  id,
  at_,
}));

const hours = `path: /hours
summary: Hours since one
parameters: { since: { type: timestamp } }
sql: SELECT window_start, n FROM hours WHERE window_start >= :since ORDER BY window_start
`;

test("an endpoint takes the instants that it tells", async () => {
  const server = await projectServer(endpointProject({ hours }, sql), { timeZone });
  await server.engine.send("calls", calls);
  await expect.poll(() => server.engine.rows("hours").length).toBe(3);
  const since = async (time: string) =>
    await (await fetch(`${server.url}/hours?since=${encodeURIComponent(time)}`)).json();
  const rows = ["2026-01-15T09:00:00.000Z", "2026-01-15T10:00:00.000Z", "2026-01-15T11:00:00.000Z"].map(
    (window_start) => ({ window_start, n: 1 }),
  );
  expect(await since("2026-01-15T09:00:00.000Z")).toEqual(rows);
  expect(await since("2026-01-15T11:00:00+01:00")).toEqual(rows.slice(1));
  expect(await since("2026-01-15T11:00:00.001Z")).toEqual([]);
});

test("points of a metric stand at their instants, and so does how far a view is", async () => {
  const metric: MetricSpec = {
    name: "calls_per_hour",
    view: "hours",
    value: "n",
    timestamp: "window_start",
    dimensions: [],
    metadata: ["window_end"],
    constants: new Map(),
  };
  const server = await testServer({ sql, timeZone, metrics: [metric] });
  const socket = new WebSocket(`${server.url.replace("http", "ws")}/v1/metrics`);
  onTestFinished(() => socket.terminate());
  const told: { readonly type: string; readonly data: object }[] = [];
  socket.on("message", (text) => told.push(JSON.parse(String(text))));
  await new Promise((resolve) => socket.once("open", resolve));
  await server.engine.send("calls", calls.slice(0, 1));
  const update = () => told.find(({ type }) => type === "metric_update")?.data;
  await expect.poll(update).toMatchObject({
    value: 1,
    timestamp: "2026-01-15T09:00:00.000Z",
    metadata: { window_end: "2026-01-15T10:00:00.000Z" },
  });
  const figures = await (await fetch(`${server.url}/metrics`)).text();
  const seconds = Date.parse("2026-01-15T09:05:00Z") / 1_000;
  expect(figures).toContain(`quickwater_view_watermark_seconds{view="hours"} ${seconds}\n`);
});
