import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ChronicleEntry } from "../../../../src/serving/chronicle.ts";
import type { NamedMeasure, SeriesPanel } from "../../../../src/serving/pages.ts";
import type { WireValue } from "../../../../src/serving/protocol.ts";
import { fastest, soonMs } from "../../../../test/support/fastest.ts";
import { around, euros, frame, measureOf, noon, readingOf } from "../../data/fixture.ts";
import { add, type ExactDecimal, writeDecimal, zero } from "../../numbers/exact-decimal.ts";
import type { PanelInput, Reading } from "../panel-kind.ts";
import { examples } from "./gallery.ts";
import { marksAt, type Series, seriesLabel, shapeSeries, slotWords } from "./shape.ts";
import { seriesTwin } from "./twin.ts";

const minuteMs = 60_000;
const columns = { start: "timestamp", end: "timestamp", segment: "string", amount: "decimal" } as const;
const iso = (minute: number): string => new Date(noon + minute * minuteMs).toISOString();

function amount(aggregate: "sum" | "latest" | "max" = "sum", title = "Amount"): NamedMeasure {
  return { title, value: measureOf(aggregate, "amount"), format: euros, tone: null };
}

const panel: SeriesPanel = {
  ...frame,
  kind: "series",
  time: "start",
  end: "end",
  values: [amount()],
  by: null,
  look: "line",
  stacked: false,
  bucketMs: null,
  format: euros,
  thresholds: [],
  marks: null,
};

type Cells = readonly WireValue[];

/** A window of a minute, by how many minutes after noon it begins. */
function window(minute: number, value: WireValue, segment: WireValue = "web"): Cells {
  return [iso(minute), iso(minute + 1), segment, value];
}

function input(rows: readonly Cells[], settings: Partial<SeriesPanel> = {}, more: readonly Reading[] = []) {
  const readings = [readingOf(columns, rows), ...more];
  return { panel: { ...panel, ...settings }, readings, around } satisfies PanelInput<SeriesPanel>;
}

function shaped(rows: readonly Cells[], settings?: Partial<SeriesPanel>, more?: readonly Reading[]) {
  return shapeSeries(input(rows, settings, more));
}

/** By title of the line its values in order. */
function told(model: Series | undefined): Readonly<Record<string, readonly (string | undefined)[]>> {
  const texts = (model?.lines ?? []).map(({ title, values }) => [
    title,
    values.map((value) => value && writeDecimal(value)),
  ]);
  return Object.fromEntries(texts);
}

describe("the points of a line", () => {
  it("are exact sums of the rows of a time", () => {
    const rows = [window(-2, "90071992547409.91"), window(-1, "1"), window(-2, "0.01", "app")];
    expect(told(shaped(rows))).toEqual({ Amount: ["90071992547409.92", "1"] });
  });

  it("are zero where nothing happened of a sum, and not known of anything else", () => {
    const rows = [window(-4, "1.00"), window(-1, "2.00")];
    expect(told(shaped(rows)).Amount).toEqual(["1.00", "0", "0", "2.00"]);
    const latest = { values: [amount("latest")] };
    expect(told(shaped(rows, latest)).Amount).toEqual(["1.00", undefined, undefined, "2.00"]);
  });

  it("are of buckets where rows are put into buckets", () => {
    const rows = [window(-30, "1.00"), window(-20, "2.00"), window(-16, "3.00"), window(-1, "4.00")];
    const bucketMs = 15 * minuteMs;
    expect(told(shaped(rows, { bucketMs, end: null })).Amount).toEqual(["6.00", "4.00"]);
    const most = { bucketMs, end: null, values: [amount("max")] };
    expect(told(shaped(rows, most)).Amount).toEqual(["3.00", "4.00"]);
  });

  it("of a rate are the sums of its parts, and none where there is nothing to divide by", () => {
    const per = { aggregate: "count", column: "end" } as const;
    const values = [{ ...amount(), value: { of: amount().value.of, per } }];
    const rows = [window(-2, "4"), window(-2, "8"), [iso(-1), null, "web", "3"]];
    const model = shaped(rows, { values, end: null });
    expect(told(model).Amount).toEqual(["6.000000000000", undefined]);
    expect(model?.missing).toEqual([]);
  });

  it("that cannot be read are none, and counted", () => {
    const model = shaped([window(-3, "n/a"), window(-2, null), window(-1, "1"), ["never", null, "web", "1"]]);
    expect(told(model).Amount).toEqual([undefined, undefined, "1"]);
    expect(model?.missing).toEqual(["2 points have no number", "1 row has no time"]);
  });
});

