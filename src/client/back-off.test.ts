import { expect, it } from "vitest";
import { backOffMs } from "./back-off.ts";

it("doubles from 250 ms to 2 s and stays there", () => {
  const waits = [1, 2, 3, 4, 5, 6, 7, 1_000].map((attempt) => backOffMs(attempt, 1));
  expect(waits).toEqual([250, 500, 1_000, 2_000, 2_000, 2_000, 2_000, 2_000]);
});

it("draws up to half of the wait", () => {
  expect(backOffMs(3, 0)).toBe(500);
  expect(backOffMs(3, 0.5)).toBe(750);
});
