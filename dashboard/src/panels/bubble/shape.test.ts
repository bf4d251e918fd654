import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { BubblePanel } from "../../../../src/serving/pages.ts";
import type { WireValue } from "../../../../src/serving/protocol.ts";
import { fastest, soonMs } from "../../../../test/support/fastest.ts";
import { around, frame, measureOf, noon, plainNumber, readingOf } from "../../data/fixture.ts";
import { writeDecimal } from "../../numbers/exact-decimal.ts";
import type { Reading } from "../panel-kind.ts";
import { examples } from "./gallery.ts";
import { layOut, marksIn, type PlacedBubble, spanOf } from "./layout.ts";
import { type Bubbles, shapeBubbles } from "./shape.ts";
import { bubblesTwin, bubbleWords } from "./words.ts";

const named = (column: string) => ({
  title: column,
  value: measureOf("sum", column),
  format: plainNumber,
  tone: null,
});
const base: BubblePanel = {
  ...frame,
  kind: "bubble",
  label: "name",
  x: named("x"),
  y: named("y"),
  size: named("size"),
  time: null,
};
const columns = { name: "string", x: "decimal", y: "decimal", size: "decimal", at: "timestamp" } as const;
const at = new Date(noon - 60_000).toISOString();

function shaped(rows: readonly (readonly WireValue[])[], more: Partial<BubblePanel> = {}) {
  return ofReading(readingOf(columns, rows), more);
}

function ofReading(reading: Reading, more: Partial<BubblePanel> = {}): Bubbles | undefined {
  return shapeBubbles({ panel: { ...base, ...more }, readings: [reading], around });
}

const three = [
  ["small", "1", "10", "4"],
  [null, "2", "20", "16"],
  ["middle", "3", "0.10", "9"],
  ["middle", "1", "0.20", "0"],
];

describe("bubbles", () => {
  it("are of exact numbers, the largest first", () => {
    const bubbles = shaped(three)?.bubbles;
    expect(bubbles?.map(({ name, x, y }) => [name, writeDecimal(x.value), writeDecimal(y.value)])).toEqual([
      [null, "2", "20"],
      ["middle", "4", "0.30"],
      ["small", "1", "10"],
    ]);
    expect(
      bubblesTwin({ bubbles: bubbles!, notes: [] }, { panel: base, readings: [], around }).rows[1],
    ).toEqual(["middle", "4", "0.30", "9"]);
    expect(bubbleWords(bubbles![0]!, base)).toBe("none: x 2, y 20, size 16");
    const rates = { ...base, y: { ...named("y"), format: { ...plainNumber, as: "share" as const } } };
    expect(bubbles!.map((bubble) => bubbleWords(bubble, rates))).toEqual([
      "none: x 2, y 2000 %, size 16",
      "middle: x 4, y 30 %, size 9",
      "small: x 1, y 1000 %, size 4",
    ]);
  });

  it("without a place are left out and counted; without a size they are small", () => {
    const bubbles = shaped([
      ["no x", null, "1", "1"],
      ["no y", "1", "NaN", "1"],
      ["too far", `1${"0".repeat(200)}`, "1", "1"],
      ["no size", "1", "1", null],
    ]);
    expect(bubbles?.bubbles.map(({ name, size, near }) => [name, size, near.size])).toEqual([
      ["no size", undefined, 0],
    ]);
    expect(bubbles?.notes).toEqual(["3 without a place."]);
    expect(shaped([["a", null, null, null]])).toBeUndefined();
    expect(shaped([])).toBeUndefined();
  });

  it("are the 200 largest of many", () => {
    const bubbles = shaped(Array.from({ length: 300 }, (_, size) => [`b${size}`, "1", "1", `${size}`]));
    expect(bubbles?.bubbles.map(({ name }) => name)).toEqual(
      Array.from({ length: 200 }, (_, place) => `b${299 - place}`),
    );
    expect(bubbles?.notes).toEqual(["The 200 largest; 100 are not shown."]);
  });

  it("tell what is open and what was corrected", () => {
    const reading = readingOf(columns, [
      ["a", "1", "1", "2", at],
      ["b", "1", "1", "1", at],
    ]);
    const [first, second] = reading.rows;
    const changed = {
      ...reading,
      rows: [
        { ...first!, final: false },
        { ...second!, revision: 3 },
      ],
    };
    const bubbles = ofReading(changed, { time: "at" })?.bubbles;
    expect(bubbles?.map(({ isOpen, isCorrected }) => [isOpen, isCorrected])).toEqual([
      [true, false],
      [false, true],
    ]);
    expect(ofReading(changed)?.notes).toEqual([]);
    expect(ofReading(changed, { time: "at" })?.notes).toHaveLength(2);
  });
});

