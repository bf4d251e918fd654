import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { HeatMapPanel } from "../../../../src/serving/pages.ts";
import type { WireValue } from "../../../../src/serving/protocol.ts";
import { fastest, soonMs } from "../../../../test/support/fastest.ts";
import { around, frame, measureOf, noon, plainNumber, readingOf } from "../../data/fixture.ts";
import { heatBounds, heatScaleOf, heatStepOf } from "../../data/heat-scale.ts";
import { type ExactDecimal, readDecimal, writeDecimal } from "../../numbers/exact-decimal.ts";
import type { Reading } from "../panel-kind.ts";
import { examples } from "./gallery.ts";
import { type HeatMap, shapeHeatMap } from "./shape.ts";
import { heatMapTwin } from "./twin.ts";

const base: HeatMapPanel = {
  ...frame,
  kind: "heat-map",
  x: "hour",
  y: "day",
  value: measureOf("sum", "amount"),
  time: null,
  format: plainNumber,
  yNames: {},
};
const columns = { hour: "integer", day: "string", amount: "decimal", at: "timestamp" } as const;

function shaped(reading: Reading, more: Partial<HeatMapPanel> = {}): HeatMap | undefined {
  return shapeHeatMap({ panel: { ...base, ...more }, readings: [reading], around });
}

function told(map: HeatMap | undefined): readonly (readonly string[])[] | undefined {
  return map?.rows.map(({ name, cells }) => [
    String(name),
    ...cells.map((cell) => (cell.is === "value" ? writeDecimal(cell.value.value) : cell.is)),
  ]);
}

const rows = readingOf(columns, [
  [9, "z", "0.10"],
  [9, "z", "0.20"],
  [11, "a", "0"],
  [10, "a", null],
  [12, null, "5"],
]);

describe("a heat map of rows", () => {
  it("has a cell for each column and row, and tells what is missing from zero", () => {
    const map = shaped(rows);
    expect(map?.columns).toEqual(["9", "10", "11", "12"]);
    expect(told(map)).toEqual([
      ["a", "missing", "unreadable", "0", "missing"],
      ["z", "0.30", "missing", "missing", "missing"],
      ["null", "missing", "missing", "missing", "5"],
    ]);
    expect(heatMapTwin(map!, { panel: base, readings: [], around }).rows).toEqual([
      ["a", "10", ""],
      ["a", "11", "0"],
      ["z", "9", "0.30"],
      ["none", "12", "5"],
    ]);
  });

  it("has hours without rows between those that have some", () => {
    const map = shaped(
      readingOf(columns, [
        [3, "a", "1"],
        [6, "a", "1"],
      ]),
    );
    expect(map?.columns).toEqual(["3", "4", "5", "6"]);
  });

  it("has its rows by their names, those without rows too, and others behind them", () => {
    const map = shaped(
      readingOf({ ...columns, day: "integer" }, [
        [1, 3, "1"],
        [1, 9, "2"],
      ]),
      {
        yNames: { 2: "Mon", 3: "Tue" },
      },
    );
    expect(told(map)).toEqual([
      ["Mon", "missing"],
      ["Tue", "1"],
      ["9", "2"],
    ]);
  });

  it("is of the page's span, and of the newest instant where it takes the latest", () => {
    const at = (minutesAgo: number) => new Date(noon - minutesAgo * 60_000).toISOString();
    const reading = readingOf(columns, [
      [1, "a", "1", at(70)],
      [1, "a", "2", at(9)],
      [2, "a", "3", at(9)],
      [1, "a", "4", at(5)],
    ]);
    expect(told(shaped(reading, { time: "at" }))).toEqual([["a", "6", "3"]]);
    expect(told(shaped(reading, { time: "at", value: measureOf("latest", "amount") }))).toEqual([["a", "4"]]);
  });

  it("tells what is open and what was corrected", () => {
    const at = new Date(noon - 60_000).toISOString();
    const reading = readingOf(columns, [
      [1, "a", "1", at],
      [2, "a", "1", at],
    ]);
    const [first, second] = reading.rows;
    const changed = {
      ...reading,
      rows: [
        { ...first!, final: false },
        { ...second!, revision: 1 },
      ],
    };
    const cells = shaped(changed, { time: "at" })?.rows[0]?.cells;
    expect(cells?.map((cell) => cell.is === "value" && [cell.isOpen, cell.isCorrected])).toEqual([
      [true, false],
      [false, true],
    ]);
    expect(shaped(changed, { time: "at" })?.notes).toHaveLength(2);
    expect(shaped(changed)?.notes).toEqual([]);
  });

  it("shows the newest of many times, the first of many others, and says what it does not show", () => {
    const times = Array.from({ length: 70 }, (_, at) => new Date(noon - (70 - at) * 60_000).toISOString());
    const map = shaped(
      readingOf(
        columns,
        times.map((at) => [1, "a", "1", at]),
      ),
      { x: "at" },
    );
    expect([map?.columns.length, map?.notes]).toEqual([62, ["8 more columns are not shown."]]);
    expect(map?.columns.at(-1)).toBe(around.times.minute(noon - 60_000));
    const names = Array.from({ length: 40 }, (_, at) => [1, `day ${at}`, "1"]);
    const tall = shaped(readingOf(columns, names));
    expect([tall?.rows.at(-1)?.name, tall?.notes]).toEqual(["day 30", ["9 more rows are not shown."]]);
  });

  it("is nothing without a value", () => {
    expect(shaped(readingOf(columns, []))).toBeUndefined();
    expect(shaped(readingOf(columns, [[1, "a", null]]))).toBeUndefined();
    expect(shaped(rows, { x: null })).toBeUndefined();
  });
});

