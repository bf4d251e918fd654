/**
 * Days of a business that begin at six in the morning, over both changes of the clock: the rows are those
 * that the calendar of JavaScript gives. The day of spring has 23 hours, that of autumn 25.
 */
import { expect, test } from "vitest";
import { Random } from "../../src/simulate/random.ts";
import { SltWorld } from "../sql/slt-runner.ts";

const zone = "Europe/Berlin";
const eventCount = 10_000;
const parts = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "medium" });

/** The wall clock at an instant, as milliseconds of a clock that never changes. */
const wallMsOf = (instantMs: number): number =>
  Date.parse(`${parts.format(instantMs).replace(" ", "T")}Z`) + (instantMs % 1_000);

test.each([
  ["spring", Date.UTC(2026, 2, 26), "2026-03-28T06:00", 23],
  ["autumn", Date.UTC(2026, 9, 22), "2026-10-24T06:00", 25],
])("a business day over the change of the clock in %s", async (_, firstMs, changing, hours) => {
  const random = new Random(firstMs);
  const spanMs = 6 * 24 * 3_600_000;
  // Evenly over the days, in any order.
  const instants = Array.from({ length: eventCount }, (_each, at) => firstMs + (at * spanMs) / eventCount)
    .map((instantMs) => ({ instantMs: Math.floor(instantMs), turn: random.unit() }))
    .sort((left, right) => left.turn - right.turn)
    .map(({ instantMs }) => instantMs);
  const counts = new Map<string, number>();
  for (const instantMs of instants.toSorted((left, right) => left - right)) {
    const sixMs = 6 * 3_600_000;
    const startMs = Math.floor((wallMsOf(instantMs) - sixMs) / 86_400_000) * 86_400_000 + sixMs;
    const day = new Date(startMs).toISOString().slice(0, 16);
    counts.set(day, (counts.get(day) ?? 0) + 1);
  }
  const world = new SltWorld({ mode: "compiled", chunkRows: 500 });
  world.bind(`SET 'table.local-time-zone' = '${zone}'`);
  world.bind(`CREATE TABLE sales (ts TIMESTAMP_LTZ(3), WATERMARK FOR ts AS ts - INTERVAL '10' DAY)`);
  world.addRows(
    "sales",
    instants.map((instantMs) => JSON.stringify({ ts: new Date(instantMs).toISOString() })),
  );
  const { rows, books } = await world.query(`SELECT window_start, window_end, COUNT(*) AS n
    FROM TABLE(TUMBLE(TABLE sales, DESCRIPTOR(ts), INTERVAL '1' DAY, INTERVAL '6' HOUR))
    GROUP BY window_start, window_end`);
  expect(books.rowsLate).toBe(0);
  const found = rows.map(({ values: [start, , n] }) => [
    new Date(Number(start)).toISOString().slice(0, 16),
    Number(n),
  ]);
  expect(found).toEqual([...counts]);
  const hoursSeen = (counts.get(changing)! / eventCount) * (spanMs / 3_600_000);
  expect(Math.round(hoursSeen)).toBe(hours);
});
