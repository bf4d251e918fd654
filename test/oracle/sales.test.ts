/**
 * Ten thousand simulated payments: the view over them equals DuckDB's batch answer to the cent, in any
 * order.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { payments } from "../../bench/events.ts";
import { DuckDb, type JsonRow } from "../../src/rehearsal/duck-db.ts";
import { EventGenerator } from "../../src/simulate/event-generator.ts";
import { Random } from "../../src/simulate/random.ts";
import { formatDecimal } from "../../src/values/decimal.ts";
import { SltWorld } from "../sql/slt-runner.ts";
import { averageOf } from "./average.ts";

const pack = fileURLToPath(new URL("../../bench/payments/", import.meta.url));
const seed = 20_260_301;
const eventCount = 10_000;
const firstMs = Date.parse("2026-03-01T12:00:00.000Z");
const delayMs = 5_000;

interface Event {
  readonly line: string;
  readonly timeMs: number;
}

/** Ten a second, three currencies. */
function makeEvents(): Event[] {
  const generator = new EventGenerator(payments(), seed);
  return Array.from({ length: eventCount }, (_, index) => {
    const timeMs = firstMs + index * 100;
    const currency = ["USD", "EUR", "SEK"][index % 3];
    return { line: generator.next(timeMs).replace('"USD"', `"${currency}"`), timeMs };
  });
}

/** No row comes after one that is `delayMs` or more ahead of it. */
function outOfOrder(events: readonly Event[]): Event[] {
  const random = new Random(seed);
  const arriving = events.map((event) => ({ event, atMs: event.timeMs + random.unit() * (delayMs - 1) }));
  return arriving.sort((left, right) => left.atMs - right.atMs).map(({ event }) => event);
}

async function viewRows(events: readonly Event[]): Promise<string[][]> {
  const world = new SltWorld({ mode: "compiled", chunkRows: 777 });
  world.bind(readFileSync(join(pack, "sql", "transactions.sql"), "utf8"));
  world.addRows(
    "transaction_events",
    events.map(({ line }) => line),
  );
  const { rows, books } = await world.query(readFileSync(join(pack, "sql", "sales.sql"), "utf8"));
  expect(books).toMatchObject({ rowsRead: eventCount, rowsLate: 0 });
  return rows.map(({ values }) => {
    const [start, end, currency, orders, revenue, average, smallest, largest] = values;
    const money = [revenue, smallest, largest].map((value) => formatDecimal(value as bigint, 2));
    return [start, end, currency, orders, ...money, formatDecimal(average as bigint, 6)].map(String);
  });
}

const batchQuery = `
  SELECT epoch_ms(bucket), epoch_ms(bucket) + 60000, currency, count(*), sum(amount), min(amount), max(amount)
  FROM (SELECT *, time_bucket(INTERVAL '1 minute', "timestamp") AS bucket FROM transaction_events)
  GROUP BY bucket, currency`;

let oracle: DuckDb;
beforeAll(async () => {
  oracle = await DuckDb.open();
});
afterAll(() => oracle.close());

async function batchRows(events: readonly Event[]): Promise<string[][]> {
  const world = new SltWorld({ mode: "compiled", chunkRows: 1 });
  world.bind(readFileSync(join(pack, "sql", "transactions.sql"), "utf8"));
  const { schema } = world.catalog.table("transaction_events")!;
  const rows = events.map(({ line }) => JSON.parse(line) as JsonRow);
  await oracle.fill("transaction_events", schema, rows);
  return (await oracle.query(batchQuery)).map((row) => {
    const [, , , orders, revenue] = row as string[];
    const cents = BigInt(revenue!.replace(".", ""));
    return [...(row as string[]), formatDecimal(averageOf(cents, BigInt(orders!), 2, 6), 6)];
  });
}

const inOrder = (rows: readonly string[][]): string[] => rows.map((row) => row.join("|")).sort();

test(`sales_per_minute of ${eventCount} events, seed ${seed}, in order and out of it`, async () => {
  const events = makeEvents();
  const expected = inOrder(await batchRows(events));
  // 1,000 seconds are 17 minutes begun, each with three currencies.
  expect(expected.length).toBe(51);
  expect(inOrder(await viewRows(events))).toEqual(expected);
  const shuffled = outOfOrder(events);
  expect(shuffled.map(({ timeMs }) => timeMs)).not.toEqual(events.map(({ timeMs }) => timeMs));
  expect(inOrder(await viewRows(shuffled))).toEqual(expected);
});
