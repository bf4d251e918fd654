import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { BarsPanel } from "../../../../src/serving/pages.ts";
import type { WireValue } from "../../../../src/serving/protocol.ts";
import { fastest, soonMs } from "../../../../test/support/fastest.ts";
import { decimalOf } from "../../data/cells.ts";
import { around, euros, frame, measureOf, noon, plainNumber, readingOf } from "../../data/fixture.ts";
import { levelWords } from "../../data/levels.ts";
import { add, readDecimal, subtract, writeDecimal, zero } from "../../numbers/exact-decimal.ts";
import type { Reading } from "../panel-kind.ts";
import { examples } from "./gallery.ts";
import { type Bars, shapeBars } from "./shape.ts";
import { barsTwin } from "./twin.ts";

const base: BarsPanel = {
  ...frame,
  kind: "bars",
  values: [],
  by: ["name"],
  time: null,
  value: measureOf("sum", "amount"),
  format: plainNumber,
  stack: null,
  sort: "most",
  limit: 10,
  rest: false,
  levels: [],
  levelOf: null,
};
const columns = { name: "string", amount: "decimal", part: "string", at: "timestamp" } as const;

function rowsOf(rows: readonly (readonly WireValue[])[]): Reading {
  return readingOf(columns, rows);
}

function shaped(panel: Partial<BarsPanel>, reading: Reading): Bars | undefined {
  return shapeBars({ panel: { ...base, ...panel }, readings: [reading], around });
}

function told(panel: Partial<BarsPanel>, reading: Reading): readonly string[] {
  const bars = shaped(panel, reading)?.bars ?? [];
  return bars.map(({ names, value }) => `${names.join("+")} ${writeDecimal(value.value)}`);
}

const at = (minutesAgo: number) => new Date(noon - minutesAgo * 60_000).toISOString();
const four = rowsOf([
  ["a", "0.10"],
  ["b", "5"],
  ["a", "0.20"],
  [null, "2"],
  ["c", "-1"],
]);

describe("bars", () => {
  it("sum exactly, those with the most first, and the one without a name among them", () => {
    expect(told({}, four)).toEqual(["b 5", " 2", "a 0.30", "c -1"]);
    expect(shaped({}, four)?.bars[1]?.names).toEqual([null]);
  });

  it.each([
    ["least", ["c -1", "a 0.30", " 2", "b 5"]],
    ["name", ["a 0.30", "b 5", "c -1", " 2"]],
    ["none", ["a 0.30", "b 5", " 2", "c -1"]],
  ] as const)("are sorted by %s", (sort, expected) => {
    expect(told({ sort }, four)).toEqual(expected);
  });

  it("of numbers that are the same to a double are in their order", () => {
    const close = rowsOf([
      ["less", "90071992547409930.01"],
      ["more", "90071992547409930.02"],
    ]);
    expect(told({}, close)[0]).toBe("more 90071992547409930.02");
  });

  it("lie on both sides of zero", () => {
    const bars = shaped({}, four);
    expect(bars?.zero).toBeCloseTo(1 / 6, 5);
    expect(bars?.bars.map(({ lengths: [length] }) => [length?.from, length?.to])).toEqual([
      [bars?.zero, 1],
      [bars?.zero, 0.5],
      [bars?.zero, expect.closeTo(1.3 / 6, 5)],
      [0, bars?.zero],
    ]);
  });

  it("have what the limit leaves out as one, or say that it is left out", () => {
    expect(told({ limit: 1, rest: true }, four)).toEqual(["b 5", "3 others 1.30"]);
    expect(shaped({ limit: 1 }, four)?.notes).toEqual(["3 more are not shown."]);
    const least = { value: measureOf("min", "amount"), limit: 1, rest: true } as const;
    expect(told(least, four)).toEqual(["b 5"]);
    expect(shaped(least, four)?.notes).toEqual(["3 more are not shown."]);
  });

  it("of the others as a rate are sum by sum, no mean of rates", () => {
    const rates = readingOf({ name: "string", won: "integer", all: "integer" }, [
      ["a", 9, 10],
      ["b", 1, 100],
      ["c", 1, 2],
    ]);
    const value = measureOf("sum", "won", { aggregate: "sum", column: "all" });
    expect(told({ value, limit: 1, rest: true }, rates)).toEqual([
      "a 0.900000000000",
      "2 others 0.019607843137",
    ]);
  });

  it("are of the page's span, and of the newest instant of all where they take the latest", () => {
    const reading = rowsOf([
      ["gone", "7", null, at(10)],
      ["here", "1", null, at(10)],
      ["here", "2", null, at(5)],
      ["other", "4", null, at(5)],
      ["too old", "8", null, at(61)],
      ["too new", "8", null, at(0)],
    ]);
    expect(told({ time: "at" }, reading)).toEqual(["gone 7", "other 4", "here 3"]);
    const latest = { time: "at", value: measureOf("latest", "amount"), rest: true } as const;
    expect(told(latest, reading)).toEqual(["other 4", "here 2"]);
    // Of the latest of each nobody says that they have a sum.
    expect(told({ ...latest, limit: 1 }, reading)).toEqual(["other 4"]);
    expect(shaped({ ...latest, limit: 1 }, reading)?.notes).toEqual([
      expect.stringContaining("As of"),
      "1 more are not shown.",
    ]);
  });

  it("of what has no name are not those of a name that looks like it", () => {
    expect(
      told(
        {},
        rowsOf([
          [null, "1"],
          ["[null]", "2"],
        ]),
      ),
    ).toEqual(["[null] 2", " 1"]);
  });

  it("of several columns have all their names", () => {
    expect(
      told(
        { by: ["name", "part"] },
        rowsOf([
          ["a", "1", "x"],
          ["a", "2", null],
        ]),
      ),
    ).toEqual(["a+ 2", "a+x 1"]);
  });

  it("without a number are left out and counted", () => {
    const bars = shaped(
      {},
      rowsOf([
        ["a", "1"],
        ["b", null],
        ["c", "NaN"],
      ]),
    );
    expect(bars?.bars).toHaveLength(1);
    expect(bars?.notes).toEqual(["2 without a value."]);
    expect(shaped({}, rowsOf([["b", null]]))).toBeUndefined();
    expect(shaped({}, rowsOf([]))).toBeUndefined();
  });

  it("of amounts in several currencies have no sum", () => {
    const reading = readingOf({ name: "string", amount: "decimal", currency: "string" }, [
      ["a", "1.00", "EUR"],
      ["a", "1.00", "USD"],
      ["b", "1.00", "USD"],
    ]);
    const bars = shaped({ format: { ...euros, currency: { column: "currency" } } }, reading);
    expect(bars?.bars.map(({ value }) => value.currency)).toEqual(["USD"]);
    expect(bars?.notes).toEqual(["1 without a value."]);
  });
});