describe("a heat map of an analysis", () => {
  const cells = [
    { weekday: 1, hour: 0, measured: 7 },
    { weekday: 2, hour: 23, measured: "12.50" },
    { weekday: 9, hour: 1, measured: 1 },
  ];
  const reading = { ...readingOf({}, []), answer: { cells, timeZone: "UTC" } };

  it("has the hours of the week, from Monday on", () => {
    const map = shaped(reading);
    expect(told(map)?.map((row) => row.length)).toEqual(Array(7).fill(25));
    expect(map?.rows[0]?.cells[23]).toMatchObject({ value: { value: readDecimal("12.50") } });
    expect(map?.rows[6]?.cells[0]).toMatchObject({ value: { value: readDecimal("7") } });
    expect(heatMapTwin(map!, { panel: base, readings: [], around }).rows).toHaveLength(2);
    expect(map?.notes).toEqual(["Hours of UTC."]);
  });
});

describe("a week of hours", () => {
  it.each(["Activity by hour and weekday", "An analysis"])("has 168 cells in its twin: %s", (example) => {
    const { panel, readings } = examples.find(({ title }) => title === example)!;
    const input = { panel: panel as HeatMapPanel, readings, around };
    const { rows: cells } = heatMapTwin(shapeHeatMap(input)!, input);
    expect(new Set(cells.map(([day, hour]) => `${day} ${hour}`)).size).toBe(168);
  });
});

describe("the scale of a heat map", () => {
  const decimals = (...texts: string[]) => texts.map((text) => readDecimal(text)!);

  it("has six steps of the same size from zero on", () => {
    const scale = heatScaleOf(decimals("3", "12"));
    expect(decimals("0", "1.99", "2", "11.99", "12").map((value) => heatStepOf(value, scale))).toEqual([
      0, 0, 1, 5, 5,
    ]);
    expect(heatBounds(scale).map((bound) => Number(writeDecimal(bound)))).toEqual([0, 2, 4, 6, 8, 10, 12]);
  });

  it("begins with the least where that is below zero", () => {
    const scale = heatScaleOf(decimals("-6", "6"));
    expect(decimals("-6", "-0.01", "0", "7").map((value) => heatStepOf(value, scale))).toEqual([0, 2, 3, 5]);
  });

  it("has one step of nothing but zeros", () => {
    expect(heatStepOf({ unscaled: 0n, scale: 0 }, heatScaleOf(decimals("0")))).toBe(0);
  });
});

describe("a heat map of whatever rows", () => {
  const cell = fc.oneof(
    fc.constantFrom<WireValue>("NaN", null, "", "<b>", 1e300, -1e-9, true, "99999999999999999999.9"),
    fc.integer(),
    fc.constant<WireValue>([1]),
    fc.constant<WireValue>({ a: 1 }),
  );

  it("does not throw, and has the sum of its rows", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell, fc.integer()), { maxLength: 20 }), (drawn) => {
        const map = shaped(readingOf({ ...columns, amount: "integer" }, drawn));
        const values: ExactDecimal[] = (map?.rows ?? []).flatMap(({ cells }) =>
          cells.flatMap((each) => (each.is === "value" ? [each.value.value] : [])),
        );
        const sum = values.reduce((all, { unscaled }) => all + unscaled, 0n);
        expect(sum).toBe(drawn.reduce((all, [, , amount]) => all + BigInt(amount), 0n));
      }),
    );
  });

  it("is shaped as each example of the gallery has it, soon", () => {
    for (const { title, panel, readings } of examples) {
      const { made, tookMs } = fastest(() =>
        shapeHeatMap({ panel: panel as HeatMapPanel, readings, around }),
      );
      expect([title, made === undefined]).toEqual([title, title === "Nothing"]);
      expect(tookMs).toBeLessThan(soonMs);
    }
  });
});
