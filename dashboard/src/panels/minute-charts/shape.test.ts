import { expect, it } from "vitest";
import type { Minute, RevenueWindow } from "../revenue-windows/shape.ts";
import { hasWindows, shapeSeries } from "./shape.ts";

function minute(index: number, is: "nothing" | "unknown" | { orders: number; final: boolean }): Minute {
  if (typeof is === "string") return { startMs: index * 60_000, is };
  const revenue = { unscaled: BigInt(is.orders) * 1_050n, scale: 2 };
  const rest = { key: "", startMs: 0, endMs: 0, currency: "USD", average: null, revision: 0 };
  const window: RevenueWindow = { ...rest, orders: BigInt(is.orders), revenue, final: is.final };
  return { startMs: index * 60_000, is: window };
}

const minutes = [
  minute(0, "unknown"),
  minute(1, { orders: 2, final: true }),
  minute(2, "nothing"),
  minute(3, { orders: 4, final: true }),
  minute(4, { orders: 1, final: false }),
];

it("keeps the running minute apart from the full ones", () => {
  expect(shapeSeries(minutes, "orders", false)).toEqual({
    timesSeconds: [0, 60, 120, 180, 240],
    full: [null, 2, 0, 4, null],
    partial: [null, null, null, null, 1],
  });
});

it("lets a line go on from the last full minute", () => {
  const { full, partial } = shapeSeries(minutes, "revenue", true);
  expect(full).toEqual([null, 21, 0, 42, null]);
  expect(partial).toEqual([null, null, null, 42, 10.5]);
});

it("has a gap where a window has no amount", () => {
  const window = minutes[1]!.is as RevenueWindow;
  expect(shapeSeries([{ startMs: 0, is: { ...window, revenue: null } }], "revenue", true).full).toEqual([
    null,
  ]);
});

it("knows when there is nothing to draw", () => {
  expect(hasWindows(minutes)).toBe(true);
  expect(hasWindows([minute(0, "unknown"), minute(1, "nothing")])).toBe(false);
});
