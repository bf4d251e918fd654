/** What each word of a world draws: one journey that sends once, and what it sent. */
import { describe, expect, test } from "vitest";
import { World } from "../../src/simulate/world/world.ts";
import { noMembers } from "../../src/simulate/world/world-state.ts";
import {
  eventsUntil,
  firstEvents,
  parsed,
  simulationStartMs,
  simulatorOf,
  sourceOf,
} from "../support/simulated-events.ts";

const entities = `
entities:
  cities:
    rows:
      - { name: Berlin, tax: 0.19, people: 3 }
      - { name: Oslo, tax: 0.25, people: 1 }
  goods:
    count: 3
    fields:
      id: { text: "G_{index:03}" }
      price: { decimal: { from: 10, to: 10, scale: 2 } }
      gross: { add: [ { get: price }, 1.5 ] }
  levels:
    for-each: { good: goods, city: cities }
    fields: { stock: { value: 7 }, label: { text: "{index}" } }
`;

/** The lines of one journey, each hour, for as many hours. */
function sent(steps: string, count = 1): string[] {
  const spec = simulatorOf(`${entities}journeys:\n  one:\n    every: 1 h\n    steps:\n${indented(steps)}`);
  return firstEvents(sourceOf(spec), count).map(({ line }) => line);
}

const indented = (text: string) => text.replace(/^/gm, "      ");

/** One value, as it stands in JSON. */
function drawn(value: string, count = 1): string[] {
  return sent(`- send: s\n  fields:\n    v: ${value}`, count).map((line) => line.slice('{"v":'.length, -1));
}

