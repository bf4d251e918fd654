import { describe, expect, it } from "vitest";
import type { SeriesPanel } from "../../../../src/serving/pages.ts";
import { around, euros, frame, noon } from "../../data/fixture.ts";
import type { Slot } from "../../data/slots.ts";
import { readDecimal } from "../../numbers/exact-decimal.ts";
import { contentOf } from "./content.ts";
import { type Drawn, type DrawnLine, drawnSeries, lineAt } from "./drawn.ts";
import type { Series } from "./shape.ts";

const minuteMs = 60_000;

const panel: SeriesPanel = {
  ...frame,
  kind: "series",
  time: "start",
  end: null,
  values: [],
  by: null,
  look: "line",
  stacked: false,
  bucketMs: null,
  format: euros,
  thresholds: [],
  marks: null,
};

/** Lines by name; the last slot is open. */
function model(lines: Readonly<Record<string, readonly (number | null)[]>>): Series {
  const count = Object.values(lines)[0]!.length;
  const slots = Array.from({ length: count }, (_, position): Slot => {
    const startMs = noon - (count - position) * minuteMs;
    return { startMs, endMs: startMs + minuteMs, rows: [], open: position === count - 1, revision: 0 };
  });
  const made = Object.entries(lines).map(([title, values]) => ({
    key: title,
    title,
    format: euros,
    tone: null,
    isRest: false,
    isRate: false,
    values: values.map((value) => (value === null ? undefined : readDecimal(String(value)))),
  }));
  return { slots, lines: made, currency: "EUR", marks: [], missing: [] };
}

function drawn(
  of: Series,
  settings: Partial<SeriesPanel> = {},
  hidden: readonly string[] = [],
  width = 1_000,
) {
  return drawnSeries(of, { panel: { ...panel, ...settings }, around, hidden: new Set(hidden), width });
}

describe("what is open", () => {
  it("is a track of its own, that a line goes on into and bars do not", () => {
    const of = model({ a: [1, 2, 3] });
    expect(drawn(of).lines[0]).toMatchObject({ whole: [1, 2, null], open: [null, 2, 3] });
    expect(drawn(of, { look: "bars" }).lines[0]).toMatchObject({
      whole: [1, 2, null],
      open: [null, null, 3],
    });
  });
});

describe("stacked lines", () => {
  it("stand on those before them; what is not known adds nothing", () => {
    const { lines, high } = drawn(model({ a: [1, null, 3], b: [10, 20, null], c: [null, null, 5] }), {
      stacked: true,
      look: "bars",
    });
    const tops = lines.map(({ whole, open }) => whole.map((value, place) => value ?? open[place]));
    expect(tops).toEqual([
      [1, null, 3],
      [11, 20, 3],
      [11, 20, 8],
    ]);
    expect(lines.map(({ base }) => base)).toEqual([[0, 0, 0], tops[0], tops[1]]);
    expect(high).toBe(20);
  });

  it("close up where one is switched off", () => {
    const of = model({ a: [1, 1, 1], b: [2, 2, 2], c: [4, 4, 4] });
    const { lines } = drawn(of, { stacked: true, look: "bars" }, ["b"]);
    expect(lines.map(({ position, whole }) => [position, whole[0]])).toEqual([
      [0, 1],
      [2, 5],
    ]);
  });

  it("are painted from the highest, so that the lower lie on top", () => {
    const of = model({ a: [1, 1], b: [2, 2] });
    const stacked = { ...panel, stacked: true, look: "area" } as const;
    const { tracks } = contentOf(of, drawn(of, stacked), stacked);
    expect(tracks.map(({ sign }) => sign)).toEqual([1, 1, 0, 0]);
  });
});

describe("the picture", () => {
  it("marks the points that were corrected", () => {
    const of = model({ a: [1, 2, 3] });
    const slots = of.slots.map((slot, position) => ({ ...slot, revision: position === 1 ? 2 : 0 }));
    const content = contentOf({ ...of, slots }, drawn({ ...of, slots }), panel);
    expect(content.correctedSeconds).toEqual([(noon - 2 * minuteMs) / 1_000]);
  });

  it("shows the page's span, and an open bar to its end", () => {
    const of = model({ a: [1, 2, 3] });
    const late = { ...around, toMs: noon - 20_000 };
    const bars = drawnSeries(of, {
      panel: { ...panel, look: "bars" },
      around: late,
      hidden: new Set(),
      width: 9,
    });
    expect([bars.fromSeconds, bars.toSeconds]).toEqual([around.fromMs / 1_000, noon / 1_000]);
    expect(bars.timesSeconds[0]).toBe((noon - 2.5 * minuteMs) / 1_000);
    expect(bars.stepSeconds).toBe(60);
  });

  it("begins at zero or below, and has a height without any number", () => {
    const range = (values: readonly (number | null)[]) => {
      const { low, high } = drawn(model({ a: values }));
      return [low, high];
    };
    expect(range([5, 7])).toEqual([0, 7]);
    expect(range([-5, 7])).toEqual([-5, 7]);
    expect(range([null, null])).toEqual([0, 1]);
  });

  it("has the thresholds that are near, and names those that are not", () => {
    const level = (from: number) => ({ from, tone: "bad", title: null }) as const;
    const of = drawn(model({ a: [5, 10] }), { thresholds: [level(15), level(21), level(-11), level(-10)] });
    expect(of.outside.map(({ from }) => from)).toEqual([21, -11]);
    expect([of.low, of.high]).toEqual([-10, 15]);
  });

  it("has no more points than there are pixels, and each knows its slot", () => {
    const values = Array.from({ length: 9_000 }, (_, index) => (index === 4_321 ? 99 : index % 7));
    const of = drawn(model({ a: values }), {}, [], 300);
    expect(of.slots.length).toBeLessThanOrEqual(600);
    const place = of.slots.indexOf(4_321);
    expect(of.lines[0]?.whole[place]).toBe(99);
    expect(of.high).toBe(99);
  });
});

describe("which line is where the pointer is", () => {
  const line = (position: number, whole: number | null, open: number | null = null) => ({
    position,
    whole: [whole],
    open: [open],
    base: undefined,
  });
  const of = (lines: readonly DrawnLine[]) => ({ lines }) as unknown as Drawn;
  const lines = of([line(0, 10), line(1, 100), line(2, null, 40), line(3, null)]);

  it("is the nearest one of lines", () => {
    const at = (value: number) => lineAt(lines, 0, value, { look: "line", stacked: false });
    expect([0, 20, 30, 69, 71].map(at)).toEqual([0, 0, 2, 2, 1]);
  });

  it("is the part that has it of what is stacked, and none of bars beside each other", () => {
    const stacked = of([line(2, 10), line(0, 40), line(1, 100)]);
    const at = (value: number) => lineAt(stacked, 0, value, { look: "bars", stacked: true });
    expect([5, 11, 99, 120].map(at)).toEqual([2, 0, 1, 1]);
    expect(lineAt(lines, 0, 10, { look: "bars", stacked: false })).toBeUndefined();
  });
});
