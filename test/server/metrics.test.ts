/** `GET /metrics`: the books, as they stand at each moment of a server that is at work. */
import { describe, expect, test } from "vitest";
import { type Server, startServer } from "../../src/server.ts";
import { type ReadFamily, readPrometheusText, sampleOf } from "../support/prometheus-text.ts";
import { scratchFolder } from "../support/scratch-folder.ts";
import { LiveClient, order, testServer } from "../support/test-server.ts";

type Scraped = ReadonlyMap<string, ReadFamily>;

const sql = `CREATE TABLE orders (
  id INT NOT NULL, k STRING NOT NULL, amount DECIMAL(10, 2) NOT NULL,
  ts TIMESTAMP(3) NOT NULL, WATERMARK FOR ts AS ts
) WITH ('dedup-key' = 'id');
CREATE TABLE payments (
  id INT NOT NULL, k STRING NOT NULL, ts TIMESTAMP(3) NOT NULL, WATERMARK FOR ts AS ts
);
CREATE TABLE big (
  id INT, k STRING, amount DECIMAL(10, 2), ts TIMESTAMP(3) NOT NULL, WATERMARK FOR ts AS ts
);
INSERT INTO big SELECT id, k, amount, ts FROM orders WHERE amount > 50;
CREATE MATERIALIZED VIEW sales AS SELECT window_start, window_end, k, COUNT(*) AS n
FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(ts), INTERVAL '10' SECOND))
WHERE amount < 80 GROUP BY window_start, window_end, k;
CREATE MATERIALIZED VIEW larger AS SELECT window_start, window_end, COUNT(*) AS n
FROM TABLE(TUMBLE(TABLE big, DESCRIPTOR(ts), INTERVAL '10' SECOND)) GROUP BY window_start, window_end;
CREATE MATERIALIZED VIEW paid WITH ('retention' = '1 d') AS SELECT o.k AS k, COUNT(*) AS n
FROM orders o JOIN payments p ON o.k = p.k AND p.id < 100
AND p.ts BETWEEN o.ts - INTERVAL '1' SECOND AND o.ts + INTERVAL '1' SECOND GROUP BY o.k;
CREATE MATERIALIZED VIEW twice WITH ('retention' = '1 d') AS SELECT a.k AS k, COUNT(*) AS n
FROM payments a JOIN payments b ON a.k = b.k AND a.id = 1
AND a.ts BETWEEN b.ts - INTERVAL '1' SECOND AND b.ts + INTERVAL '1' SECOND GROUP BY a.k;
CREATE MATERIALIZED VIEW hops AS SELECT window_start, window_end, COUNT(*) AS n
FROM TABLE(HOP(TABLE orders, DESCRIPTOR(ts), INTERVAL '5' SECOND, INTERVAL '20' SECOND))
GROUP BY window_start, window_end;
CREATE MATERIALIZED VIEW wrong AS SELECT window_start, window_end, code, COUNT(*) AS n
FROM TABLE(TUMBLE(TABLE orders$dead, DESCRIPTOR(received_at), INTERVAL '10' SECOND))
GROUP BY window_start, window_end, code;`;
const sources = {
  sales: ["orders"],
  larger: ["big"],
  paid: ["orders", "payments"],
  twice: ["payments"],
  hops: ["orders"],
  wrong: ["orders$dead"],
};

async function scrape(server: Server): Promise<Scraped> {
  const answer = await fetch(`${server.url}/metrics`);
  expect([answer.status, answer.headers.get("content-type")]).toEqual([
    200,
    "text/plain; version=0.0.4; charset=utf-8",
  ]);
  return readPrometheusText(await answer.text());
}

async function post(server: Server, stream: string, rows: readonly unknown[], key?: string) {
  const answer = await fetch(`${server.url}/v1/streams/${stream}/events`, {
    method: "POST",
    headers: { "content-type": "application/x-ndjson", ...(key && { "idempotency-key": key }) },
    body: rows.map((row) => (typeof row === "string" ? row : JSON.stringify(row))).join("\n"),
  });
  const body = (await answer.json()) as {
    accepted: number;
    duplicates: number;
    rejected: unknown[];
    rejectedCount?: number;
  };
  expect(body).toHaveProperty("accepted");
  return body;
}

const streamOf = (scraped: Scraped, stream: string) => {
  const [received, logged, duplicate, dead] = ["received", "logged", "duplicate", "dead"].map((what) =>
    sampleOf(scraped, `quickwater_stream_events_${what}_total`, { stream }),
  ) as [number, number, number, number];
  return { received, logged, duplicate, dead };
};

const viewOf = (scraped: Scraped, view: string) => {
  const of = (what: string) => sampleOf(scraped, `quickwater_view_rows_${what}_total`, { view });
  const bySource = (name: string) => scraped.get(name)!.samples.filter(({ labels }) => labels.view === view);
  const logged = bySource("quickwater_view_rows_logged_total");
  const inFlight = bySource("quickwater_view_rows_in_flight");
  return { taken: of("taken"), filtered: of("filtered"), late: of("late"), logged, inFlight };
};

