/** Cohorts of random rows beside plain counting, in time zones whose clocks change meanwhile. */
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  AskedRows,
  beginMs,
  dayMs,
  inOrder,
  instantText,
  isEvent,
  percent,
  type Row,
  rowsOver,
} from "./asked-rows.ts";
import { beginOf, type Grain, periodOf } from "./local-calendar.ts";

interface Asked {
  readonly first: string;
  readonly back: string;
  readonly grain: Grain;
  readonly periods: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly nowMs: number;
  readonly timeZone: string;
}

function expected(rows: readonly Row[], asked: Asked): unknown {
  const { first, back, grain, periods, fromMs, toMs, nowMs, timeZone } = asked;
  const of = (ms: number) => periodOf(ms, grain, timeZone);
  const known = inOrder(rows).filter(({ atMs }) => atMs < nowMs);
  const members = [...Map.groupBy(known, ({ actor }) => actor)].flatMap(([, ofActor]) => {
    const begin = ofActor.find((row) => isEvent(first, row));
    return begin === undefined ? [] : [{ ofActor, beginMs: begin.atMs, cohort: of(begin.atMs) }];
  });
  const inRange = members.filter(
    ({ cohort }) => beginOf(cohort, grain, timeZone) < toMs && beginOf(cohort + 1, grain, timeZone) > fromMs,
  );
  const byCohort = [...Map.groupBy(inRange, ({ cohort }) => cohort)].sort(([one], [other]) => one - other);
  return {
    cohorts: byCohort.map(([cohort, all]) => {
      const begin = (period: number) => beginOf(cohort + period, grain, timeZone);
      const shown = Array.from({ length: periods }, (_, period) => period).filter(
        (each) => begin(each) < nowMs,
      );
      return {
        begin: instantText(begin(0)),
        size: all.length,
        periods: shown.map((period) => {
          const came = all.map(({ ofActor, beginMs: since }) =>
            ofActor.filter(
              (row) => isEvent(back, row) && row.atMs >= since && of(row.atMs) === cohort + period,
            ),
          );
          const active = came.filter((each) => each.length > 0).length;
          return {
            period,
            from: instantText(begin(period)),
            to: instantText(begin(period + 1)),
            isFinal: begin(period + 1) <= nowMs,
            active,
            percent: percent(active, all.length),
            averageEvents: active === 0 ? null : came.flat().length / active,
          };
        }),
      };
    }),
  };
}

const days = (count: number) => beginMs + count * dayMs;

const asked: fc.Arbitrary<Asked> = fc.record({
  first: fc.constantFrom("a", "b", "ab", "note", "any"),
  back: fc.constantFrom("a", "c", "ab", "note", "any"),
  grain: fc.constantFrom("day" as const, "week" as const, "month" as const),
  periods: fc.constantFrom(1, 3, 8),
  fromMs: fc.constantFrom(days(0), days(13) + 5_000, days(29)),
  toMs: fc.constantFrom(days(30), days(41) + 7_000),
  nowMs: fc.constantFrom(days(35), days(45), days(90)),
  timeZone: fc.constantFrom("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata"),
});

test("E14: a cohort of random rows is that of plain counting", { timeout: 600_000 }, async () => {
  const world = await AskedRows.open();
  // So many actors that some of them are new late.
  const rowsOfMany = rowsOver(45 * 24, 90).map((rows) =>
    rows.map((row, place) => ({ ...row, actor: row.actor && `${row.actor}${place % 7}` })),
  );
  const property = fc.asyncProperty(rowsOfMany, asked, async (rows, each) => {
    await world.hold(rows);
    const { first, back, grain, periods, fromMs, toMs, nowMs, timeZone } = each;
    const range = { from: instantText(fromMs), to: instantText(toMs) };
    const given = { first, return: back, grain, periods: String(periods), ...range };
    expect(await world.ask({ kind: "cohort", given, nowMs, timeZone })).toEqual(expected(rows, each));
  });
  await fc.assert(property);
});

test("who was there before the range is new in none of it; a period that is not over says so", async () => {
  const world = await AskedRows.open();
  const row = (actor: string, type: string, day: number): Row => {
    return { stream: "acts", actor, type, atMs: days(day), cents: null, country: null };
  };
  await world.hold([row("ann", "a", 1), row("ann", "a", 33), row("bob", "a", 32), row("bob", "b", 40)]);
  const given = {
    first: "a",
    return: "b",
    grain: "month",
    from: instantText(days(31)),
    to: instantText(days(61)),
  };
  expect(await world.ask({ kind: "cohort", given, nowMs: days(45) })).toEqual({
    cohorts: [
      {
        begin: "2026-04-01T00:00:00.000Z",
        size: 1,
        periods: [
          {
            period: 0,
            from: "2026-04-01T00:00:00.000Z",
            to: "2026-05-01T00:00:00.000Z",
            isFinal: false,
            active: 1,
            percent: 100,
            averageEvents: 1,
          },
        ],
      },
    ],
  });
});
