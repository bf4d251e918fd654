import fc from "fast-check";
import { expect, test } from "vitest";
import { compareBytes, compareStrings, compareValues } from "./compare.ts";

test("strings are ordered by code point, not by UTF-16 unit", () => {
  // U+FF5E lies below U+1F600, though its UTF-16 unit lies above the emoji's first.
  expect(compareStrings("\uFF5E", "\u{1F600}")).toBe(-1);
  expect(compareStrings("a", "ab")).toBe(-1);
  expect(compareStrings("", "")).toBe(0);
});

test("the order of strings is the order of their UTF-8 bytes", () => {
  const encoder = new TextEncoder();
  const text = fc.string({ unit: "binary" });
  fc.assert(
    fc.property(text, text, (left, right) => {
      expect(compareStrings(left, right)).toBe(compareBytes(encoder.encode(left), encoder.encode(right)));
    }),
  );
});

test("bytes are unsigned", () => {
  expect(compareBytes(Uint8Array.of(0x7f), Uint8Array.of(0x80))).toBe(-1);
});

test("NaN has no order and the two zeros are equal", () => {
  expect(compareValues(Number.NaN, Number.NaN)).toBeUndefined();
  expect(compareValues(0, -0)).toBe(0);
  expect(compareValues(false, true)).toBe(-1);
  expect(compareValues(2n, 10n)).toBe(-1);
});
