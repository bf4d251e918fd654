import { expect, test } from "vitest";
import { parseInterval } from "./interval.ts";

test.each([
  ["5", "SECOND", undefined, { kind: "ms", ms: 5000 }],
  ["1.005", "SECOND", undefined, { kind: "ms", ms: 1005 }],
  ["-1", "MINUTE", undefined, { kind: "ms", ms: -60_000 }],
  ["90", "MINUTE", undefined, { kind: "ms", ms: 5_400_000 }],
  ["1 02:03", "DAY", "MINUTE", { kind: "ms", ms: 93_780_000 }],
  ["1 02:03:04.5", "DAY", "SECOND", { kind: "ms", ms: 93_784_500 }],
  ["10:20", "MINUTE", "SECOND", { kind: "ms", ms: 620_000 }],
  ["2", "YEAR", undefined, { kind: "months", months: 24 }],
  ["2-3", "YEAR", "MONTH", { kind: "months", months: 27 }],
] as const)("INTERVAL '%s' %s TO %s is read", (text, from, to, expected) => {
  expect(parseInterval(text, from, to)).toEqual(expected);
});

test.each([
  ["", "SECOND", undefined],
  ["x", "MINUTE", undefined],
  ["1.5", "MINUTE", undefined],
  ["1 24:00", "DAY", "MINUTE"],
  ["1:60", "MINUTE", "SECOND"],
  ["2-12", "YEAR", "MONTH"],
  ["1:02", "MINUTE", "HOUR"],
  ["1-2", "YEAR", "DAY"],
  ["1 2", "DAY", "MONTH"],
] as const)("INTERVAL '%s' %s TO %s is no interval", (text, from, to) => {
  expect(parseInterval(text, from, to)).toBeUndefined();
});
