/** Cards of one number, as they come and as they should not. */
import type { Format, KpiPanel } from "../../../../src/serving/pages.ts";
import type { WireValue } from "../../../../src/serving/protocol.ts";
import { euros, frame, measureOf, noon, plainNumber, readingOf } from "../../data/fixture.ts";
import type { GalleryExample } from "../panel-kind.ts";

const minuteMs = 60_000;

const kpi: KpiPanel = {
  ...frame,
  kind: "kpi",
  width: 3,
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

const columns = {
  window_start: "timestamp",
  window_end: "timestamp",
  revenue: "decimal",
  orders: "integer",
  visits: "integer",
} as const;

const iso = (ms: number): string => new Date(ms).toISOString();

/** A window a minute, from two hours before noon. */
function minutes(count = 120, fromMs = noon - 2 * 60 * minuteMs) {
  return Array.from({ length: count }, (_, minute): readonly WireValue[] => {
    const wave = Math.sin(minute / 9) * 40 + Math.sin(minute / 2.3) * 12;
    const cents = String(minute % 100).padStart(2, "0");
    const revenue = `${Math.round(140 + wave + minute / 3)}.${cents}`;
    const startMs = fromMs + minute * minuteMs;
    return [iso(startMs), iso(startMs + minuteMs), revenue, 5 + (minute % 7), 90 + (minute % 11)];
  });
}

/** The last minute is 37 s old. */
function withOpenMinute() {
  const whole = readingOf(columns, minutes(121, noon - 121 * minuteMs));
  const last = { ...whole.rows.at(-1)!, final: false };
  const startMs = noon - 37_200;
  const values = [iso(startMs), iso(startMs + minuteMs), "61.20", 2, 40];
  return { ...whole, rows: [...whole.rows.slice(0, -1), { ...last, values }] };
}

const latest = { value: measureOf("latest", "orders"), format: plainNumber } as const;
const share: Format = { as: "share", currency: null, digits: null };

export const examples: readonly GalleryExample[] = [
  { title: "Revenue", panel: kpi, readings: [readingOf(columns, minutes())] },
  {
    title: "Events a minute",
    panel: { ...kpi, ...latest, compareMs: 5 * minuteMs, target: 12 },
    readings: [readingOf(columns, minutes())],
  },
  {
    title: "Open minute",
    panel: { ...kpi, ...latest, compareMs: 5 * minuteMs },
    readings: [withOpenMinute()],
  },
  {
    title: "Sum with an open minute",
    panel: { ...kpi, target: 5_000 },
    readings: [withOpenMinute()],
  },
  {
    title: "Conversion rate",
    panel: {
      ...kpi,
      value: measureOf("sum", "orders", { aggregate: "sum", column: "visits" }),
      format: share,
      better: "less",
    },
    readings: [readingOf(columns, minutes())],
  },
  {
    title: "Change from a column",
    panel: {
      ...kpi,
      value: measureOf("latest", "revenue"),
      change: measureOf("latest", "growth"),
      time: null,
      sparkline: false,
      extremes: false,
      target: 1_000,
    },
    readings: [readingOf({ revenue: "decimal", growth: "decimal" }, [["1204.50", "-0.1234"]])],
  },
  {
    title: "Not far enough back",
    panel: kpi,
    readings: [readingOf(columns, minutes(40, noon - 40 * minuteMs))],
  },
  { title: "One row", panel: kpi, readings: [readingOf(columns, minutes(1, noon - minuteMs))] },
  { title: "Nothing", panel: kpi, readings: [readingOf(columns, [])] },
  {
    title: "<b>HTML</b> عنوان من اليمين إلى اليسار and a title that is too long",
    panel: { ...kpi, format: { ...euros, currency: { code: "<i>دينار</i>" } } },
    readings: [
      readingOf(columns, [
        [iso(noon - 5 * minuteMs), null, "<script>alert(1)</script>", null, null],
        [iso(noon - 4 * minuteMs), null, "-99999999999999999999.999999", Number.NaN, null],
        [iso(noon - 3 * minuteMs), null, null, Number.POSITIVE_INFINITY, null],
        ["never", null, "1.00", 1e300, null],
        [8.65e15, null, "1.00", 1, null],
      ]),
    ],
  },
  {
    title: "No number in the row",
    panel: { ...kpi, value: measureOf("latest", "revenue"), extremes: false },
    readings: [readingOf(columns, [[iso(noon - minuteMs), null, "n/a", 1, 1]])],
  },
  {
    title: "100,000 rows",
    panel: kpi,
    readings: [
      readingOf(
        columns,
        Array.from({ length: 100_000 }, (_, index): readonly WireValue[] => [
          iso(noon - index * 72),
          null,
          `${index % 97}.${String(index % 100).padStart(2, "0")}`,
          1,
          1,
        ]),
      ),
    ],
  },
];
