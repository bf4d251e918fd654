import { describe, expect, it } from "vitest";
import {
  add,
  divide,
  type ExactDecimal,
  readDecimal,
  subtract,
  writeDecimal,
  zero,
} from "./exact-decimal.ts";

function read(text: string): ExactDecimal {
  const value = readDecimal(text);
  if (value === undefined) throw new Error(`${text} is no decimal.`);
  return value;
}

describe("exact decimals", () => {
  it.each(["0", "12.50", "-0.05", "99999999999999999999999999999999999999.99", "-7"])(
    "reads and writes %s",
    (text) => {
      expect(writeDecimal(read(text))).toBe(text);
    },
  );

  it.each(["", "1e3", "NaN", "1.", ".5", "1,000", "<b>1</b>", " 1"])("does not read %j", (text) => {
    expect(readDecimal(text)).toBeUndefined();
  });

  it("sums what a double cannot", () => {
    const sum = ["0.10", "0.20", "90071992547409.93", "90071992547409.93"].map(read).reduce(add, zero);
    expect(writeDecimal(sum)).toBe("180143985094820.16");
    expect(writeDecimal(subtract(read("0.30"), read("0.1")))).toBe("0.20");
  });

  it("divides with the digits asked for, half away from zero", () => {
    expect(writeDecimal(divide(read("100.00"), read("3"), 2))).toBe("33.33");
    expect(writeDecimal(divide(read("0.05"), read("2"), 2))).toBe("0.03");
    expect(writeDecimal(divide(read("-0.05"), read("2"), 2))).toBe("-0.03");
    expect(writeDecimal(divide(read("1"), read("0.03"), 3))).toBe("33.333");
  });
});
