/**
 * The demo's world: one, in which the streams of the packs join. What follows what is found in the events
 * alone, as somebody would who has nothing but the streams.
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { projectRoot } from "../../scripts/project.js";
import { readProject } from "../../src/project/read-project.ts";
import { readSimulator } from "../../src/project/simulator-file.ts";
import { openingCleanSource } from "../../src/simulate/open-source.ts";
import {
  firstEvents,
  type SimulatedEvent,
  simulationStartMs,
  sourceOf,
} from "../support/simulated-events.ts";

const world = readSimulator(join(projectRoot, "demo", "simulators", "world.yaml"));
const hourMs = 3_600_000;
const minuteMs = 60_000;
const eventCount = 200_000;
/** Slow enough for two mailings, which come every four hours. */
const rate = 10;

type Row = Readonly<Record<string, unknown>> & { readonly atMs: number };

/** Six in the morning in Berlin. */
const startMs = simulationStartMs + 5 * hourMs;

const events = firstEvents(sourceOf(world, { isClean: true, rate, startMs }), eventCount);
const byStream = Map.groupBy(events, ({ stream }) => stream);
const endMs = events.at(-1)!.timeMs;
const rowsOf = (stream: string): readonly Row[] =>
  (byStream.get(stream) ?? []).map(({ line, timeMs }) => ({
    ...(JSON.parse(line, exactly) as Record<string, unknown>),
    atMs: timeMs,
  }));

/** Numbers as they are written. */
function exactly(_: string, value: unknown, context?: { readonly source?: string }): unknown {
  return typeof value === "number" ? (context?.source ?? value) : value;
}

const part = (row: Row, name: string, field: string) => (row[name] as Record<string, unknown>)[field];
const mails = rowsOf("email-events");
const clicks = mails.filter((row) => row.event_type === "email_clicked");
const conversions = rowsOf("conversion-events");
const visits = rowsOf("clickstream_events");
const actions = rowsOf("customer_events");
const purchases = actions.filter((row) => row.event_type === "purchase");
const payments = rowsOf("transaction_events");
const levels = rowsOf("inventory_events");
const sales = rowsOf("retail-transactions");
const appEvents = rowsOf("raw_events");

const share = <Of>(all: readonly Of[], holds: (each: Of) => boolean) => all.filter(holds).length / all.length;
const ids = (rows: readonly Row[], field: string) =>
  new Set(rows.map((row) => row[field]).filter((id) => id !== null));
const isWithin = (row: Row, after: Row, spanMs: number) =>
  row.atMs >= after.atMs && row.atMs - after.atMs <= spanMs;

test("it is opened in some hundreds of slices, so that a server goes on answering", () => {
  expect([...openingCleanSource(world, { seed: 1, startMs, rate })].length).toBeGreaterThan(200);
});