const sum = (samples: readonly { readonly value: number }[]) =>
  samples.reduce((total, { value }) => total + value, 0);

/** Every equation of the books; answers how many rows are in flight. */
function expectBalance(scraped: Scraped, isFresh = true): number {
  for (const stream of ["orders", "payments"]) {
    const { received, logged, duplicate, dead } = streamOf(scraped, stream);
    expect(received, stream).toBe(logged + duplicate + dead);
  }
  let flying = 0;
  for (const [view, streams] of Object.entries(sources)) {
    const { taken, filtered, late, logged, inFlight } = viewOf(scraped, view);
    expect(sum(logged), view).toBe(taken + filtered + late + sum(inFlight));
    expect(taken, view).toBeGreaterThanOrEqual(0);
    for (const { value } of inFlight) expect(value, view).toBeGreaterThanOrEqual(0);
    expect(logged.map(({ labels }) => labels.stream).sort()).toEqual(streams.toSorted());
    flying += sum(inFlight);
    for (const { labels, value } of isFresh ? logged : []) {
      // What the engine makes itself is there before it is in the journal.
      if (labels.stream === "big") continue;
      const rows = sampleOf(scraped, "quickwater_stream_rows_total", { stream: labels.stream! });
      expect(value, `${view} of ${labels.stream}`).toBe(view === "twice" ? 2 * rows : rows);
    }
  }
  const dead = sampleOf(scraped, "quickwater_stream_rows_total", { stream: "orders$dead" });
  if (isFresh) expect(dead).toBe(streamOf(scraped, "orders").dead);
  return flying;
}

describe("the books", () => {
  const orders = (round: number, second: number) =>
    Array.from({ length: 60 }, (_, at) => {
      const id = round * 60 + at;
      if (at % 20 === 7) return `{"id": ${id}, "k": `;
      if (at % 20 === 8) return order(id - 1_200, second, "dup");
      // Some behind the watermark of the rounds before.
      return { ...order(id, at % 20 === 9 ? second - 100 : second, `k${at % 5}`), amount: id % 100 };
    });
  const payments = (round: number, second: number) =>
    Array.from({ length: 20 }, (_, at) => ({
      ...order(round * 20 + at, at === 3 ? second - 100 : second, `k${at % 5}`),
      amount: undefined,
    }));

  test("balance in each scrape of a server at work, and no answer says yes to what is in none of them", {
    timeout: 60_000,
  }, async () => {
    const server = await testServer({ sql });
    let round = 0;
    let isOver = false;
    const answered = { accepted: 0, duplicates: 0, rejected: 0 };
    const client = async () => {
      while (!isOver) {
        const mine = round++;
        const second = 1_000 + Math.floor(mine / 4);
        const body = await post(server, "orders", orders(mine, second), `o${mine}`);
        answered.accepted += body.accepted;
        answered.duplicates += body.duplicates;
        answered.rejected += body.rejected.length;
        await post(server, "payments", payments(mine, second));
        if (mine % 10 !== 0) continue;
        const again = await post(server, "orders", orders(mine, second), `o${mine}`);
        expect(again.accepted).toBe(0);
        // All of them came before, those that are broken too.
        answered.duplicates += again.duplicates + again.rejected.length;
      }
    };
    const clients = [client(), client(), client()];
    let flying = 0;
    for (let scrapes = 0; scrapes < 120; scrapes++) {
      const before = { ...answered };
      const scraped = await scrape(server);
      flying += expectBalance(scraped);
      const { logged, duplicate, dead } = streamOf(scraped, "orders");
      expect(logged).toBeGreaterThanOrEqual(before.accepted);
      expect(duplicate).toBeGreaterThanOrEqual(before.duplicates);
      expect(dead).toBeGreaterThanOrEqual(before.rejected);
    }
    isOver = true;
    await Promise.all(clients);
    expect(flying, "it was scraped while rows were in flight").toBeGreaterThan(0);
    await expect.poll(async () => expectBalance(await scrape(server))).toBe(0);
    const scraped = await scrape(server);
    const { accepted, duplicates, rejected } = answered;
    const received = accepted + duplicates + rejected;
    expect(streamOf(scraped, "orders")).toEqual({
      received,
      logged: accepted,
      duplicate: duplicates,
      dead: rejected,
    });
    expect(Math.min(accepted, duplicates, rejected)).toBeGreaterThan(0);
    for (const view of ["sales", "larger"]) {
      const { taken, late, filtered } = viewOf(scraped, view);
      expect(Math.min(taken, late), view).toBeGreaterThan(0);
      if (view === "sales") expect(filtered).toBeGreaterThan(0);
    }
    expect(server.engine.views().map((view) => [view.schema.name, view.failure])).toEqual(
      Object.keys(sources).map((name) => [name, undefined]),
    );
  });

  test("go on after a restart, with a view that is added, and with lines in parts", async () => {
    const data = scratchFolder();
    const options = { sql, data, checkpointMs: 20, log: { pendingBytesMax: 70_000, rowBytesMax: 2_000 } };
    const start = () =>
      startServer({
        host: "127.0.0.1",
        port: 0,
        dashboard: "/nonexistent",
        version: "0.0.0",
        onFailure: () => {},
        ...options,
      });
    let server = await start();
    await server.engine.ready;
    for (let round = 0; round < 3; round++) await post(server, "orders", orders(round, 1_000 + round));
    await expect
      .poll(async () => sampleOf(await scrape(server), "quickwater_checkpoints_total", {}))
      .toBeGreaterThan(1);
    const before = viewOf(await scrape(server), "sales");
    await server.close();
    server = await start();
    await server.engine.ready;
    expect(viewOf(await scrape(server), "sales")).toEqual(before);
    const many = Array.from({ length: 40 }, (_, round) => orders(round + 100, 2_000 + round)).flat();
    const answer = await post(server, "orders", many);
    const { received, logged } = streamOf(await scrape(server), "orders");
    expect([received, logged]).toEqual([many.length, answer.accepted]);
    await expect.poll(async () => expectBalance(await scrape(server), false)).toBe(0);
    const { logged: rows } = viewOf(await scrape(server), "sales");
    expect(sum(rows)).toBe(sum(before.logged) + answer.accepted);
    await server.engine.execute(`CREATE MATERIALIZED VIEW added AS
      SELECT window_start, window_end, COUNT(*) AS n
      FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(ts), INTERVAL '10' SECOND))
      GROUP BY window_start, window_end`);
    await post(server, "orders", orders(300, 3_000));
    await expect.poll(async () => sum(viewOf(await scrape(server), "added").inFlight)).toBe(0);
    const added = viewOf(await scrape(server), "added");
    const journal = sampleOf(await scrape(server), "quickwater_stream_rows_total", { stream: "orders" });
    expect([sum(added.logged), added.taken + added.late]).toEqual([journal, journal]);
    await server.engine.execute("DROP MATERIALIZED VIEW added");
    expect(viewOf(await scrape(server), "added").logged).toEqual([]);
    await server.engine.replace(
      sql.replace("amount > 50", "amount > 60").replace("amount < 80", "amount < 70"),
    );
    await post(server, "orders", orders(400, 4_000));
    await expect.poll(async () => expectBalance(await scrape(server), false)).toBe(0);
    const changed = viewOf(await scrape(server), "sales");
    expect(sum(changed.logged)).toBe(
      sampleOf(await scrape(server), "quickwater_stream_rows_total", { stream: "orders" }),
    );
    await server.close();
  });
});

