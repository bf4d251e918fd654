/**
 * A small client of the clickstream document's API, which knows nothing but what stands there: the addresses,
 * the shape of a KPI row, the steps of the funnel. What is expected is computed here of the events sent.
 */
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import type { Server } from "../../src/server.ts";
import { projectServer } from "../support/endpoint-server.ts";
import { projectOf } from "../support/project-folder.ts";

const pack = join(import.meta.dirname, "../../packs/clickstream");
const minuteMs = 60_000;

interface Kpi {
  readonly _id: string;
  readonly window_start: string;
  readonly window_end: string;
  readonly metrics: Readonly<Record<string, number | null>>;
  readonly performance: Readonly<Record<string, number | string>>;
  readonly final: boolean;
}

interface Click {
  readonly event_id: string;
  readonly event_type: "page_view" | "add_to_cart" | "purchase";
  readonly event_ts: string;
  readonly user_id: string;
  readonly session_id: string;
  readonly price: number;
  readonly currency: string;
}

afterEach(() => void vi.useRealTimers());

async function json<Answer>(server: Server, path: string): Promise<Answer> {
  const answer = await fetch(`${server.url}${path}`);
  expect(answer.status, await answer.clone().text()).toBe(200);
  return (await answer.json()) as Answer;
}

/** Of each minute a few sessions: of four that look, two put something into the cart and one buys. */
function clicksOf(minutes: number, newestMs: number): readonly Click[] {
  const clicks: Click[] = [];
  for (let back = minutes - 1; back >= 0; back--) {
    const beginMs = newestMs - back * minuteMs;
    for (let visitor = 0; visitor < 4; visitor++) {
      const types = [
        "page_view",
        ...(visitor < 2 ? ["add_to_cart"] : []),
        ...(visitor < 1 ? ["purchase"] : []),
      ];
      for (const [place, event_type] of types.entries())
        clicks.push({
          event_id: `${back}-${visitor}-${place}`,
          event_type: event_type as Click["event_type"],
          event_ts: new Date(beginMs + visitor * 10 + place).toISOString(),
          user_id: `u_${visitor % 3}`,
          session_id: `s_${back}_${visitor}`,
          price: 10.25 + back,
          currency: "EUR",
        });
    }
  }
  return clicks;
}

/** As the document defines the figures of a minute. */
function metricsOf(clicks: readonly Click[]) {
  const count = (type: string) => clicks.filter(({ event_type }) => event_type === type).length;
  const distinct = (of: (click: Click) => string) => new Set(clicks.map(of)).size;
  const sessions = distinct(({ session_id }) => session_id);
  const purchases = count("purchase");
  const revenue = clicks.reduce(
    (sum, { event_type, price }) => sum + (event_type === "purchase" ? price : 0),
    0,
  );
  return {
    sessions,
    page_views: count("page_view"),
    add_to_carts: count("add_to_cart"),
    purchases,
    conversion_rate: Math.round((purchases / sessions) * 10_000) / 10_000,
    revenue,
    aov: purchases === 0 ? null : revenue / purchases,
    unique_users: distinct(({ user_id }) => user_id),
  };
}

const idOf = (ms: number) => `${new Date(ms).toISOString().slice(0, 17)}00Z`;

/** A server that has taken the events, and the minute of the newest ones. */
async function busySite(minutes: number) {
  // Early enough in a minute that the answers come within it; and before the server, so that no stream has
  // been quiet when its first rows come.
  const untilNextMs = minuteMs - (Date.now() % minuteMs);
  if (untilNextMs < 20_000) await new Promise((resolve) => setTimeout(resolve, untilNextMs));
  const server = await projectServer(pack);
  const newestMs = Math.floor(Date.now() / minuteMs) * minuteMs;
  const clicks = clicksOf(minutes, newestMs);
  const valid_from = new Date(newestMs - 86_400_000).toISOString();
  await server.engine.send("exchange_rates", [{ currency: "EUR", rate: 1, valid_from }]);
  await server.engine.send("clickstream_events", clicks);
  const ofNewest = clicks.filter(({ event_ts }) => Date.parse(event_ts) >= newestMs);
  await expect
    .poll(() => json<Kpi>(server, "/kpis/latest").catch(() => undefined), { timeout: 10_000 })
    .toMatchObject({ _id: idOf(newestMs), metrics: metricsOf(ofNewest) });
  return { server, clicks, newestMs };
}

