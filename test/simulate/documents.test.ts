/** The generators of the clickstream and the retail document: how much they send, and of what. */
import { join } from "node:path";
import { expect, test } from "vitest";
import { projectRoot } from "../../scripts/project.js";
import { readSimulator } from "../../src/project/simulator-file.ts";
import { firstEvents, type SimulatedEvent, sourceOf } from "../support/simulated-events.ts";

const eventsOf = (pack: string): readonly SimulatedEvent[] =>
  firstEvents(
    sourceOf(readSimulator(join(projectRoot, "packs", pack, "simulators", "document.yaml"))),
    100_000,
  );
const spanSeconds = (events: readonly SimulatedEvent[]) =>
  (events.at(-1)!.timeMs - events[0]!.timeMs) / 1_000;

function sharesOf(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1 / names.length;
  return counts;
}

test("X4, K1: five hundred clicks a second, as a sample minute has them", () => {
  const events = eventsOf("clickstream");
  // How often journeys start is estimated from some that are tried.
  expect(Math.abs(events.length / spanSeconds(events) - 500)).toBeLessThan(30);
  const clicks = events
    .filter(({ stream }) => stream === "clickstream_events")
    .map(({ line }) => JSON.parse(line) as Readonly<Record<string, unknown>>);
  const shares = sharesOf(clicks.map((click) => String(click.event_type)));
  for (const [type, count] of Object.entries({ page_view: 9_450, add_to_cart: 1_240, purchase: 310 }))
    expect(Math.abs(shares[type]! - count / 11_000), type).toBeLessThan(0.005);
  expect(Object.keys(shares)).toHaveLength(3);
  const named = [
    "event_id",
    "event_type",
    "event_ts",
    "user_id",
    "session_id",
    "page",
    "product_id",
    "price",
  ];
  expect(Object.keys(clicks[0]!)).toEqual([...named, "currency", "utm", "device", "geo"]);
});

test("X4, R1, R2, R3: one event a second on each topic, of ten stores", () => {
  const events = eventsOf("retail");
  const topics = sharesOf(events.map(({ stream }) => stream));
  expect(Object.keys(topics).sort()).toEqual(["customer-events", "inventory-updates", "retail-transactions"]);
  for (const [topic, share] of Object.entries(topics))
    expect(Math.abs((share * events.length) / spanSeconds(events) - 1), topic).toBeLessThan(0.06);
  const rows = (topic: string) =>
    events
      .filter(({ stream }) => stream === topic)
      .map(({ line }) => JSON.parse(line) as Readonly<Record<string, unknown>>);
  const sales = rows("retail-transactions");
  expect(new Set(sales.map(({ store_id }) => store_id)).size).toBe(10);
  const named = (row: object | undefined) => Object.keys(row!).filter((name) => name !== "event_time");
  expect(named(sales[0])).toEqual(["txn_id", "store_id", "customer_id", "products", "amount"]);
  expect(named(rows("customer-events")[0])).toEqual(["customer_id", "demographics", "behavior"]);
  expect(named(rows("inventory-updates")[0])).toEqual(["product_id", "quantity", "warehouse"]);
});
