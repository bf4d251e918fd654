import { expect, it } from "vitest";
import { lonePoints } from "./lone-points.ts";

it("finds the values that stand between gaps, also at the ends", () => {
  expect(lonePoints([1, null, 2, 3, null, 0, undefined, 4])).toEqual([0, 5, 7]);
  expect(lonePoints([null, 1, 2, null])).toEqual([]);
  expect(lonePoints([])).toEqual([]);
});
