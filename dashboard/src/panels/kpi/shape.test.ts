import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { KpiPanel } from "../../../../src/serving/pages.ts";
import type { WireValue } from "../../../../src/serving/protocol.ts";
import { fastest, soonMs } from "../../../../test/support/fastest.ts";
import { around, euros, frame, measureOf, noon, plainNumber, readingOf } from "../../data/fixture.ts";
import { readDecimal, writeDecimal } from "../../numbers/exact-decimal.ts";
import type { Reading } from "../panel-kind.ts";
import { examples } from "./gallery.ts";
import { changeWords, type Kpi, shapeKpi, standingWords } from "./shape.ts";
import { kpiTwin } from "./twin.ts";

const minuteMs = 60_000;
const columns = {
  window_start: "timestamp",
  window_end: "timestamp",
  revenue: "decimal",
  orders: "integer",
} as const;

const panel: KpiPanel = {
  ...frame,
  kind: "kpi",
  value: measureOf("sum", "revenue"),
  time: "window_start",
  format: euros,
  before: null,
  change: null,
  changeAs: "share",
  compareMs: null,
  better: "more",
  sparkline: true,
  extremes: true,
  mean: true,
  target: null,
};

const latest: KpiPanel = { ...panel, value: measureOf("latest", "orders"), format: plainNumber };
const iso = (minute: number): string => new Date(noon + minute * minuteMs).toISOString();

/** A window of a minute, by how many minutes after noon it begins. */
function window(minute: number, revenue: WireValue, orders: WireValue = 1): readonly WireValue[] {
  return [iso(minute), iso(minute + 1), revenue, orders];
}

function reading(...rows: readonly (readonly WireValue[])[]): Reading {
  return readingOf(columns, rows);
}

/** The last of the rows still fills. */
function withLastOpen(of: Reading): Reading {
  return { ...of, rows: of.rows.map((row, index) => ({ ...row, final: index < of.rows.length - 1 })) };
}

function shaped(of: Reading, settings: Partial<KpiPanel> = {}, toMs = noon): Kpi | undefined {
  const input = { panel: { ...panel, ...settings }, readings: [of], around: aroundAt(toMs) };
  return shapeKpi(input);
}

function aroundAt(toMs: number) {
  const hourMs = 60 * minuteMs;
  const before = { fromMs: toMs - 2 * hourMs, toMs: toMs - hourMs, words: "the hour before" };
  return { ...around, fromMs: toMs - hourMs, toMs, before };
}

function changeText(kpi: Kpi | undefined, better: KpiPanel["better"] = "more"): string | undefined {
  const words = kpi?.change && changeWords(kpi.change, better);
  return words && `${words.arrow}${words.tone}: ${words.amount} ${words.rest}`;
}

const text = (value: Kpi["value"]): string | undefined => value && writeDecimal(value);

describe("the number", () => {
  it("of a sum is exact and of the page's span", () => {
    const kpi = shaped(
      reading(
        window(-61, "1000000.00"),
        window(-60, "90071992547409.91"),
        window(-2, null),
        window(-1, "90071992547409.92"),
        window(0, "5.00"),
      ),
    );
    expect(text(kpi?.value)).toBe("180143985094819.83");
  });

  it("of the newest row is that before the end of the span, however old", () => {
    const kpi = shaped(reading(window(-90, "1", 3), window(-100, "1", 9), window(5, "1", 7)), latest);
    expect(text(kpi?.value)).toBe("3");
    expect(kpi?.newestMs).toBe(noon - 90 * minuteMs);
  });

  it("of a window that is longer than the span is of the one that goes on in it", () => {
    const day = (hour: number, revenue: string) => [iso(60 * hour), iso(60 * (hour + 24)), revenue, 1];
    const kpi = shaped(reading(day(-36, "1.00"), day(-12, "2.00"), day(12, "4.00")));
    expect(text(kpi?.value)).toBe("2.00");
    expect(shaped(reading(day(-36, "1.00"), day(-25, "2.00")))).toMatchObject({
      value: { unscaled: 0n },
      rows: [],
    });
  });

  it("of how many is 0 where a view has had rows, and none is as it is asked for", () => {
    const settings = { value: { of: { aggregate: "count", column: null }, per: null }, time: null } as const;
    expect(shaped(reading(), settings)).toBeUndefined();
    expect(text(shaped({ ...reading(), hadRows: true }, settings)?.value)).toBe("0");
    expect(text(shaped({ ...reading(), hadRows: true }, { ...settings, time: "window_start" })?.value)).toBe(
      "0",
    );
    expect(shaped({ ...reading(), hadRows: true })).toBeUndefined();
  });

  it("of an open window says how much of it has passed, also where its end is the time", () => {
    const of = withLastOpen(reading(window(-2, "1.00"), window(-0.75, "1.00")));
    const kpi = shaped(of, { ...latest, time: "window_end" }, noon + 0.3 * minuteMs);
    expect(standingWords(kpi!)).toBe("the minute over, not final yet");
    expect(kpi?.opening).toEqual({ lengthMs: minuteMs, percent: 100 });
  });

  it("of a rate is the sum of its parts", () => {
    const value = measureOf("sum", "orders", { aggregate: "sum", column: "revenue" });
    const kpi = shaped(reading(window(-2, "10", 1), window(-1, "30", 1)), { value, mean: false });
    expect(text(kpi?.value)).toBe("0.050000000000");
    expect(kpi?.extremes?.mean).toBeUndefined();
    expect(text(kpi?.extremes?.min)).toBe("0.033333333333");
  });

  it("is nothing where there are rows from before the span only, and not known without any", () => {
    expect(text(shaped(reading(window(-61, "3.00")))?.value)).toBe("0");
    expect(shaped(reading(window(2, "3.00")))).toBeUndefined();
    expect(shaped(reading())).toBeUndefined();
  });

  it("that cannot be read is none, and the panel is there", () => {
    const kpi = shaped(reading(window(-1, "n/a", "<b>")), latest);
    expect(kpi).toMatchObject({ value: undefined, extremes: undefined, change: undefined });
  });
});

