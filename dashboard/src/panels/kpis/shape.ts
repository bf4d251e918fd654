/**
 * The figures at the top: the running minute, the last full one against the one before, and the last hour.
 */
import {
  absolute,
  add,
  divide,
  type ExactDecimal,
  nearestNumber,
  subtract,
  zero,
} from "../../numbers/exact-decimal.ts";
import { type Minute, minuteMs, percentPassed, type RevenueWindow } from "../revenue-windows/shape.ts";

export type Change =
  /** 0.042 is 4.2 % more than the minute before. */
  | { readonly is: "ratio"; readonly ratio: number }
  /** The minute before had nothing, so there is no ratio to it. */
  | { readonly is: "from-nothing" }
  /** The minute before is not known. */
  | { readonly is: "unknown" };

export interface Kpis {
  /** The newest window that still fills; undefined while the stream rests. */
  readonly open: { readonly window: RevenueWindow; readonly percent: number } | undefined;
  readonly lastFull:
    | { readonly window: RevenueWindow; readonly revenueChange: Change; readonly ordersChange: Change }
    | undefined;
  /** Open window included. */
  readonly hour: { readonly revenue: ExactDecimal; readonly orders: bigint };
}

/** `windows` are of one currency, oldest first; `minutes` is their last hour. */
export function shapeKpis(
  windows: readonly RevenueWindow[],
  minutes: readonly Minute[],
  nowMs: number,
): Kpis {
  const newestOpen = windows.findLast(({ final }) => !final);
  const window = windows.findLast(({ final }) => final);
  const inHour = minutes.flatMap(({ is }) => (typeof is === "string" ? [] : [is]));
  return {
    open: newestOpen && { window: newestOpen, percent: percentPassed(newestOpen, nowMs) },
    lastFull: window && { window, ...changesOf(window, windows) },
    hour: {
      revenue: inHour.reduce((sum, { revenue }) => add(sum, revenue ?? zero), zero),
      orders: inHour.reduce((sum, { orders }) => sum + orders, 0n),
    },
  };
}

function changesOf(
  window: RevenueWindow,
  windows: readonly RevenueWindow[],
): { readonly revenueChange: Change; readonly ordersChange: Change } {
  const before = windows.find(({ startMs }) => startMs === window.startMs - minuteMs);
  const isFirst = before === undefined && windows[0] === window;
  if (isFirst) return { revenueChange: { is: "unknown" }, ordersChange: { is: "unknown" } };
  const count = (orders: bigint): ExactDecimal => ({ unscaled: orders, scale: 0 });
  return {
    revenueChange: changeBetween(before?.revenue ?? zero, window.revenue ?? zero),
    ordersChange: changeBetween(count(before?.orders ?? 0n), count(window.orders)),
  };
}

function changeBetween(before: ExactDecimal, after: ExactDecimal): Change {
  if (before.unscaled === 0n) return { is: "from-nothing" };
  return { is: "ratio", ratio: nearestNumber(divide(subtract(after, before), absolute(before), 4)) };
}
