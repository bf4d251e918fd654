import type { FunnelPanel } from "../../../../src/serving/pages.ts";
import { frame, measureOf, noon, readingOf } from "../../data/fixture.ts";
import type { GalleryExample, Reading } from "../panel-kind.ts";

const answered: FunnelPanel = { ...frame, kind: "funnel", steps: [], time: null };
const nothingRead = readingOf({}, []);

const measured: FunnelPanel = {
  ...answered,
  steps: [
    { title: "Viewed", value: measureOf("sum", "viewed"), seconds: null },
    {
      title: "Put into the cart",
      value: measureOf("sum", "carted"),
      seconds: measureOf("max", "cart_seconds"),
    },
    { title: "Bought", value: measureOf("sum", "bought"), seconds: measureOf("max", "buy_seconds") },
  ],
  time: "window_start",
};
const columns = {
  window_start: "timestamp",
  viewed: "integer",
  carted: "integer",
  bought: "integer",
  cart_seconds: "float",
  buy_seconds: "float",
} as const;

const minutes = Array.from({ length: 12 }, (_, at) => [
  new Date(noon - (12 - at) * 60_000).toISOString(),
  400 + at,
  120 + at,
  31,
  45.5,
  212.25,
]);
const rows = readingOf(columns, minutes);
const withOpen: Reading = { ...rows, rows: rows.rows.map((row, at) => ({ ...row, final: at < 11 })) };
const manyRows = readingOf(
  columns,
  Array.from({ length: 100_000 }, (_, at) => [minutes[at % 12]![0]!, at % 7, at % 5, at % 3, at % 11, null]),
);

function stepsOf(...actors: readonly number[]): readonly object[] {
  const events = ["page_view", "add_to_cart", "checkout", "purchase"];
  return actors.map((each, at) => ({
    event: events[at],
    actors: each,
    medianMs: at === 0 ? null : 92_000 * at,
    p90Ms: at === 0 ? null : 1_260_000 * at,
  }));
}

const analysed: Reading = {
  ...nothingRead,
  answer: {
    settings: { by: "country" },
    steps: stepsOf(18_240, 6_102, 2_950, 2_211),
    breakdown: [
      { value: "DE", isOther: false, steps: stepsOf(9_000, 3_400, 1_700, 1_290) },
      { value: null, isOther: false, steps: stepsOf(5_120, 1_202, 600, 421) },
      { value: null, isOther: true, steps: stepsOf(4_120, 1_500, 650, 500) },
    ],
  },
};

const hostile: Reading = {
  ...nothingRead,
  answer: {
    steps: [
      { event: "<img src=x onerror=alert(1)>", actors: 10 },
      { event: "أضاف إلى السلة", actors: 25, medianMs: 1e300, p90Ms: "NaN" },
      { event: "x".repeat(300), actors: -3 },
      { event: null, actors: "not a number" },
      null,
      7,
    ],
    breakdown: "none",
  },
};

export const examples: readonly GalleryExample[] = [
  { title: "An analysis, by country", panel: answered, readings: [analysed] },
  { title: "Measures of rows, an open window", panel: measured, readings: [withOpen] },
  {
    title: "One step",
    panel: { ...measured, steps: measured.steps.slice(0, 1) },
    readings: [rows],
  },
  { title: "Nothing", panel: measured, readings: [readingOf(columns, [])] },
  {
    title: "More than before",
    panel: answered,
    readings: [{ ...nothingRead, answer: { steps: stepsOf(100, 130, 65), breakdown: null } }],
  },
  {
    title: "Nobody",
    panel: answered,
    readings: [{ ...nothingRead, answer: { steps: stepsOf(0, 0, 0), breakdown: null } }],
  },
  { title: "100,000 rows", panel: measured, readings: [manyRows] },
  { title: "Hostile", panel: answered, readings: [hostile] },
];
