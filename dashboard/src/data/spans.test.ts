import { expect, it } from "vitest";
import { openingOf, openWords, spanWords, theSpan } from "./spans.ts";

const minuteMs = 60_000;

it("lengths are told in the greatest unit that they are whole in", () => {
  const lengths = [
    1_000,
    minuteMs,
    5 * minuteMs,
    90 * minuteMs,
    60 * minuteMs,
    86_400_000,
    7 * 86_400_000,
    250,
  ];
  expect(lengths.map(spanWords)).toEqual([
    "second",
    "minute",
    "5 minutes",
    "90 minutes",
    "hour",
    "day",
    "week",
    "250 milliseconds",
  ]);
  expect([minuteMs, 5 * minuteMs].map(theSpan)).toEqual(["the minute", "5 minutes"]);
});

it("an open window says how much of it has passed, within 0 and 100", () => {
  const words = (ms: number) => openWords(openingOf(0, minuteMs, ms));
  expect([-5_000, 0, 37_200, 59_999, 60_000, 90_000].map(words)).toEqual([
    "open, 0 % of the minute",
    "open, 0 % of the minute",
    "open, 62 % of the minute",
    "open, 99 % of the minute",
    "the minute over, not final yet",
    "the minute over, not final yet",
  ]);
});

it("a window that nobody knows the end of is open and no more", () => {
  expect(openWords(openingOf(0, undefined, minuteMs))).toBe("open");
  expect(openWords(openingOf(minuteMs, 0, minuteMs))).toBe("open");
});
