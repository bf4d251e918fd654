/** What a mistaken address or method is answered: what is there instead. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { scratchFolder } from "../support/scratch-folder.ts";
import { LiveClient, order, testServer } from "../support/test-server.ts";

function builtDashboard(): string {
  const folder = join(scratchFolder(), "dashboard");
  mkdirSync(folder);
  writeFileSync(join(folder, "index.html"), "<!doctype html>");
  return folder;
}

describe("a name that is nearly one", () => {
  test("over HTTP", async () => {
    const server = await testServer();
    for (const [method, path, detail] of [
      ["POST", "/v1/streams/ordrs/events", "Did you mean orders? GET /v1/streams lists the streams."],
      ["POST", "/v1/streams/Orders/events", "Did you mean orders? GET /v1/streams lists the streams."],
      ["POST", "/v1/streams/customers/events", "GET /v1/streams lists the streams."],
      ["GET", "/v1/views/slaes", "Did you mean sales? GET /v1/views lists the views."],
      ["GET", "/v1/views/customers", "GET /v1/views lists the views."],
    ] as const) {
      const body = method === "POST" ? { body: JSON.stringify(order(1, 1)) } : {};
      const answer = await fetch(`${server.url}${path}`, { method, ...body });
      const problem = (await answer.json()) as { detail: string };
      expect([answer.status, problem.detail], `${method} ${path}`).toEqual([404, detail]);
    }
  });

  test("over the live socket and in the library", async () => {
    const server = await testServer();
    const client = new LiveClient(server);
    await client.message("hello");
    client.send({ type: "subscribe", id: "1", view: "sale" });
    expect((await client.message("error")).hint).toBe("Did you mean sales? GET /v1/views lists the views.");
    expect(() => server.engine.rows("sale")).toThrow(expect.objectContaining({ suggestion: "sales" }));
  });
});

describe.each([false, true])("with a dashboard: %s", (hasDashboard) => {
  const start = () => testServer({ dashboard: hasDashboard ? builtDashboard() : "/nonexistent" });

  test("a method that a path does not take is answered 405 with those that it takes", async () => {
    const server = await start();
    for (const [method, path, allowed] of [
      ["PUT", "/v1/streams/orders/events", "GET, HEAD, POST"],
      ["POST", "/v1/streams/orders/events/1-0", "DELETE, GET, HEAD"],
      ["GET", "/v1/streams/orders/replay", "POST"],
      ["HEAD", "/v1/streams/orders/replay", "POST"],
      ["POST", "/v1/streams", "GET, HEAD"],
      ["POST", "/v1/views", "GET, HEAD"],
      ["DELETE", "/v1/views/sales", "GET, HEAD"],
      ["POST", "/v1/views/nobody", "GET, HEAD"],
      ["POST", "/v1/live", "GET, HEAD"],
      ["OPTIONS", "/health", "GET, HEAD"],
      ["POST", "/metrics", "GET, HEAD"],
      ["PATCH", "/ready", "GET, HEAD"],
    ] as const) {
      const headers = { "content-type": "application/json" };
      const init = method === "POST" ? { body: "{broken", headers } : {};
      const answer = await fetch(`${server.url}${path}`, { method, ...init });
      expect([answer.status, answer.headers.get("allow")], `${method} ${path}`).toEqual([405, allowed]);
      expect(answer.headers.get("content-type")).toContain("application/problem+json");
      if (method === "HEAD") continue;
      expect(await answer.json()).toMatchObject({
        code: "request.method-not-allowed",
        title: `${path} does not take ${method}.`,
        detail: `It takes ${allowed}.`,
      });
    }
  });

  test("what is nowhere is 404 with any method", async () => {
    const server = await start();
    for (const [method, path] of [
      ["GET", "/v1/nothing"],
      ["POST", "/v1/nothing"],
      ["POST", "/index.html"],
      ["GET", "/v1/streams/orders"],
    ] as const) {
      const answer = await fetch(`${server.url}${path}`, { method });
      const problem = (await answer.json()) as { code: string };
      expect([answer.status, problem.code], `${method} ${path}`).toEqual([404, "request.unknown-route"]);
    }
  });
});
