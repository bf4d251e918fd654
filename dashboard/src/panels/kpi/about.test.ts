import { expect, it } from "vitest";
import type { KpiPanel } from "../../../../src/serving/pages.ts";
import { around, euros, frame, measureOf, noon, readingOf } from "../../data/fixture.ts";
import type { Mark } from "../../explain/mark.ts";
import { aboutPressed } from "../abouts.ts";
import { shapeKpi } from "./shape.ts";

const minuteMs = 60_000;
const panel: KpiPanel = {
  ...frame,
  title: "Revenue",
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
  target: 50,
};

const at = (minute: number): string => new Date(noon + minute * minuteMs).toISOString();
const told = (minute: number, revenue: string) => [at(minute), at(minute + 1), revenue];
const columns = { window_start: "timestamp", window_end: "timestamp", revenue: "decimal" } as const;

/** Of the hour before 40.00 in two rows, of this one 50.00 in three, of which one was corrected. */
function about(pressed: Mark | "corrected") {
  const whole = readingOf(columns, [
    told(-120, "30.00"),
    told(-90, "10.00"),
    told(-60, "5.00"),
    told(-59, "42.00"),
    told(-1, "3.00"),
  ]);
  const rows = whole.rows.map((row, place) => (place === 3 ? { ...row, revision: 1 } : row));
  const input = { panel, readings: [{ ...whole, rows }], around };
  const number = aboutPressed(pressed, shapeKpi(input), input);
  return (
    number && [
      number.title,
      number.numbers.map(({ formula, value }) => [formula, value]),
      number.rows?.map(({ values }) => values[2]),
    ]
  );
}

const rows = ["5.00", "42.00", "3.00"];

it("a change is told with both of its sides, of the rows of both", () => {
  expect(about(["change"])).toEqual([
    "Revenue, compared with the hour before",
    [
      ["(now − before) ÷ before", "25 %"],
      [undefined, "50.00 EUR"],
      [undefined, "40.00 EUR"],
    ],
    ["30.00", "10.00", ...rows],
  ]);
});

it("a target is reached by the value", () => {
  const value = ["sum(revenue)", "50.00 EUR"];
  expect(about(["reached"])).toEqual(["Revenue, of its target", [["value ÷ 50", "100 %"], value], rows]);
});

it("an extreme is of its point, and a mean of all points", () => {
  expect(about(["greatest"])).toEqual([
    "Revenue, greatest, 11:01 – 11:02",
    [["sum(revenue)", "42.00 EUR"]],
    ["42.00"],
  ]);
  expect(about(["point", noon - minuteMs])?.[2]).toEqual(["3.00"]);
  expect(about(["mean"])?.[2]).toEqual(rows);
});

it("what was corrected is of those rows alone", () => {
  expect(about("corrected")).toEqual(["Revenue, corrected after being final", [], ["42.00"]]);
});

it("a point that is not shown any more is none", () => {
  expect(about(["point", noon - 500 * minuteMs])).toBeUndefined();
});
