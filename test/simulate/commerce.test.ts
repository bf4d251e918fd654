/** The two simulators of the commerce pack: the document's shares, and what holds in the shop. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { projectRoot } from "../../scripts/project.js";
import { readSimulator } from "../../src/project/simulator-file.ts";
import { firstEvents, type SimulatedEvent, sourceOf } from "../support/simulated-events.ts";

const read = (name: string) =>
  readSimulator(join(projectRoot, "packs", "commerce", "simulators", `${name}.yaml`));
const documented = read("document");
const shop = read("shop");

type Row = Record<string, unknown>;
const rowsOf = (events: readonly SimulatedEvent[], stream: string): Row[] =>
  events.filter((event) => event.stream === stream).map(({ line }) => JSON.parse(line) as Row);

/** How often each value is there. */
function shares(values: readonly unknown[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[String(value)] = (counts[String(value)] ?? 0) + 1 / values.length;
  return counts;
}

function expectShares(found: Record<string, number>, expected: Record<string, number>): void {
  expect(Object.keys(found).sort()).toEqual(Object.keys(expected).sort());
  for (const [name, share] of Object.entries(expected)) {
    expect(Math.abs(found[name]! - share), name).toBeLessThan(0.012);
  }
}

const even = (...names: string[]) => Object.fromEntries(names.map((name) => [name, 1 / names.length]));
const numbers = (rows: readonly Row[], name: string) => rows.map((row) => row[name] as number);
function expectRange(found: readonly number[], from: number, to: number): void {
  const slack = (to - from) * 0.02;
  const [least, most] = [Math.min(...found), Math.max(...found)];
  expect(
    [least >= from, least <= from + slack, most <= to, most >= to - slack],
    `${least} to ${most}`,
  ).toEqual([true, true, true, true]);
}

describe("X4: the same seed and start give the same bytes", () => {
  test.each([
    ["document", documented, "6d91b64e373d36104e259d5c17a20282515686c5cd9347bd73bde7332abe5a3b"],
    ["shop", shop, "dcfd37d6f2e7ac171cf88f584f39fe2dc57c52ff9fbd1b0d79df829ec60c684d"],
  ] as const)("%s", (_, spec, expected) => {
    const events = firstEvents(sourceOf(spec, { seed: 20_260_302 }), 20_000);
    const text = events.map(({ stream, line, timeMs }) => `${stream} ${timeMs} ${line}\n`).join("");
    expect(createHash("sha256").update(text).digest("hex")).toBe(expected);
  });
});

describe("C4: the document's simulator, 100,000 events", () => {
  const events = firstEvents(sourceOf(documented), 100_000);
  const [customers, transactions, levels] = ["customer_events", "transaction_events", "inventory_events"].map(
    (stream) => rowsOf(events, stream),
  ) as [Row[], Row[], Row[]];

  test("C4: streams and types have their shares, ten a second", () => {
    expectShares(shares(events.map(({ stream }) => stream)), {
      customer_events: 0.7,
      transaction_events: 0.2,
      inventory_events: 0.1,
    });
    expectShares(shares(customers.map((row) => row.event_type)), {
      page_view: 0.4,
      product_view: 0.25,
      add_to_cart: 0.15,
      remove_from_cart: 0.05,
      purchase: 0.15,
    });
    const seconds = (events.at(-1)!.timeMs - events[0]!.timeMs) / 1000;
    expect(Math.abs(events.length / seconds - 10)).toBeLessThan(0.3);
  });

  test("C4: customer events", () => {
    const purchases = customers.filter((row) => row.event_type === "purchase");
    expectRange(numbers(purchases, "revenue"), 10, 500);
    expect(customers.every((row) => row.event_type === "purchase" || row.revenue === 0)).toBe(true);
    expectShares(shares(customers.map((row) => row.device_type)), even("desktop", "mobile", "tablet"));
    const properties = customers.map((row) => row.properties as Row);
    expectShares(
      shares(properties.map((row) => row.referrer)),
      even("google", "facebook", "direct", "email"),
    );
    expectRange(
      properties.map((row) => Number(/^CAMP_(\d+)$/.exec(String(row.campaign_id))?.[1])),
      100,
      999,
    );
    expect(new Set(customers.map((row) => row.customer_id)).size).toBe(1000);
    const products = [...new Set(customers.map((row) => row.product_id))].sort();
    expect([products.length, products[0], products.at(-1)]).toEqual([500, "PROD_00000", "PROD_00499"]);
    expect(new Set(customers.map((row) => row.session_id)).size).toBe(customers.length);
  });

  test("C4: transactions, of which two in a hundred are fraud", () => {
    const fraud = transactions.filter((row) => (row.location as Row).country === "XX");
    const honest = transactions.filter((row) => (row.location as Row).country !== "XX");
    expect(Math.abs(fraud.length / transactions.length - 0.02)).toBeLessThan(0.004);
    expectRange(numbers(fraud, "amount"), 500, 2000);
    expectRange(numbers(honest, "amount"), 10, 300);
    expectRange(numbers(fraud, "risk_score"), 0.7, 1);
    expectRange(numbers(honest, "risk_score"), 0, 0.3);
    expect(new Set(fraud.map((row) => JSON.stringify(row.location)))).toEqual(
      new Set(['{"lat":0,"lon":0,"country":"XX"}']),
    );
    const methods = even("credit_card", "debit_card", "paypal", "apple_pay");
    expectShares(shares(transactions.map((row) => row.payment_method)), methods);
    const categories = even("retail", "grocery", "gas", "restaurant");
    expectShares(shares(transactions.map((row) => row.merchant_category)), categories);
    expectShares(shares(transactions.map((row) => `${String(row.status)} ${String(row.currency)}`)), {
      "pending USD": 1,
    });
  });

  test("C4: levels", () => {
    expectRange(numbers(levels, "current_stock"), 0, 1000);
    expect(levels.every((row) => Number(row.reserved_stock) <= Math.min(Number(row.current_stock), 20))).toBe(
      true,
    );
    expectRange(numbers(levels, "reserved_stock"), 0, 20);
    expectRange(numbers(levels, "reorder_point"), 10, 50);
    expectShares(shares(levels.map((row) => row.warehouse_location)), even("NYC", "LAX", "CHI", "DFW"));
    expect(levels.every((row) => row.sku === `SKU_${String(row.product_id)}`)).toBe(true);
    expectRange(
      levels.map((row) => Number(/^SUP_(\d+)$/.exec(String(row.supplier_id))?.[1])),
      100,
      999,
    );
  });

  test("C1, C2, C3: money has two digits, times are ISO in UTC, fields stand in their order", () => {
    for (const { stream, line } of events.slice(0, 2_000)) {
      const { names, money } = fieldsOf[stream]!;
      expect(Object.keys(JSON.parse(line) as Row)).toEqual(names);
      expect(line).toMatch(/"timestamp":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"/);
      if (money !== undefined) expect(line).toMatch(new RegExp(`"${money}":\\d+\\.\\d\\d[,}]`));
    }
  });
});

const fieldsOf: Readonly<Record<string, { readonly names: readonly string[]; readonly money?: string }>> = {
  customer_events: {
    names: [
      ...["event_id", "customer_id", "event_type", "product_id", "session_id", "timestamp", "page_url"],
      ...["device_type", "location", "revenue", "properties"],
    ],
    money: "revenue",
  },
  transaction_events: {
    names: [
      ...["transaction_id", "customer_id", "amount", "currency", "payment_method", "timestamp"],
      ...["merchant_category", "location", "risk_score", "status"],
    ],
    money: "amount",
  },
  inventory_events: {
    names: [
      ...["product_id", "sku", "current_stock", "reserved_stock", "warehouse_location", "timestamp"],
      ...["reorder_point", "supplier_id"],
    ],
  },
};

describe("C5: the shop", () => {
  /** Two days of it. */
  const events = firstEvents(sourceOf(shop, { isClean: true, rate: 3 }), 450_000);
  const [customers, transactions, levels, labels] = [
    "customer_events",
    "transaction_events",
    "inventory_events",
    "fraud_labels",
  ].map((stream) => rowsOf(events, stream)) as [Row[], Row[], Row[], Row[]];
  const kindOf = new Map(labels.map((row) => [row.transaction_id, String(row.kind)]));
  const endMs = events.at(-1)!.timeMs;

  test("C5: each purchase is paid in the same instant, and takes stock", () => {
    const paid = new Set(transactions.map((row) => `${row.customer_id} ${row.timestamp} ${row.amount}`));
    const moved = new Set(levels.map((row) => `${row.product_id} ${row.timestamp}`));
    const purchases = customers.filter((row) => row.event_type === "purchase").slice(0, -1);
    expect(purchases.length).toBeGreaterThan(5_000);
    for (const row of purchases) {
      expect(paid.has(`${row.customer_id} ${row.timestamp} ${row.revenue}`)).toBe(true);
      expect(moved.has(`${row.product_id} ${row.timestamp}`)).toBe(true);
    }
  });

  test("C5: levels move by what is sold, come back by deliveries, run out now and then", () => {
    const last = new Map<string, Row>();
    let [sold, delivered, low] = [0, 0, 0];
    const sales = new Map<string, number>();
    for (const row of customers) {
      if (row.event_type === "purchase")
        sales.set(`${row.product_id} ${row.timestamp}`, Number(row.quantity));
    }
    for (const row of levels) {
      expect(Number(row.current_stock)).toBeGreaterThanOrEqual(0);
      const key = `${row.product_id} ${row.warehouse_location}`;
      const before = last.get(key);
      last.set(key, row);
      if (Number(row.current_stock) <= Number(row.reorder_point)) low++;
      const by = before === undefined ? 0 : Number(row.current_stock) - Number(before.current_stock);
      const quantity = sales.get(`${row.product_id} ${row.timestamp}`);
      if (by < 0 && quantity !== undefined) {
        expect(by).toBe(-quantity);
        sold++;
      }
      if (by > 0) delivered++;
    }
    expect(last.size).toBe(2_000);
    expect([sold > 5_000, delivered > 200, low > 100]).toEqual([true, true, true]);
    expect(customers.some((row) => row.error === "out_of_stock")).toBe(true);
  });

  test("C5: a session is one customer on one device, at home or away, in the order of a visit", () => {
    const sessions = Map.groupBy(
      customers.filter((row) => row.event_type !== "return"),
      (row) => row.session_id,
    );
    const countries = new Map<unknown, Map<unknown, number>>();
    let [buying, aimless, leavers] = [0, 0, 0];
    for (const rows of sessions.values()) {
      expect(new Set(rows.map((row) => `${row.customer_id} ${row.device_type}`)).size).toBe(1);
      const types = rows.map((row) => String(row.event_type));
      expect(types[0]).toBe("page_view");
      if (types.includes("purchase")) {
        buying++;
        expect(types.indexOf("product_view")).toBeLessThan(types.indexOf("add_to_cart"));
        expect(types.indexOf("add_to_cart")).toBeLessThan(types.indexOf("purchase"));
      } else if (types.includes("add_to_cart")) leavers++;
      if (types.length >= 4 && !types.includes("product_view")) aimless++;
      const [first] = rows;
      const seen = countries.get(first!.customer_id) ?? new Map<unknown, number>();
      const { country } = first!.location as Row;
      seen.set(country, (seen.get(country) ?? 0) + 1);
      countries.set(first!.customer_id, seen);
    }
    const share = (count: number) => count / sessions.size;
    expect(share(buying)).toBeGreaterThan(0.05);
    expect(share(buying)).toBeLessThan(0.25);
    expect(share(aimless)).toBeGreaterThan(0.05);
    expect(share(leavers)).toBeGreaterThan(0.05);
    let [home, away] = [0, 0];
    for (const seen of countries.values()) {
      const counts = [...seen.values()].sort((left, right) => right - left);
      home += counts[0]!;
      away += counts.slice(1).reduce((sum, each) => sum + each, 0);
    }
    expect(away / (home + away)).toBeGreaterThan(0.001);
    expect(away / (home + away)).toBeLessThan(0.1);
  });

  test("C5: sources, devices and hours differ", () => {
    const purchases = customers.filter((row) => row.event_type === "purchase");
    const conversion = (of: (row: Row) => boolean) => {
      const visits = new Set(customers.filter(of).map((row) => row.session_id)).size;
      return purchases.filter(of).length / visits;
    };
    const campaign = (id: string) => conversion((row) => (row.properties as Row).campaign_id === id);
    expect(campaign("CAMP_401") / campaign("CAMP_307")).toBeGreaterThan(3);
    const device = (type: string) => conversion((row) => row.device_type === type);
    expect(device("desktop") / device("mobile")).toBeGreaterThan(1.2);
    // 20 h and 3 h in New York.
    const hour = (of: string) => customers.filter((row) => String(row.timestamp).slice(11, 13) === of).length;
    expect(hour("01") / hour("08")).toBeGreaterThan(2.5);
    const removals = customers.filter((row) => row.event_type === "remove_from_cart").length;
    const carts = customers.filter((row) => row.event_type === "add_to_cart").length;
    expect(removals / carts).toBeGreaterThan(0.05);
    expect(removals / carts).toBeLessThan(0.25);
  });

  test("C5: fraud is told later, of payments that were made, and the risk score knows nothing of it", () => {
    const made = new Map(transactions.map((row) => [row.transaction_id, row]));
    for (const row of labels) {
      const payment = made.get(row.transaction_id)!;
      expect(payment.customer_id).toBe(row.customer_id);
      const laterMs = Date.parse(String(row.timestamp)) - Date.parse(String(payment.timestamp));
      expect(laterMs).toBeGreaterThanOrEqual(60_000);
      expect(laterMs).toBeLessThanOrEqual(72_000_000);
    }
    const known = transactions.filter((row) => endMs - Date.parse(String(row.timestamp)) > 72_000_000);
    const [fraud, honest] = [true, false].map((is) =>
      known.filter((row) => kindOf.has(row.transaction_id) === is),
    );
    expect(fraud!.length / known.length).toBeGreaterThan(0.005);
    expect(fraud!.length / known.length).toBeLessThan(0.04);
    const mean = (rows: readonly Row[]) =>
      numbers(rows, "risk_score").reduce((sum, each) => sum + each, 0) / rows.length;
    expect(Math.abs(mean(fraud!) - mean(honest!))).toBeLessThan(0.04);
    expect(Object.keys(shares([...kindOf.values()])).sort()).toEqual([
      "account_takeover",
      "amount_creep",
      "stolen_card",
    ]);
  });

  test("C5: each kind of fraud has its look, and some honest payments look like it", () => {
    const byCustomer = Map.groupBy(transactions, (row) => row.customer_id);
    const near = (row: Row, spanMs: number) =>
      byCustomer.get(row.customer_id)!.filter((other) => {
        const byMs = Date.parse(String(row.timestamp)) - Date.parse(String(other.timestamp));
        return byMs >= 0 && byMs <= spanMs;
      });
    const share = (kind: string | undefined, holds: (row: Row) => boolean) => {
      const rows = transactions.filter((row) => kindOf.get(row.transaction_id) === kind);
      return rows.filter(holds).length / rows.length;
    };
    const isFast = (row: Row) => near(row, 1_800_000).length > 3;
    expect(share("stolen_card", isFast)).toBeGreaterThan(0.4);
    expect(share(undefined, isFast)).toBeLessThan(0.02);
    const homes = new Map(
      [...byCustomer].map(([id, rows]) => {
        const counts = shares(rows.map((row) => (row.location as Row).country));
        return [id, Object.entries(counts).sort((left, right) => right[1] - left[1])[0]![0]];
      }),
    );
    const isAbroad = (row: Row) => (row.location as Row).country !== homes.get(row.customer_id);
    expect(share(undefined, isAbroad)).toBeLessThan(0.1);
    expect(share(undefined, isAbroad)).toBeGreaterThan(0);
    const isLarge = (row: Row) => Number(row.amount) > 250;
    for (const kind of ["stolen_card", "account_takeover", "amount_creep"]) {
      expect(share(kind, isLarge), kind).toBeGreaterThan(3 * share(undefined, isLarge));
    }
    expect(share(undefined, isLarge)).toBeGreaterThan(0.002);
  });
});
