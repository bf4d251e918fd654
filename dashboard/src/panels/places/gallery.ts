import type { NamedMeasure, PlacesPanel } from "../../../../src/serving/pages.ts";
import { euros, frame, measureOf, noon, plainNumber, readingOf } from "../../data/fixture.ts";
import type { GalleryExample, Reading } from "../panel-kind.ts";

const revenue: NamedMeasure = {
  title: "Revenue",
  value: measureOf("sum", "revenue"),
  format: euros,
  tone: null,
};
const sessions: NamedMeasure = {
  title: "Sessions",
  value: measureOf("sum", "sessions"),
  format: plainNumber,
  tone: null,
};
const plain: PlacesPanel = {
  ...frame,
  kind: "places",
  by: ["country", "city"],
  time: "window_start",
  values: [revenue, sessions],
  limit: 8,
};
const columns = {
  country: "string",
  city: "string",
  revenue: "decimal",
  sessions: "integer",
  window_start: "timestamp",
} as const;
const start = new Date(noon - 1_800_000).toISOString();

const cities: readonly (readonly [string | null, string | null])[] = [
  ["DE", "Berlin"],
  ["DE", "Hamburg"],
  ["DE", null],
  ["FR", "Paris"],
  ["FR", "Lyon"],
  ["US", "New York"],
  ["GB", "London"],
  ["JP", "東京"],
  ["unknown", "unknown"],
  [null, null],
];
const filled = readingOf(
  columns,
  cities.map(([country, city], at) => [country, city, `${(12 - at) ** 2 * 97}.40`, (12 - at) * 31, start]),
);
const open: Reading = {
  ...filled,
  rows: filled.rows.map((row, at) => ({ ...row, final: at !== 0, revision: at === 3 ? 1 : 0 })),
};
const many = readingOf(
  columns,
  Array.from({ length: 100_000 }, (_, at) => [
    ["DE", "FR", "US", "XK", "ZZ"][at % 5]!,
    `city ${at % 20_000}`,
    `${at % 977}.25`,
    at % 13,
    start,
  ]),
);
const hostile = readingOf(columns, [
  ["<b>DE</b>", "<i>Berlin</i>", "120.00", 1, start],
  ["مصر", "القاهرة", "-80.00", 3, start],
  ["x".repeat(300), "y".repeat(300), "60.00", null, start],
  ["", "", "0.00", -4, start],
  ["FR", "Paris", "NaN", 9, start],
]);

export const examples: readonly GalleryExample[] = [
  { title: "Revenue by country and city", panel: plain, readings: [filled] },
  { title: "Open and corrected", panel: { ...plain, values: [sessions] }, readings: [open] },
  {
    title: "Revenue of a session, three values",
    panel: {
      ...plain,
      values: [
        {
          title: "Per session",
          value: measureOf("sum", "revenue", { aggregate: "sum", column: "sessions" }),
          format: euros,
          tone: null,
        },
        revenue,
        sessions,
      ],
    },
    readings: [filled],
  },
  {
    title: "One place",
    panel: plain,
    readings: [readingOf(columns, [["NL", "Utrecht", "12.50", 4, start]])],
  },
  { title: "Nothing", panel: plain, readings: [readingOf(columns, [])] },
  { title: "100,000 rows", panel: plain, readings: [many] },
  { title: "Hostile", panel: plain, readings: [hostile] },
];
