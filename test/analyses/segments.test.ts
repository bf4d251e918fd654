/** Segments of random rows by random rules, beside judging each actor by hand. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { SegmentCondition, SegmentRules } from "../../src/history/analyses/segments.ts";
import {
  AskedRows,
  beginMs,
  hourMs,
  inOrder,
  instantText,
  isEvent,
  type PlacedRow,
  percent,
  type Row,
  rowsOver,
} from "./asked-rows.ts";

interface Asked {
  readonly rules: SegmentRules;
  readonly population: readonly string[];
  readonly averages: readonly string[];
  readonly fromMs: number;
  readonly toMs: number;
}

function latestOf(property: string, row: PlacedRow): string | number | null {
  if (property === "amount") return row.cents === null ? null : row.cents / 100;
  return property === "place" ? (row.country?.toUpperCase() ?? null) : row.country;
}

/** `rows` are those of one actor, in their order. */
function holds(condition: SegmentCondition, rows: readonly PlacedRow[], { fromMs, toMs }: Asked): boolean {
  const { event, property, min, max, is } = condition;
  const before = rows.filter((row) => isEvent(event, row) && row.atMs < toMs);
  const latest = before.at(-1);
  const value =
    property === undefined
      ? before.filter(({ atMs }) => atMs >= fromMs).length
      : latest === undefined
        ? null
        : latestOf(property, latest);
  if (value === null) return false;
  if (min !== undefined && !(typeof value === "number" && value >= min)) return false;
  if (max !== undefined && !(typeof value === "number" && value <= max)) return false;
  return is.length === 0 || is.includes(String(value));
}

function expected(rows: readonly Row[], asked: Asked): unknown {
  const { rules, population, averages, fromMs, toMs } = asked;
  const byActor = [...Map.groupBy(inOrder(rows), ({ actor }) => actor).values()];
  const everybody = byActor.filter((ofActor) =>
    ofActor.some((row) => row.atMs < toMs && population.some((event) => isEvent(event, row))),
  );
  const names = [...rules.segments.map(({ name }) => name), rules.otherwise];
  const placed = everybody.map((ofActor) => {
    const found = rules.segments.findIndex(({ conditions }) =>
      conditions.every((condition) => holds(condition, ofActor, asked)),
    );
    return { ofActor, place: found < 0 ? rules.segments.length : found };
  });
  const segments = names.map((segment, place) => {
    const inIt = placed.filter((each) => each.place === place).map(({ ofActor }) => ofActor);
    return {
      segment,
      actors: inIt.length,
      percent: percent(inIt.length, everybody.length),
      averages: averages.map((event) => {
        const counts = inIt.map((ofActor) => {
          return ofActor.filter((row) => isEvent(event, row) && row.atMs >= fromMs && row.atMs < toMs).length;
        });
        const sum = counts.reduce((one, other) => one + other, 0);
        return { event, average: counts.length === 0 ? null : expect.closeTo(sum / counts.length, 9) };
      }),
    };
  });
  return { actors: everybody.length, segments: segments.toSorted((one, other) => other.actors - one.actors) };
}

const eventName = fc.constantFrom("a", "b", "c", "ab", "note", "any");
const bounds = fc.constantFrom(
  { min: 1, max: undefined },
  { min: 2, max: undefined },
  { min: 1, max: 3 },
  { min: undefined, max: 0 },
);
const counted = fc
  .record({ event: eventName, bounds })
  .map(({ event, bounds: { min, max } }): SegmentCondition => {
    return { event, property: undefined, min, max, is: [] };
  });
const looked = fc
  .record({ event: eventName, is: fc.subarray(["de", "fr", "DE", "SE"], { minLength: 1 }) })
  .chain(({ event, is }) =>
    fc.constantFrom<SegmentCondition>(
      { event, property: "country", min: undefined, max: undefined, is },
      { event, property: "place", min: undefined, max: undefined, is },
      { event, property: "amount", min: 20.5, max: 80, is: [] },
      // What is no number is neither more nor less.
      { event, property: "country", min: 0, max: undefined, is: [] },
    ),
  );
const conditions = fc.array(fc.oneof(counted, looked), { minLength: 1, maxLength: 3 });
const rules: fc.Arbitrary<SegmentRules> = fc.array(conditions, { minLength: 1, maxLength: 4 }).map((all) => ({
  segments: all.map((each, place) => ({ name: `s${place}`, conditions: each })),
  otherwise: "rest",
}));
const asked: fc.Arbitrary<Asked> = fc.record({
  rules,
  population: fc.uniqueArray(eventName, { minLength: 1 }),
  averages: fc.uniqueArray(eventName, { minLength: 1, maxLength: 2 }),
  fromMs: fc.constantFrom(beginMs + hourMs, beginMs + 4 * hourMs),
  toMs: fc.constantFrom(beginMs + 6 * hourMs, beginMs + 12 * hourMs),
});

test("E16: segments of random rows are those of judging each actor", { timeout: 600_000 }, async () => {
  const world = await AskedRows.open();
  const property = fc.asyncProperty(rowsOver(8), asked, async (rows, each) => {
    await world.hold(rows);
    const given = {
      population: each.population.join(","),
      averages: each.averages.join(","),
      from: instantText(each.fromMs),
      to: instantText(each.toMs),
    };
    const question = { kind: "segments" as const, given, rules: each.rules, nowMs: each.toMs };
    expect(await world.ask(question)).toEqual(expected(rows, each));
  });
  await fc.assert(property);
});

test("who was silent is in the last segment, and the first that holds is the one", async () => {
  const world = await AskedRows.open();
  const row = (actor: string, type: string, hour: number): Row => {
    return { stream: "acts", actor, type, atMs: beginMs + hour * hourMs, cents: null, country: null };
  };
  await world.hold([row("ann", "c", 0), row("bob", "a", 5), row("bob", "a", 6), row("cid", "a", 5)]);
  const atLeast = (min: number): SegmentCondition => ({
    event: "a",
    property: undefined,
    min,
    max: undefined,
    is: [],
  });
  const two = [
    { name: "busy", conditions: [atLeast(2)] },
    { name: "there", conditions: [atLeast(1)] },
  ];
  const question = {
    kind: "segments" as const,
    given: { population: "a,c", from: instantText(beginMs + hourMs), to: instantText(beginMs + 8 * hourMs) },
    rules: { segments: two, otherwise: "silent" },
    nowMs: beginMs + 8 * hourMs,
  };
  const { segments } = (await world.ask(question)) as {
    segments: readonly { segment: string; actors: number }[];
  };
  expect(segments.map(({ segment, actors }) => [segment, actors])).toEqual([
    ["busy", 1],
    ["there", 1],
    ["silent", 1],
  ]);
});