describe("X4: one world for all packs", () => {
  test("it is what the demo runs, alone", () => {
    const { settings, simulators, included } = readProject(join(projectRoot, "demo"));
    expect(simulators.map(({ name }) => name)).toEqual(["world"]);
    expect(settings.simulators).toEqual(["world"]);
    expect(included.length).toBe(5);
  });

  test("who clicks in a mail is on the site and in the shop within two minutes, by that campaign", () => {
    const early = clicks.filter(({ atMs }) => atMs < endMs - 2 * minuteMs);
    expect(early.length).toBeGreaterThan(100);
    const visitsOf = Map.groupBy(visits, (row) => row.user_id);
    const actionsOf = Map.groupBy(actions, (row) => row.customer_id);
    const isOnSite = (click: Row) =>
      (visitsOf.get(click.user_id) ?? []).some(
        (visit) =>
          isWithin(visit, click, 2 * minuteMs) &&
          visit.session_id === click.session_id &&
          part(visit, "utm", "campaign") === click.campaign_id &&
          part(visit, "utm", "medium") === "email",
      );
    const isInShop = (click: Row) =>
      (actionsOf.get(click.user_id) ?? []).some(
        (action) =>
          isWithin(action, click, 2 * minuteMs) &&
          part(action, "properties", "referrer") === "email" &&
          part(action, "properties", "campaign_id") === click.campaign_id,
      );
    expect([share(early, isOnSite), share(early, isInShop)]).toEqual([1, 1]);
  });

  test("conversions are purchases of that session, for the very amount, and the other way round", () => {
    expect(conversions.length).toBeGreaterThan(30);
    const bySession = Map.groupBy(purchases, (row) => row.session_id);
    const hasOrder = (conversion: Row) =>
      (bySession.get(conversion.session_id) ?? []).some(
        (order) =>
          order.customer_id === conversion.user_id &&
          order.revenue === part(conversion, "properties", "revenue") &&
          (part(order, "properties", "campaign_id") ?? null) === conversion.campaign_id &&
          isWithin(conversion, order, 1_000),
      );
    expect(share(conversions, hasOrder)).toBe(1);
    const byMail = purchases.filter((row) => part(row, "properties", "referrer") === "email");
    expect(byMail.length).toBe(conversions.length);
    expect(ids(conversions, "campaign_id").size).toBeGreaterThan(1);
  });

  test("a purchase is paid, and takes what was bought from stock", () => {
    const levelsOf = Map.groupBy(levels, (row) => row.product_id);
    const early = purchases.filter(({ atMs }) => atMs < endMs - 1_000);
    expect(early.length).toBeGreaterThan(300);
    const isMoved = (order: Row) =>
      (levelsOf.get(order.product_id) ?? []).some((level) => isWithin(level, order, 1_000));
    const paymentsOf = Map.groupBy(payments, (row) => row.customer_id);
    const isPaid = (order: Row) =>
      (paymentsOf.get(order.customer_id) ?? []).some(
        (payment) => payment.amount === order.revenue && isWithin(payment, order, 1_000),
      );
    expect([share(early, isMoved), share(early, isPaid)]).toEqual([1, 1]);
    const byLevel = Map.groupBy(levels, (row) => `${row.product_id} ${row.warehouse_location}`);
    const left = new Map<Row, number>();
    for (const rows of byLevel.values()) {
      for (const [at, row] of rows.entries())
        if (at > 0) left.set(row, Number(rows[at - 1]!.current_stock) - Number(row.current_stock));
    }
    const known = early.filter((order) =>
      levelsOf.get(order.product_id)!.some((level) => isWithin(level, order, 0) && left.has(level)),
    );
    expect(known.length / early.length).toBeGreaterThan(0.8);
    const isTaken = (order: Row) =>
      levelsOf
        .get(order.product_id)!
        .some((level) => isWithin(level, order, 0) && left.get(level) === Number(order.quantity));
    expect(share(known, isTaken)).toBe(1);
  });

  test("some payments are fraud, and it is told which", () => {
    const labels = rowsOf("fraud_labels");
    expect(labels.length).toBeGreaterThan(3);
    const paid = new Map(payments.map((row) => [row.transaction_id, row.customer_id]));
    expect(share(labels, (label) => paid.get(label.transaction_id) === label.customer_id)).toBe(1);
  });
});

describe("X4: ids are the same everywhere", () => {
  const isPerson = (id: unknown) => /^cust_0[0-4]\d{3}$/.test(String(id));

  test("people, whatever they do", () => {
    const people = {
      payments: ids(payments, "customer_id"),
      shop: ids(actions, "customer_id"),
      site: ids(visits, "user_id"),
      readers: ids(mails, "user_id"),
      conversions: ids(conversions, "user_id"),
      app: ids(appEvents, "user_id"),
    };
    for (const [place, known] of Object.entries(people)) expect(share([...known], isPerson), place).toBe(1);
    const tills = ids(sales, "customer_id");
    expect(share([...tills], isPerson)).toBeGreaterThan(0.2);
    const everywhere = [...people.readers].filter((id) =>
      [people.shop, people.site, people.app, tills].every((place) => place.has(id)),
    );
    expect(everywhere.length).toBeGreaterThan(100);
  });

  test("where people live is one place", () => {
    const homes = new Map(visits.map((row) => [row.user_id, part(row, "geo", "country")]));
    const known = actions.filter((row) => homes.has(row.customer_id));
    const isAtHome = (row: Row) => part(row, "location", "country") === homes.get(row.customer_id);
    // Some travel.
    expect(share(known, isAtHome)).toBeGreaterThan(0.97);
  });

  test("products and their prices", () => {
    const prices = new Map<unknown, unknown>();
    for (const { product_id: id, price } of sales.flatMap((row) => row.products as Row[])) {
      expect(prices.get(id) ?? price).toBe(price);
      prices.set(id, price);
    }
    const onSite = visits.filter((row) => row.currency === "USD" && prices.has(row.product_id));
    expect(onSite.length).toBeGreaterThan(500);
    expect(share(onSite, (row) => row.price === prices.get(row.product_id))).toBe(1);
    const single = purchases.filter((row) => row.quantity === "1" && prices.has(row.product_id));
    expect(single.length).toBeGreaterThan(100);
    expect(share(single, (row) => row.revenue === prices.get(row.product_id))).toBe(1);
  });
});

