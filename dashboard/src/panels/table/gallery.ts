import type { Format, TableColumn, TablePanel } from "../../../../src/serving/pages.ts";
import type { WireRow, WireValue } from "../../../../src/serving/protocol.ts";
import { euros, frame, noon, plainNumber, readingOf } from "../../data/fixture.ts";
import type { GalleryExample, Reading } from "../panel-kind.ts";

const text: Format = { as: "text", currency: null, digits: null };
const time: Format = { as: "time", currency: null, digits: null };
const share: Format = { as: "share", currency: null, digits: null };
const hourMs = 3_600_000;

function column(
  path: string,
  title: string,
  format: Format,
  levels: TableColumn["levels"] = [],
): TableColumn {
  return { column: path, title, format, levels };
}

const stores: TablePanel = {
  ...frame,
  kind: "table",
  width: 12,
  title: "Stores",
  columns: [
    column("store", "Store", text),
    column("window_start", "Hour", time),
    column("revenue", "Revenue", euros),
    column("orders", "Orders", plainNumber),
    column("returned", "Returned", share, [
      { from: 0.05, tone: "warn", title: null },
      { from: 0.1, tone: "bad", title: "look into it" },
    ]),
  ],
  time: null,
  sort: { column: "revenue", descending: true },
  pageRows: 8,
  search: true,
  detail: null,
  choose: { filter: "store", column: "store" },
};

const names = ["Berlin", "Köln", "München", "Hamburg", "Ulm", "Leipzig", "Bremen", "Essen", "Bonn", "Jena"];

function storeRows(count: number): Reading {
  const start = new Date(noon - hourMs).toISOString();
  const rows = Array.from({ length: count }, (_, at): WireValue[] => [
    `${names[at % names.length]}${at < names.length ? "" : ` ${Math.trunc(at / names.length)}`}`,
    start,
    new Date(noon).toISOString(),
    `${(at * 7_919) % 100_003}.${String((at * 13) % 100).padStart(2, "0")}`,
    (at * 31) % 997,
    `0.${String((at * 17) % 150).padStart(3, "0")}`,
  ]);
  return readingOf(
    {
      store: "string",
      window_start: "timestamp",
      window_end: "timestamp",
      revenue: "decimal",
      orders: "integer",
      returned: "decimal",
    },
    rows,
  );
}

function changed(reading: Reading, change: (row: WireRow, at: number) => Partial<WireRow>): Reading {
  return { ...reading, rows: reading.rows.map((row, at) => ({ ...row, ...change(row, at) })) };
}

/** Opens to what the same customer did before. */
const opening: TablePanel = {
  ...stores,
  id: "reviews",
  title: "Payments held back",
  columns: [
    column("transaction_id", "Payment", text),
    column("amount", "Amount", { ...euros, currency: { column: "currency" } }),
    column("reasons", "Why", text),
    column("timestamp", "When", time),
  ],
  sort: { column: "timestamp", descending: true },
  choose: null,
  detail: {
    title: "Last ten payments of the customer",
    source: { over: "view", view: "review_queue", where: null, emit: null, columns: [], time: null },
    match: { customer_id: "customer_id" },
    columns: [
      column("transaction_id", "Payment", text),
      column("amount", "Amount", { ...euros, currency: { column: "currency" } }),
      column("status", "Decided", text),
    ],
    time: "timestamp",
    limit: 10,
  },
};

const payments = readingOf(
  {
    transaction_id: "string",
    customer_id: "string",
    amount: "decimal",
    currency: "string",
    reasons: "string",
    timestamp: "timestamp",
  },
  ["velocity", "amount, country", "risk_score", "late"].map((reason, at) => [
    `t-${1_000 + at}`,
    `c-${at}`,
    `${(at + 1) * 981}.40`,
    at === 2 ? "JPY" : "EUR",
    reason,
    new Date(noon - at * 61_000).toISOString(),
  ]),
);

const hostile: Reading = readingOf(
  {
    store: "string",
    window_start: "timestamp",
    window_end: "timestamp",
    revenue: "decimal",
    orders: "integer",
    returned: "decimal",
  },
  [
    ["<img src=x onerror=alert(1)>", "2026-03-01T11:00:00.000Z", null, "-1234.50", -3, "-0.2"],
    ["سوق الذهب", "not a time", null, "99999999999999999999.99", 9_007_199_254_740_991, "0.2"],
    ["W".repeat(300), null, null, null, null, null],
    ["", "2026-03-01T11:00:00.000Z", null, "not a number", Number.NaN, "12"],
    [null, null, null, "0", 0, "0"],
  ],
);

const [openFrom, openTo] = [-0.62, 0.38].map((part) => new Date(noon + hourMs * part).toISOString()) as [
  string,
  string,
];

/** No two landmarks of a page have the same name. */
function titled(title: string, panel: TablePanel, reading: Reading): GalleryExample {
  return { title, panel: { ...panel, title }, readings: [reading] };
}

export const examples: readonly GalleryExample[] = [
  titled("Filled: a click chooses a store for the page", stores, storeRows(23)),
  titled("A row opens", { ...opening, width: 6 }, payments),
  titled("One row", { ...stores, width: 6, search: false }, storeRows(1)),
  titled(
    "Open windows, and corrected ones",
    stores,
    changed(storeRows(4), (row, at) =>
      at === 0
        ? { final: false, values: row.values.with(1, openFrom).with(2, openTo) }
        : { revision: at === 2 ? 2 : 0 },
    ),
  ),
  titled("Empty", stores, storeRows(0)),
  titled("Hostile values", stores, hostile),
  titled("100,000 rows", stores, storeRows(100_000)),
];
