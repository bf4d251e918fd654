/** Pages of other origins: who is let in, to do what, and what a browser is told of it. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import WebSocket from "ws";
import { readSettings } from "../../src/project/settings.ts";
import type { Server } from "../../src/server.ts";
import type { Problem } from "../../src/serving/protocol.ts";
import { scratchFolder } from "../support/scratch-folder.ts";
import { order, testServer } from "../support/test-server.ts";

const shop = "https://shop.example";
const till = "http://localhost:3000";
const cors = { origins: [shop], sendOrigins: [till] };
const events = "/v1/streams/orders/events";

function call(server: Server, origin: string, method: string, path: string, headers: object = {}) {
  const body = method === "POST" ? { body: JSON.stringify(order(1, 1)) } : {};
  return fetch(`${server.url}${path}`, { method, headers: { origin, ...headers }, ...body });
}

function preflight(server: Server, origin: string, method: string, path: string) {
  return call(server, origin, "OPTIONS", path, { "access-control-request-method": method });
}

const allowed = ({ headers }: Response) => headers.get("access-control-allow-origin");

test("without a setting no other page may ask anything", async () => {
  const server = await testServer();
  for (const [method, path] of [
    ["GET", "/v1/views"],
    ["POST", events],
    ["OPTIONS", "/v1/views"],
  ] as const) {
    const answer = await call(server, shop, method, path, { "access-control-request-method": "GET" });
    expect([answer.status, allowed(answer), answer.headers.get("vary")]).toEqual([403, null, null]);
    expect(((await answer.json()) as Problem).code).toBe("request.foreign-origin");
  }
  expect(await server.engine.rows("sales")).toEqual([]);
});

test("who may read reads, who may send sends, and neither does what the other may", async () => {
  const server = await testServer({ cors });
  for (const [origin, method, path, status] of [
    [shop, "GET", "/v1/views/sales", 200],
    [shop, "HEAD", "/v1/views/sales", 200],
    [shop, "GET", events, 200],
    [shop, "GET", "/v1/views/nobody", 404],
    [shop, "POST", "/v1/query", 400],
    [till, "POST", events, 200],
    [till, "POST", `${events}?wait=sales`, 403],
    [shop, "POST", events, 403],
    [shop, "POST", "/v1/streams/orders/replay", 403],
    [till, "POST", "/v1/streams/orders/replay", 403],
    [till, "POST", "/v1/streams/orders/backfills", 403],
    [till, "DELETE", events, 403],
    [till, "DELETE", `${events}/1`, 403],
    [till, "GET", "/v1/views/sales", 403],
    ["https://shop.example.evil.example", "GET", "/v1/views/sales", 403],
    ["http://shop.example", "GET", "/v1/views/sales", 403],
    ["null", "GET", "/v1/views/sales", 403],
  ] as const) {
    const answer = await call(server, origin, method, path);
    const what = `${origin} ${method} ${path}`;
    expect(answer.status, what).toBe(status);
    expect(allowed(answer), what).toBe(status === 403 ? null : origin);
    expect(answer.headers.get("vary"), what).toBe("Origin");
    expect(answer.headers.get("access-control-allow-credentials"), what).toBeNull();
    if (status !== 403)
      expect(answer.headers.get("access-control-expose-headers")).toContain("ETag, Retry-After");
    await answer.text();
  }
  expect(await (await fetch(`${server.url}/v1/views/sales`)).json()).toMatchObject({ rowCount: 1 });
});

test("a browser is told beforehand what it may send", async () => {
  const server = await testServer({ cors });
  const sending = await preflight(server, till, "POST", events);
  expect([sending.status, await sending.text(), allowed(sending)]).toEqual([204, "", till]);
  expect(sending.headers.get("access-control-allow-methods")).toBe("POST");
  expect(sending.headers.get("access-control-allow-headers")).toContain("Idempotency-Key");
  expect(sending.headers.get("access-control-max-age")).toBe("600");
  expect(sending.headers.get("vary")).toBe("Origin");
  const reading = await preflight(server, shop, "GET", "/v1/views/sales?limit=1");
  expect([reading.status, reading.headers.get("access-control-allow-methods")]).toEqual([204, "GET, HEAD"]);
  for (const [origin, method, path] of [
    [shop, "POST", events],
    [till, "POST", "/v1/query"],
    [shop, "DELETE", events],
    ["https://else.example", "GET", "/v1/views"],
  ] as const) {
    const refused = await preflight(server, origin, method, path);
    expect([refused.status, allowed(refused)], `${origin} ${method} ${path}`).toEqual([403, null]);
  }
});

test("the page of the server itself asks as before, and no answer is kept for another page", async () => {
  const server = await testServer({ cors });
  const own = await call(server, server.url, "POST", events);
  expect([own.status, allowed(own), own.headers.get("vary")]).toEqual([200, null, "Origin"]);
  const plain = await fetch(`${server.url}/v1/views/sales`);
  expect([plain.status, plain.headers.get("vary")]).toEqual([200, "Origin"]);
  const foreignHost = await fetch(`${server.url}/v1/views`, { headers: { origin: shop } });
  expect(foreignHost.status).toBe(200);
});

test("the live socket obeys the same list", async () => {
  const server = await testServer({ cors });
  const outcome = (origin: string) =>
    new Promise<string>((resolve) => {
      const socket = new WebSocket(`${server.url.replace("http", "ws")}/v1/live`, { origin });
      socket.on("open", () => {
        socket.terminate();
        resolve("open");
      });
      socket.on("error", ({ message }) => resolve(message));
    });
  expect(await outcome(shop)).toBe("open");
  expect(await outcome(till)).toContain("403");
  expect(await outcome("https://else.example")).toContain("403");
});

function settingsOf(yaml: string) {
  const folder = scratchFolder();
  writeFileSync(join(folder, "quickwater.yaml"), yaml);
  return () => readSettings(folder, "shop");
}

test("the setting names origins, and a bad one is told with its place", () => {
  const good = settingsOf(`cors:\n  origins: [${shop}, "${till}"]\n  send-origins:\n    - ${till}\n`);
  expect(good().cors).toEqual({ origins: [shop, till], sendOrigins: [till] });
  expect(settingsOf("name: shop\n")().cors).toEqual({ origins: [], sendOrigins: [] });
  for (const [yaml, told] of [
    [
      "cors:\n  origins: ['*']\n",
      /quickwater.yaml:2: cors.origins\[0\] must be the origin of a page.*this is "\*"/,
    ],
    ["cors:\n  origins:\n    - https://a.example\n    - https://b.example/shop\n", /:4: cors.origins\[1\]/],
    ["cors:\n  origins: [https://*.example]\n", /cors.origins\[0\]/],
    ["cors:\n  origins: [ftp://a.example]\n", /cors.origins\[0\]/],
    ["cors:\n  origins: [shop.example]\n", /cors.origins\[0\]/],
    ["cors:\n  origins: https://a.example\n", /cors.origins must be a list/],
    ["cors:\n  origin: [https://a.example]\n", /cors.origin/],
  ] as const)
    expect(settingsOf(yaml), yaml).toThrow(told);
  expect(settingsOf("cors:\n  origins: [https://Shop.example/]\n")).toThrow(
    expect.objectContaining({ suggestion: shop }),
  );
});