describe("X4: what happens when", () => {
  test("in the hour of a mailing its campaign brings visits and purchases", () => {
    const hourFrom = (rows: readonly Row[], hour: number) =>
      rows.filter(({ atMs }) => Math.floor((atMs - startMs) / hourMs) === hour);
    /** Of the campaign that a mailing is of: in its hour, and in the quiet one before the second mailing. */
    const broughtBy = (mailingHour: number) => {
      const sent = hourFrom(mails, mailingHour).filter((row) => row.event_type === "email_sent");
      const counts = [...Map.groupBy(sent, (row) => row.campaign_id)];
      const [campaign, letters] = counts.sort((left, right) => right[1].length - left[1].length)[0]!;
      expect(letters.length / sent.length).toBeGreaterThan(0.7);
      const byCampaign = (rows: readonly Row[], field: string, name: string) =>
        rows.filter((row) => row[field] != null && part(row, field, name) === campaign);
      const visited = byCampaign(visits, "utm", "campaign");
      const acted = byCampaign(actions, "properties", "campaign_id");
      return [mailingHour, 3].map((hour) => ({
        sessions: ids(hourFrom(visited, hour), "session_id").size,
        carts: hourFrom(acted, hour).filter((row) => row.event_type === "add_to_cart").length,
        bought: hourFrom(acted, hour).filter((row) => row.event_type === "purchase").length,
      }));
    };
    const mailings = [broughtBy(0), broughtBy(4)];
    const sum = (at: number, what: "sessions" | "carts" | "bought") =>
      mailings.reduce((total, hours) => total + hours[at]![what], 0);
    expect(sum(0, "sessions")).toBeGreaterThan(20);
    expect(sum(0, "sessions")).toBeGreaterThan(4 * sum(1, "sessions"));
    expect(sum(0, "carts")).toBeGreaterThan(4);
    expect(sum(0, "carts")).toBeGreaterThan(4 * sum(1, "carts"));
    expect(sum(0, "bought")).toBeGreaterThan(0);
  });

  test("stores keep their own hours", () => {
    const stores = (hour: number) => {
      const isThen = ({ atMs }: Row) => Math.floor((atMs - startMs) / hourMs) === hour;
      return ids(sales.filter(isThen), "store_id").size;
    };
    expect([stores(0) > 5, stores(0) < 60, stores(4) > 110]).toEqual([true, true, true]);
  });
});

test("X4: the same seed and start give the same bytes", () => {
  const text = (all: readonly SimulatedEvent[]) =>
    all.map(({ stream, line, timeMs }) => `${stream} ${timeMs} ${line}\n`).join("");
  const hash = createHash("sha256")
    .update(text(firstEvents(sourceOf(world), 20_000)))
    .digest("hex");
  expect(hash).toBe("74090f61767a90a06da8dcdae38b00106b9b1461930893657746c2477534c86f");
  const other = firstEvents(sourceOf(world, { seed: 2 }), 1_000);
  expect(text(other) === text(firstEvents(sourceOf(world), 1_000))).toBe(false);
});