describe("pieces of bars", () => {
  it("are the parts, those with the most first, each where the one before ends", () => {
    const bars = shaped(
      { stack: "part" },
      rowsOf([
        ["a", "1", "x"],
        ["a", "3", "y"],
        ["b", "2", "y"],
      ]),
    );
    expect(bars?.parts.map(({ name }) => name)).toEqual(["y", "x"]);
    expect(bars?.bars[0]?.lengths.map(({ part, from, to }) => [part, from, to])).toEqual([
      [0, 0, 0.75],
      [1, 0.75, 1],
    ]);
  });

  it("are no more than there are colours, and lose nothing", () => {
    const rows = Array.from({ length: 9 }, (_, part) => ["a", String(part + 1), `part ${part}`]);
    const bars = shaped({ stack: "part" }, rowsOf(rows));
    expect(bars?.parts.map(({ name }) => name)).toEqual(
      [..."87654"].map((part) => `part ${part}`).concat("4 others"),
    );
    expect(barsTwin(bars!, { panel: { ...base, stack: "part" }, readings: [], around }).rows).toEqual([
      ["a", "9", "8", "7", "6", "5", "10", "45"],
    ]);
  });

  it("are the latest of each part, and of others too", () => {
    const reading = rowsOf([
      ["a", "1", "x", at(5)],
      ["a", "2", "y", at(5)],
      ["b", "1", "x", at(5)],
      ["c", "1", "x", at(5)],
    ]);
    const latest = { time: "at", stack: "part", value: measureOf("latest", "amount") } as const;
    expect(told({ ...latest, limit: 1, rest: true }, reading)).toEqual(["a 3", "2 others 2"]);
    const bars = shaped({ ...latest, limit: 1, rest: true }, reading)?.bars;
    expect(bars?.map(({ lengths }) => lengths.map(({ to }) => Number(to.toFixed(3))))).toEqual([
      [0.333, 1],
      [0.667],
    ]);
    const rate = {
      ...latest,
      value: measureOf("latest", "amount", { aggregate: "latest", column: "amount" }),
    };
    expect(shaped(rate, reading)?.parts).toEqual([]);
    expect(shaped({ ...latest, format: { ...plainNumber, as: "percent" } }, reading)?.parts).toEqual([]);
  });

  it("are none of a rate: its parts are no whole", () => {
    const value = measureOf("sum", "amount", { aggregate: "count", column: null });
    expect(shaped({ stack: "part", value }, rowsOf([["a", "1", "x"]]))?.parts).toEqual([]);
  });

  it("tell what is open from what is final, and what was corrected", () => {
    const reading = rowsOf([
      ["a", "3", null, at(5)],
      ["a", "1", null, at(1)],
    ]);
    const [first, second] = reading.rows;
    const rows = [
      { ...first!, revision: 2 },
      { ...second!, final: false },
    ];
    const bars = shaped({ time: "at" }, { ...reading, rows });
    expect(bars?.bars[0]?.lengths.map(({ isOpen, to }) => [isOpen, to])).toEqual([
      [false, 0.75],
      [true, 1],
    ]);
    expect(bars?.bars[0]?.isCorrected).toBe(true);
    expect(bars?.notes).toEqual(["Dashed: of windows that are still open.", { corrected: 1 }]);
  });

  it("of others that are far more go to the edge, and it is said", () => {
    const rows = Array.from({ length: 50 }, (_, place) => [`name ${place}`, "1"]);
    const bars = shaped({ limit: 2, rest: true }, rowsOf(rows));
    expect(bars?.bars.map(({ lengths: [length] }) => length?.to)).toEqual([1, 1, 1]);
    expect(bars?.notes).toEqual(["The bar of the others goes on beyond the edge."]);
  });
});

