import { describe, expect, test } from "vitest";
import { writeDecimal } from "../numbers/exact-decimal.ts";
import { measureOf, noon, readingOf } from "./fixture.ts";
import { changeFrom, measured } from "./measures.ts";

const at = (minute: number) => new Date(noon + minute * 60_000).toISOString();
const reading = readingOf({ at: "timestamp", segment: "string", revenue: "decimal", orders: "integer" }, [
  [at(1), "new", "0.10", 1],
  [at(2), "new", "0.20", 2],
  [at(2), "old", "12345678901234567890.05", 4],
  [at(0), "old", null, null],
]);
const told = (measure: ReturnType<typeof measureOf>, time: string | null = "at", rows = reading.rows) => {
  const value = measured(measure, reading, rows, time);
  return value && writeDecimal(value);
};

describe("one number of many rows", () => {
  test("is exact, and leaves out what is no number", () => {
    expect(told(measureOf("sum", "revenue"))).toBe("12345678901234567890.35");
    expect(told(measureOf("min", "revenue"))).toBe("0.10");
    expect(told(measureOf("max", "orders"))).toBe("4");
    expect(told(measureOf("count", "revenue"))).toBe("3");
    expect(told({ of: { aggregate: "count", column: null }, per: null })).toBe("4");
  });

  test("of the newest moment is that of all its rows together; without a time that of the first row", () => {
    expect(told(measureOf("latest", "revenue"))).toBe("12345678901234567890.25");
    expect(told(measureOf("latest", "orders"), null)).toBe("1");
  });

  test("as a rate is the sum of its parts, and none where there is nothing to divide by", () => {
    expect(told(measureOf("sum", "orders", { aggregate: "count", column: "revenue" }))).toBe(
      "2.333333333333",
    );
    expect(told(measureOf("sum", "orders", { aggregate: "sum", column: "segment" }))).toBeUndefined();
    expect(told(measureOf("sum", "revenue"), "at", [])).toBeUndefined();
    expect(told(measureOf("sum", "nothing"))).toBeUndefined();
  });

  test("changes from what was before, in sign too; from nothing there is no ratio", () => {
    const decimal = (unscaled: bigint) => ({ unscaled, scale: 0 });
    expect(changeFrom(decimal(4n), decimal(5n))).toEqual({ unscaled: 250_000n, scale: 6 });
    expect(changeFrom(decimal(-4n), decimal(-5n))).toEqual({ unscaled: -250_000n, scale: 6 });
    expect(changeFrom(decimal(0n), decimal(5n))).toBeUndefined();
  });
});