describe("the change", () => {
  it("of a sum is that to the period before", () => {
    const kpi = shaped(reading(window(-120, "80.00"), window(-60, "100.00")));
    expect(changeText(kpi)).toBe("▲good: 25% more than the hour before");
    expect(changeText(kpi, "less")).toBe("▲bad: 25% more than the hour before");
    expect(changeText(kpi, "neither")).toBe("▲plain: 25% more than the hour before");
  });

  it("leaves out what is open on both sides", () => {
    const toMs = noon + 30_000;
    const rows = [
      window(-120, "7.00"),
      window(-119, "50.00"),
      window(-60, "900.00"),
      window(-59, "100.00"),
      window(0, "1.00"),
    ];
    const kpi = shaped(withLastOpen(reading(...rows)), {}, toMs);
    expect(text(kpi?.value)).toBe("101.00");
    expect(changeText(kpi)).toBe("▲good: 100% more than the hour before");
    expect(standingWords(kpi!)).toBe("newest open, 50 % of the minute");
  });

  it("is none where rows do not reach back far enough, with the word why", () => {
    const kpi = shaped(reading(window(-90, "80.00"), window(-89, "80.00"), window(-60, "100.00")));
    expect(kpi?.change).toEqual({ is: "unknown", why: "not known before 10:30" });
  });

  it("of the newest row is that to the newest which is old enough, told by its true age", () => {
    const rows = [window(-9, "1", 40), window(-6, "1", 8), window(-4, "1", 5), window(-1, "1", 10)];
    const settings = { ...latest, compareMs: 5 * minuteMs };
    expect(changeText(shaped(reading(...rows), settings))).toBe("▲good: 25% more than 5 minutes before");
    const gap = rows.filter((_, index) => index !== 1);
    expect(changeText(shaped(reading(...gap), settings))).toBe("▼bad: 75% less than 8 minutes before");
    expect(changeText(shaped(reading(rows[3]!), settings))).toBe("plain:  not known before 11:59");
  });

  it("does not compare an open minute with a whole one", () => {
    const open = withLastOpen(reading(window(-6, "1", 8), window(-1, "1", 2)));
    const kpi = shaped(open, { ...latest, compareMs: 5 * minuteMs }, noon - 22_800);
    expect(changeText(kpi)).toBe("plain:  compared when the minute is whole");
    expect(standingWords(kpi!)).toBe("open, 62 % of the minute");
  });

  it("is what a column says, or made of what a column says was before", () => {
    const columns = { value: "decimal", growth: "decimal", earlier: "decimal" } as const;
    const row = readingOf(columns, [["120", "-0.1234", "80"]]);
    const settings = { value: measureOf("latest", "value"), time: null, better: "less" } as const;
    const change = shaped(row, { ...settings, change: measureOf("latest", "growth") });
    expect(changeText(change, "less")).toBe("▼good: 12.3% less than before");
    const before = shaped(row, {
      ...settings,
      before: measureOf("latest", "earlier"),
      compareMs: 86_400_000,
    });
    expect(changeText(before)).toBe("▲good: 50% more than a day before");
  });

  it("to nothing has no ratio, to next to nothing no exact one, and of no change no arrow", () => {
    const of = (before: string, now: string) =>
      changeText(shaped(reading(window(-120, before), window(-60, now))));
    expect(of("0.00", "1.00")).toBe("plain:  nothing in the hour before");
    expect(changeText(shaped(reading(window(-121, "9.00"), window(-60, "1.00"))))).toBe(
      "plain:  nothing in the hour before",
    );
    expect(of("0.01", "1.00")).toBe("▲good: over 999% more than the hour before");
    expect(of("10000", "10001")).toBe("plain:  as much as the hour before");
    expect(of("-10", "-5")).toBe("▲good: 50% more than the hour before");
  });
});

