/**
 * What must hold of every source: the same seed gives the same bytes however it is asked, the rate is the one
 * that was asked for, curves follow the clocks of their zone, and faults are there at their share.
 */
import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { FaultKind } from "../../src/simulate/open-source.ts";
import {
  eventsUntil,
  firstEvents,
  type SimulatedEvent,
  simulationStartMs,
  simulatorOf,
  sourceOf,
} from "../support/simulated-events.ts";

const hourMs = 3_600_000;

const shop = simulatorOf(`
rate: 5
entities:
  goods: { count: 20, fields: { price: { decimal: { from: 1, to: 9, scale: 2 } }, left: 100 } }
journeys:
  visit:
    weight: 3
    steps:
      - let: { good: { pick: { from: goods, skew: 1 } }, id: { uuid: true } }
      - repeat: { integer: { from: 1, to: 4 } }
        steps:
          - send: views
            fields: { id: { get: id }, price: { get: good.price }, at: { now: true }, n: { get: good.left } }
          - wait: { from: 1 s, to: 2 min }
      - chance: 0.4
        then:
          - set: { good.left: { subtract: [ { get: good.left }, 1 ] } }
          - start: delivery
            with: { id: { get: id } }
  delivery:
    steps:
      - wait: { lognormal: { mean: 3600000, deviation: 1000000 } }
      - send: deliveries
        fields: { id: { get: id }, at: { now: true } }
  count:
    every: 1 h
    steps: [ { send: stock, fields: { at: { now: true }, n: { serial: counts } } } ]
`);
const plain = simulatorOf(`
stream: views
rate: 5
fields: { id: { uuid: true }, price: { decimal: { from: 1, to: 9, scale: 2 } }, at: { now: true } }
`);

const hashOf = (events: readonly SimulatedEvent[]) =>
  createHash("sha256")
    .update(events.map(({ stream, line, timeMs }) => `${stream} ${timeMs} ${line}\n`).join(""))
    .digest("hex");

const faults: readonly FaultKind[] = ["late", "duplicate", "broken", "burst", "silence"];

describe.each([
  { name: "a world", spec: shop },
  { name: "a stream", spec: plain },
])("$name", ({ spec }) => {
  test.each([{ faults: [] }, { faults }])("is the same however it is asked, faults: $faults", (options) => {
    const until = simulationStartMs + 2 * hourMs;
    const all = eventsUntil(sourceOf(spec, options), until);
    expect(all.length).toBeGreaterThan(10_000);
    expect(all.every(({ timeMs }, at) => at === 0 || timeMs >= all[at - 1]!.timeMs)).toBe(true);
    expect(hashOf(eventsUntil(sourceOf(spec, options), until, 7))).toBe(hashOf(all));
    const pieces = sourceOf(spec, options);
    const inPieces: SimulatedEvent[] = [];
    for (let at = simulationStartMs; at < until; at += 777.7) inPieces.push(...eventsUntil(pieces, at, 100));
    inPieces.push(...eventsUntil(pieces, until, 100));
    expect(hashOf(inPieces)).toBe(hashOf(all));
    expect(hashOf(eventsUntil(sourceOf(spec, { ...options, seed: 2 }), until))).not.toBe(hashOf(all));
  });
});

test("members are the same at every seed and start, and ids that journeys draw are not", () => {
  const spec = simulatorOf(`
entities: { people: { count: 5, fields: { id: { uuid: true }, age: { integer: { from: 1, to: 99 } } } } }
journeys:
  visit:
    weight: 1
    steps:
      - let: { person: { pick: people } }
      - send: visits
        fields: { id: { uuid: true }, person: { get: person.id }, age: { get: person.age } }
`);
  const drawn = (options: { seed?: number; startMs?: number }) =>
    firstEvents(sourceOf(spec, options), 100).map(
      ({ line }) => JSON.parse(line) as { id: string; person: string; age: number },
    );
  const all = [drawn({}), drawn({ seed: 2 }), drawn({ startMs: simulationStartMs + 1 })];
  expect(new Set(all.flat().map(({ person, age }) => `${person} ${age}`)).size).toBe(5);
  expect(new Set(all.flat().map(({ id }) => id)).size).toBe(300);
});