test("K2, K4, K5: The newest window, and sixty of them ascending, in the shape of the document", async () => {
  const { server, clicks, newestMs } = await busySite(90);
  const latest = await json<Kpi>(server, "/kpis/latest");
  expect(Object.keys(latest)).toEqual([
    "_id",
    "window_start",
    "window_end",
    "metrics",
    "performance",
    "final",
  ]);
  expect(Object.keys(latest.performance)).toEqual([
    "latency_ms_p50",
    "latency_ms_p95",
    "latency_ms_p99",
    "processing_time",
  ]);
  expect(latest.final).toBe(false);
  const history = await json<readonly Kpi[]>(server, "/kpis/history?minutes_back=60");
  expect(history).toHaveLength(60);
  expect(history.at(-1)).toEqual(latest);
  for (const [place, row] of history.entries()) {
    const startMs = newestMs - (59 - place) * minuteMs;
    const inside = clicks.filter(
      ({ event_ts }) => Math.floor(Date.parse(event_ts) / minuteMs) * minuteMs === startMs,
    );
    expect(row).toMatchObject({
      ...{ _id: idOf(startMs), window_start: idOf(startMs), window_end: idOf(startMs + minuteMs) },
      metrics: metricsOf(inside),
    });
    const { latency_ms_p50: p50, latency_ms_p99: p99, processing_time } = row.performance;
    expect(Number(p50)).toBeLessThanOrEqual(Number(p99));
    expect(Date.parse(String(processing_time))).toBeGreaterThan(newestMs);
  }
  // The watermark is ten minutes behind: what is older is final.
  expect(history[0]!.final).toBe(true);
  expect(await json<readonly Kpi[]>(server, "/kpis/history")).toEqual(history);
  expect(await json<readonly Kpi[]>(server, "/kpis/history?minutes_back=90")).toHaveLength(90);
  for (const bad of ["0", "-5", "x", "1.5", "10081", "", "1;DROP TABLE kpis"]) {
    const answer = await fetch(`${server.url}/kpis/history?minutes_back=${encodeURIComponent(bad)}`);
    expect([bad, answer.status, answer.headers.get("content-type")]).toEqual([
      bad,
      400,
      expect.stringContaining("application/problem+json"),
    ]);
  }
}, 120_000);

test("K6, K7: The funnel with its drop-off, who is here, a day of minutes as JSON and CSV", async () => {
  const { server, clicks, newestMs } = await busySite(30);
  // Of a session that begins at once in the cart nothing was viewed before.
  const own = {
    event_id: "x",
    event_type: "add_to_cart" as const,
    session_id: "s_x",
    price: 1,
    currency: "EUR",
  };
  await server.engine.send("clickstream_events", [
    { ...own, event_ts: new Date(newestMs).toISOString(), user_id: "u_9" },
  ]);
  const step = (name: string, sessions: number, rate: number, drop_off: number | null) => ({
    step: name,
    sessions,
    rate,
    drop_off,
  });
  const funnel = {
    minutes: 60,
    sessions: 121,
    complete: true,
    steps: [step("view", 120, 1, null), step("cart", 60, 0.5, 0.5), step("purchase", 30, 0.25, 0.5)],
  };
  await expect.poll(() => json(server, "/funnel/current")).toEqual(funnel);
  const ten = await json<typeof funnel>(server, "/funnel/current?minutes=10");
  // The one of ten minutes ago is there or not, by the second at which this is asked.
  expect([40, 36]).toContain(ten.steps[0]!.sessions);
  expect(ten.steps[1]!.sessions * 2).toBe(ten.steps[0]!.sessions);

  const users = new Set([...clicks.map(({ user_id }) => user_id), "u_9"]).size;
  await expect
    .poll(() => json(server, "/sessions/active"), { timeout: 15_000 })
    .toMatchObject({ active_sessions: 121, active_users: users });

  const day = new Date(newestMs).toISOString().slice(0, 10);
  const ofDay = clicks.filter(({ event_ts }) => event_ts.startsWith(day));
  const minutes = new Set(ofDay.map(({ event_ts }) => event_ts.slice(0, 16)));
  const rows = await json<readonly Kpi[]>(server, `/export/kpis?date=${day}`);
  expect(rows.map(({ _id }) => _id)).toEqual([...minutes].sort().map((minute) => `${minute}:00Z`));
  const csv = await fetch(`${server.url}/export/kpis?date=${day}&format=csv`);
  const [head, ...records] = (await csv.text()).trimEnd().split("\r\n");
  expect(head).toMatch(/^_id,window_start,window_end,sessions,page_views,add_to_carts,purchases,/);
  expect(records.map((record) => record.split(",")[0])).toEqual(rows.map(({ _id }) => _id));
  expect(await json(server, "/export/kpis?date=2001-01-01")).toEqual([]);
  for (const bad of ["", "?date=today", "?date=2026-02-30"])
    expect((await fetch(`${server.url}/export/kpis${bad}`)).status).toBe(400);
}, 120_000);

