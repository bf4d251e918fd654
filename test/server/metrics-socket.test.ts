/**
 * A small client of the segments document's WebSocket, which knows nothing but what stands there: what comes
 * on connecting, with each change and for a question, and what the page reads of it.
 */
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import WebSocket from "ws";
import { checkProject } from "../../src/cli/checked-project.ts";
import type { Server, ServerOptions } from "../../src/server.ts";
import { endpointProject, projectServer } from "../support/endpoint-server.ts";

const pack = join(import.meta.dirname, "../../packs/segments");
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

interface Point {
  readonly metric_name?: string;
  readonly value: number;
  readonly timestamp: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly final: boolean;
}

interface Aggregate extends Pick<Point, "dimensions"> {
  readonly by: readonly Aggregate[];
}

/** Of each type of message something else, as a page takes it. */
type Data = Point &
  readonly Point[] & { readonly message: string } & {
    readonly [name: `${string}:aggregator`]: Aggregate | undefined;
  };

interface Message {
  readonly type: string;
  readonly timestamp: string;
  readonly metric_name?: string;
  readonly view?: string;
  readonly sequence?: number;
  readonly data: Data;
}

class MetricClient {
  readonly socket: WebSocket;
  readonly messages: Message[] = [];
  readonly closed: Promise<string>;

  constructor(url: string) {
    this.socket = new WebSocket(url);
    this.socket.on("message", (text) => this.messages.push(JSON.parse(String(text)) as Message));
    this.closed = new Promise((resolve) =>
      this.socket.on("close", (code, reason) => resolve(`${code} ${reason}`)),
    );
    onTestFinished(() => this.socket.terminate());
  }

  send(message: unknown): void {
    this.socket.send(typeof message === "string" ? message : JSON.stringify(message));
  }

  async next(type: string, from = 0): Promise<Message> {
    const found = () => this.messages.slice(from).find((message) => message.type === type);
    await expect.poll(found, { timeout: 10_000, interval: 10 }).toBeDefined();
    return found()!;
  }

  async history(metric_name: string, time_range?: number): Promise<readonly Point[]> {
    const from = this.messages.length;
    this.send({
      type: "get_historical_data",
      metric_name,
      ...(time_range === undefined ? {} : { time_range }),
    });
    return (await this.next("historical_data", from)).data;
  }

  /** Of each point the last that was told of it. */
  points(): Map<string, Point> {
    const updates = this.messages.filter(({ type }) => type === "metric_update").map(({ data }) => data);
    return new Map(
      updates.map((point) => [JSON.stringify([point.metric_name, point.timestamp, point.dimensions]), point]),
    );
  }
}

async function connect(server: Server, url = `${server.url.replace("http", "ws")}/v1/metrics`) {
  const client = new MetricClient(url);
  await client.next("current_state");
  return client;
}

const site = (changes: Partial<ServerOptions> = {}) => projectServer(pack, changes);

const event = (user_id: string, timestamp: number, amount?: string) => ({
  user_id,
  timestamp,
  ...(amount === undefined
    ? { event_type: "page_view" }
    : { event_type: "purchase", properties: { amount } }),
});

async function profiles(server: Server): Promise<void> {
  const profile = (user_id: string, segment: string) => ({
    user_id,
    segment,
    registration_date: 1_600_000_000_000,
  });
  await server.engine.send("user_profiles", [profile("u1", "premium"), profile("u2", "regular")]);
}

const minuteOf = (ms: number) => Math.floor(ms / minuteMs) * minuteMs;
const iso = (ms: number) => new Date(ms).toISOString();

test("S8, S11: The three shapes, each in a metric_update, and the state on connecting", async () => {
  const server = await site();
  await profiles(server);
  const client = await connect(server);
  expect(client.messages[0]).toMatchObject({ type: "current_state", data: {} });
  const start = minuteOf(Date.now()) - 20 * minuteMs;
  const busy = Array.from({ length: 101 }, (_, index) => event("u2", start + index));
  await server.engine.send("raw_events", [
    event("u1", start, "19.99"),
    event("u1", start + 1, "0.02"),
    ...busy,
  ]);
  // Five seconds past their ends the windows are final.
  await server.engine.send("raw_events", [event("u1", start + 11 * minuteMs, "1.00")]);
  const window = (metric: string, at: number, dimensions: object) =>
    client.points().get(JSON.stringify([metric, iso(at), dimensions]));
  const five = Math.floor(start / (5 * minuteMs)) * 5 * minuteMs;
  await expect.poll(() => window("high_activity_alert", five, { user_id: "u2" })?.final).toBe(true);
  await expect.poll(() => window("revenue_per_minute", start, { segment: "premium" })?.final).toBe(true);
  await expect.poll(() => window("events_per_minute", start, { segment: "regular" })?.final).toBe(true);
  expect(window("events_per_minute", start, { segment: "regular" })).toEqual({
    metric_name: "events_per_minute",
    value: 101,
    timestamp: iso(start),
    dimensions: { segment: "regular" },
    metadata: { window_end: iso(start + minuteMs) },
    final: true,
  });
  expect(window("revenue_per_minute", start, { segment: "premium" })).toMatchObject({
    value: 20.01,
    metadata: { transaction_count: 2, avg_transaction_value: 10.01 },
  });
  expect(window("high_activity_alert", five, { user_id: "u2" })).toMatchObject({
    value: 101,
    metadata: { alert_type: "high_activity" },
  });
  const updates = client.messages.filter(({ type }) => type === "metric_update");
  for (const { data, timestamp, view, sequence } of updates) {
    expect(timestamp).toBe(data.timestamp);
    expect(view).toMatch(/^(events_per_minute_by_segment|revenue_per_minute|high_activity_users)$/);
    expect(sequence).toBeGreaterThan(0);
  }
  // Open windows are told as such, and each update of a window replaces the one before.
  expect(updates.some(({ data }) => !data.final)).toBe(true);
});