test("what a name holds cannot break the text", async () => {
  const hostile = '`he"re, {x=\\\\}\n#`';
  const server = await testServer({
    sql: `CREATE TABLE ${hostile} (id INT NOT NULL);`,
  });
  const scraped = await scrape(server);
  const streams = scraped.get("quickwater_stream_rows_total")!.samples.map(({ labels }) => labels.stream);
  expect(streams).toEqual(server.engine.catalog.tables().map((table) => table.name));
});

test("K3: says what is going on around the books", async () => {
  const server = await testServer({ checkpointMs: 20 });
  const client = new LiveClient(server);
  await client.message("hello");
  client.send({ type: "subscribe", id: "1", view: "sales" });
  await client.message("snapshot");
  await server.engine.send("orders", [order(1, 1), order(2, 30)]);
  await expect.poll(() => server.engine.rows("sales").length).toBe(2);
  const before = sampleOf(await scrape(server), "quickwater_checkpoints_total", {});
  // The state that the last of them told of is that of before the events.
  await expect
    .poll(async () => sampleOf(await scrape(server), "quickwater_checkpoints_total", {}))
    .toBeGreaterThan(before + 1);
  const scraped = await scrape(server);
  const of = (metric: string, labels = {}) => sampleOf(scraped, metric, labels);
  expect(of("quickwater_live_sockets")).toBe(1);
  expect(of("quickwater_live_subscriptions")).toBe(1);
  expect(of("quickwater_view_rows", { view: "sales" })).toBe(server.engine.rows("sales").length);
  expect(of("quickwater_view_watermark_seconds", { view: "sales" })).toBe(Date.UTC(2026, 2, 1) / 1000 + 30);
  expect(of("quickwater_view_state_bytes", { view: "sales" })).toBeGreaterThan(4_000);
  expect(of("quickwater_checkpoint_state_bytes")).toBeGreaterThanOrEqual(
    of("quickwater_view_state_bytes", { view: "sales" }) +
      of("quickwater_view_state_bytes", { view: "closed" }),
  );
  expect(of("quickwater_checkpoint_age_seconds")).toBeLessThan(60);
  expect(of("quickwater_journal_segments")).toBe(1);
  expect(of("quickwater_journal_bytes")).toBeGreaterThan(500);
  expect(of("process_resident_memory_bytes")).toBeGreaterThan(10_000_000);
  const flushes = scraped.get("quickwater_journal_flush_duration_seconds")!.samples;
  expect(flushes.find(({ name }) => name.endsWith("_count"))?.value).toBeGreaterThan(2);
});