test("K6, X12: What was in the cart before the first view keeps nobody from later steps", async () => {
  const server = await projectServer(pack);
  const begunMs = Date.now() - minuteMs;
  const events = ["add_to_cart", "page_view", "add_to_cart", "purchase"].map((event_type, place) => ({
    event_id: `${place}`,
    event_type,
    event_ts: new Date(begunMs + place * 1_000).toISOString(),
    user_id: "u_1",
    session_id: "s_1",
  }));
  await server.engine.send("clickstream_events", events);
  await expect
    .poll(() => json(server, "/funnel/current"), { timeout: 10_000 })
    .toMatchObject({
      sessions: 1,
      steps: [{ sessions: 1 }, { sessions: 1 }, { sessions: 1 }],
    });
});

test("K2, K4, K5: Minutes are told as instants in UTC, whatever the time zone of the project", async () => {
  const timeZone = "Europe/Berlin";
  const settings = `name: berlin\ninclude: [${JSON.stringify(pack)}]\ntime-zone: ${timeZone}\n`;
  const server = await projectServer(projectOf({ "quickwater.yaml": settings }), { timeZone });
  const nowMs = Date.now();
  const own = { event_id: "1", event_type: "page_view", user_id: "u_1", session_id: "s_1" };
  await server.engine.send("clickstream_events", [{ ...own, event_ts: new Date(nowMs).toISOString() }]);
  const startMs = Math.floor(nowMs / minuteMs) * minuteMs;
  const minute = { _id: idOf(startMs), window_start: idOf(startMs), window_end: idOf(startMs + minuteMs) };
  await expect.poll(() => json(server, "/kpis/history"), { timeout: 10_000 }).toMatchObject([minute]);
  expect(await json(server, "/kpis/latest")).toMatchObject(minute);
});

test("A day of which the view may have lost minutes is not exported", async () => {
  const server = await projectServer(pack);
  const day = (ago: number) => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10);
  const own = { event_type: "page_view", user_id: "u_1", session_id: "s_1" };
  const days = [6, 5, 0].map((ago) => ({
    ...own,
    event_id: `${ago}`,
    event_ts: `${day(ago)}T00:00:01.000Z`,
  }));
  await server.engine.send("clickstream_events", days);
  await expect.poll(() => server.engine.rows("kpis").length).toBe(3);
  const exported = async (ago: number) =>
    (await json<readonly Kpi[]>(server, `/export/kpis?date=${day(ago)}`)).map(({ _id }) => _id);
  expect([await exported(6), await exported(5), await exported(0)]).toEqual([
    [],
    [`${day(5)}T00:00:00Z`],
    [`${day(0)}T00:00:00Z`],
  ]);
});

test("Where nothing came there is no window, nobody in the funnel and nobody here", async () => {
  const server = await projectServer(pack);
  expect((await fetch(`${server.url}/kpis/latest`)).status).toBe(404);
  expect(await json(server, "/kpis/history")).toEqual([]);
  expect(await json(server, "/sessions/active")).toMatchObject({ active_sessions: 0, active_users: 0 });
  expect(await json(server, "/funnel/current")).toMatchObject({
    sessions: 0,
    steps: [{ sessions: 0, rate: null }, { sessions: 0 }, { sessions: 0, drop_off: null }],
  });
});

test("K7: Who was here is not any more when half an hour has gone without an event", async () => {
  const server = await projectServer(pack);
  const event_ts = new Date().toISOString();
  const own = { event_id: "1", event_type: "page_view", user_id: "u_1", session_id: "s_1" };
  await server.engine.send("clickstream_events", [{ ...own, event_ts }]);
  const active = async () =>
    (await json<{ active_sessions: number }>(server, "/sessions/active")).active_sessions;
  await expect.poll(active, { timeout: 15_000 }).toBe(1);
  // The clock of queries: what the view held for that moment is the pack's own matter.
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 31 * minuteMs });
  await expect.poll(active, { timeout: 5_000 }).toBe(0);
});
