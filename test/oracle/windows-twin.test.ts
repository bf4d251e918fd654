/**
 * Windows of 1 minute, of 5 minutes and of 5 minutes that slide, over rows up to 10 minutes out of order: in
 * the end what DuckDB gives for all rows at once. What comes later than that is in the view's late rows.
 */
import { expect, test } from "vitest";
import { DuckDb } from "../../src/rehearsal/duck-db.ts";
import { Random } from "../../src/simulate/random.ts";
import { journaled, world } from "../support/decision-world.ts";

const seed = 20_260_305;
const eventCount = 10_000;
const firstMs = Date.UTC(2026, 2, 1, 12);
const delayMs = 10 * 60_000;
const minuteMs = 60_000;

interface Sale {
  readonly id: number;
  readonly shop: string;
  readonly amount: number;
  readonly ts: string;
}
interface Arriving {
  readonly sale: Sale;
  readonly timeMs: number;
  readonly atMs: number;
}

const table = `CREATE TABLE sales (id INT NOT NULL, shop STRING NOT NULL, amount INT NOT NULL,
  ts TIMESTAMP(3) NOT NULL, WATERMARK FOR ts AS ts - INTERVAL '10' MINUTE);`;
const view = (name: string, window: string) => `CREATE MATERIALIZED VIEW ${name} AS
  SELECT window_start, window_end, shop, COUNT(*) AS n, SUM(amount) AS total
  FROM TABLE(${window}) GROUP BY window_start, window_end, shop;`;
const windows = {
  minutes: { sql: "TUMBLE(TABLE sales, DESCRIPTOR(ts), INTERVAL '1' MINUTE)", sizeMin: 1, stepMin: 1 },
  fives: { sql: "TUMBLE(TABLE sales, DESCRIPTOR(ts), INTERVAL '5' MINUTE)", sizeMin: 5, stepMin: 5 },
  sliding: {
    sql: "HOP(TABLE sales, DESCRIPTOR(ts), INTERVAL '1' MINUTE, INTERVAL '5' MINUTE)",
    sizeMin: 5,
    stepMin: 1,
  },
} as const;
type WindowName = keyof typeof windows;
const names = Object.keys(windows) as readonly WindowName[];

/** Each arrives up to `jitterMs` behind its time, some an hour behind. */
function arriving(jitterMs: number, lateShare: number): readonly Arriving[] {
  const random = new Random(seed);
  const all = Array.from({ length: eventCount }, (_, id): Arriving => {
    const timeMs = firstMs + id * 500;
    const isLate = random.unit() < lateShare;
    const ts = new Date(timeMs).toISOString().slice(0, -1);
    const sale = {
      id,
      shop: `shop ${Math.floor(random.unit() * 5)}`,
      amount: Math.floor(random.unit() * 1e6),
      ts,
    };
    return { sale, timeMs, atMs: timeMs + random.unit() * jitterMs + (isLate ? 60 * minuteMs : 0) };
  });
  return all.sort((left, right) => left.atMs - right.atMs);
}

/** The events of which no window is open any more, by the rule of the contract: end − 1 ms ≤ watermark. */
function lateFor(events: readonly Arriving[], { sizeMin, stepMin }: (typeof windows)[WindowName]) {
  let watermarkMs = Number.NEGATIVE_INFINITY;
  return events.filter(({ timeMs }) => {
    const stepMs = stepMin * minuteMs;
    const lastEndMs = Math.floor(timeMs / stepMs) * stepMs + sizeMin * minuteMs;
    const isLate = lastEndMs - 1 <= watermarkMs;
    watermarkMs = Math.max(watermarkMs, timeMs - delayMs);
    return isLate;
  });
}

function run(events: readonly Arriving[]) {
  const views = names.map((name) => view(name, windows[name].sql)).join("\n");
  const { folder, log, engine } = world(`${table}${views}`);
  for (let from = 0; from < events.length; from += 700)
    log.send(
      "sales",
      events.slice(from, from + 700).map(({ sale }) => sale),
    );
  const end = { id: -1, shop: "end", amount: 0, ts: "2026-03-03T00:00:00" };
  log.send("sales", [end]);
  engine.catchUp();
  expect(engine.failures).toEqual([]);
  const rows = (name: WindowName) =>
    engine
      .finalRows(name)
      .map(({ window_start: start, shop, n, total }) => `${start} ${shop} ${n} ${total}`)
      .sort();
  return { rows, late: (name: WindowName) => journaled(folder, `${name}$late`).map(({ row }) => row.id) };
}

async function batchRows(sales: readonly Sale[], name: WindowName): Promise<readonly string[]> {
  const { sizeMin, stepMin } = windows[name];
  const oracle = await DuckDb.open();
  try {
    const columns = [
      { name: "id", type: { kind: "INT", nullable: false } },
      { name: "shop", type: { kind: "VARCHAR", length: 100, nullable: false } },
      { name: "amount", type: { kind: "INT", nullable: false } },
      { name: "ts", type: { kind: "TIMESTAMP", precision: 3, nullable: false } },
    ] as const;
    await oracle.fill("sales", { columns }, sales as never);
    const rows = await oracle.query(`WITH placed AS (
        SELECT *, unnest(generate_series(0, ${sizeMin / stepMin - 1})) AS back FROM sales
      )
      SELECT epoch_ms(time_bucket(INTERVAL '${stepMin} minutes', ts)) - back * ${stepMin * minuteMs} AS start,
        shop, count(*), sum(amount)
      FROM placed GROUP BY start, shop`);
    return rows
      .map(([start, shop, n, total]) => `${new Date(Number(start)).toISOString()} ${shop} ${n} ${total}`)
      .sort();
  } finally {
    oracle.close();
  }
}

test.each([
  ["in order", 0, 0],
  ["out of order by up to 10 minutes", delayMs - 1, 0],
  ["out of order, and some an hour late", delayMs - 1, 0.02],
] as const)("windows of rows %s", async (_, jitterMs, lateShare) => {
  const events = arriving(jitterMs, lateShare);
  const { rows, late } = run(events);
  for (const name of names) {
    const ofLate = new Set(lateFor(events, windows[name]).map(({ sale }) => sale.id));
    expect(ofLate.size > 0, name).toBe(lateShare > 0);
    expect(new Set(late(name)), name).toEqual(ofLate);
    // A row that slides is late for some of its windows and not for others.
    if (lateShare > 0 && name === "sliding") continue;
    const sales = events.map(({ sale }) => sale).filter(({ id }) => !ofLate.has(id));
    expect(rows(name), name).toEqual(await batchRows(sales, name));
  }
});
