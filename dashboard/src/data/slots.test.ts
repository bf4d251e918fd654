import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { WireValue } from "../../../src/serving/protocol.ts";
import { writeDecimal } from "../numbers/exact-decimal.ts";
import type { Reading } from "../panels/panel-kind.ts";
import { around, measureOf, noon, readingOf } from "./fixture.ts";
import { type Slot, type SlotSettings, slotsOf, slotValue, timedRows } from "./slots.ts";

const minuteMs = 60_000;
const columns = { start: "timestamp", end: "timestamp", amount: "decimal" } as const;
const iso = (minute: number): string => new Date(noon + minute * minuteMs).toISOString();

/** A window of a minute each, by how many minutes after noon it begins. */
function windows(starts: readonly number[], watermark: number | null = null): Reading {
  const watermarkMs = watermark === null ? null : noon + watermark * minuteMs;
  const rows = starts.map((minute): readonly WireValue[] => [iso(minute), iso(minute + 1), "1.00"]);
  return readingOf(columns, rows, { watermarkMs });
}

function slots(reading: Reading, settings: Partial<SlotSettings> = {}): readonly Slot[] {
  const timed = timedRows(reading, "start");
  return slotsOf(reading, timed, { end: "end", bucketMs: null, ...settings }, around);
}

/** Minutes after noon, and how many rows. */
function told(found: readonly Slot[]): readonly (readonly [number, number])[] {
  return found.map(({ startMs, rows }) => [(startMs - noon) / minuteMs, rows.length]);
}

describe("slots of a time each", () => {
  it("are oldest first, of the page's span only", () => {
    expect(told(slots(windows([0, -1, -61, -3, -60, -2]))).slice(-3)).toEqual([
      [-3, 1],
      [-2, 1],
      [-1, 1],
    ]);
    expect(told(slots(windows([-60, -59, 0])))).toEqual([
      [-60, 1],
      [-59, 1],
    ]);
  });

  it("are one for an hour that the clock shows twice", () => {
    // Of Berlin, which puts its clocks back at 2026-10-25T01:00Z: the second is two hours long.
    const hours = ["2026-10-24T23:00", "2026-10-25T00:00", "2026-10-25T02:00", "2026-10-25T03:00"];
    const ends = ["2026-10-25T00:00", "2026-10-25T02:00", "2026-10-25T03:00", "2026-10-25T04:00"];
    const rows = hours.map((hour, place) => [`${hour}:00.000Z`, `${ends[place]}:00.000Z`, "1.00"]);
    const [fromMs, toMs] = [Date.parse(`${hours[0]}Z`), Date.parse("2026-10-25T06:30Z")];
    const all = readingOf(columns, rows, { watermarkMs: Date.parse("2026-10-25T06:10Z") });
    const reading = { ...all, rows: all.rows.filter((_, place) => place !== 2) };
    const found = slotsOf(
      reading,
      timedRows(reading, "start"),
      { end: "end", bucketMs: null },
      {
        ...around,
        fromMs,
        toMs,
      },
    );
    expect(found.map(({ startMs, endMs, rows: of }) => [startMs, endMs! - startMs, of.length])).toEqual([
      [fromMs, 60 * minuteMs, 1],
      [fromMs + 60 * minuteMs, 120 * minuteMs, 1],
      [fromMs + 180 * minuteMs, 60 * minuteMs, 0],
      [fromMs + 240 * minuteMs, 60 * minuteMs, 1],
      [fromMs + 300 * minuteMs, 60 * minuteMs, 0],
      [fromMs + 360 * minuteMs, 60 * minuteMs, 0],
    ]);
  });

  it("are empty between rows, where nothing happened", () => {
    expect(told(slots(windows([-10, -7])))).toEqual([
      [-10, 1],
      [-9, 0],
      [-8, 0],
      [-7, 1],
    ]);
  });

  it("are empty behind the newest row as far as the watermark has passed, and no further", () => {
    expect(told(slots(windows([-5], -2)))).toEqual([
      [-5, 1],
      [-4, 0],
      [-3, 0],
    ]);
    expect(told(slots(windows([-5], -2.5)))).toEqual([
      [-5, 1],
      [-4, 0],
    ]);
    expect(told(slots(windows([-1], 500)))).toEqual([[-1, 1]]);
  });

  it("are empty before the first row of the span only where there is an older one", () => {
    expect(told(slots(windows([-62, -58])))[0]).toEqual([-60, 0]);
    expect(told(slots(windows([-58])))[0]).toEqual([-58, 1]);
  });

  it("have no empty ones where moments keep no distance", () => {
    const rowCounts = (agos: readonly number[]) =>
      told(
        slots(
          readingOf(
            columns,
            agos.map((ago) => [iso(-ago), null, "1"]),
          ),
        ),
      ).map(([, rows]) => rows);
    expect(rowCounts([0.01, 0.5, 7, 7.2])).toEqual([1, 1, 1, 1]);
    expect(rowCounts([0.01, 0.02, 0.05])).toEqual([1, 1, 1]);
  });

  it("of windows that overlap lie as far apart as the windows begin", () => {
    const hops = [-9, -8, -5].map((minute) => [iso(minute), iso(minute + 5), "1.00"]);
    expect(told(slots(readingOf(columns, hops))).map(([minute]) => minute)).toEqual([-9, -8, -7, -6, -5]);
  });
});

