/** Top values and heat maps of random rows beside plain counting. */
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  AskedRows,
  beginMs,
  dayMs,
  hourMs,
  inOrder,
  instantText,
  isEvent,
  measureOf,
  nullLast,
  type Row,
  rowsOver,
} from "./asked-rows.ts";
import { wallMs } from "./local-calendar.ts";

const range = fc.constantFrom(
  { fromMs: beginMs, toMs: beginMs + 6 * hourMs },
  { fromMs: beginMs + hourMs, toMs: beginMs + 9 * hourMs },
);
const asked = fc.record({
  event: fc.constantFrom("a", "ab", "note", "any"),
  measure: fc.constantFrom("count" as const, "actors" as const, "sum" as const),
  by: fc.constantFrom("country", "place"),
  limit: fc.integer({ min: 1, max: 5 }),
  range,
});
type Asked = typeof asked extends fc.Arbitrary<infer A> ? A : never;

function expectedTop(
  rows: readonly Row[],
  { event, measure, by, limit, range: { fromMs, toMs } }: Asked,
): unknown {
  const counted = inOrder(rows).filter((row) => isEvent(event, row) && row.atMs >= fromMs && row.atMs < toMs);
  const told = ({ country }: Row) => (by === "place" ? (country?.toUpperCase() ?? null) : country);
  const groups = [...Map.groupBy(counted, told)]
    .map(([value, all]) => ({ value, all, measured: measureOf(all, measure) }))
    .sort((one, other) => Number(other.measured) - Number(one.measured) || nullLast(one.value, other.value));
  const rest = groups.slice(limit);
  const others = {
    values: rest.length,
    measured: measureOf(
      rest.flatMap(({ all }) => all),
      measure,
    ),
  };
  return {
    total: measureOf(counted, measure),
    rows: groups.slice(0, limit).map(({ value, measured }, index) => ({ rank: index + 1, value, measured })),
    other: rest.length === 0 ? null : others,
  };
}

test("the top values of random rows are those of plain counting, and nothing is lost", {
  timeout: 600_000,
}, async () => {
  const world = await AskedRows.open();
  const property = fc.asyncProperty(rowsOver(8), asked, async (rows, each) => {
    await world.hold(rows);
    const {
      event,
      measure,
      by,
      limit,
      range: { fromMs, toMs },
    } = each;
    const between = { from: instantText(fromMs), to: instantText(toMs) };
    const given = { event, by, measure, limit: String(limit), ...between };
    expect(await world.ask({ kind: "top", given, nowMs: toMs })).toEqual(expectedTop(rows, each));
  });
  await fc.assert(property);
});

test("the heat map of random rows is that of plain counting", { timeout: 600_000 }, async () => {
  const world = await AskedRows.open();
  const wanted = fc.record({
    event: fc.constantFrom("a", "ab", "note", "any"),
    measure: fc.constantFrom("count" as const, "actors" as const, "sum" as const),
    timeZone: fc.constantFrom("UTC", "Europe/Berlin", "Asia/Kolkata"),
  });
  // Clocks change in the middle of it.
  const rows = rowsOver(10 * 24).map((all) => all.map((row) => ({ ...row, atMs: row.atMs + 24 * dayMs })));
  const property = fc.asyncProperty(rows, wanted, async (all, { event, measure, timeZone }) => {
    await world.hold(all);
    const [fromMs, toMs] = [beginMs + 25 * dayMs, beginMs + 32 * dayMs];
    const counted = inOrder(all).filter(
      (row) => isEvent(event, row) && row.atMs >= fromMs && row.atMs < toMs,
    );
    const cells = Array.from({ length: 7 * 24 }, (_, cell) => {
      const [weekday, hour] = [Math.floor(cell / 24), cell % 24];
      const inCell = counted.filter(({ atMs }) => {
        const wall = new Date(wallMs(atMs, timeZone));
        return wall.getUTCDay() === weekday && wall.getUTCHours() === hour;
      });
      return { weekday: weekday + 1, hour, measured: measureOf(inCell, measure) };
    });
    const given = { event, measure, from: instantText(fromMs), to: instantText(toMs) };
    expect(await world.ask({ kind: "heat-map", given, nowMs: toMs, timeZone })).toEqual({ cells });
  });
  await fc.assert(property);
});
