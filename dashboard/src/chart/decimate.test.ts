import fc from "fast-check";
import { expect, it } from "vitest";
import { drawnPositions } from "./decimate.ts";

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

it("all points are drawn where there is room for them", () => {
  expect(drawnPositions([0, 5, 9], [[1, 2, null]], 100)).toEqual([0, 1, 2]);
  expect(drawnPositions([0, 1, 2, 1_000], [[5, 6, 7, 1]], 10)).toEqual([0, 1, 2, 3]);
  expect(drawnPositions([], [[]], 100)).toEqual([]);
});

it("of many points the peaks of each line stay, and a gap stays a gap", () => {
  const flat = upTo(1_000).map((index) => (index === 777 ? 50 : index === 123 ? -50 : 0));
  const broken = upTo(1_000).map((index) => (index >= 400 && index < 500 ? null : 1));
  const drawn = drawnPositions(upTo(1_000), [flat, broken], 20);
  expect(drawn).toContain(777);
  expect(drawn).toContain(123);
  expect(drawnPositions(upTo(1_000), [broken], 20).map((position) => broken[position])).toContain(null);
});

it("there are at most two a line and column, in order, with the extremes of all", () => {
  const value = fc.option(fc.integer({ min: -100, max: 100 }), { nil: null });
  fc.assert(
    fc.property(fc.array(fc.tuple(value, value), { minLength: 60, maxLength: 400 }), (pairs) => {
      const lines = [pairs.map(([left]) => left), pairs.map(([, right]) => right)];
      const drawn = drawnPositions(upTo(pairs.length), lines, 10);
      expect(drawn.length).toBeLessThanOrEqual(2 * 2 * 10);
      expect(drawn.every((position) => position in pairs)).toBe(true);
      expect(drawn).toEqual([...new Set(drawn)].sort((left, right) => left - right));
      for (const line of lines) {
        const known = line.filter((each) => each !== null);
        const shown = drawn.map((position) => line[position]).filter((each) => typeof each === "number");
        expect(Math.max(...shown)).toBe(Math.max(...known));
        expect(Math.min(...shown)).toBe(Math.min(...known));
      }
    }),
  );
});
