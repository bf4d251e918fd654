/** The page of the live socket: its messages against real ones, its limits against the settings. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readServerMessage } from "../../src/client/server-message.ts";
import { defaultLiveSettings } from "../../src/serving/feed/live-settings.ts";
import type { ServerMessage } from "../../src/serving/protocol.ts";
import { readClientMessage } from "../../src/serving/websocket/client-message.ts";
import { LiveClient, testServer } from "../support/test-server.ts";

const page = readFileSync(join(import.meta.dirname, "../../docs/reference/live.md"), "utf8");
const messages = [...page.matchAll(/^```json\n([\s\S]*?)^```/gm)].flatMap(([, block = ""]) =>
  block.split(/\n(?=\{)/).map((text) => JSON.parse(text) as Record<string, unknown>),
);
const fromClient = messages.filter(({ type }) => /^(un)?subscribe$/.test(String(type)));
const fromServer = messages.filter((message) => !fromClient.includes(message));

const perMinute = (name: string, revenue: string) => `CREATE MATERIALIZED VIEW ${name} AS
  SELECT window_start, window_end, COUNT(*) AS orders, ${revenue} AS revenue
  FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(ts), INTERVAL '1' MINUTE)) GROUP BY window_start, window_end;`;
const sql = `CREATE TABLE orders (
  amount DECIMAL(10, 2) NOT NULL, ts TIMESTAMP_LTZ(3) NOT NULL, WATERMARK FOR ts AS ts
);
${perMinute("orders_per_minute", "SUM(amount)")}
${perMinute("broken", "SUM(amount) / (COUNT(*) - 3)")}`;

/** What a message is made of: members by name, the shapes of values; a list is the shape of its first. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? [] : [shapeOf(value[0])];
  if (typeof value !== "object" || value === null) return value === null ? "null" : typeof value;
  const members = Object.entries(value).map(([name, member]) => [name, shapeOf(member)] as const);
  return Object.fromEntries(members.sort(([left], [right]) => (left < right ? -1 : 1)));
}

const shapes = (list: readonly object[], type: string) =>
  list.filter((message) => "type" in message && message.type === type).map(shapeOf);

test("every message of the page is one that both ends read", () => {
  for (const message of fromClient)
    expect(readClientMessage(JSON.stringify(message), false)).toEqual(message);
  for (const message of fromServer) expect(readServerMessage(JSON.stringify(message))).toEqual(message);
  const types: Record<ServerMessage["type"], true> = {
    hello: true,
    snapshot: true,
    delta: true,
    part: true,
    stopped: true,
    heartbeat: true,
    error: true,
    unsubscribed: true,
  };
  expect(new Set(fromServer.map(({ type }) => type))).toEqual(new Set(Object.keys(types)));
});

test("a real exchange has messages of the same members as the page's", async () => {
  const server = await testServer({ sql, live: { heartbeatMs: 100, pieceBytesMax: 300 } });
  const order = (minute: number) => ({
    amount: 5,
    ts: new Date(Date.UTC(2026, 2, 1, 12, minute)).toISOString(),
  });
  await server.engine.send("orders", [order(0), order(0)]);
  await expect.poll(() => server.engine.view("orders_per_minute")?.rowCount).toBe(1);
  const client = new LiveClient(server);
  await client.message("hello");
  for (const message of fromClient.filter(({ type }) => type === "subscribe")) client.send(message);
  client.send({ type: "subscribe", id: "broken", view: "broken" });
  client.send({ type: "subscribe", id: "nobody", view: "nobody" });
  await client.message("snapshot", ({ id }) => id === "broken");
  await server.engine.send("orders", [order(0)]);
  await client.message("delta", ({ id }) => id === "a");
  await client.message("stopped", ({ id }) => id === "broken");
  await client.message("heartbeat");
  await server.engine.send("orders", [1, 2, 3, 4, 5].map(order));
  await client.message("part", ({ more }) => more === undefined);
  client.send(fromClient.find(({ type }) => type === "unsubscribe"));
  await client.message("unsubscribed");
  for (const message of fromServer) {
    expect(shapes(client.messages, String(message.type)), String(message.type)).toContainEqual(
      shapeOf(message),
    );
  }
});

test("the page's limits are the settings", () => {
  const rows = [...page.matchAll(/^\| `(\w+)` \| (\d+) \|/gm)].map(([, name, value]) => [
    name,
    Number(value),
  ]);
  expect(Object.fromEntries(rows)).toEqual(defaultLiveSettings);
});