describe("the picture of bubbles", () => {
  const box = { width: 500, height: 300 };

  it("has areas in proportion to sizes", () => {
    const { bubbles } = layOut(shaped(three)!.bubbles, box);
    const [largest, middle, small] = bubbles.map(({ radius }) => radius);
    expect(middle! / largest!).toBeCloseTo(3 / 4);
    expect(small! / largest!).toBeCloseTo(2 / 4);
  });

  it("has more to the right and further up", () => {
    const { bubbles, plot } = layOut(shaped(three)!.bubbles, box);
    const places = new Map(bubbles.map(({ bubble, left, top }) => [bubble.name, { left, top }]));
    expect(places.get("middle")!.left).toBeGreaterThan(places.get(null)!.left);
    expect(places.get(null)!.top).toBeLessThan(places.get("small")!.top);
    expect(bubbles.every(({ left, top }) => left >= plot.left && left <= plot.right && top > plot.top)).toBe(
      true,
    );
  });

  it("has names that lie on no bubble and on no other name", () => {
    const rows = Array.from({ length: 60 }, (_, place) => [
      `campaign ${place}`,
      `${(place * 37) % 61}`,
      `${(place * 17) % 23}`,
      `${place}`,
    ]);
    const { bubbles } = layOut(shaped(rows)!.bubbles, box);
    const named = bubbles.filter(({ label }) => label !== undefined);
    expect(named.length).toBeGreaterThan(5);
    expect(named.length).toBeLessThanOrEqual(40);
    const boxes = named.map(labelBox);
    for (const [place, one] of boxes.entries()) {
      const met = boxes.filter((other, of) => of > place && overlap(one, other));
      const on = bubbles.filter((each) => each !== named[place] && overlap(one, circleBox(each)));
      expect([met, on]).toEqual([[], []]);
    }
  });

  it("has round marks within what there is", () => {
    expect(marksIn({ low: -1, high: 11 }, 4)).toEqual([0, 5, 10]);
    expect(marksIn({ low: 0.02, high: 0.31 }, 5)).toEqual([0.1, 0.2, 0.3]);
    expect(marksIn({ low: 1e6, high: 1e6 + 4 }, 4)).toEqual([1e6, 1e6 + 1, 1e6 + 2, 1e6 + 3, 1e6 + 4]);
  });

  it("begins at zero where that is not far", () => {
    expect(spanOf([1, 10]).low).toBeLessThan(0);
    expect(spanOf([90, 100])).toEqual({ low: 89, high: 101 });
    expect(spanOf([5])).toEqual({ low: 4.5, high: 5.5 });
    expect(spanOf([0])).toEqual({ low: -0.05, high: 0.1 });
    expect(spanOf([-10, -5])).toEqual({ low: -10.5, high: -4.5 });
  });
});

function labelBox({ label }: PlacedBubble) {
  const width = label!.text.length * 6.4;
  const start = { start: 0, middle: width / 2, end: width }[label!.anchor];
  const left = label!.left - start;
  return { left, right: left + width, top: label!.top - 11, bottom: label!.top + 2 };
}

function circleBox({ left, top, radius }: PlacedBubble) {
  return { left: left - radius, right: left + radius, top: top - radius, bottom: top + radius };
}

function overlap(one: ReturnType<typeof circleBox>, other: ReturnType<typeof circleBox>): boolean {
  return one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
}

describe("bubbles of whatever rows", () => {
  const cell = fc.oneof(
    fc.constantFrom<WireValue>("NaN", null, "<b>", 1e300, -1e300, true, "-0.00", 1e-9),
    fc.integer(),
    fc.constant<WireValue>([1]),
    fc.bigInt().map(String),
  );

  it("have a place in whatever picture", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(cell, cell, cell, cell)),
        fc.integer({ min: 1, max: 2_000 }),
        (rows, width) => {
          const bubbles = shaped(rows)?.bubbles ?? [];
          if (bubbles.length === 0) return;
          const layout = layOut(bubbles, { width, height: 300 });
          const places = layout.bubbles.flatMap(({ left, top, radius }) => [left, top, radius]);
          const marks = [...layout.xMarks, ...layout.yMarks].flatMap(({ value, at: place }) => [
            value,
            place,
          ]);
          expect([...places, ...marks].filter((value) => !Number.isFinite(value))).toEqual([]);
          expect(layout.xMarks.length + layout.yMarks.length).toBeLessThan(60);
        },
      ),
    );
  });

  it("are shaped as each example of the gallery has them, soon", () => {
    for (const { title, panel, readings } of examples) {
      const { made, tookMs } = fastest(() => shapeBubbles({ panel: panel as BubblePanel, readings, around }));
      expect([title, made === undefined]).toEqual([title, title === "Nothing"]);
      expect(tookMs).toBeLessThan(soonMs);
    }
  });
});
