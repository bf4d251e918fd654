/** Funnels of random rows beside a plain search: each start of each actor is followed by every way on. */
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  AskedRows,
  beginMs,
  hourMs,
  inOrder,
  instantText,
  isEvent,
  minuteMs,
  nullLast,
  type PlacedRow,
  percent,
  type Row,
  rowsOver,
} from "./asked-rows.ts";

interface Asked {
  readonly steps: readonly string[];
  readonly order: "loose" | "strict" | "any";
  readonly withinMs: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly by: "country" | "place" | undefined;
  readonly limit: number;
}

interface Step {
  readonly actors: number;
  readonly medianMs: number | null;
  readonly p90Ms: number | null;
}

/** An event at which an actor reached a step, and how it came there. */
interface Arrival {
  readonly row: PlacedRow;
  readonly start: PlacedRow;
}

const isBehind = (row: PlacedRow, other: PlacedRow) =>
  row.atMs > other.atMs || (row.atMs === other.atMs && row.place > other.place);

/** Of one actor: by step all arrivals, of every start and every way. */
function arrivalsOf(rows: readonly PlacedRow[], asked: Asked): readonly (readonly Arrival[])[] {
  const { steps, order, withinMs, fromMs, toMs } = asked;
  const ofFunnel = rows.filter((row) => steps.some((step) => isEvent(step, row)));
  const all: Arrival[][] = steps.map(() => []);
  const follow = (place: number, row: PlacedRow, start: PlacedRow): void => {
    if (all[place]!.some((known) => known.row === row && known.start === start)) return;
    all[place]!.push({ row, start });
    const step = steps[place + 1];
    if (step === undefined) return;
    const at = ofFunnel.indexOf(row);
    const next =
      order === "strict" ? ofFunnel.slice(at + 1, at + 2) : ofFunnel.filter((each) => isBehind(each, row));
    for (const each of next)
      if (isEvent(step, each) && each.atMs - start.atMs <= withinMs) follow(place + 1, each, start);
  };
  for (const row of ofFunnel)
    if (isEvent(steps[0]!, row) && row.atMs >= fromMs && row.atMs < toMs) follow(0, row, row);
  return all;
}

/** Whether each of the steps is somewhere within a span that begins with an event of one of them. */
function reachesAny(
  rows: readonly PlacedRow[],
  steps: readonly string[],
  { withinMs, fromMs, toMs }: Asked,
): boolean {
  const inRange = rows.filter(({ atMs }) => atMs >= fromMs && atMs < toMs);
  return inRange.some((first) => {
    const inSpan = inRange.filter(({ atMs }) => atMs >= first.atMs && atMs <= first.atMs + withinMs);
    return steps.every((step) => inSpan.some((row) => isEvent(step, row)));
  });
}

/** Between the two that are nearest. */
function quantile(values: readonly number[], share: number): number | null {
  if (values.length === 0) return null;
  const sorted = values.toSorted((one, other) => one - other);
  const at = (sorted.length - 1) * share;
  const [low, high] = [sorted[Math.floor(at)]!, sorted[Math.ceil(at)]!];
  return low + (high - low) * (at - Math.floor(at));
}

function gapOf(arrivals: readonly (readonly Arrival[])[], place: number): number | undefined {
  if (place === 0) return undefined;
  const first = arrivals[place]!.reduce((one, other) => (isBehind(one.row, other.row) ? other : one)).row;
  const before = arrivals[place - 1]!.map(({ row }) => row).filter((row) => isBehind(first, row));
  return first.atMs - Math.max(...before.map(({ atMs }) => atMs));
}

function stepsOf(byActor: readonly (readonly PlacedRow[])[], asked: Asked): readonly Step[] {
  const { steps, order } = asked;
  const arrivals = byActor.map((rows) => arrivalsOf(rows, asked));
  return steps.map((_, place) => {
    if (order === "any") {
      const actors = byActor.filter((rows) => reachesAny(rows, steps.slice(0, place + 1), asked)).length;
      return { actors, medianMs: null, p90Ms: null };
    }
    const reached = arrivals.filter((each) => each[place]!.length > 0);
    const gaps = reached.map((each) => gapOf(each, place)).filter((gap) => gap !== undefined);
    return { actors: reached.length, medianMs: quantile(gaps, 0.5), p90Ms: quantile(gaps, 0.9) };
  });
}

function told(steps: readonly string[], counted: readonly Step[]) {
  return counted.map(({ actors, medianMs, p90Ms }, place) => {
    const before = counted[place - 1]?.actors;
    return {
      event: steps[place],
      actors,
      percentOfFirst: percent(actors, counted[0]!.actors),
      percentOfPrevious: before === undefined ? null : percent(actors, before),
      dropOff: before === undefined ? null : before - actors,
      medianMs: medianMs === null ? null : expect.closeTo(medianMs, 3),
      p90Ms: p90Ms === null ? null : expect.closeTo(p90Ms, 3),
    };
  });
}