describe("slots of a bucket each", () => {
  const bucket = { end: null, bucketMs: 15 * minuteMs };

  it("hold whole buckets, also where the span begins within one", () => {
    const late = { ...around, fromMs: around.fromMs + 5 * minuteMs };
    const reading = windows([-60, -50, -44, -3]);
    const found = slotsOf(reading, timedRows(reading, "start"), bucket, late);
    expect(told(found)).toEqual([
      [-60, 2],
      [-45, 1],
      [-30, 0],
      [-15, 1],
    ]);
  });

  it("are open as long as the watermark is within them", () => {
    const reading = windows([-40, -20, -3], -10);
    expect(slots(reading, bucket).map(({ open }) => open)).toEqual([false, false, true]);
    expect(slots({ ...reading, watermarkMs: noon }, bucket).some(({ open }) => open)).toBe(false);
  });
});

describe("what is open", () => {
  it("is told by rows that are not final, among others that are or of windows", () => {
    const reading = windows([-2, -1]);
    const [first, last] = reading.rows;
    const open = { ...reading, rows: [first!, { ...last!, final: false }] };
    expect(slots(open).map((slot) => slot.open)).toEqual([false, true]);
    const never = { ...reading, rows: reading.rows.map((row) => ({ ...row, final: false })) };
    expect(slots(never).map((slot) => slot.open)).toEqual([true, true]);
    expect(slots(never, { end: null }).map((slot) => slot.open)).toEqual([false, false]);
  });

  it("and what was corrected is the most that a row of the slot was", () => {
    const reading = windows([-2, -2]);
    const rows = reading.rows.map((row, index) => ({ ...row, revision: 2 - index }));
    expect(slots({ ...reading, rows })[0]?.revision).toBe(2);
  });
});

it("rows whose time is none that a calendar has are counted and left out", () => {
  const times = [8.65e15, -8.65e15, Number.NaN, "soon", null, iso(-1)];
  const found = timedRows(
    readingOf(
      columns,
      times.map((time) => [time, null, "1"]),
    ),
    "start",
  );
  expect([found.rows.length, found.timeless]).toEqual([1, 5]);
});

it("a slot without rows is zero to sums and counts, and not known to all else", () => {
  const reading = windows([-2]);
  const of = (aggregate: "sum" | "count" | "latest" | "max") =>
    slotValue(measureOf(aggregate, "amount"), reading, [], "start");
  expect([of("sum"), of("count")].map((value) => value && writeDecimal(value))).toEqual(["0", "0"]);
  expect([of("latest"), of("max")]).toEqual([undefined, undefined]);
});

it("of several rows of a slot the newest is the latest", () => {
  const two = readingOf(columns, [
    [iso(-2), null, "1"],
    [iso(-1), null, "2"],
  ]);
  const newest = slotValue(measureOf("latest", "amount"), two, two.rows, "start");
  expect(newest && writeDecimal(newest)).toBe("2");
});

const hostileTime = fc.oneof(
  fc.integer({ min: noon - 2 * 3_600_000, max: noon + 3_600_000 }).map((ms) => new Date(ms).toISOString()),
  fc.double(),
  fc.constantFrom(null, "never", "", true, { a: 1 }, [1], Number.NaN, 8.65e15, -8.65e15),
);

it("whatever times hold, each row of the span is in one slot and slots are in order", () => {
  const row = fc.tuple(hostileTime, hostileTime, fc.constant("1")).map((cells) => cells as WireValue[]);
  fc.assert(
    fc.property(fc.array(row), fc.constantFrom(null, 1_000, 60_000, 3_600_000), (rows, bucketMs) => {
      const reading = readingOf(columns, rows);
      const found = slots(reading, { bucketMs });
      const starts = found.map(({ startMs }) => startMs);
      expect(starts).toEqual([...new Set(starts)].sort((left, right) => left - right));
      const inSpan = rows.filter(([cell]) => {
        const ms = typeof cell === "string" ? Date.parse(cell) : typeof cell === "number" ? cell : Number.NaN;
        return ms >= around.fromMs && ms < around.toMs;
      });
      expect(found.reduce((count, slot) => count + slot.rows.length, 0)).toBe(inSpan.length);
    }),
  );
});

describe("the measure of a slot", () => {
  const amounts = readingOf(columns, [
    [iso(0), iso(1), "1.00"],
    [iso(1), iso(2), "2.00"],
    [iso(2), iso(3), "3.00"],
    [iso(2), iso(3), "0.50"],
  ]);
  const measureText = (measure: ReturnType<typeof measureOf>, rows: Reading["rows"]) =>
    writeDecimal(slotValue(measure, amounts, rows, "start")!);

  it("is of the rows of the newest time, where those alone decide, and of all otherwise", () => {
    expect(measureText(measureOf("latest", "amount"), amounts.rows)).toBe("3.50");
    expect(measureText(measureOf("latest", "amount"), amounts.rows.slice(0, 2))).toBe("2.00");
    expect(measureText(measureOf("sum", "amount"), amounts.rows)).toBe("6.50");
    const share = measureOf("latest", "amount", { aggregate: "sum", column: "amount" });
    expect(measureText(share, amounts.rows)).toBe(`0.538461538462`);
  });

  it("reads none of thousands that do not decide it", () => {
    const unread = {
      ...amounts.rows[0]!,
      get values(): never {
        throw new Error("It was read.");
      },
    };
    expect(measureText(measureOf("latest", "amount"), [unread, ...amounts.rows.slice(1)])).toBe("3.50");
  });

  it("times of a reading are read once", () => {
    expect(timedRows(amounts, "start")).toBe(timedRows(amounts, "start"));
    expect(timedRows(amounts, "end")).not.toBe(timedRows(amounts, "start"));
  });
});