describe("the way here", () => {
  it("has a point for each window, zero where nothing happened, and its least, mean and greatest", () => {
    const kpi = shaped(reading(window(-4, "2.00"), window(-2, "8.00"), window(-1, "-1.00")));
    expect(kpi?.points.map(({ value }) => text(value))).toEqual(["2.00", "0", "8.00", "-1.00"]);
    const { min, mean, max } = kpi!.extremes!;
    expect([min, mean, max].map(text)).toEqual(["-1.00", "2.2500", "8.00"]);
  });

  it("has extremes of windows, also where several are drawn as one point", () => {
    const rows = Array.from({ length: 600 }, (_, index) => window(-(index + 1) / 10, "1.00", index % 7));
    const kpi = shaped(reading(...rows), latest)!;
    expect(kpi.points.length).toBeLessThan(200);
    expect([kpi.extremes?.min, kpi.extremes?.mean, kpi.extremes?.max].map(text)).toEqual(["0", "2.99", "6"]);
    expect(text(shaped(reading(...rows))?.extremes?.max)).toBe("1.00");
  });

  it("has extremes of what is whole alone", () => {
    const rows = [window(-3, "4.00"), window(-2, "8.00"), window(-1, "1.00")];
    const kpi = shaped(withLastOpen(reading(...rows)));
    expect([kpi?.extremes?.min, kpi?.extremes?.mean].map(text)).toEqual(["4.00", "6.0000"]);
    expect(kpi?.points.map(({ open }) => open)).toEqual([false, false, true]);
  });

  it("is put into buckets where there is more than a picture holds, and loses nothing", () => {
    const rows = Array.from({ length: 5_000 }, (_, index) => window(-(index + 1) / 100, "0.01"));
    const kpi = shaped(reading(...rows));
    expect(kpi?.points.length).toBeLessThanOrEqual(121);
    const hundredths = kpi!.points.reduce((sum, { value }) => sum + Math.round(Number(text(value)) * 100), 0);
    expect(hundredths).toBe(5_000);
  });
});

it("a target is told by how much of it is reached", () => {
  expect(text(shaped(reading(window(-1, "410.00")), { target: 500 })?.reached)).toBe("0.820000");
  expect(shaped(reading(window(-1, "410.00")), { target: 0 })?.reached).toBeUndefined();
});

it("the table has the exact numbers", () => {
  const of = reading(window(-120, "80.005"), window(-60, "100.00"));
  const input = { panel: { ...panel, target: 500 }, readings: [of], around };
  const rows = new Map(kpiTwin(shapeKpi(input)!, input).rows.map(([what, value]) => [what, value]));
  expect(rows.get("Panel")).toBe("100.00 EUR");
  expect(rows.get("Compared with")).toBe("80.005 EUR");
  expect(rows.get("Of the target")).toBe("20%");
});

it("all that the gallery shows can be shaped, and a hundred thousand rows soon", () => {
  for (const { panel, readings } of examples) {
    const input = { panel: panel as KpiPanel, readings, around };
    const model = shapeKpi(input);
    if (model !== undefined) expect(kpiTwin(model, input).rows.length).toBeGreaterThan(0);
    if (readings[0]!.rows.length >= 100_000)
      expect(fastest(() => shapeKpi(input)).tookMs).toBeLessThan(soonMs);
  }
});

const cell = fc.oneof(
  fc.integer({ min: -150, max: 30 }).map(iso),
  fc.double(),
  fc.string(),
  fc.bigInt().map(String),
  fc.constantFrom<WireValue>(null, true, { a: 1 }, [1, 2], "12.50", "-0.01", 1e300),
) as fc.Arbitrary<WireValue>;

it("whatever rows hold nothing throws, and the sum is that of the numbers", () => {
  const decimal = fc.integer({ min: -999, max: 999 }).map((hundredths) => (hundredths / 100).toFixed(2));
  fc.assert(
    fc.property(fc.array(fc.tuple(cell, cell, fc.oneof(decimal, cell), cell)), (rows) => {
      for (const settings of [
        panel,
        { ...latest, compareMs: minuteMs },
        { ...panel, time: null, target: 3 },
      ]) {
        const input = { panel: settings, readings: [reading(...rows)], around };
        const model = shapeKpi(input);
        if (model !== undefined) kpiTwin(model, input);
      }
    }),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.integer({ min: -60, max: -1 }), decimal), { minLength: 1 }), (rows) => {
      const hundredths = rows.reduce((sum, [, value]) => sum + Math.round(Number(value) * 100), 0);
      const kpi = shaped(reading(...rows.map(([minute, value]) => window(minute, value))));
      expect(kpi?.value).toEqual(readDecimal((hundredths / 100).toFixed(2)));
    }),
  );
});
