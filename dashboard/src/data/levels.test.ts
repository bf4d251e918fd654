import { expect, it } from "vitest";
import type { Level, Tone } from "../../../src/serving/pages.ts";
import { readDecimal } from "../numbers/exact-decimal.ts";
import { levelOf, levelWords } from "./levels.ts";

function level(from: number, tone: Tone, title: string | null = null): Level {
  return { from, tone, title };
}

const levels = [level(0.9, "bad"), level(-1, "good"), level(0.7, "warn", "to review")];

it("is the highest that begins at the value or below, in whatever order they are told", () => {
  const toneAt = (text: string) => levelOf(readDecimal(text), levels)?.tone;
  expect(["-2", "-1", "0.6999999999999999999", "0.7", "0.70", "0.9", "12"].map(toneAt)).toEqual([
    undefined,
    "good",
    "good",
    "warn",
    "warn",
    "bad",
    "bad",
  ]);
});

it("begins at small values too, which JSON writes with an exponent", () => {
  expect(levelOf(readDecimal("0.0000002"), [level(1e-7, "bad")])?.tone).toBe("bad");
  expect(levelOf(readDecimal("0.00000005"), [level(1e-7, "bad")])).toBeUndefined();
});

it("is none of what is no number, and where there are no levels", () => {
  expect(levelOf(undefined, levels)).toBeUndefined();
  expect(levelOf(readDecimal("1"), [])).toBeUndefined();
});

it("is told by its title, and by its tone without one", () => {
  expect([level(0, "warn", "low"), level(0, "warn"), level(0, "plain")].map(levelWords)).toEqual([
    "low",
    "warning",
    "",
  ]);
});
