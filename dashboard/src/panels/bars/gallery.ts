import type { BarsPanel } from "../../../../src/serving/pages.ts";
import type { WireRow } from "../../../../src/serving/protocol.ts";
import { euros, frame, measureOf, noon, plainNumber, readingOf } from "../../data/fixture.ts";
import type { GalleryExample, Reading } from "../panel-kind.ts";

const plain: BarsPanel = {
  ...frame,
  kind: "bars",
  values: [],
  by: ["campaign"],
  time: null,
  value: measureOf("sum", "revenue"),
  format: euros,
  stack: null,
  sort: "most",
  limit: 10,
  rest: true,
  levels: [],
  levelOf: null,
};

const revenueColumns = { campaign: "string", revenue: "decimal" } as const;
const minuteAgo = new Date(noon - 60_000).toISOString();
const halfHourAgo = new Date(noon - 1_800_000).toISOString();

const campaigns = readingOf(
  revenueColumns,
  Array.from({ length: 16 }, (_, at) => [
    at === 3 ? null : `spring-${String.fromCharCode(97 + at)}`,
    `${(17 - at) ** 2 * 31}.${10 + at}`,
  ]),
);

const stock = readingOf(
  { product: "string", warehouse: "string", available: "integer", reorder: "integer" },
  [
    ["Kettle, 1.7 l", "Berlin", 0, 12],
    ["Headphones", "Hamburg", -4, 20],
    ["Desk lamp", "Berlin", 3, 10],
    ["Yoga mat", "Leipzig", 9, 9],
    ["Notebook A5", null, 14, 40],
  ],
);

const channels = ["web", "app", "store", "phone", "partner", "market", "fax", null];
const stacked = readingOf(
  { country: "string", channel: "string", revenue: "decimal" },
  ["DE", "FR", "NL", "PL", "IT"].flatMap((country, place) =>
    channels.map((channel, at) => [country, channel, `${(9 - at) * (6 - place) * 1_000}.50`]),
  ),
);

const openWindows: Reading = withOpen(
  readingOf({ campaign: "string", revenue: "decimal", window_start: "timestamp" }, [
    ["newsletter", "812.40", halfHourAgo],
    ["newsletter", "301.10", minuteAgo],
    ["search", "640.00", halfHourAgo],
    ["search", "95.50", minuteAgo],
    ["banner", "77.00", minuteAgo],
  ]),
  1,
);

/** Rows of the last minute are open; the row at `corrected` has been computed again. */
function withOpen(reading: Reading, corrected: number): Reading {
  const rows = reading.rows.map(
    (row, at): WireRow => ({
      ...row,
      final: row.values[2] !== minuteAgo,
      revision: at === corrected - 1 ? 1 : 0,
    }),
  );
  return { ...reading, rows };
}

const many = readingOf(
  revenueColumns,
  Array.from({ length: 100_000 }, (_, at) => [`customer ${at}`, `${(at * 7_919) % 100_003}.25`]),
);

const hostile = readingOf(revenueColumns, [
  ["<b>bold</b><script>alert(1)</script>", "120.00"],
  ["قهوة عربية بالهيل", "-80.00"],
  ["", "60.00"],
  ["x".repeat(300), `${"9".repeat(30)}.99`],
  ["not a number", "NaN"],
  ["null", null],
  [null, "-0.01"],
]);

export const examples: readonly GalleryExample[] = [
  { title: "Revenue by campaign, others as one", panel: plain, readings: [campaigns] },
  {
    title: "Low stock, coloured by level",
    panel: {
      ...plain,
      by: ["product", "warehouse"],
      value: measureOf("latest", "available"),
      format: plainNumber,
      sort: "least",
      levels: [
        { from: -1_000_000, tone: "bad", title: "out of stock" },
        { from: 1, tone: "warn", title: "order now" },
        { from: 9, tone: "plain", title: "low" },
      ],
    },
    readings: [stock],
  },
  {
    title: "Revenue by country and channel",
    panel: { ...plain, by: ["country"], stack: "channel" },
    readings: [stacked],
  },
  {
    title: "Open windows, one corrected",
    panel: { ...plain, time: "window_start" },
    readings: [openWindows],
  },
  { title: "One bar", panel: plain, readings: [readingOf(revenueColumns, [["newsletter", "12.50"]])] },
  { title: "Nothing", panel: plain, readings: [readingOf(revenueColumns, [])] },
  { title: "100,000 rows", panel: { ...plain, limit: 8 }, readings: [many] },
  { title: "Hostile", panel: plain, readings: [hostile] },
];