describe("levels of bars", () => {
  const levels = [
    { from: 3, tone: "warn", title: "low" },
    { from: 0, tone: "bad", title: null },
  ] as const;

  it("are those that the value has reached, in words", () => {
    const bars = shaped(
      { levels },
      rowsOf([
        ["a", "3"],
        ["b", "2.99"],
        ["c", "-1"],
      ]),
    );
    const words = bars?.bars.map(({ level }) => level && levelWords(level));
    expect(words).toEqual(["low", "bad", undefined]);
  });

  it("are of another measure where there is one", () => {
    const reading = readingOf({ name: "string", amount: "integer", cover: "integer" }, [["a", 1, 5]]);
    const levelOf = measureOf("min", "cover");
    expect(shaped({ levels, levelOf }, reading)?.bars[0]?.level?.tone).toBe("warn");
  });
});

describe("bars of whatever rows", () => {
  const cell = fc.oneof(
    fc.constantFrom("NaN", "1e5", "", "<b>", null, true, 1e300, -0, 1e-9),
    fc
      .bigInt({ min: -(10n ** 30n), max: 10n ** 30n })
      .map((value) => writeDecimal({ unscaled: value, scale: 4 })),
    fc.constant([1]),
    fc.constant({ a: null }),
  ) as fc.Arbitrary<WireValue>;
  const name = fc.constantFrom("a", "b", "", null, "c", "d");

  it("do not throw, and are together what the rows are", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(name, cell, name)), fc.integer({ min: 1, max: 4 }), (rows, limit) => {
        const bars = shaped({ stack: "part", limit, rest: true }, rowsOf(rows));
        const expected = rows.reduce((sum, [, value]) => add(sum, decimalOf(value) ?? zero), zero);
        const values = bars?.bars.map(({ value }) => value.value) ?? [];
        const lengths = bars?.bars.flatMap((bar) => bar.lengths) ?? [];
        const [ofBars, ofLengths] = [values, lengths.map(({ value }) => value.value)].map((each) =>
          each.reduce(add, zero),
        );
        expect([subtract(ofBars!, expected).unscaled, subtract(ofLengths!, expected).unscaled]).toEqual([
          0n,
          0n,
        ]);
        expect(lengths.filter(({ from, to }) => !(from >= 0 && from <= to && to <= 1))).toEqual([]);
      }),
    );
  });

  it("are shaped as each example of the gallery has them", () => {
    for (const { title, panel, readings } of examples) {
      const bars = shapeBars({ panel: panel as BarsPanel, readings, around });
      expect([title, bars === undefined]).toEqual([title, title === "Nothing"]);
    }
  });

  it("of 100,000 rows are there soon", () => {
    const [many] = examples.find(({ title }) => title === "100,000 rows")!.readings;
    const panel = { ...base, by: ["campaign"], value: measureOf("sum", "revenue"), limit: 8, rest: true };
    const { tookMs, made: bars } = fastest(() => shapeBars({ panel, readings: [many!], around }));
    const sum = bars?.bars.reduce((all, { value }) => add(all, value.value), zero);
    const plain = many!.rows.reduce(
      (all, { values }) => all + BigInt(String(values[1]).replace(".", "")),
      0n,
    );
    expect(sum).toEqual(readDecimal(writeDecimal({ unscaled: plain, scale: 2 })));
    expect(tookMs).toBeLessThan(soonMs);
  });
});