describe("values", () => {
  test.each([
    ["12", "12"],
    ["1.50", "1.50"],
    ["0.00", "0.00"],
    ["1e3", "1000"],
    ["text", '"text"'],
    ['"a \\"quote\\""', '"a \\"quote\\""'],
    ["true", "true"],
    ["null", "null"],
    ["{ value: { a: [1, 2.5], b: null } }", '{"a":[1.0,2.5],"b":null}'],
    ["{ row: { a: 1, b: { value: x } } }", '{"a":1,"b":"x"}'],
    ["{ array: { of: 3, count: 2 } }", "[3,3]"],
    ["{ list: [ 1, { add: [ 1, 1.5 ] } ] }", "[1.0,2.5]"],
    ["{ decimal: { from: 2, to: 2, scale: 2 } }", "2.00"],
    ["{ add: [ 0.1, 0.2 ] }", "0.3"],
    ["{ subtract: [ 1, 0.05 ] }", "0.95"],
    ["{ subtract: [ 0.05, 1 ] }", "-0.95"],
    ["{ multiply: [ 19.99, 3 ] }", "59.97"],
    ["{ multiply: [ 0.15, 1.15 ] }", "0.1725"],
    ["{ round: { value: { multiply: [ 0.15, 1.1 ] }, scale: 2 } }", "0.17"],
    ["{ round: { value: -0.125, scale: 2 } }", "-0.13"],
    ["{ round: { value: 3, scale: 2 } }", "3.00"],
    ["{ least: [ 3, 2.5, 9 ] }", "2.5"],
    ["{ greatest: [ 3, 2.5 ] }", "3.0"],
    ["{ if: { when: { below: [ 1, 2 ] }, then: 1, else: 0.25 } }", "1.00"],
    ["{ if: { when: { equal: [ a, b ] }, then: yes, else: null } }", "null"],
    ["{ now: true }", '"2026-03-02T00:00:00.000Z"'],
    ["{ now: { plus: 90 min } }", '"2026-03-02T01:30:00.000Z"'],
    ["{ now: { plus: -1 s } }", '"2026-03-01T23:59:59.000Z"'],
    ["{ now: { as: ms } }", String(simulationStartMs)],
    ["{ hour: true }", "0"],
    ["{ weekday: true }", "1"],
    ["{ rate: true }", "10"],
  ])("%s is %s", (value, json) => {
    expect(drawn(value)).toEqual([json]);
  });

  test("drawn numbers keep to their bounds and reach them", () => {
    const whole = new Set(drawn("{ integer: { from: 1, to: 3 } }", 60).map(Number));
    expect([...whole].sort()).toEqual([1, 2, 3]);
    const money = drawn("{ decimal: { from: 1, to: 1.02, scale: 2 } }", 60);
    expect([...new Set(money)].sort()).toEqual(["1.00", "1.01", "1.02"]);
    for (const each of drawn("{ double: { from: -1, to: 1, digits: 3 } }", 60)) {
      expect(each).toMatch(/^-?\d(\.\d{1,3})?$/);
      expect(Math.abs(Number(each))).toBeLessThanOrEqual(1);
    }
    expect(
      drawn("{ integer: { from: 0, to: { least: [ { integer: { from: 5, to: 9 } }, 0 ] } } }", 5),
    ).toEqual(new Array(5).fill("0"));
  });

  test.each(["normal", "lognormal"])("%s has its mean and deviation, and its bounds", (kind) => {
    const numbers = drawn(`{ ${kind}: { mean: 50, deviation: 10, scale: 1 } }`, 5_000).map(Number);
    const mean = numbers.reduce((sum, each) => sum + each, 0) / numbers.length;
    const deviation = Math.sqrt(numbers.reduce((sum, each) => sum + (each - mean) ** 2, 0) / numbers.length);
    expect(Math.abs(mean - 50)).toBeLessThan(1);
    expect(Math.abs(deviation - 10)).toBeLessThan(1);
    const cut = drawn(`{ ${kind}: { mean: 50, deviation: 30, from: 45, to: 60 } }`, 500).map(Number);
    expect([Math.min(...cut), Math.max(...cut)]).toEqual([45, 60]);
  });

  test("choice and pick keep their weights", () => {
    const share = (values: readonly string[], value: string) =>
      values.filter((each) => each === value).length / values.length;
    expect(share(drawn("{ choice: { a: 3, b: 1 } }", 4_000), '"a"')).toBeCloseTo(0.75, 1);
    const city = (pick: string) =>
      sent(
        `
- let: { c: { pick: ${pick} } }
- send: s
  fields: { v: { get: c.name } }`,
        4_000,
      );
    const berlin = '{"v":"Berlin"}';
    expect(share(city("cities"), berlin)).toBeCloseTo(0.5, 1);
    expect(share(city("{ from: cities, weight: people }"), berlin)).toBeCloseTo(0.75, 1);
    expect(share(city("{ from: cities, skew: 1 }"), berlin)).toBeCloseTo(2 / 3, 1);
  });

  test("members keep their fields, and a pair is found by its parts", () => {
    const [line] = sent(`
- let: { city: { pick: cities }, good: { pick: goods } }
- let: { level: { find: { in: levels, good: { get: good }, city: { get: city } } } }
- send: s
  fields:
    id: { get: level.good.id }
    gross: { get: good.gross }
    same: { if: { when: { equal: [ { get: level.city }, { get: city } ] }, then: true, else: false } }
    stock: { get: level.stock }
    text: { text: "{good.id}/{good.price}/{level.stock:04}" }`);
    const row = JSON.parse(line!) as Record<string, unknown>;
    expect(row.id).toMatch(/^G_00[012]$/);
    expect(row).toMatchObject({ same: true, stock: 7, gross: 11.5, text: `${String(row.id)}/10.00/0007` });
    expect(line).toContain('"gross":11.50');
  });

  test("serial counts, elapsed measures", () => {
    const lines = sent(
      `
- let: { begun: { now: true } }
- wait: 90 s
- send: s
  fields: { n: { serial: orders }, ms: { elapsed: begun }, at: { get: begun } }`,
      2,
    );
    expect(lines[0]).toBe('{"n":1,"ms":90000,"at":"2026-03-02T00:00:00.000Z"}');
    expect(lines[1]).toBe('{"n":2,"ms":90000,"at":"2026-03-02T01:00:00.000Z"}');
  });
});