describe("lines by a column", () => {
  const rows = [
    window(-2, "1", "web"),
    window(-2, "2", "app"),
    window(-1, "3", "web"),
    window(-1, "4", null),
    window(-1, "5", ""),
  ];

  it("are one for each value, in the order of their names", () => {
    expect(told(shaped(rows, { by: "segment" }))).toEqual({
      "(empty)": ["0", "5"],
      app: ["2", "0"],
      none: ["0", "4"],
      web: ["1", "3"],
    });
  });

  it("are the eight that come to most, and the others as one that keeps the sum whole", () => {
    const many = Array.from({ length: 12 }, (_, at) =>
      window(-1, `${at + 1}.5`, `s${String(at).padStart(2, "0")}`),
    );
    const lines = told(shaped(many, { by: "segment" }));
    expect(Object.keys(lines)).toEqual(["s04", "s05", "s06", "s07", "s08", "s09", "s10", "s11", "others"]);
    expect(lines.others).toEqual(["12.0"]);
  });

  it("that cannot be added up are left out with a word", () => {
    const many = Array.from({ length: 11 }, (_, at) => window(-1, `${at}`, `s${at}`));
    const model = shaped(many, { by: "segment", values: [amount("latest")] });
    expect(model?.lines).toHaveLength(8);
    expect(model?.missing).toEqual(["3 more lines are left out"]);
  });

  it("have no zeros at moments of others", () => {
    const moments = [
      [iso(-30.01), null, "web", "1"],
      [iso(-22.2), null, "app", "2"],
      [iso(-3.333), null, "web", "3"],
    ];
    expect(told(shaped(moments, { by: "segment", end: null }))).toEqual({
      app: [undefined, "2", undefined],
      web: ["1", undefined, "3"],
    });
  });
});

describe("marks", () => {
  const marks = { time: "at", text: "text" };
  const moments = (...minutes: readonly number[]) =>
    readingOf(
      { at: "timestamp", text: "string" },
      minutes.map((minute) => [iso(minute), `mark ${minute}`]),
    );

  it("are those of the span, and belong to the point that they fall into", () => {
    const rows = [window(-10, "1"), window(-5, "1")].map(([start, , segment, value]) => [
      start!,
      null,
      segment!,
      value!,
    ]);
    const model = shaped(rows, { marks }, [moments(-100, -12, -7, -2, 5)])!;
    const at = (position: number) =>
      marksAt(model, model.slots.length - 1 - position).map(({ text }) => text);
    expect(model.marks.map(({ text }) => text)).toEqual(["mark -12", "mark -7", "mark -2"]);
    expect([at(1), at(0)]).toEqual([["mark -12", "mark -7"], ["mark -2"]]);
  });

  it("say when the server was away, at each point that was in it, and when the view became another", () => {
    const source = { over: "view", view: "sales", where: null, emit: null, columns: [], time: null } as const;
    const asked = input([window(-10, "1"), window(-5, "1"), window(-4, "1")], { sources: [source] });
    const chronicle: readonly ChronicleEntry[] = [
      { kind: "away", from: iso(-200), to: iso(-100) },
      { kind: "changed", at: iso(-4.5), views: ["stock", "sales"] },
      { kind: "changed", at: iso(-3), views: ["stock"] },
      { kind: "away", from: iso(-9.5), to: iso(-4.75) },
    ];
    const model = shapeSeries({ ...asked, around: { ...around, chronicle } })!;
    expect(model.marks).toEqual([
      { ms: noon - 9.5 * minuteMs, untilMs: noon - 4.75 * minuteMs, text: "The server was away for 4 min" },
      { ms: noon - 4.5 * minuteMs, text: "The SQL of sales changed" },
    ]);
    const starts = model.slots.map(({ startMs }) => (startMs - noon) / minuteMs);
    const away = starts.filter((_, place) =>
      marksAt(model, place).some(({ untilMs }) => untilMs !== undefined),
    );
    expect(away).toEqual([-10, -9, -8, -7, -6, -5]);
  });

  it("beyond a hundred are the newest, with a word", () => {
    const model = shaped([window(-1, "1")], { marks }, [moments(...Array.from({ length: 103 }, () => -3))]);
    expect(model?.marks).toHaveLength(100);
    expect(model?.missing).toEqual(["3 older marks are left out"]);
  });
});

