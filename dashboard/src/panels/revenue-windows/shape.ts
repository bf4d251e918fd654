/** From rows of the wire to windows of a minute: typed, in order, and one currency at a time. */
import type { ViewState } from "../../../../src/client/index.ts";
import type { WireRow, WireValue } from "../../../../src/serving/protocol.ts";
import { divide, type ExactDecimal, readDecimal } from "../../numbers/exact-decimal.ts";

export const minuteMs = 60_000;

/** How many minutes the charts show. */
export const shownMinutes = 60;

export interface RevenueWindow {
  readonly key: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly currency: string;
  readonly orders: bigint;
  /** Null where no order of the window has an amount. */
  readonly revenue: ExactDecimal | null;
  /** The window's own revenue by its own orders; null without either. */
  readonly average: ExactDecimal | null;
  readonly final: boolean;
  readonly revision: number;
}

export interface Reading {
  /** Oldest first. */
  readonly windows: readonly RevenueWindow[];
  /** Columns that the view does not have. */
  readonly missing: readonly string[];
}

const columnNames = ["window_start", "window_end", "currency", "orders", "revenue"] as const;
type Column = (typeof columnNames)[number];

/** Rows keep their identity until they change, so a row is read once however often it is drawn. */
const alreadyRead = new WeakMap<WireRow, RevenueWindow>();

export function readRevenueWindows(view: Pick<ViewState, "columns" | "rows">): Reading {
  const positions = new Map(view.columns.map(({ name }, position) => [name, position]));
  const missing = columnNames.filter((name) => !positions.has(name));
  if (missing.length > 0) return { windows: [], missing };
  const windows = [...view.rows.values()].map((row) => {
    const known = alreadyRead.get(row);
    if (known !== undefined) return known;
    const window = readWindow(row, (name) => row.values[positions.get(name) ?? -1] ?? null);
    alreadyRead.set(row, window);
    return window;
  });
  const dated = windows.filter(({ startMs }) => !Number.isNaN(startMs));
  dated.sort((left, right) => left.startMs - right.startMs || (left.key < right.key ? -1 : 1));
  return { windows: dated, missing };
}

function readWindow(row: WireRow, cell: (name: Column) => WireValue): RevenueWindow {
  const ordersText = String(cell("orders") ?? 0);
  const orders = /^-?\d+$/.test(ordersText) ? BigInt(ordersText) : 0n;
  const revenue = readDecimal(String(cell("revenue"))) ?? null;
  return {
    key: row.key,
    startMs: Date.parse(String(cell("window_start"))),
    endMs: Date.parse(String(cell("window_end"))),
    currency: String(cell("currency") ?? ""),
    orders,
    revenue,
    average: averageOf(revenue, orders),
    final: row.final,
    revision: row.revision,
  };
}

function averageOf(revenue: ExactDecimal | null, orders: bigint): ExactDecimal | null {
  if (revenue === null || orders === 0n) return null;
  return divide(revenue, { unscaled: orders, scale: 0 }, 2);
}

/** The currency of most orders: what the page shows until somebody chooses another. */
export function mainCurrency(windows: readonly RevenueWindow[]): string {
  const orders = new Map<string, bigint>();
  for (const window of windows)
    orders.set(window.currency, (orders.get(window.currency) ?? 0n) + window.orders);
  let main = "";
  for (const [currency, count] of orders) if (count > (orders.get(main) ?? -1n)) main = currency;
  return main;
}

/** In alphabetical order, so that the choice does not jump about as orders come in. */
export function currenciesOf(windows: readonly RevenueWindow[]): readonly string[] {
  return [...new Set(windows.map(({ currency }) => currency))].sort();
}

export function ofCurrency(windows: readonly RevenueWindow[], currency: string): readonly RevenueWindow[] {
  return windows.filter((window) => window.currency === currency);
}

export interface Minute {
  readonly startMs: number;
  /** `nothing`: no order in that minute. `unknown`: before the first window, or not over yet. */
  readonly is: RevenueWindow | "nothing" | "unknown";
}

/**
 * The last hour, minute by minute. It ends with the running minute, or with the newest window if that is a
 * bit ahead.
 */
export function lastHour(
  windows: readonly RevenueWindow[],
  nowMs: number,
  watermark: string | null,
): readonly Minute[] {
  const thisMinute = Math.floor(nowMs / minuteMs) * minuteMs;
  const newest = windows.findLast(({ startMs }) => startMs <= thisMinute + 2 * minuteMs)?.startMs ?? 0;
  const lastStart = Math.max(thisMinute, newest);
  const byStart = new Map(windows.map((window) => [window.startMs, window]));
  const firstStart = windows[0]?.startMs ?? Number.POSITIVE_INFINITY;
  const closedUntil = Math.max(newest, watermark === null ? 0 : Date.parse(watermark));
  return Array.from({ length: shownMinutes }, (_, index) => {
    const startMs = lastStart - (shownMinutes - 1 - index) * minuteMs;
    const isOver = startMs > firstStart && startMs + minuteMs <= closedUntil;
    return { startMs, is: byStart.get(startMs) ?? (isOver ? "nothing" : "unknown") };
  });
}

/** How much of a window has passed, in whole percent. */
export function percentPassed({ startMs, endMs }: RevenueWindow, nowMs: number): number {
  const part = (nowMs - startMs) / Math.max(1, endMs - startMs);
  return Math.round(100 * Math.min(1, Math.max(0, part)));
}

/** In the words of the table and of the tooltips. */
export function stateWords(window: RevenueWindow, nowMs: number): string {
  if (!window.final) return `open · ${percentPassed(window, nowMs)} %`;
  return window.revision > 0 ? `corrected r${window.revision}` : "final";
}
