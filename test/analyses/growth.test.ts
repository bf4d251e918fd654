/** Growth of random rows beside plain counting: periods of the calendar, and spans, at equal elapsed time. */
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
  minuteMs,
  percent,
  type Row,
  rowsOver,
} from "./asked-rows.ts";
import { beginOf, type Grain, periodOf } from "./local-calendar.ts";

interface Asked {
  readonly event: string;
  readonly measure: "count" | "actors" | "sum";
  readonly length: { readonly grain: Grain | "hour" | "minute" } | { readonly spanMs: number };
  readonly periods: number;
  readonly toMs: number;
  readonly timeZone: string;
}

/** When the period begins that is so many before that which has the last instant before `to`. */
function beginBefore({ length, toMs, timeZone }: Asked, back: number): number {
  if ("spanMs" in length) return toMs - (back + 1) * length.spanMs;
  const { grain } = length;
  if (grain === "hour" || grain === "minute") {
    const unit = grain === "hour" ? hourMs : minuteMs;
    return (Math.floor((toMs - 1) / unit) - back) * unit;
  }
  return beginOf(periodOf(toMs - 1, grain, timeZone) - back, grain, timeZone);
}

function expected(rows: readonly Row[], asked: Asked): unknown {
  const { event, measure, periods, toMs } = asked;
  const all = inOrder(rows).filter((row) => isEvent(event, row));
  const within = (from: number, to: number) =>
    measureOf(
      all.filter(({ atMs }) => atMs >= from && atMs < to),
      measure,
    );
  return {
    periods: Array.from({ length: periods }, (_, back) => {
      const [from, end, before] = [back, back - 1, back + 1].map((each) => beginBefore(asked, each)) as [
        number,
        number,
        number,
      ];
      const to = Math.min(end, toMs);
      const isWhole = to === end;
      const beforeTo = isWhole ? from : Math.min(from, before + (to - from));
      const [now, then] = [within(from, to), within(before, beforeTo)];
      return {
        from: instantText(from),
        to: instantText(to),
        isWhole,
        measured: now,
        previous: { from: instantText(before), to: instantText(beforeTo), measured: then },
        growthPercent: percent(Number(now) - Number(then), Number(then)),
      };
    }),
  };
}

const days = (count: number) => beginMs + count * dayMs;
const grain = (...names: readonly (Grain | "hour" | "minute")[]) =>
  fc.constantFrom(...names).map((each) => ({ grain: each }));

const asked: fc.Arbitrary<Asked> = fc.record({
  event: fc.constantFrom("a", "ab", "note", "any"),
  measure: fc.constantFrom("count" as const, "actors" as const, "sum" as const),
  length: fc.oneof(
    grain("day", "week", "month", "hour", "minute"),
    fc.constantFrom({ spanMs: 36 * hourMs }, { spanMs: 7 * dayMs }),
  ),
  periods: fc.constantFrom(1, 2, 5),
  // Of March 31 days have gone by and February has 28; clocks change on the 29th.
  toMs: fc.constantFrom(
    days(9) + 7 * hourMs,
    days(10),
    days(28) + 13 * hourMs,
    days(29) + 22 * hourMs,
    days(31),
    days(30) + 23 * hourMs,
  ),
  timeZone: fc.constantFrom("UTC", "Europe/Berlin", "Asia/Kolkata"),
});

test("E8, C12: growth of random rows is that of plain counting", { timeout: 600_000 }, async () => {
  const world = await AskedRows.open();
  const rows = fc.oneof(
    rowsOver(32 * 24),
    rowsOver(62 * 24).map((all) => all.map((row) => ({ ...row, atMs: row.atMs - 28 * dayMs }))),
  );
  const property = fc.asyncProperty(rows, asked, async (drawn, each) => {
    // Some at the very instants at which periods begin, and at the end.
    const bounds = [each.toMs, ...[0, 1, 2].map((back) => beginBefore(each, back))];
    const all = drawn.map((row, place) => ({
      ...row,
      atMs: place % 3 === 0 ? bounds[place % 4]! : row.atMs,
    }));
    await world.hold(all);
    const { event, measure, length, periods, toMs, timeZone } = each;
    const how = "grain" in length ? { grain: length.grain } : { span: `${length.spanMs}ms` };
    const given = { event, measure, ...how, periods: String(periods), to: instantText(toMs) };
    expect(await world.ask({ kind: "growth", given, nowMs: days(90), timeZone })).toEqual(
      expected(all, each),
    );
  });
  await fc.assert(property);
});
