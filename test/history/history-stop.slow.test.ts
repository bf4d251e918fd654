/** A server that is stopped while history reads and writes: it is over soon, and nothing is lost. */
import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { type Finished, start } from "../support/run-process.ts";
import { scratchFolder } from "../support/scratch-folder.ts";
import { projectFolder, type ServerProcess, startServerProcess } from "../support/server-process.ts";

const columns = Array.from({ length: 40 }, (_, index) => `d${index} DECIMAL(12, 2)`);
const readings = `CREATE TABLE readings (id BIGINT, ${columns.join(", ")});`;
const rowCount = 80_000;

/** What history has to do with for some seconds. */
async function sendReadings({ url }: ServerProcess): Promise<void> {
  const values = columns.map((_, index) => `"d${index}":1`).join(",");
  const rows = Array.from({ length: rowCount }, (_, id) => `{"id":${id},${values}}`);
  const answer = await fetch(`${url}/v1/streams/readings/events`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: `[${rows.join(",")}]`,
  });
  expect(answer.status).toBe(200);
}

async function rowsInHistory({ url }: ServerProcess): Promise<number> {
  const answer = await fetch(`${url}/v1/query`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ sql: "SELECT COUNT(*) FROM readings", over: "history" }),
  });
  const { rows } = (await answer.json()) as { readonly rows?: readonly (readonly unknown[])[] };
  return Number(rows?.[0]?.[0]);
}

async function stopped(server: ServerProcess): Promise<Finished & { readonly tookMs: number }> {
  const sentAtMs = performance.now();
  server.child.kill("SIGTERM");
  return { ...(await server.finished), tookMs: performance.now() - sentAtMs };
}

test("a stop does not wait for what history is in the midst of, and the next goes on with it", async () => {
  const data = scratchFolder();
  const settings = "ingest:\n  body-bytes-max: 100000000\n";
  const filling = await startServerProcess(
    projectFolder(data, readings, `${settings}history: none\n`),
    join(data, "data"),
  );
  await sendReadings(filling);
  expect(await stopped(filling)).toMatchObject({ code: 0 });

  const project = projectFolder(data, readings, settings);
  const busy = await startServerProcess(project, join(data, "data"));
  await expect
    .poll(() => existsSync(join(data, "data", "history", "history.duckdb")), { timeout: 30_000 })
    .toBe(true);
  await expect.poll(() => rowsInHistory(busy), { timeout: 30_000 }).toBeGreaterThan(0);
  // History stands back for whoever else wants the machine: what it is in the midst of takes long.
  const others = Array.from({ length: 2 * availableParallelism() }, () => {
    return start([process.execPath, "-e", "for (;;);"], { cwd: data });
  });
  await sleep(1_000);
  const { code, stderr, tookMs } = await stopped(busy);
  for (const { child } of others) child.kill("SIGKILL");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(tookMs).toBeLessThan(2_000);

  const next = await startServerProcess(project, join(data, "data"));
  await expect.poll(() => rowsInHistory(next), { timeout: 120_000 }).toBe(rowCount);
});
