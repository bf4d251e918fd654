/** Large exports in flat memory: much goes out, and the process grows by what DuckDB reads at once. */
import { expect, test } from "vitest";
import type { Server } from "../../src/server.ts";
import { testServer } from "../support/test-server.ts";

const rowCount = 400_000;
const batch = 5_000;
const note = "x".repeat(200);
const sql = `CREATE TABLE notes (
  id INT NOT NULL, note STRING, ts TIMESTAMP(3) NOT NULL, WATERMARK FOR ts AS ts
);`;

/** Reads all of it and keeps nothing; answers how much came, and what the process had at most. */
async function taken(server: Server, query: string) {
  const { body } = await fetch(`${server.url}/v1/export/notes${query}`);
  let bytes = 0;
  let rss = 0;
  for await (const piece of body!) {
    bytes += piece.length;
    rss = Math.max(rss, process.memoryUsage.rss());
  }
  return { bytes, rss };
}

test("K9: Memory stays flat, whatever goes out", async () => {
  const server = await testServer({ sql, history: { everyMs: 20 } });
  const begin = Date.UTC(2026, 2, 1);
  for (let from = 0; from < rowCount; from += batch) {
    const rows = Array.from({ length: batch }, (_, index) => ({
      id: from + index,
      note,
      ts: new Date(begin + from + index).toISOString().slice(0, -1),
    }));
    await server.engine.send("notes", rows);
  }
  await expect.poll(() => server.history!.state.rowsAdded, { timeout: 300_000 }).toBe(rowCount);
  const little = await taken(server, "?where=id%20%3C%2030000");
  for (const format of ["csv", "ndjson", "parquet"]) {
    const all = await taken(server, `?format=${format}`);
    if (format !== "parquet") expect(all.bytes).toBeGreaterThan(rowCount * note.length);
    expect(all.rss - little.rss).toBeLessThan((rowCount * note.length) / 2);
  }
});