describe("the words", () => {
  it("of a slot say how much of it has passed, or that it was corrected", () => {
    const slot = { startMs: noon, endMs: noon + minuteMs, rows: [], open: true, revision: 0 };
    expect(slotWords(slot, noon + 37_200)).toBe("open, 62 % of the minute");
    expect(slotWords({ ...slot, open: false, revision: 2 }, noon)).toBe("corrected");
    expect(slotWords({ ...slot, open: false }, noon)).toBe("");
  });

  it("of the picture name its lines and their newest numbers", () => {
    const of = input([window(-2, "1.00"), window(-1, "12.50")]);
    expect(seriesLabel(shapeSeries(of)!, of)).toBe(
      "Panel, 2 points from Mar 1, 2026, 11:58 AM to Mar 1, 2026, 11:59 AM. Newest: Amount €12.50.",
    );
  });
});

it("the table has a row for each slot, with every digit and its state", () => {
  const of = input([window(-3, "1.005", "Time"), window(-1, "2.00", "app")], { by: "segment" });
  const [first, last] = of.readings[0]!.rows;
  const rows = [
    { ...first!, revision: 1 },
    { ...last!, final: false },
  ];
  const open = { ...of, readings: [{ ...of.readings[0]!, rows }] };
  expect(seriesTwin(shapeSeries(open)!, open)).toMatchObject({
    headings: ["Time", "Time (2)", "app", "State"],
    rows: [
      ["2026-03-01T11:57:00.000Z", "1.005 EUR", "0 EUR", "corrected"],
      ["2026-03-01T11:58:00.000Z", "0 EUR", "0 EUR", "no row"],
      ["2026-03-01T11:59:00.000Z", "0 EUR", "2.00 EUR", "the minute over, not final yet"],
    ],
  });
});

it("all that the gallery shows can be shaped, and a hundred thousand points soon", () => {
  for (const { panel, readings } of examples) {
    const of = { panel: panel as SeriesPanel, readings, around };
    const model = shapeSeries(of);
    if (model !== undefined) expect(seriesTwin(model, of).rows).toHaveLength(model.slots.length);
    if (readings[0]!.rows.length >= 100_000)
      expect(fastest(() => shapeSeries(of)).tookMs).toBeLessThan(soonMs);
  }
});

const cell = fc.oneof(
  fc.integer({ min: -70, max: 10 }).map(iso),
  fc.double(),
  fc.string(),
  fc.constantFrom<WireValue>(null, true, { a: 1 }, [1, 2], "12.50", "-0.01", 1e300),
) as fc.Arbitrary<WireValue>;

const settings = fc.record({
  by: fc.constantFrom(null, "segment"),
  bucketMs: fc.constantFrom(null, 1_000, 900_000),
  end: fc.constantFrom(null, "end"),
});

it("whatever rows hold nothing throws", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(cell, cell, cell, cell)), settings, (rows, chosen) => {
      const of = input(rows, chosen);
      const model = shapeSeries(of);
      if (model !== undefined) seriesTwin(model, of);
      if (model !== undefined) seriesLabel(model, of);
    }),
  );
});

it("the lines of a sum come to the sum of all rows, however they are parted", () => {
  const hundredths = fc.integer({ min: -9_999, max: 9_999 });
  const segment = fc.integer({ min: 0, max: 14 }).map((at) => `s${at}`);
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: -60, max: -1 }), hundredths, segment), { minLength: 1 }),
      settings,
      (rows, chosen) => {
        const cells = rows.map(([minute, value, name]) => window(minute, (value / 100).toFixed(2), name));
        const values = shaped(cells, chosen)!.lines.flatMap((line) => line.values);
        const sum = values.reduce<ExactDecimal>((total, value) => add(total, value ?? zero), zero);
        const plain = rows.reduce((total, [, value]) => total + value, 0);
        expect(Math.round(Number(writeDecimal(sum)) * 100)).toBe(plain);
      },
    ),
  );
});