test("S10: Aggregates are those of the final rows, each counted once, by segment beside it", async () => {
  const server = await site();
  await profiles(server);
  const early = await connect(server);
  const start = minuteOf(Date.now()) - 30 * minuteMs;
  const amounts: Record<string, number[]> = { u1: [], u2: [] };
  const rows = Array.from({ length: 12 }, (_, minute) =>
    ["u1", "u2"].map((user) => {
      const cents = 10 * (minute + 1) + (user === "u1" ? 1 : 7);
      amounts[user]!.push(cents / 100);
      return event(user, start + minute * minuteMs, (cents / 100).toFixed(2));
    }),
  ).flat();
  for (const row of rows) await server.engine.send("raw_events", [row]);
  // The window of this one is open: it is no value yet.
  await server.engine.send("raw_events", [event("u1", start + 20 * minuteMs, "999.00")]);
  await expect
    .poll(() => server.engine.rows("revenue_per_minute").filter(({ $final }) => $final).length)
    .toBe(24);
  const cents = (values: readonly number[]) =>
    values.reduce((sum, value) => sum + Math.round(value * 100), 0) / 100;
  const aggregate = (values: readonly number[]) => ({
    count: values.length,
    sum: cents(values),
    min: Math.min(...values),
    max: Math.max(...values),
    avg: cents(values) / values.length,
    last_update: iso(start + 11 * minuteMs),
  });
  const { data } = (await connect(server)).messages[0]!;
  const of = data["revenue_per_minute:aggregator"]!;
  expect(of).toMatchObject(aggregate([...amounts.u1!, ...amounts.u2!]));
  const by = (segment: string) => of.by.find(({ dimensions }) => dimensions.segment === segment);
  expect(by("premium")).toMatchObject({ ...aggregate(amounts.u1!), last_value: amounts.u1!.at(-1) });
  expect(by("regular")).toMatchObject({ ...aggregate(amounts.u2!), last_value: amounts.u2!.at(-1) });
  // Of an open window many updates were told, which are no values of their own.
  expect(early.messages.length).toBeGreaterThan(24);
  expect(data["high_activity_alert:aggregator"]).toBeUndefined();
});

test("S9: History is sorted, of an hour unless asked otherwise, and goes back a day alone", async () => {
  const server = await site();
  const nowMs = Date.now();
  const times = [
    24 * hourMs + minuteMs,
    23 * hourMs + 59 * minuteMs,
    2 * hourMs,
    59 * minuteMs,
    10 * minuteMs,
  ];
  // Each in the minute that began so long ago, as seen from the middle of the next one.
  const base = minuteOf(nowMs);
  await server.engine.send(
    "raw_events",
    times.map((ago) => event("u9", base - ago)),
  );
  await expect.poll(() => server.engine.rows("events_per_minute_by_segment").length).toBe(5);
  vi.useFakeTimers({ toFake: ["Date"], now: base });
  onTestFinished(() => void vi.useRealTimers());
  const client = await connect(server);
  const found = async (range?: number) =>
    (await client.history("events_per_minute", range)).map(({ timestamp }) => base - Date.parse(timestamp));
  expect(await found()).toEqual([59 * minuteMs, 10 * minuteMs]);
  expect(await found(3 * 3_600)).toEqual([2 * hourMs, 59 * minuteMs, 10 * minuteMs]);
  expect(await found(86_400)).toEqual([
    23 * hourMs + 59 * minuteMs,
    2 * hourMs,
    59 * minuteMs,
    10 * minuteMs,
  ]);
  expect(await found(1e9)).toEqual(await found(86_400));
  expect(await found(1)).toEqual([]);
  const [point] = await client.history("events_per_minute", 1_000);
  expect(point).toMatchObject({ value: 1, dimensions: { segment: "unknown" }, metadata: {} });
  expect(await client.history("high_activity_alert")).toEqual([]);
});

