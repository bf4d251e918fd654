import { expect, it } from "vitest";
import type { RevenueWindow } from "../revenue-windows/shape.ts";
import { shapeTable } from "./shape.ts";

function windows(count: number): RevenueWindow[] {
  const rest = { currency: "USD", orders: 1n, revenue: null, average: null, final: true, revision: 0 };
  return Array.from({ length: count }, (_, at) => ({ key: String(at), startMs: at, endMs: at + 1, ...rest }));
}

it("shows the newest first and says how many more there are", () => {
  const { windows: shown, more, beyond } = shapeTable(windows(30), false);
  expect(shown.map(({ key }) => key).slice(0, 3)).toEqual(["29", "28", "27"]);
  expect([shown.length, more, beyond]).toEqual([12, 18, 0]);
});

it("is bounded even when all are asked for", () => {
  const { windows: shown, more, beyond } = shapeTable(windows(1_000), true);
  expect([shown.length, more, beyond]).toEqual([200, 0, 800]);
});

it("bears no windows at all", () => {
  expect(shapeTable([], false)).toEqual({ windows: [], more: 0, beyond: 0 });
});
