import { expect, test } from "vitest";
import { around, frame, measureOf, noon, plainNumber, readingOf } from "../../data/fixture.ts";
import { shapeBars } from "./shape.ts";

const at = (minute: number) => new Date(noon + minute * 60_000).toISOString();
const named = (title: string, column: string) =>
  ({ title, value: measureOf("latest", column), format: plainNumber, tone: null }) as const;
const panel = {
  ...frame,
  kind: "bars",
  by: [],
  values: [named("Opened", "open_rate"), named("Clicked", "click_rate"), named("None", "nothing")],
  time: "window_end",
  value: measureOf("latest", "open_rate"),
  format: plainNumber,
  stack: null,
  sort: "none",
  limit: 10,
  rest: true,
  levels: [],
  levelOf: null,
} as const;

test("E12: measures are bars in their order, of the newest row that has passed", () => {
  const reading = readingOf(
    { window_end: "timestamp", open_rate: "decimal", click_rate: "decimal", nothing: "decimal" },
    [
      [at(-10), "40.00", "8.00", null],
      [at(-5), "41.25", "9.50", null],
      [at(5), "99.00", "99.00", null],
    ],
  );
  const bars = shapeBars({ panel, readings: [reading], around });
  expect(bars?.bars.map(({ names, value }) => [names[0], value.value])).toEqual([
    ["Opened", { unscaled: 4125n, scale: 2 }],
    ["Clicked", { unscaled: 950n, scale: 2 }],
  ]);
  expect(shapeBars({ panel, readings: [readingOf({ open_rate: "decimal" }, [])], around })).toBeUndefined();
});
