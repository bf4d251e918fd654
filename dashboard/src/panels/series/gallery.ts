/** Numbers over time, as they come and as they should not. */
import type { NamedMeasure, SeriesPanel } from "../../../../src/serving/pages.ts";
import type { WireValue } from "../../../../src/serving/protocol.ts";
import { euros, frame, measureOf, noon, plainNumber, readingOf } from "../../data/fixture.ts";
import type { GalleryExample, Reading } from "../panel-kind.ts";

const minuteMs = 60_000;

const revenue: NamedMeasure = {
  title: "Revenue",
  value: measureOf("sum", "revenue"),
  format: euros,
  tone: null,
};
const orders: NamedMeasure = {
  title: "Orders",
  value: measureOf("sum", "orders"),
  format: plainNumber,
  tone: null,
};

const series: SeriesPanel = {
  ...frame,
  kind: "series",
  time: "window_start",
  end: "window_end",
  values: [revenue],
  by: null,
  look: "line",
  stacked: false,
  bucketMs: null,
  format: euros,
  thresholds: [],
  marks: null,
};

const columns = {
  window_start: "timestamp",
  window_end: "timestamp",
  segment: "string",
  revenue: "decimal",
  orders: "integer",
} as const;

const iso = (ms: number): string => new Date(ms).toISOString();
const segments = ["web", "app", "store", "phone", "partner", "kiosk", "mail", "fair", "gift", "عميل"];

/** A window a minute and segment, of the hour before noon; the last began 37 s ago. */
function windows(segmentCount: number, skip: (minute: number) => boolean = () => false): Reading {
  const startMs = noon - 37_200 - 59 * minuteMs;
  const rows = Array.from({ length: 60 }, (_, minute) => minute)
    .filter((minute) => !skip(minute))
    .flatMap((minute) => segments.slice(0, segmentCount).map((segment, at) => window(minute, segment, at)));
  const reading = readingOf(columns, rows, { watermarkMs: noon - 40_000 });
  const isOpen = iso(startMs + 59 * minuteMs);
  return {
    ...reading,
    rows: reading.rows.map((row) => ({
      ...row,
      final: row.values[0] !== isOpen,
      revision: row.values[0] === iso(startMs + 20 * minuteMs) ? 1 : 0,
    })),
  };

  function window(minute: number, segment: string, at: number): readonly WireValue[] {
    const fromMs = startMs + minute * minuteMs;
    const wave = Math.sin((minute + 7 * at) / 8) * 30 + Math.sin((minute * (at + 2)) / 5) * 9;
    const part = minute === 59 ? 0.6 : 1;
    const cents = String((minute * 7) % 100).padStart(2, "0");
    const amount = `${Math.round((90 - 7 * at + wave) * part)}.${cents}`;
    return [iso(fromMs), iso(fromMs + minuteMs), segment, amount, Math.round((9 + wave / 9) * part)];
  }
}

const marks = readingOf({ at: "timestamp", text: "string" }, [
  [iso(noon - 42 * minuteMs), "Alert: revenue fell under 60"],
  [iso(noon - 18 * minuteMs), "<b>The view was changed</b>"],
]);

function many(count: number): Reading {
  const stepMs = 3_600_000 / count;
  const rows = Array.from({ length: count }, (_, index): readonly WireValue[] => {
    const value = Math.sin(index / 9_000) * 40 + ((index * 7_919) % 23) + (index === 61_803 ? 90 : 0);
    return [iso(noon - 3_600_000 + index * stepMs), null, "web", `${(60 + value).toFixed(2)}`, 1];
  });
  return readingOf(columns, rows);
}

export const examples: readonly GalleryExample[] = [
  {
    title: "Line, with thresholds and marks",
    panel: {
      ...series,
      thresholds: [
        { from: 60, tone: "warn", title: "Low" },
        { from: 130, tone: "bad", title: "Limit" },
        { from: 5_000, tone: "bad", title: "Far away" },
      ],
      marks: { time: "at", text: "text" },
    },
    readings: [windows(1), marks],
  },
  {
    title: "Area, nothing for some minutes",
    panel: { ...series, look: "area" },
    readings: [windows(1, gap)],
  },
  {
    title: "Bars that are bad",
    panel: { ...series, look: "bars", values: [{ ...orders, tone: "bad" }], format: plainNumber },
    readings: [windows(1)],
  },
  {
    title: "Line with points, not known for some minutes",
    panel: { ...series, look: "points", values: [{ ...revenue, value: measureOf("latest", "revenue") }] },
    readings: [windows(1, gap)],
  },
  { title: "A line each", panel: { ...series, by: "segment" }, readings: [windows(4)] },
  { title: "Ten of a column", panel: { ...series, by: "segment" }, readings: [windows(10)] },
  {
    title: "Stacked areas",
    panel: { ...series, by: "segment", look: "area", stacked: true },
    readings: [windows(5)],
  },
  {
    title: "Stacked bars of five minutes",
    panel: { ...series, by: "segment", look: "bars", stacked: true, end: null, bucketMs: 5 * minuteMs },
    readings: [windows(10)],
  },
  {
    title: "Bars beside each other",
    panel: { ...series, look: "bars", values: [revenue, orders], end: null, bucketMs: 5 * minuteMs },
    readings: [windows(2)],
  },
  {
    title: "One point",
    panel: series,
    readings: [readingOf(columns, [[iso(noon - 9e5), null, "web", "5", 1]])],
  },
  { title: "Nothing", panel: series, readings: [readingOf(columns, [])] },
  {
    title: "Negative",
    panel: { ...series, look: "area" },
    readings: [
      readingOf(
        columns,
        [12, -3, -40.5, 8, -90071992547409.91].map((value, minute) => [
          iso(noon - (50 - minute * 10) * minuteMs),
          null,
          "web",
          String(minute === 4 ? "-90.25" : value),
          1,
        ]),
      ),
    ],
  },
  {
    title: "Hostile",
    panel: { ...series, by: "segment", bucketMs: minuteMs, end: null, format: plainNumber },
    readings: [
      readingOf(columns, [
        [iso(noon - 40 * minuteMs), null, "<script>alert(1)</script>", "12.5", 1],
        [iso(noon - 30 * minuteMs), null, "a label that is far too long for any legend ".repeat(4), "7", 1],
        [iso(noon - 30 * minuteMs), null, "عنوان من اليمين إلى اليسار", "-3", Number.NaN],
        [iso(noon - 20 * minuteMs), null, null, "n/a", null],
        [iso(noon - 10 * minuteMs), null, "", null, null],
        ["never", null, "web", "1", 1],
        [9e15, null, "web", "1", 1],
      ]),
    ],
  },
  {
    title: "100,000 points",
    panel: { ...series, values: [{ ...revenue, value: measureOf("latest", "revenue") }] },
    readings: [many(100_000)],
  },
];

function gap(minute: number): boolean {
  return minute > 20 && minute < 31;
}
