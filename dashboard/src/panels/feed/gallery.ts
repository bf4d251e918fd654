import type { FeedPanel, Format } from "../../../../src/serving/pages.ts";
import type { WireType, WireValue } from "../../../../src/serving/protocol.ts";
import { frame, noon, readingOf } from "../../data/fixture.ts";
import type { GalleryExample, Reading } from "../panel-kind.ts";

const text: Format = { as: "text", currency: null, digits: null };

const alerts: FeedPanel = {
  ...frame,
  kind: "feed",
  title: "Alerts",
  time: "at",
  text: "{user_id} made {event_count|number} events",
  formats: { event_count: { as: "number", currency: null, digits: null } },
  more: "in {segment}",
  levels: [
    { from: 100, tone: "warn", title: "high" },
    { from: 1_000, tone: "bad", title: "very high" },
  ],
  levelOf: "event_count",
  limit: 5,
  actions: [],
  detail: null,
  none: null,
};

const alertColumns: Readonly<Record<string, WireType>> = {
  user_id: "string",
  event_count: "integer",
  segment: "string",
  at: "timestamp",
};

function alertRows(count: number): Reading {
  const rows = Array.from({ length: count }, (_, at): WireValue[] => [
    `user-${(at * 7) % 97}`,
    101 + ((at * 7_919) % 1_500),
    ["new", "returning", "premium"][at % 3] ?? null,
    new Date(noon - ((at * 104_729) % 1_000_003) * 100).toISOString(),
  ]);
  return readingOf(alertColumns, rows);
}

/** The review queue of packs/commerce: decided by people, written back as events. */
const reviews: FeedPanel = {
  ...alerts,
  id: "reviews",
  title: "To review",
  time: "timestamp",
  text: "{amount|money} by {customer_id}",
  formats: { amount: { as: "money", currency: { column: "currency" }, digits: null } },
  more: "{transaction_id} · {reasons}",
  levels: [
    { from: 0.7, tone: "warn", title: "review" },
    { from: 0.9, tone: "bad", title: "blocked" },
  ],
  levelOf: "enhanced_fraud_score",
  actions: (["approve", "block"] as const).map((decision) => ({
    title: decision === "approve" ? "Approve" : "Block",
    tone: decision === "approve" ? "good" : "bad",
    stream: "fraud_reviews",
    event: {
      transaction_id: "{transaction_id}",
      decision: decision === "approve" ? "approved" : "blocked",
      reviewer: "{$reviewer}",
      note: "{$note}",
    },
    ask: [
      { name: "reviewer", title: "Your name", required: true },
      { name: "note", title: "Note", required: false },
    ],
  })),
  detail: {
    title: "Last ten of the customer",
    source: { over: "view", view: "review_queue", where: null, emit: null, columns: [], time: null },
    match: { customer_id: "customer_id" },
    columns: [
      { column: "transaction_id", title: "Payment", format: text, levels: [] },
      { column: "status", title: "Status", format: text, levels: [] },
      { column: "timestamp", title: "When", format: { ...text, as: "time" }, levels: [] },
    ],
    time: "timestamp",
    limit: 10,
  },
};

const reviewRows = readingOf(
  {
    transaction_id: "string",
    customer_id: "string",
    amount: "decimal",
    currency: "string",
    timestamp: "timestamp",
    enhanced_fraud_score: "decimal",
    reasons: "string",
  },
  [
    ["t-1", "c-17", "981.40", "EUR", "2026-03-01T11:59:48.000Z", "0.950000", "velocity, amount"],
    ["t-2", "c-3", "120000", "JPY", "2026-03-01T11:41:00.000Z", "0.720000", "country"],
    ["t-3", "o'hara", "12.00", "USD", "2026-03-01T07:00:00.000Z", "0.650000", "late"],
  ],
);

const hostile = readingOf(alertColumns, [
  ["<script>alert(1)</script>", -5, "<b>bold</b>", "2026-03-01T11:59:00.000Z"],
  ["مستخدم", 9_007_199_254_740_991, "جديد", "2026-03-01T11:58:00.000Z"],
  ["W".repeat(400), Number.NaN, null, "2026-03-01T11:57:00.000Z"],
  [null, null, null, "soon"],
  [{ id: 1 }, 1e300, ["a"], 1e300],
]);

const [settled] = [alertRows(3)];
const openAndCorrected: Reading = {
  ...settled,
  rows: settled.rows.map((row, at) => ({ ...row, final: at !== 0, revision: at === 1 ? 1 : 0 })),
};

/** No two landmarks of a page have the same name. */
function titled(title: string, panel: FeedPanel, reading: Reading): GalleryExample {
  return { title, panel: { ...panel, title }, readings: [reading] };
}

export const examples: readonly GalleryExample[] = [
  titled("Filled", alerts, alertRows(12)),
  titled("With what can be done, and what a row opens", reviews, reviewRows),
  titled("One row", alerts, alertRows(1)),
  titled("Open, and corrected", alerts, openAndCorrected),
  titled("Empty", alerts, alertRows(0)),
  titled("Hostile values", alerts, hostile),
  titled("100,000 rows", alerts, alertRows(100_000)),
];
