import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { FunnelPanel } from "../../../../src/serving/pages.ts";
import { fastest, soonMs } from "../../../../test/support/fastest.ts";
import { around, frame, measureOf, noon, readingOf } from "../../data/fixture.ts";
import type { ExactDecimal } from "../../numbers/exact-decimal.ts";
import { nearestNumber, writeDecimal } from "../../numbers/exact-decimal.ts";
import type { Reading } from "../panel-kind.ts";
import { examples } from "./gallery.ts";
import { type Funnel, shapeFunnel } from "./shape.ts";
import { funnelTwin } from "./twin.ts";

const base: FunnelPanel = { ...frame, kind: "funnel", steps: [], time: null };

function answered(answer: object): Funnel | undefined {
  const reading = { ...readingOf({}, []), answer: answer as Readonly<Record<string, unknown>> };
  return shapeFunnel({ panel: base, readings: [reading], around });
}

function write(value: ExactDecimal | undefined): string | undefined {
  return value && writeDecimal(value);
}

const steps = [
  { event: "view", actors: 8, medianMs: null, p90Ms: null },
  { event: "cart", actors: 6, medianMs: 1_500, p90Ms: 9_000.5 },
  { event: "purchase", actors: 1, medianMs: 60_000, p90Ms: null },
];

describe("a funnel of an analysis", () => {
  it("has each step beside the first and the one before", () => {
    const shaped = answered({ steps })?.steps.map(({ value, ofFirst, ofPrevious, dropOff, place }) =>
      [value, ofFirst, ofPrevious, dropOff].map((each) => each && nearestNumber(each)).concat(place),
    );
    expect(shaped).toEqual([
      [8, 1, undefined, undefined, 1],
      [6, 0.75, 0.75, 2, 0.75],
      [1, 0.125, expect.closeTo(1 / 6, 9), 5, 0.125],
    ]);
  });

  it("tells how long a step took", () => {
    const took = answered({ steps })?.steps.map((step) => step.took);
    expect(took?.map((each) => each?.is === "spread" && [write(each.medianMs), write(each.p90Ms)])).toEqual([
      false,
      ["1500", "9000.5"],
      ["60000", undefined],
    ]);
  });

  it("hides nothing of a step with more than the one before", () => {
    const more = answered({
      steps: [
        { event: "a", actors: 4 },
        { event: "b", actors: 5 },
      ],
    })?.steps[1];
    expect([more?.ofFirst, more?.ofPrevious, more?.dropOff, more?.droppedShare].map(write)).toEqual([
      "1.250000000000",
      "1.250000000000",
      "-1",
      "0.250000000000",
    ]);
    expect(more?.place).toBe(1);
  });

  it("has the same steps for each value of what it is parted by", () => {
    const parted = {
      settings: { by: "country" },
      steps,
      breakdown: [
        { value: "DE", isOther: false, steps: steps.slice(0, 2) },
        { value: null, isOther: false, steps: [] },
        { value: null, isOther: true, steps: [] },
      ],
    };
    const funnel = answered(parted);
    expect(funnel?.parts.map(({ name }) => name)).toEqual(["DE", null, "others"]);
    expect(write(funnel?.parts[0]?.steps[1]?.ofFirst)).toBe("0.750000000000");
    const { headings, rows } = funnelTwin(funnel!);
    expect(headings[0]).toBe("By country");
    expect(
      rows.map(([part, step, value, , , drop, ms, ms90]) => [part, step, value, drop, ms, ms90]),
    ).toEqual([
      ["all", "view", "8", "", "", ""],
      ["all", "cart", "6", "2", "1500", "9000.5"],
      ["all", "purchase", "1", "5", "60000", ""],
      ["DE", "view", "8", "", "", ""],
      ["DE", "cart", "6", "2", "1500", "9000.5"],
    ]);
  });

  it("of nobody has no shares, and of no steps there is none", () => {
    const nobody = answered({
      steps: [
        { event: "a", actors: 0 },
        { event: "b", actors: 0 },
      ],
    })?.steps[1];
    expect([write(nobody?.value), nobody?.ofFirst, nobody?.ofPrevious, nobody?.place]).toEqual([
      "0",
      undefined,
      undefined,
      0,
    ]);
    expect(answered({ steps: [] })).toBeUndefined();
    expect(answered({})).toBeUndefined();
  });
});

describe("a funnel of rows", () => {
  const columns = { at: "timestamp", viewed: "integer", bought: "integer", took: "float" } as const;
  const at = (minutesAgo: number) => new Date(noon - minutesAgo * 60_000).toISOString();
  const panel: FunnelPanel = {
    ...base,
    time: "at",
    steps: [
      { title: "Viewed", value: measureOf("sum", "viewed"), seconds: null },
      { title: "Bought", value: measureOf("sum", "bought"), seconds: measureOf("max", "took") },
    ],
  };
  const rows = readingOf(columns, [
    [at(2), 10, 2, 1.25],
    [at(1), 10, 3, 2.5],
    [at(70), 99, 99, 99],
  ]);
  const shape = (reading: Reading, more: Partial<FunnelPanel> = {}) =>
    shapeFunnel({ panel: { ...panel, ...more }, readings: [reading], around });

  it("measures the rows of the page's span", () => {
    const shaped = shape(rows)?.steps.map(({ title, value, ofFirst, took }) => [
      title,
      write(value),
      ofFirst && nearestNumber(ofFirst),
      took?.is === "measured" ? nearestNumber(took.ms) : undefined,
    ]);
    expect(shaped).toEqual([
      ["Viewed", "20", 1, undefined],
      ["Bought", "5", 0.25, 2_500],
    ]);
    const counted = [{ title: "All", value: measureOf("count", "viewed"), seconds: null }];
    expect(shape(readingOf(columns, []), { steps: counted })).toBeUndefined();
    expect(shape(readingOf(columns, [[at(1), -3, 2, 0]]))?.steps.map(({ place }) => place)).toEqual([0, 1]);
  });

  it("says when some of it is open", () => {
    const open = { ...rows, rows: rows.rows.map((row, place) => ({ ...row, final: place !== 1 })) };
    expect([shape(rows)?.isOpen, shape(open)?.isOpen, shape(open, { time: null })?.isOpen]).toEqual([
      false,
      true,
      false,
    ]);
    expect(shape(open)?.notes).toHaveLength(1);
  });
});

describe("a funnel of whatever comes", () => {
  it("does not throw", () => {
    const anything = fc.anything();
    const list = fc.oneof(
      anything,
      fc.array(fc.oneof(anything, fc.record({ event: anything, actors: anything, medianMs: anything }))),
    );
    const part = fc.record({
      steps: list,
      breakdown: fc.oneof(anything, fc.array(fc.record({ steps: list }))),
    });
    fc.assert(
      fc.property(fc.oneof(part, fc.dictionary(fc.string(), anything)), (answer) => {
        const funnel = answered(answer);
        if (funnel !== undefined) expect(funnelTwin(funnel).rows.length).toBeGreaterThan(0);
        expect(funnel?.steps.filter(({ place }) => !(place >= 0 && place <= 1)) ?? []).toEqual([]);
      }),
    );
  });

  it("is shaped as each example of the gallery has it, soon", () => {
    for (const { title, panel, readings } of examples) {
      const { made, tookMs } = fastest(() => shapeFunnel({ panel: panel as FunnelPanel, readings, around }));
      expect([title, made === undefined, tookMs < soonMs]).toEqual([title, title === "Nothing", true]);
    }
  });
});