test.each([0.5, 5, 20])(
  "a world sends %d events a second, averaged over the time that journeys take",
  (rate) => {
    const source = sourceOf(shop, { rate });
    const skipMs = 3 * hourMs;
    const spanMs = 20_000_000 / rate;
    eventsUntil(source, simulationStartMs + skipMs);
    const events = eventsUntil(source, simulationStartMs + skipMs + spanMs);
    expect(Math.abs(events.length / (spanMs / 1000) / rate - 1)).toBeLessThan(0.06);
  },
);

test("another rate changes how often journeys start and not how long they wait", () => {
  const spans = (rate: number) => {
    const seen = new Map<string, number>();
    const lengths: number[] = [];
    for (const { stream, line, timeMs } of firstEvents(sourceOf(shop, { rate }), 30_000)) {
      const { id } = JSON.parse(line) as { id: string };
      if (stream === "views") seen.set(id, timeMs);
      else if (seen.has(id)) lengths.push(timeMs - seen.get(id)!);
    }
    return lengths.reduce((sum, each) => sum + each, 0) / lengths.length;
  };
  expect(Math.abs(spans(1) / spans(4) - 1)).toBeLessThan(0.1);
});

const walkers = simulatorOf(`
rate: 5
journeys: { walk: { weight: 1, steps: [ { send: steps, fields: { at: { now: true } } } ] } }
`);

test.each([
  { name: "a world", spec: walkers },
  { name: "a stream", spec: plain },
])("$name has its other rate from where it was asked up to, no sooner and no later", ({ spec }) => {
  // One event in 40 minutes at first: both the last before and the next behind are far from there.
  const source = sourceOf(spec, { rate: 1 / 2_400, isClean: true });
  const changedMs = simulationStartMs + 5.5 * hourMs;
  const before = eventsUntil(source, changedMs).length;
  expect(before).toBeGreaterThan(2);
  source.setRate(5);
  const events = eventsUntil(source, changedMs + 10 * 60_000);
  expect(events.every(({ timeMs }) => timeMs >= changedMs)).toBe(true);
  expect(events[0]!.timeMs - changedMs).toBeLessThan(5_000);
  expect(Math.abs(events.length / (5 * 600) - 1)).toBeLessThan(0.1);
});

describe("curves", () => {
  const open = new Array<number>(24).fill(0).map((_, hour) => (hour >= 9 && hour < 17 ? 1 : 0));
  const office = simulatorOf(`
rate: 1
time-zone: America/New_York
curves: { office: { hours: [${open.join(", ")}], weekdays: [1, 1, 1, 1, 1, 0, 0.5] } }
journeys:
  call:
    weight: 1
    curve: office
    steps: [ { send: calls, fields: { at: { now: true }, hour: { hour: true }, day: { weekday: true } } } ]
`);

  test("hours and weekdays are those of the zone, and the mean of a week is the rate", () => {
    const week = eventsUntil(sourceOf(office), simulationStartMs + 7 * 24 * hourMs);
    expect(Math.abs(week.length / (7 * 24 * 3600) - 1)).toBeLessThan(0.03);
    const rows = week.map(({ line }) => JSON.parse(line) as { hour: number; day: number });
    expect(rows.every(({ hour, day }) => hour >= 9 && hour < 17 && day !== 6)).toBe(true);
    const share = (of: number) => rows.filter(({ day }) => day === of).length / rows.length;
    expect(share(7) / share(3)).toBeCloseTo(0.5, 1);
  });

  test("when the clocks are changed the hours go with them", () => {
    // New York changes on 8 March 2026: the office opens at 14:00 UTC before, at 13:00 UTC behind it.
    const opening = (day: string) => {
      const startMs = Date.parse(`${day}T00:00:00Z`);
      const [first] = eventsUntil(sourceOf(office, { startMs, rate: 0.2 }), startMs + 24 * hourMs);
      return new Date(first!.timeMs).getUTCHours();
    };
    expect([opening("2026-03-06"), opening("2026-03-09")]).toEqual([14, 13]);
  });

  test("without a zone of its own it has the project's", () => {
    const hourly =
      "journeys: { a: { every: 1 h, steps: [ { send: s, fields: { hour: { hour: true } } } ] } }";
    const [event] = firstEvents(sourceOf(simulatorOf(hourly, "Asia/Kolkata")), 1);
    expect(event!.line).toBe('{"hour":5}');
  });
});