test("S12: Two clients get only what they subscribed to, one that did not gets all", async () => {
  const server = await site();
  await profiles(server);
  const [events, money, all] = [await connect(server), await connect(server), await connect(server)];
  events.send({ type: "subscribe_metric", metric_name: "events_per_minute" });
  money.send({ type: "subscribe_metric", metric_name: "revenue_per_minute" });
  // What is asked behind it is answered behind it.
  for (const client of [events, money]) await client.history("events_per_minute");
  await server.engine.send("raw_events", [event("u1", Date.now(), "2.50")]);
  const names = ({ messages }: MetricClient) => [
    ...new Set(messages.filter(({ type }) => type === "metric_update").map(({ data }) => data.metric_name)),
  ];
  await expect.poll(() => names(all).sort()).toEqual(["events_per_minute", "revenue_per_minute"]);
  await expect
    .poll(() => [names(events), names(money)])
    .toEqual([["events_per_minute"], ["revenue_per_minute"]]);
  money.send({ type: "subscribe_metric", metric_name: "events_per_minute" });
  await money.history("events_per_minute");
  await server.engine.send("raw_events", [event("u2", Date.now())]);
  await expect.poll(() => names(money).sort()).toEqual(["events_per_minute", "revenue_per_minute"]);
  expect(names(events)).toEqual(["events_per_minute"]);
});

test("S12: A bad message is answered, and the socket goes on", async () => {
  const client = await connect(await site());
  const bad: readonly [unknown, string][] = [
    ["{", "not JSON"],
    ["[1]", "`type`"],
    ["null", "not an object"],
    [{ type: "subscribe" }, "`type`"],
    [{ type: "subscribe_metric" }, "`metric_name`"],
    [{ type: "subscribe_metric", metric_name: "event_per_minute" }, "no metric event_per_minute"],
    [{ type: "get_historical_data", metric_name: 3 }, "`metric_name`"],
    [{ type: "get_historical_data", metric_name: "events_per_minute", time_range: 0 }, "`time_range`"],
    [{ type: "get_historical_data", metric_name: "events_per_minute", time_range: "1h" }, "`time_range`"],
    [{ type: "get_historical_data", metric_name: "__proto__" }, "no metric __proto__"],
  ];
  for (const [message, words] of bad) {
    const from = client.messages.length;
    client.send(message);
    const { data, timestamp } = await client.next("error", from);
    expect(data.message).toContain(words);
    expect(Date.parse(timestamp)).not.toBeNaN();
  }
  client.socket.send(Buffer.from([1, 2, 3]));
  await client.next("error", client.messages.length);
  expect(await client.history("events_per_minute")).toEqual([]);
});

test("S13: While a client does not read, the others hear everything", async () => {
  const server = await site();
  const stalled = await connect(server);
  const steady = await connect(server);
  stalled.socket.pause();
  const begun = Date.now() - 23 * hourMs;
  const users = Array.from({ length: 40 }, (_, user) => `u${user}`);
  for (let step = 0; step < 130; step++) {
    const atMs = begun + step * 10 * minuteMs;
    await server.engine.send(
      "raw_events",
      users.map((user) => event(user, atMs)),
    );
    stalled.send({ type: "get_historical_data", metric_name: "events_per_minute", time_range: 86_400 });
  }
  const told = () => [...steady.points().values()].filter(({ value }) => value === 40).length;
  await expect.poll(told, { timeout: 20_000 }).toBe(130);
  expect(await steady.history("events_per_minute", 86_400)).toHaveLength(130);
}, 60_000);

test("A port of its own speaks the same, at no path, and to this machine alone", async () => {
  const server = await site({ metricsPort: 0 });
  const client = await connect(server, server.metricsUrl!);
  expect(await client.history("revenue_per_minute")).toEqual([]);
  const foreign = new WebSocket(server.metricsUrl!, { headers: { origin: "http://elsewhere.example" } });
  const refused = await new Promise((resolve) => {
    foreign.on("error", ({ message }) => resolve(message));
    foreign.on("open", () => resolve("open"));
  });
  expect(refused).toContain("403");
  expect((await fetch(`${server.metricsUrl!.replace("ws", "http")}/v1/views`)).status).toBe(404);
});

const mistakes: readonly (readonly [string, string])[] = [
  ["protocol: rows\nmetrics: {}\n", ":1: protocol must be metrics"],
  ["protocol: metrics\n", ":1: metrics must be a mapping"],
  [
    "protocol: metrics\nmetrics: { a: { view: sale, value: n, timestamp: window_start } }\n",
    "Did you mean sales?",
  ],
  [
    "protocol: metrics\nmetrics: { a: { view: sales, value: k, timestamp: window_start } }\n",
    "that is a number",
  ],
  ["protocol: metrics\nmetrics: { a: { view: sales, value: n, timestamp: k } }\n", "that is a time"],
  [
    "protocol: metrics\nmetrics: { a: { view: sales, value: n, timestamp: window_end, dimensions: [x] } }\n",
    "metrics.a.dimensions[0] must be a column of sales",
  ],
  ["protocol: metrics\nmetrics: { a: { view: sales, valeu: n } }\n", "Did you mean value?"],
];

test.each(mistakes)("%j", (text, told) => {
  const folder = endpointProject({ wrong: text });
  let found: string;
  try {
    found = checkProject(folder).mistakes.join("\n");
  } catch (error) {
    const { message, suggestion } = error as Error & { suggestion?: string };
    found = `${message} Did you mean ${suggestion}?`;
  }
  expect(found).toContain("wrong.yaml");
  expect(found).toContain(told);
});
