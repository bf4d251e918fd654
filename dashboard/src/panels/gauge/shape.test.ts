import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { GaugePanel, Level } from "../../../../src/serving/pages.ts";
import type { WireValue } from "../../../../src/serving/protocol.ts";
import { around, euros, frame, measureOf, noon, readingOf } from "../../data/fixture.ts";
import { levelWords } from "../../data/levels.ts";
import { writeDecimal } from "../../numbers/exact-decimal.ts";
import { arcPath } from "./arc.ts";
import { examples } from "./gallery.ts";
import { type Gauge, shapeGauge, standingWords } from "./shape.ts";
import { gaugeTwin } from "./twin.ts";

const columns = { at: "timestamp", window_end: "timestamp", amount: "decimal" } as const;
const levels: readonly Level[] = [
  { from: 95, tone: "good", title: "Good" },
  { from: 20, tone: "bad", title: null },
  { from: 80, tone: "warn", title: null },
];

const panel: GaugePanel = {
  ...frame,
  kind: "gauge",
  value: measureOf("latest", "amount"),
  time: null,
  format: euros,
  min: 0,
  max: 100,
  target: 50,
  levels,
};

function input(value: WireValue, settings: Partial<GaugePanel> = {}) {
  const row = [new Date(noon - 60_000).toISOString(), new Date(noon).toISOString(), value];
  return { panel: { ...panel, ...settings }, readings: [readingOf(columns, [row])], around };
}

function shaped(value: WireValue, settings?: Partial<GaugePanel>): Gauge {
  return shapeGauge(input(value, settings))!;
}

describe("the number", () => {
  it("has its place on the scale, also where that begins below zero", () => {
    expect(shaped("25").part).toBe(0.25);
    expect(shaped("0", { min: -50, max: 50 }).part).toBe(0.5);
    expect(["3", "5", "7"].map((value) => shaped(value, { min: 5, max: 5 }).part)).toEqual([0, 0, 0]);
  });

  it("beyond the scale is shown as it is, at the end of the scale", () => {
    const above = shaped("100.01");
    expect([above.part, above.beyond, writeDecimal(above.value!)]).toEqual([1, "above the scale", "100.01"]);
    expect(shaped("-0.01")).toMatchObject({ part: 0, beyond: "below the scale" });
    expect([shaped("0").beyond, shaped("100.00").beyond]).toEqual([undefined, undefined]);
  });

  it("is on the level that begins at or before it, whatever order they are told in", () => {
    const words = ["19.999", "20", "79.9", "80.00", "95", "500"]
      .map((value) => shaped(value).level)
      .map((level) => level && levelWords(level));
    expect(words).toEqual([undefined, "bad", "bad", "warning", "Good", "Good"]);
  });

  it("that cannot be read is none", () => {
    expect(shaped("n/a")).toMatchObject({ value: undefined, part: 0, level: undefined, beyond: undefined });
    expect(shapeGauge({ ...input("1"), readings: [readingOf(columns, [])] })).toBeUndefined();
  });

  it("of an open window says so", () => {
    const of = input("5", { time: "at" });
    const rows = of.readings[0]!.rows.map((row) => ({ ...row, final: false }));
    const late = { ...around, toMs: noon - 22_800 };
    const open = shapeGauge({ ...of, readings: [{ ...of.readings[0]!, rows }], around: late })!;
    expect(standingWords(open)).toBe("open, 62 % of the minute");
    const corrected = of.readings[0]!.rows.map((row) => ({ ...row, revision: 1 }));
    const again = shapeGauge({ ...of, readings: [{ ...of.readings[0]!, rows: corrected }] })!;
    expect(standingWords(again)).toBe("corrected");
  });
});

describe("the scale", () => {
  it("has a segment for each level that is on it", () => {
    const parts = (settings: Partial<GaugePanel>) =>
      shaped("1", settings).segments.map(({ from, to, level }) => [level.from, from, to]);
    expect(parts({})).toEqual([
      [20, 0.2, 0.8],
      [80, 0.8, 0.95],
      [95, 0.95, 1],
    ]);
    expect(parts({ min: 50, max: 90 })).toEqual([
      [20, 0, 0.75],
      [80, 0.75, 1],
    ]);
    expect(parts({ min: 5, max: 5 })).toEqual([]);
  });

  it("may be longer than the largest number", () => {
    const wide = { min: -1.5e308, max: 1.5e308, levels: [], target: 0 };
    expect(shaped(7.5e307, wide)).toMatchObject({ part: 0.75, targetPart: 0.5, beyond: undefined });
    expect(shaped(-1.7e308, wide)).toMatchObject({ part: 0, beyond: "below the scale" });
  });

  it("has the target where that is on it", () => {
    expect(shaped("1").targetPart).toBe(0.5);
    expect(shaped("1", { target: 101 }).targetPart).toBeUndefined();
    expect(shaped("1", { target: null }).targetPart).toBeUndefined();
  });

  it("goes from the left over the top to the right", () => {
    const arc = { centreX: 100, centreY: 100, radius: 80 };
    expect(arcPath(arc, 0, 1)).toBe("M20.00 100.00A80 80 0 0 1 180.00 100.00");
    expect(arcPath(arc, 0, 0.5)).toBe("M20.00 100.00A80 80 0 0 1 100.00 20.00");
  });
});

it("the table has the true number, the scale and the levels", () => {
  const of = input("1234.505", { max: 500 });
  expect(gaugeTwin(shapeGauge(of)!, of).rows).toEqual([
    ["Panel", "1234.505 EUR"],
    ["Scale", "0 to 500: it is above the scale"],
    ["Level", "Good"],
    ["Target", "50"],
    ["From 95", "Good"],
    ["From 20", "bad"],
    ["From 80", "warning"],
  ]);
});

it("whatever rows and scales hold nothing throws, and the place is on the scale", () => {
  const cell = fc.oneof(
    fc.double(),
    fc.string(),
    fc.constantFrom<WireValue>(null, true, { a: 1 }, "-0.5", 1e300),
  );
  const bound = fc.double({ noNaN: true, noDefaultInfinity: true });
  fc.assert(
    fc.property(cell, bound, bound, fc.option(bound, { nil: null }), (value, min, max, target) => {
      const of = input(value as WireValue, { min, max, target });
      const model = shapeGauge(of)!;
      expect(model.part).toBeGreaterThanOrEqual(0);
      expect(model.part).toBeLessThanOrEqual(1);
      gaugeTwin(model, of);
    }),
  );
  for (const { panel: each, readings } of examples) {
    const of = { panel: each as GaugePanel, readings, around };
    const model = shapeGauge(of);
    if (model !== undefined) gaugeTwin(model, of);
  }
});
