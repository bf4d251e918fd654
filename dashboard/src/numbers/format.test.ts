import { describe, expect, it } from "vitest";
import { type ExactDecimal, readDecimal } from "./exact-decimal.ts";
import { exactMoney, formatAge, formatMoney } from "./format.ts";

function amount(text: string): ExactDecimal {
  return readDecimal(text) ?? { unscaled: 0n, scale: 0 };
}

/** The locale is the machine's, so only what all locales share is looked at. */
function digitsOf(text: string): string {
  return text.replace(/\D/g, "");
}

describe("money", () => {
  it("is written in full as far as people read it, and in short beyond", () => {
    expect(digitsOf(formatMoney(amount("1234567.89"), "USD"))).toBe("123456789");
    expect(formatMoney(amount("-123456789012.00"), "USD").length).toBeLessThan(12);
    expect(formatMoney(amount(`${"9".repeat(36)}.99`), "USD").length).toBeLessThan(10);
  });

  it("is written in currencies that do not exist, without their name", () => {
    expect(digitsOf(formatMoney(amount("5.00"), "<b>"))).toBe("500");
    expect(formatMoney(amount(`${"9".repeat(36)}.99`), "لا").length).toBeLessThan(10);
  });

  it("keeps every digit in the exact text", () => {
    expect(exactMoney(amount(`${"9".repeat(36)}.99`), "USD")).toBe(`${"9".repeat(36)}.99 USD`);
  });
});

it("tells an age in one unit, rounded down", () => {
  const ages = [999, 12_000, 119_000, 7_199_000, 200_000_000].map(formatAge);
  expect(ages).toEqual(["0 s", "12 s", "1 min", "1 h", "2 d"]);
});
