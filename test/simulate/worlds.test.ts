/**
 * Worlds made of worlds: each keeps its names, members, clocks and share, and the file around changes what it
 * says it changes.
 */
import { describe, expect, test } from "vitest";
import {
  eventsUntil,
  parsed,
  type SimulatedEvent,
  simulationStartMs,
  simulatorOf,
  sourceOf,
} from "../support/simulated-events.ts";

const hourMs = 3_600_000;

const shop = `
rate: 0.4
time-zone: America/New_York
curves: { day: { hours: [0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0] } }
entities:
  cities: { rows: [ { name: Boston }, { name: Austin } ] }
  customers: { count: 4, fields: { id: { uuid: true }, code: { text: "s{index}" }, city: { pick: cities } } }
journeys:
  visit:
    weight: 1
    curve: day
    steps:
      - let: { customer: { pick: customers }, number: { serial: visits } }
      - start: order
        with: { customer: { get: customer }, number: { get: number } }
  order:
    steps:
      - send: orders
        fields:
          customer: { get: customer.id }
          code: { get: customer.code }
          city: { get: customer.city.name }
          number: { get: number }
          hour: { hour: true }
          rate: { rate: true }
faults: { orders: { duplicate: 1 } }
`;
const site = `
rate: 0.6
time-zone: Asia/Tokyo
curves: { day: { hours: [0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0] } }
entities:
  homes: { rows: [ { name: Kyoto } ] }
  customers: { count: 3, fields: { id: { text: "w{index}" }, home: { pick: homes } } }
journeys:
  visit:
    weight: 5
    curve: day
    steps:
      - let: { customer: { pick: customers } }
      - send: looks
        fields:
          customer: { get: customer.id }
          number: { serial: visits }
          hour: { hour: true }
          rate: { rate: true }
`;
const files = { "shop.yaml": shop, "site.yaml": site };

const world = (yaml: string, others: Record<string, string> = {}) =>
  simulatorOf(`worlds: { shop: shop.yaml, site: site.yaml }\n${yaml}`, undefined, { ...files, ...others });

const dayOf = (spec: ReturnType<typeof world>, seed = 1) =>
  eventsUntil(sourceOf(spec, { seed, isClean: true }), simulationStartMs + 48 * hourMs);
const of = (events: readonly SimulatedEvent[], stream: string) =>
  parsed(events.filter((event) => event.stream === stream));
const values = (rows: readonly Record<string, unknown>[], name: string) =>
  [...new Set(rows.map((row) => row[name]))].sort();

describe("a world made of worlds", () => {
  const events = dayOf(world(""));

  test("has what each has alone: members, counters, hours of its zone", () => {
    const alone = of(dayOf(simulatorOf(shop)), "orders");
    const orders = of(events, "orders");
    expect(values(orders, "customer")).toEqual(values(alone, "customer"));
    expect(values(orders, "customer").length).toBe(4);
    expect([values(orders, "hour"), values(of(events, "looks"), "hour")]).toEqual([[9], [9]]);
    for (const stream of ["orders", "looks"]) {
      const numbers = of(events, stream).map((row) => row.number);
      expect(numbers.every((number, at) => number === at + 1)).toBe(true);
    }
    const firstOf = (stream: string) => events.find((event) => event.stream === stream)!.timeMs;
    // Nine in Tokyo is fourteen hours before nine in New York.
    expect(Math.round((firstOf("orders") - firstOf("looks")) / hourMs)).toBe(14);
  });

  test("has the events of all, each world its share, and says so to its values", () => {
    const count = (stream: string, all: readonly SimulatedEvent[]) =>
      all.filter((event) => event.stream === stream).length;
    const perSecond = (stream: string, all = events) => count(stream, all) / (48 * 3_600);
    expect(Math.abs(perSecond("orders") / 0.4 - 1)).toBeLessThan(0.1);
    expect(Math.abs(perSecond("looks") / 0.6 - 1)).toBeLessThan(0.1);
    expect([values(of(events, "orders"), "rate"), values(of(events, "looks"), "rate")]).toEqual([
      [0.4],
      [0.6],
    ]);
    const spec = simulatorOf(
      "rate: 0.2\nworlds: { shop: { file: shop.yaml, rate: 1 }, site: { file: site.yaml, rate: 3 } }",
      undefined,
      files,
    );
    const fewer = dayOf(spec);
    expect(Math.abs(perSecond("orders", fewer) / 0.05 - 1)).toBeLessThan(0.1);
    expect(Math.abs(perSecond("looks", fewer) / 0.15 - 1)).toBeLessThan(0.1);
    expect(values(of(fewer, "orders"), "rate")).toEqual([0.05]);
  });

  test("is the same for a seed", () => {
    const text = (all: readonly SimulatedEvent[]) => JSON.stringify(all);
    expect(text(dayOf(world(""))) === text(events)).toBe(true);
    expect(text(dayOf(world(""), 2)) === text(events)).toBe(false);
  });

  test("keeps the faults of each, unless the file around says others", () => {
    const twice = (yaml: string) => {
      const all = eventsUntil(sourceOf(world(yaml)), simulationStartMs + 48 * hourMs);
      return ["orders", "looks"].map((stream) => {
        const lines = all.filter((event) => event.stream === stream).map(({ line }) => line);
        return lines.length / new Set(lines).size;
      });
    };
    expect(twice("")).toEqual([2, 1]);
    expect(twice("faults: { orders: {}, looks: { duplicate: 1 } }")).toEqual([1, 2]);
  });
});

