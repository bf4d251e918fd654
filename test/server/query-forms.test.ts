/** `POST /v1/query` in other forms than JSON, and for clients that go away before their answer. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { expect, test } from "vitest";
import type { Server } from "../../src/server.ts";
import { scratchFolder } from "../support/scratch-folder.ts";
import { order, testServer } from "../support/test-server.ts";

async function filled(changes: Parameters<typeof testServer>[0] = {}): Promise<Server> {
  const server = await testServer({ history: { everyMs: 20 }, ...changes });
  await server.engine.send("orders", [order(1, 1, "=1+1"), order(2, 2, "b", 2.5)]);
  await expect.poll(() => server.history!.state.rowsAdded, { timeout: 20_000 }).toBe(2);
  await expect.poll(() => server.engine.rows("sales").length).toBe(2);
  return server;
}

function ask(server: Server, body: object, more: { signal?: AbortSignal; accept?: string } = {}) {
  const headers = { "content-type": "application/json", accept: more.accept ?? "*/*" };
  const init = { method: "POST", headers, body: JSON.stringify(body), signal: more.signal ?? null };
  return fetch(`${server.url}/v1/query`, init);
}

const questions = [
  { over: "views", sql: "SELECT k, total, window_start FROM sales ORDER BY k" },
  {
    over: "history",
    sql: "SELECT k, SUM(amount) AS total, MIN(ts) AS window_start FROM orders GROUP BY k ORDER BY k",
  },
] as const;

test("as CSV, over views and over history, with texts that are no formulas", async () => {
  const server = await filled();
  const texts = [];
  for (const question of questions) {
    const answer = await ask(server, { ...question, format: "csv" });
    expect(answer.headers.get("content-type")).toBe("text/csv; charset=utf-8; header=present");
    expect(answer.headers.get("quickwater-rows")).toBe("2");
    texts.push((await answer.text()).split("\r\n"));
  }
  expect(texts).toEqual([
    ["k,total,window_start", "'=1+1,1.00,2026-03-01T00:00:00.000Z", "b,2.50,2026-03-01T00:00:00.000Z", ""],
    ["k,total,window_start", "'=1+1,1.00,2026-03-01T00:00:01.000Z", "b,2.50,2026-03-01T00:00:02.000Z", ""],
  ]);
  const accepted = await ask(server, questions[0], { accept: "text/csv" });
  expect(accepted.headers.get("content-type")).toMatch("text/csv");
});

test("as Parquet, with the types of the answer", async () => {
  const server = await filled();
  for (const question of questions) {
    const answer = await ask(server, { ...question, format: "parquet" });
    expect(answer.headers.get("content-type")).toBe("application/vnd.apache.parquet");
    const file = join(scratchFolder(), "answer.parquet");
    writeFileSync(file, Buffer.from(await answer.arrayBuffer()));
    const connection = await (await DuckDBInstance.create()).connect();
    const sql = `SELECT k, total::VARCHAR, window_start::DATE::VARCHAR, typeof(total) LIKE 'DECIMAL(%, 2)'
      OR typeof(total) LIKE 'DECIMAL(%,2)', typeof(window_start) FROM '${file}'`;
    expect((await connection.runAndReadAll(sql)).getRowsJson()).toEqual([
      ["=1+1", "1.00", "2026-03-01", true, "TIMESTAMP"],
      ["b", "2.50", "2026-03-01", true, "TIMESTAMP"],
    ]);
    connection.closeSync();
  }
  const none = await testServer();
  expect((await ask(none, { sql: "SELECT 1 AS a", format: "parquet" })).status).toBe(409);
  expect((await ask(none, { sql: "SELECT 1 AS a", format: "xml" })).status).toBe(400);
});

test("who goes away ends the query, over views and over history", async () => {
  const server = await filled({ query: { runMsMax: 600_000, atOnceMax: 1 } });
  const many = Array.from({ length: 500 }, (_, index) => `(${index})`).join(", ");
  const numbers = ["a", "b", "c"].map((name) => `(VALUES ${many}) AS ${name} (x)`);
  const long = [
    { over: "views", sql: `SELECT COUNT(*) AS n FROM ${numbers.join(", ")}` },
    {
      over: "history",
      sql: "SELECT SUM(hash(a.range, b.range)) AS n FROM range(1000000) a, range(1000000) b",
    },
  ];
  const runs = () => [server.engine.queriesRunning, server.history!.asked];
  for (const [place, question] of long.entries()) {
    const leaving = new AbortController();
    const answer = ask(server, question, { signal: leaving.signal });
    await expect.poll(() => runs()[place]).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 300));
    leaving.abort();
    await expect(answer).rejects.toThrow();
    await expect.poll(() => runs()[place], { timeout: 10_000 }).toBe(0);
  }
  expect((await ask(server, questions[0])).status).toBe(200);
  expect((await ask(server, questions[1])).status).toBe(200);
});
