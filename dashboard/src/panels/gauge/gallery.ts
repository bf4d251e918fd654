/** Numbers on a scale, as they come and as they should not. */
import type { GaugePanel, Level } from "../../../../src/serving/pages.ts";
import type { WireValue } from "../../../../src/serving/protocol.ts";
import { euros, frame, measureOf, noon, readingOf } from "../../data/fixture.ts";
import type { GalleryExample, Reading } from "../panel-kind.ts";

const gauge: GaugePanel = {
  ...frame,
  kind: "gauge",
  width: 3,
  value: measureOf("latest", "quality"),
  time: "at",
  format: { as: "percent", currency: null, digits: 1 },
  min: 0,
  max: 100,
  target: 99,
  levels: [
    { from: 0, tone: "bad", title: "Poor" },
    { from: 80, tone: "warn", title: "Fair" },
    { from: 95, tone: "good", title: "Good" },
  ],
};

const columns = { at: "timestamp", window_end: "timestamp", quality: "decimal" } as const;
const iso = (ms: number): string => new Date(ms).toISOString();
const level = (from: number, tone: Level["tone"]): Level => ({ from, tone, title: null });

function one(value: WireValue): Reading {
  return readingOf(columns, [[iso(noon - 60_000), iso(noon), value]]);
}

function open(value: WireValue): Reading {
  const reading = readingOf(columns, [[iso(noon - 37_200), iso(noon + 22_800), value]]);
  return { ...reading, rows: reading.rows.map((row) => ({ ...row, final: false })) };
}

export const examples: readonly GalleryExample[] = [
  { title: "Data quality", panel: gauge, readings: [one("99.9")] },
  { title: "On a bad level", panel: gauge, readings: [one("61.25")] },
  { title: "Open minute", panel: gauge, readings: [open("88.4")] },
  { title: "Without levels", panel: { ...gauge, levels: [], target: null }, readings: [one("42")] },
  {
    title: "Above the scale",
    panel: {
      ...gauge,
      format: euros,
      max: 500,
      target: 400,
      levels: [level(0, "plain"), level(300, "good")],
    },
    readings: [one("1234.50")],
  },
  {
    title: "Below the scale",
    panel: { ...gauge, min: -20, max: 20, target: 0, levels: [level(-20, "bad"), level(0, "good")] },
    readings: [one("-99999999999999999999.99")],
  },
  { title: "No number", panel: gauge, readings: [one("<b>n/a</b>")] },
  { title: "Nothing", panel: gauge, readings: [readingOf(columns, [])] },
  {
    title: "A scale without length",
    panel: { ...gauge, min: 5, max: 5, target: 5 },
    readings: [one("7")],
  },
  {
    title: "عنوان من اليمين",
    panel: {
      ...gauge,
      levels: [{ from: 0, tone: "good", title: "مستوى جيد جدا وطويل أكثر مما يتسع له المكان <i>" }],
    },
    readings: [one("50")],
  },
  {
    title: "100,000 rows",
    panel: {
      ...gauge,
      value: measureOf("sum", "quality"),
      format: euros,
      max: 60_000,
      target: null,
      levels: [],
    },
    readings: [
      readingOf(
        columns,
        Array.from({ length: 100_000 }, (_, index): readonly WireValue[] => [
          iso(noon - index * 30 - 1),
          null,
          `0.${String(index % 100).padStart(2, "0")}`,
        ]),
      ),
    ],
  },
];