describe("steps", () => {
  test("what is set is set for everybody", () => {
    const lines = sent(
      `
- let: { city: { pick: { from: cities, skew: 10 } } }
- set: { city.people: { add: [ { get: city.people }, 1 ] } }
- send: s
  fields: { n: { get: city.people } }`,
      3,
    );
    expect(lines).toEqual(['{"n":4}', '{"n":5}', '{"n":6}']);
  });

  test("repeat, each, branches and stop", () => {
    const n = (value: string) => `send: s\n  fields: { v: ${value} }`;
    expect(sent(`- repeat: 2\n  steps: [ { send: s, fields: { v: 1 } } ]\n- ${n("2")}`, 4)).toEqual([
      '{"v":1}',
      '{"v":1}',
      '{"v":2}',
      '{"v":1}',
    ]);
    expect(
      sent("- each: { c: cities }\n  steps: [ { send: s, fields: { v: { get: c.name } } } ]", 3),
    ).toEqual(['{"v":"Berlin"}', '{"v":"Oslo"}', '{"v":"Berlin"}']);
    const branch = (condition: string) =>
      sent(
        `
- when: ${condition}
  then: [ { send: s, fields: { v: 1 } }, { stop: true } ]
  else: [ { send: s, fields: { v: 2 } } ]
- ${n("3")}`,
        2,
      );
    expect(branch("{ all: [ { below: [ 1, 2 ] }, { not: { equal: [ 1, 1.5 ] } } ] }")).toEqual([
      '{"v":1}',
      '{"v":1}',
    ]);
    expect(branch("{ any: [ { below: [ 2, 1 ] }, { chance: 0 } ] }")).toEqual(['{"v":2}', '{"v":3}']);
  });

  test("a journey that is started goes on beside the one that started it, with what it was given", () => {
    const spec = simulatorOf(`
journeys:
  order:
    every: 1 h
    steps:
      - start: delivery
        with: { number: { serial: orders }, ordered: { now: true } }
      - wait: 10 min
      - send: s
        fields: { what: waited, at: { now: true } }
  delivery:
    steps:
      - wait: 5 min
      - send: s
        fields: { what: delivered, number: { get: number }, ordered: { get: ordered }, at: { now: true } }
`);
    const events = parsed(eventsUntil(sourceOf(spec), simulationStartMs + 3_000_000));
    expect(events).toEqual([
      { what: "delivered", number: 1, ordered: "2026-03-02T00:00:00.000Z", at: "2026-03-02T00:05:00.000Z" },
      { what: "waited", at: "2026-03-02T00:10:00.000Z" },
    ]);
  });

  test("more journeys than there is room for do not start, and are counted", () => {
    const spec = simulatorOf(`
journeys:
  seed: { every: 1 d, steps: [ { repeat: 150, steps: [ { start: sleeper } ] } ] }
  sleeper: { steps: [ { wait: 1 h }, { send: s, fields: { v: 1 } } ] }
`);
    if (spec.kind !== "world") throw new Error("a world is expected");
    const members = noMembers(spec);
    const begin = { seed: 1, startMs: simulationStartMs, rate: 1, pace: 1, startsPerMs: [0], members };
    const world = new World(spec, { ...begin, liveJourneysMax: 100 });
    // The seed itself is one of the hundred until it ends; the next one finds room again.
    expect(eventsUntil(world, simulationStartMs + 86_399_000).length).toBe(99);
    expect(world.notStarted).toBe(51);
    expect(eventsUntil(world, simulationStartMs + 100_000_000).length).toBe(99);
  });
});

test("a world that never sends says so, instead of going on for ever", () => {
  const spec = simulatorOf(`
journeys:
  clock:
    weight: 1
    steps: [ { chance: 0, then: [ { send: s, fields: { v: 1 } } ] }, { start: again } ]
  again: { steps: [ { wait: 1 ms }, { start: again } ] }
`);
  expect(eventsUntil(sourceOf(spec), Number.POSITIVE_INFINITY)).toEqual([]);
});
