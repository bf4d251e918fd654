import { describe, expect, it } from "vitest";
import type { KpiPanel } from "../../../src/serving/pages.ts";
import type { WireValue } from "../../../src/serving/protocol.ts";
import { around, euros, frame, measureOf, noon, plainNumber, readingOf } from "../data/fixture.ts";
import { aboutKpi } from "../panels/kpi/about.ts";
import { shapeKpi } from "../panels/kpi/shape.ts";
import type { Reading } from "../panels/panel-kind.ts";
import { formulaOf } from "./about.ts";
import { explained } from "./shape.ts";

const minuteMs = 60_000;
const columns = {
  window_start: "timestamp",
  window_end: "timestamp",
  revenue: "decimal",
  orders: "integer",
} as const;
const source = {
  over: "view",
  view: "sales",
  where: null,
  emit: null,
  columns: Object.keys(columns),
  time: { column: "window_start", sqlType: "TIMESTAMP(3)" },
} as const;
const kpi: KpiPanel = {
  ...frame,
  kind: "kpi",
  sources: [source],
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

const iso = (minute: number): string => new Date(noon + minute * minuteMs).toISOString();
const window = (minute: number, revenue: WireValue, orders: WireValue = 1): readonly WireValue[] => [
  iso(minute),
  iso(minute + 1),
  revenue,
  orders,
];

/** Of two hours ago, of three minutes of the hour (the middle one corrected), and of one that is open. */
function sales(): Reading {
  const whole = readingOf(columns, [
    window(-120, "700.00"),
    window(-60, "10.25", 2),
    window(-40, "20.50", 3),
    window(-20, null),
    window(-1, "0.01"),
  ]);
  const marks = [{}, {}, { revision: 2 }, {}, { final: false }];
  return { ...whole, rows: whole.rows.map((row, place) => ({ ...row, ...marks[place] })) };
}

/** Of its number, as far as it has one. */
function of(panel: KpiPanel, reading = sales(), toMs = noon) {
  const input = { panel, readings: [reading], around: { ...around, toMs } };
  const model = shapeKpi(input);
  const number = model && aboutKpi(["value"], model, input);
  return { ...explained(input, 0, number)!, numbers: number?.numbers };
}

describe("how a number is computed", () => {
  it("is told with every digit, of which rows and from when to when", () => {
    const { numbers, over, rows } = of(kpi);
    expect(numbers).toEqual([{ title: "Panel", formula: "sum(revenue)", value: "30.76 EUR" }]);
    expect(over).toBe("over 4 rows of sales from 11:00 to 12:00");
    expect(rows.map(({ values }) => values[2])).toEqual(["0.01", null, "20.50", "10.25"]);
  });

  it("of the newest row is of that alone, and of none is no number", () => {
    const latest = { ...kpi, value: measureOf("latest", "orders"), format: plainNumber };
    const { numbers, over, rows } = of(latest);
    expect(numbers?.[0]).toMatchObject({ formula: "latest(orders)", value: "1" });
    expect([over, rows.length]).toEqual(["over 1 row of sales, of 11:59", 1]);
    const empty = of(latest, { ...sales(), rows: [] });
    expect([empty.numbers, empty.rows]).toEqual([undefined, []]);
  });

  it("of a rate is a sum by a sum", () => {
    const value = measureOf("sum", "revenue", { aggregate: "sum", column: "orders" });
    expect(formulaOf(value)).toBe("sum(revenue) ÷ sum(orders)");
    expect(formulaOf(measureOf("count", "", { aggregate: "count", column: null }))).toBe("count() ÷ count()");
    expect(of({ ...kpi, value, format: plainNumber }).numbers?.[0]?.value).toBe("4.394285714286");
  });

  it("tells condition, filters and time, which leave rows out", () => {
    const where = "revenue > 0";
    const panel = { ...kpi, match: { country: "land", shop: "shop" }, sources: [{ ...source, where }] };
    const filters = new Map([
      ["land", "DE"],
      ["shop", null],
    ]);
    const input = { panel, readings: [sales()], around: { ...around, filters } };
    expect(explained(input, 0, undefined)?.limits).toEqual([
      { name: "Condition", text: where },
      { name: "Filter", text: "country is DE" },
      { name: "Time", text: "window_start" },
    ]);
  });

  it("is not told of what is no view, or has not answered", () => {
    const endpoint = { over: "endpoint", path: "/a", parameters: {}, everySeconds: 10 } as const;
    const input = { panel: { ...kpi, sources: [endpoint] }, readings: [sales()], around };
    expect(explained(input, 0, undefined)).toBeUndefined();
    expect(explained({ ...input, panel: kpi, readings: [] }, 0, undefined)).toBeUndefined();
  });
});

describe("the rows behind it", () => {
  it("say which are open, which were corrected, and how often", () => {
    const { rows, told, standing } = of(kpi, sales(), noon - 30_000);
    expect(standing).toBe("1 is open and may still change, 1 was corrected");
    expect(rows.map((row) => told(row).stateWords)).toEqual([
      "open, 50 % of the minute",
      "final",
      "corrected r2",
      "final",
    ]);
  });

  it("have those columns of the key first that the panel does not read", () => {
    const [shop, start] = ["shop", "window_start"].map((name) => ({
      name,
      type: "string" as const,
      nullable: false,
      sqlType: "STRING",
    }));
    const reading = sales();
    const row = { ...reading.rows[1]!, key: JSON.stringify([iso(-60), "<b>north"]) };
    const input = { panel: kpi, readings: [{ ...reading, rows: [row] }], around };
    const { told } = explained(input, 0, undefined, { columns: [shop!, start!], keyColumns: [1, 0] })!;
    expect(told(row).cells.map(({ name, text }) => `${name} ${text}`)).toEqual([
      "shop <b>north",
      `window_start ${iso(-60)}`,
      `window_end ${iso(-59)}`,
      "revenue 10.25",
      "orders 2",
    ]);
  });

  it("have no columns that only other panels of the same rows read", () => {
    const own = { ...source, columns: ["window_end", "revenue"] };
    const input = { panel: { ...kpi, sources: [own] }, readings: [sales()], around };
    const { told } = explained(input, 0, undefined)!;
    expect(told(sales().rows[1]!).cells.map(({ name }) => name)).toEqual(["window_end", "revenue"]);
  });

  it("are named by their keys where the panel has no time, whose instants are read as times", () => {
    const row = { ...sales().rows[1]!, key: JSON.stringify([iso(-60), "north"]) };
    const input = { panel: { ...kpi, time: null }, readings: [{ ...sales(), rows: [row] }], around };
    expect(explained(input, 0, undefined)?.told(row).name).toBe(
      `${around.times.moment(noon - 60 * minuteMs)} · north`,
    );
  });

  it("without a time are all, and those that are never final are not called open", () => {
    const totals = readingOf(
      { shop: "string", revenue: "decimal" },
      [
        ["a", "1"],
        ["b", "2"],
      ],
      {
        final: false,
      },
    );
    const { over, standing, rows, told } = of({ ...kpi, time: null }, totals);
    expect([over, standing]).toEqual(["over 2 rows of sales", ""]);
    expect(rows.map((row) => [told(row).name, told(row).stateWords])).toEqual([
      ["0", "as it is now"],
      ["1", "as it is now"],
    ]);
  });
});
