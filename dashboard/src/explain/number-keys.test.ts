import { expect, it } from "vitest";
import { nextSpot } from "./number-keys.ts";

/** Two lines of three numbers, the second a little lower in its middle, and one alone below them. */
const spots = [
  { x: 10, y: 10 },
  { x: 60, y: 10 },
  { x: 110, y: 10 },
  { x: 10, y: 40 },
  { x: 58, y: 44 },
  { x: 110, y: 40 },
  { x: 90, y: 80 },
];

it.each([
  ["ArrowRight", 0, 1],
  ["ArrowLeft", 2, 1],
  ["ArrowRight", 3, 4],
  ["ArrowDown", 1, 4],
  ["ArrowUp", 4, 1],
  ["ArrowDown", 2, 5],
  ["ArrowDown", 5, 6],
  ["ArrowUp", 6, 5],
  ["ArrowLeft", 0, undefined],
  ["ArrowUp", 0, undefined],
  ["ArrowDown", 6, undefined],
  ["Enter", 0, undefined],
] as const)("%s leads from number %i to %s", (key, from, to) => {
  expect(nextSpot(spots, spots[from]!, key)).toBe(to);
});