describe("the file around", () => {
  test("changes fields and counts of entities, with entities of its own", () => {
    const spec = world(`
entities:
  people: { count: 9, fields: { id: { text: "p{index}" } } }
  shop.customers:
    count: 6
    fields:
      person: { find: { in: people, index: { add: [ { get: index }, 5 ] } } }
      code: { get: person.id }
      lower: { text: "x{code}" }
  site.customers:
    fields: { same: { find: { in: shop.customers, index: { get: index } } }, id: { get: same.lower } }
`);
    const events = dayOf(spec);
    const orders = of(events, "orders");
    // Nobody is number nine or ten.
    expect(values(orders, "code")).toEqual([null, "p5", "p6", "p7", "p8"]);
    expect(values(orders, "customer").length).toBe(6);
    expect(values(of(events, "looks"), "customer")).toEqual(["xp5", "xp6", "xp7"]);
  });

  test("puts an entity of its own, or rows, in the place of one", () => {
    const spec = world(`
entities:
  places: { rows: [ { name: Rome } ] }
  shop.cities: places
  site.customers: { rows: [ { id: a }, { id: b } ], fields: { home: { pick: shop.cities } } }
`);
    const events = dayOf(spec);
    expect(values(of(events, "orders"), "city")).toEqual(["Rome"]);
    expect(values(of(events, "looks"), "customer")).toEqual(["a", "b"]);
    const fixed = world("entities: { shop.customers: { rows: [ { id: a, code: b } ] } }");
    expect(values(of(dayOf(fixed), "orders"), "customer").length).toBe(1);
  });

  test("puts steps in the place of others, and starts journeys of one world from another", () => {
    const spec = world(`
journeys:
  site.visit:
    steps:
      - let: { customer: { pick: site.customers }, buyer: { pick: shop.customers } }
      - send: looks
        fields: { customer: { get: customer.id }, number: { serial: looks }, hour: { hour: true } }
      - start: shop.order
        with: { customer: { get: buyer }, number: { serial: shop.visits } }
  shop.visit: { weight: 3 }
  tick: { every: 12 h, steps: [ { send: ticks, fields: { rate: { rate: true } } } ] }
`);
    const events = dayOf(spec);
    // They begin by the clocks of their own world; words of the file around mean what they mean there.
    expect(values(of(events, "looks"), "hour")).toEqual([0]);
    const bought = of(events, "orders");
    expect(bought.length).toBeGreaterThan(of(events, "looks").length);
    const numbers = bought.map((row) => row.number as number).sort((left, right) => left - right);
    expect(numbers.every((number, at) => number === at + 1)).toBe(true);
    expect(of(events, "ticks")).toEqual(new Array(5).fill({ rate: 1 }));
    const perSecond = events.length / (48 * 3_600);
    expect(Math.abs(perSecond - 1)).toBeLessThan(0.1);
  });

  test("has journeys of its own at a rate of their own", () => {
    const spec = world(
      "own-rate: 0.5\njourneys: { own: { weight: 1, steps: [ { send: own, fields: {} } ] } }",
    );
    const events = dayOf(spec);
    expect(Math.abs(of(events, "own").length / (0.5 * 48 * 3_600) - 1)).toBeLessThan(0.1);
    expect(Math.abs(events.length / (1.5 * 48 * 3_600) - 1)).toBeLessThan(0.1);
  });

  test("may be included itself, and is changed through both names", () => {
    const both = `
worlds: { shop: shop.yaml, site: site.yaml }
entities: { shop.customers: { count: 2 } }`;
    const yaml = `worlds: { all: both.yaml }
entities: { all.shop.customers: { fields: { code: { text: "deep{index}" } } } }
journeys: { all.site.visit: { every: 1 h } }`;
    const spec = simulatorOf(yaml, undefined, { ...files, "both.yaml": both });
    const events = dayOf(spec);
    expect(values(of(events, "orders"), "code")).toEqual(["deep0", "deep1"]);
    expect(of(events, "looks").length).toBe(49);
    expect(Math.abs(of(events, "orders").length / (48 * 3_600) - 1)).toBeLessThan(0.1);
  });
});
