import type { BubblePanel, Format, NamedMeasure } from "../../../../src/serving/pages.ts";
import { euros, frame, measureOf, noon, plainNumber, readingOf } from "../../data/fixture.ts";
import type { GalleryExample, Reading } from "../panel-kind.ts";

const percent: Format = { as: "percent", currency: null, digits: null };

function named(title: string, column: string, format: Format): NamedMeasure {
  return { title, value: measureOf("latest", column), format, tone: null };
}

/** Open rate against sends, as E13 has it. */
const campaigns: BubblePanel = {
  ...frame,
  kind: "bubble",
  label: "campaign_id",
  x: named("Sends", "sends", plainNumber),
  y: named("Open rate", "open_rate", percent),
  size: named("Sends", "sends", plainNumber),
  time: "window_end",
};
const columns = {
  campaign_id: "string",
  sends: "integer",
  open_rate: "decimal",
  revenue: "decimal",
  window_end: "timestamp",
} as const;
const end = new Date(noon - 300_000).toISOString();

const filled = readingOf(
  columns,
  ["welcome", "spring sale", "win back", "cart reminder", "news", "review", "birthday", "vip", null].map(
    (name, at) => [name, (at + 1) ** 2 * 140, `${18 + ((at * 37) % 23)}.${at}0`, `${at * 820}.50`, end],
  ),
);
const open: Reading = {
  ...filled,
  rows: filled.rows.map((row, at) => ({ ...row, final: at % 3 !== 0, revision: at === 4 ? 2 : 0 })),
};
const many = readingOf(
  columns,
  Array.from({ length: 100_000 }, (_, at) => [
    `campaign ${at}`,
    (at * 7_919) % 100_003,
    `${(at * 31) % 90}.5`,
    `${at}`,
    end,
  ]),
);
const hostile = readingOf(columns, [
  ["<svg onload=alert(1)>", 10, "12.5", "-400.00", end],
  ["عرض الربيع", 400, "-30", "900.00", end],
  ["x".repeat(300), -20, "140", "0", end],
  ["no rate", 30, null, "1", end],
  ["not a number", 30, "NaN", "1", end],
  ["too far", 30, `1${"0".repeat(200)}`, "1", end],
  ["", 30, "5", null, end],
]);

export const examples: readonly GalleryExample[] = [
  { title: "Campaigns by open rate and sends", panel: campaigns, readings: [filled] },
  {
    title: "Revenue as area, some open, one corrected",
    panel: { ...campaigns, size: named("Revenue", "revenue", euros) },
    readings: [open],
  },
  {
    title: "One bubble",
    panel: campaigns,
    readings: [readingOf(columns, [["only", 120, "24.5", "1", end]])],
  },
  { title: "Nothing", panel: campaigns, readings: [readingOf(columns, [])] },
  { title: "100,000 rows", panel: campaigns, readings: [many] },
  {
    title: "Hostile",
    panel: { ...campaigns, size: named("Revenue", "revenue", euros) },
    readings: [hostile],
  },
];
