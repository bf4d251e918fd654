/** What a view shows at a moment is what it had shown then, whatever came later. */
import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import { Random } from "../../src/simulate/random.ts";
import { order, shopSql, testServer } from "../support/test-server.ts";

const kinds: Readonly<Record<string, string>> = {
  sliding: `SELECT window_start, window_end, k, COUNT(*) AS n, MAX(amount) AS top
    FROM TABLE(HOP(TABLE orders, DESCRIPTOR(ts), INTERVAL '5' SECOND, INTERVAL '20' SECOND))
    GROUP BY window_start, window_end, k`,
  visits: `SELECT window_start, window_end, k, COUNT(*) AS n
    FROM TABLE(SESSION(TABLE orders PARTITION BY k, DESCRIPTOR(ts), INTERVAL '3' SECOND))
    GROUP BY window_start, window_end, k`,
  totals: "SELECT k, COUNT(*) AS n, SUM(amount) AS total, MIN(amount) AS least FROM orders GROUP BY k",
  best: `SELECT k, place, id, amount FROM (SELECT id, k, amount,
    ROW_NUMBER() OVER (PARTITION BY k ORDER BY amount DESC, id ASC) AS place FROM orders) WHERE place <= 2`,
};

const views = Object.entries(kinds).map(([name, query]) => {
  const bound = query.includes("window_start") ? "" : "WITH ('retention' = '1 d')";
  return `CREATE MATERIALIZED VIEW ${name} ${bound} AS ${query};`;
});

test("B12: at any moment each kind of view is what it was", async () => {
  const server = await testServer({ sql: shopSql + views.join("\n"), log: { tickMs: 50 } });
  const chance = new Random(7);
  const random = () => chance.unit();
  const names = ["sales", "closed", ...Object.keys(kinds)];
  const shown = async (name: string, more = "") => {
    const answer = await fetch(`${server.url}/v1/views/${name}?emit=changes${more}`);
    expect(answer.status).toBe(200);
    return ((await answer.json()) as { readonly rows: readonly unknown[] }).rows;
  };
  const all = async (more = "") => Promise.all(names.map((name) => shown(name, more)));
  const moments: { readonly at: string; readonly rows: readonly unknown[] }[] = [];
  let id = 0;
  for (let round = 0; round < 25; round++) {
    const events = Array.from({ length: 1 + Math.floor(random() * 8) }, () => {
      const second = round * 2 + Math.floor(random() * 6) - 3;
      return order(++id, Math.max(0, second), "abc"[Math.floor(random() * 3)], Math.floor(random() * 99));
    });
    // On disk is not yet shown: a busy engine takes its time.
    const taken = await fetch(`${server.url}/v1/streams/orders/events?wait=totals`, {
      method: "POST",
      body: events.map((event) => JSON.stringify(event)).join("\n"),
      headers: { "content-type": "application/x-ndjson" },
    });
    expect(taken.status).toBe(200);
    await pause(40);
    const before = await all();
    const at = new Date().toISOString();
    await pause(2);
    // What changed in between may have been there already at the moment, or not yet.
    if (JSON.stringify(await all()) === JSON.stringify(before)) moments.push({ at, rows: before });
  }
  expect(moments.length).toBeGreaterThan(10);
  for (const { at, rows } of moments) expect([at, await all(`&at=${at}`)]).toEqual([at, rows]);
});
