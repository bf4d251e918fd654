/** A server that keeps history: it follows by itself, and tells how far it is. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { ServerHealth } from "../../src/serving/answers.ts";
import { scratchFolder } from "../support/scratch-folder.ts";
import { order, testServer } from "../support/test-server.ts";

test("rows are in history soon after they were taken, and health and metrics tell of it", async () => {
  const server = await testServer({ history: { everyMs: 20 } });
  await server.engine.send("orders", [order(1, 1), order(2, 2)]);
  await expect.poll(() => server.history!.state.rowsAdded, { timeout: 10_000 }).toBe(2);
  const health = (await (await fetch(`${server.url}/health`)).json()) as ServerHealth;
  expect(health.parts.history).toEqual({ status: "ok" });
  const metrics = await (await fetch(`${server.url}/metrics`)).text();
  expect(metrics).toMatch(/^quickwater_history_rows_total 2$/m);
  expect(metrics).toMatch(/^quickwater_history_up 1$/m);
});

test("history that cannot go on says why, and nothing else is disturbed", async () => {
  const data = scratchFolder();
  const first = await testServer({ data, history: { everyMs: 20 } });
  await first.engine.send("orders", [order(1, 1)]);
  await expect.poll(() => first.history!.state.rowsAdded, { timeout: 10_000 }).toBe(1);
  await first.close();
  // The journal is another one now.
  rmSync(join(data, "journal"), { recursive: true });
  rmSync(join(data, "checkpoints"), { recursive: true, force: true });
  const server = await testServer({ data, history: { everyMs: 20 } });
  await expect.poll(() => server.history!.state.problem, { timeout: 10_000 }).toMatch("of another journal");
  await server.engine.send("orders", [order(1, 1)]);
  await expect.poll(() => server.engine.rows("sales").length).toBe(1);
  const health = (await (await fetch(`${server.url}/health`)).json()) as ServerHealth;
  expect(health.status).toBe("degraded");
  expect(health.parts.history?.reason).toMatch("Move the folder away");
});