describe("faults", () => {
  const written = simulatorOf(`
rate: 100
journeys:
  view:
    weight: 1
    steps: [ { send: views, fields: { id: { uuid: true }, n: 1, ok: true, at: { now: true } } } ]
faults:
  views: { duplicate: 0.02, late: { share: 0.03, by: { from: 1 s, to: 20 min } }, broken: 0.01 }
`);
  const clean = firstEvents(sourceOf(written, { isClean: true }), 50_000);
  const endMs = clean.at(-1)!.timeMs;
  /** Also what comes later of the same events. */
  const faulty = eventsUntil(sourceOf(written), endMs + 1_200_000);
  const idOf = (line: string) => /^\{"id":"([^"]+)"/.exec(line)?.[1] ?? line;
  const ids = new Set(clean.map(({ line }) => idOf(line)));

  test("leave the events beneath as they are", () => {
    const lines = new Set(faulty.map(({ line }) => line));
    const kept = clean.filter(({ line }) => lines.has(line)).length;
    expect(Math.abs(kept / clean.length - 0.99)).toBeLessThan(0.002);
  });

  test("duplicates repeat the very bytes a little later", () => {
    const times = new Map<string, number>();
    const apart: number[] = [];
    for (const { line, timeMs } of faulty.filter((event) => ids.has(idOf(event.line)))) {
      const before = times.get(line);
      if (before === undefined) times.set(line, timeMs);
      else apart.push(timeMs - before);
    }
    expect(Math.abs(apart.length / clean.length - 0.02)).toBeLessThan(0.003);
    expect(Math.max(...apart)).toBeLessThanOrEqual(10_000);
  });

  test("late ones go out after their time", () => {
    const late = faulty.flatMap(({ line, timeMs }) => {
      const at = /"at":"([^"]+)"\}$/.exec(line)?.[1];
      const byMs = at === undefined ? 0 : timeMs - Date.parse(at);
      return byMs > 10_000 && ids.has(idOf(line)) ? [byMs] : [];
    });
    expect(Math.abs(late.length / clean.length - 0.03)).toBeLessThan(0.003);
    expect(Math.max(...late)).toBeGreaterThan(1_100_000);
  });

  test("broken ones are cut off, lack their first field, or have one of another type", () => {
    const shape = JSON.stringify({ id: "string", n: "number", ok: "boolean", at: "string" });
    const kinds = { cut: 0, missing: 0, type: 0 };
    for (const { line } of faulty) {
      let row: Record<string, unknown>;
      try {
        row = JSON.parse(line) as Record<string, unknown>;
      } catch {
        // What a line that was cut off is.
        kinds.cut++;
        continue;
      }
      const types = Object.fromEntries(Object.entries(row).map(([name, value]) => [name, typeof value]));
      if (JSON.stringify(types) === shape) continue;
      kinds[Object.keys(row).length === 4 ? "type" : "missing"]++;
    }
    for (const count of Object.values(kinds)) {
      expect(Math.abs(count / faulty.length - 0.01 / 3)).toBeLessThan(0.001);
    }
  });

  test.each([
    { name: "world", spec: written },
    { name: "stream", spec: plain },
  ])("a burst is ten times as much, a silence is nothing, for a $name", ({ spec }) => {
    const perSecond = (options: FaultKind[], fromS: number, untilS: number) => {
      const source = sourceOf(spec, { faults: options, rate: 100 });
      const events = eventsUntil(source, simulationStartMs + 330_000);
      const [from, until] = [simulationStartMs + fromS * 1000, simulationStartMs + untilS * 1000];
      return events.filter(({ timeMs }) => timeMs >= from && timeMs < until).length / (untilS - fromS);
    };
    expect(perSecond(["burst"], 60, 80) / perSecond([], 60, 80)).toBeCloseTo(10, -0.5);
    expect(perSecond(["burst"], 90, 120) / perSecond([], 90, 120)).toBeCloseTo(1, 0);
    expect(perSecond(["silence"], 180, 300)).toBe(0);
    expect(perSecond(["silence"], 300, 330)).toBeGreaterThan(50);
  });
});