function expected(rows: readonly Row[], asked: Asked): unknown {
  const { steps, by, limit, fromMs, toMs } = asked;
  const byActor = [...Map.groupBy(inOrder(rows), ({ actor }) => actor).values()];
  const all = { steps: told(steps, stepsOf(byActor, asked)), breakdown: null as unknown };
  if (by === undefined) return all;
  const started = byActor.flatMap((ofActor) => {
    const start = ofActor.find((row) => isEvent(steps[0]!, row) && row.atMs >= fromMs && row.atMs < toMs);
    if (start === undefined) return [];
    const { country } = start;
    return [{ ofActor, value: by === "place" ? (country?.toUpperCase() ?? null) : country }];
  });
  const byValue = [...Map.groupBy(started, ({ value }) => value)].sort(
    ([one, ofOne], [other, ofOther]) => ofOther.length - ofOne.length || nullLast(one, other),
  );
  const partOf = (value: string | null, isOther: boolean, group: typeof started) => {
    return {
      value,
      isOther,
      steps: told(
        steps,
        stepsOf(
          group.map(({ ofActor }) => ofActor),
          asked,
        ),
      ),
    };
  };
  const shown = byValue.slice(0, limit).map(([value, group]) => partOf(value, false, group));
  const rest = byValue.slice(limit).flatMap(([, group]) => group);
  all.breakdown = rest.length === 0 ? shown : [...shown, partOf(null, true, rest)];
  return all;
}

const asked: fc.Arbitrary<Asked> = fc.record({
  steps: fc.array(fc.constantFrom("a", "b", "c", "ab", "note", "any"), { minLength: 1, maxLength: 4 }),
  order: fc.constantFrom("loose" as const, "strict" as const, "any" as const),
  withinMs: fc.constantFrom(10 * minuteMs, hourMs, 3 * hourMs, 48 * hourMs),
  fromMs: fc.constantFrom(beginMs, beginMs + 2 * hourMs),
  toMs: fc.constantFrom(beginMs + 6 * hourMs, beginMs + 9 * hourMs),
  by: fc.constantFrom("country" as const, "place" as const, undefined),
  limit: fc.integer({ min: 1, max: 4 }),
});

const questionOf = ({ steps, order, withinMs, fromMs, toMs, by, limit }: Asked) => ({
  kind: "funnel" as const,
  given: {
    steps: steps.join(","),
    order,
    within: `${withinMs}ms`,
    from: instantText(fromMs),
    to: instantText(toMs),
    limit: String(limit),
    ...(by === undefined ? {} : { by }),
  },
  nowMs: beginMs + 24 * hourMs,
});

test("X12, K6: a funnel of random rows is that of a plain search", { timeout: 600_000 }, async () => {
  const world = await AskedRows.open();
  const property = fc.asyncProperty(rowsOver(8), asked, async (rows, each) => {
    await world.hold(rows);
    expect(await world.ask(questionOf(each))).toEqual(expected(rows, each));
  });
  await fc.assert(property);
});

const row = (type: string, minute: number, actor = "ann"): Row => ({
  stream: "acts",
  actor,
  type,
  atMs: beginMs + minute * minuteMs,
  cents: null,
  country: null,
});

async function countsOf(
  rows: readonly Row[],
  more: Readonly<Record<string, string>>,
): Promise<readonly number[]> {
  const world = await AskedRows.open();
  await world.hold(rows);
  const given = { from: instantText(beginMs), to: instantText(beginMs + hourMs), ...more };
  const answer = await world.ask({ kind: "funnel", given, nowMs: beginMs + hourMs });
  return (answer as { steps: readonly Step[] }).steps.map(({ actors }) => actors);
}

test("a later start may complete though the first one did not", async () => {
  const rows = [row("a", 0), row("a", 20), row("b", 25)];
  expect(await countsOf(rows, { steps: "a,b", within: "10min" })).toEqual([1, 1]);
});

test("an earlier start does not help a step that came too late for it", async () => {
  const rows = [row("a", 0), row("b", 5), row("a", 8), row("c", 14)];
  expect(await countsOf(rows, { steps: "a,b,c", within: "10min" })).toEqual([1, 1, 0]);
});

test("time is that since the latest arrival at the step before", async () => {
  const world = await AskedRows.open();
  await world.hold([row("a", 0), row("b", 5), row("b", 7), row("c", 9)]);
  const given = { steps: "a,b,c", from: instantText(beginMs), to: instantText(beginMs + hourMs) };
  const { steps } = (await world.ask({ kind: "funnel", given, nowMs: beginMs + hourMs })) as {
    steps: readonly Step[];
  };
  expect(steps.map(({ medianMs }) => medianMs)).toEqual([null, 5 * minuteMs, 2 * minuteMs]);
});

test("one event is not two steps, and of one instant what came first is first", async () => {
  expect(await countsOf([row("a", 0)], { steps: "a,a" })).toEqual([1, 0]);
  expect(await countsOf([row("a", 0), row("a", 0)], { steps: "a,a" })).toEqual([1, 1]);
  expect(await countsOf([row("b", 0), row("a", 0)], { steps: "a,b" })).toEqual([1, 0]);
});

test("strict: another step between is one too many", async () => {
  const rows = [row("a", 0), row("c", 1), row("b", 2)];
  expect(await countsOf(rows, { steps: "a,b,c", order: "strict" })).toEqual([1, 0, 0]);
  expect(await countsOf(rows, { steps: "a,b", order: "strict" })).toEqual([1, 1]);
});

test("any: the steps in whatever order, all within the range", async () => {
  const rows = [row("b", 0), row("a", 5), row("c", 61)];
  expect(await countsOf(rows, { steps: "a,b,c", order: "any" })).toEqual([1, 1, 0]);
  expect(await countsOf(rows, { steps: "a,b,c", order: "loose" })).toEqual([1, 0, 0]);
});
