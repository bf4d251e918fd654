import fc from "fast-check";
import { expect, test } from "vitest";
import {
  additionShape,
  averageShape,
  decimalLiteral,
  decimalToNumber,
  divideDecimal,
  divideHalfUp,
  divisionShape,
  formatDecimal,
  moduloShape,
  multiplicationShape,
  numberToDecimal,
  parseDecimal,
  rescaleDecimal,
  roundShape,
  sumShape,
} from "./decimal.ts";

const shape = (precision: number, scale: number): { precision: number; scale: number } => ({
  precision,
  scale,
});

test("a text is read as the unscaled digits of the shape", () => {
  expect(parseDecimal("12.5", shape(10, 2))).toBe(1250n);
  expect(parseDecimal("-0.01", shape(10, 2))).toBe(-1n);
  expect(parseDecimal("12.500", shape(10, 2))).toBe(1250n);
  expect(parseDecimal("1.25e1", shape(10, 2))).toBe(1250n);
  expect(parseDecimal(".5", shape(3, 1))).toBe(5n);
  expect(parseDecimal("0e99999", shape(3, 1))).toBe(0n);
});

test("what does not fit is named: no number, digits behind the scale, too large", () => {
  expect(parseDecimal("12,5", shape(10, 2))).toBe("syntax");
  expect(parseDecimal("", shape(10, 2))).toBe("syntax");
  expect(parseDecimal(".", shape(10, 2))).toBe("syntax");
  expect(parseDecimal("12.505", shape(10, 2))).toBe("scale");
  expect(parseDecimal("1e-99999", shape(10, 2))).toBe("scale");
  expect(parseDecimal("100000000", shape(10, 2))).toBe("range");
  expect(parseDecimal("1e99999", shape(38, 2))).toBe("range");
});

test("rounding is half up, away from zero", () => {
  expect(parseDecimal("12.505", shape(10, 2), "half-up")).toBe(1251n);
  expect(parseDecimal("-12.505", shape(10, 2), "half-up")).toBe(-1251n);
  expect(parseDecimal("9.99", shape(2, 1), "half-up")).toBe("range");
  expect(rescaleDecimal(-125n, 2, 1)).toBe(-13n);
  expect(divideHalfUp(1n, -2n)).toBe(-1n);
  expect(numberToDecimal(0.1 + 0.2, shape(10, 2))).toBe(30n);
  expect(numberToDecimal(Number.NaN, shape(10, 2))).toBeUndefined();
});

test("a double becomes the decimal that its text does, and back what the decimal's text is", () => {
  const near = fc.tuple(fc.integer({ min: -2_000_000, max: 2_000_000 }), fc.integer({ min: 0, max: 12 }));
  const double = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.double({ min: -2000, max: 2000, noNaN: true }),
    // Halves of a last digit, and what lies beside them.
    near.map(([halves, scale]) => (halves + 0.5) / 10 ** scale),
    near.map(([halves, scale]) => ((halves + 0.5) / 10 ** scale) * (1 + Number.EPSILON)),
  );
  const shapes = fc.integer({ min: 1, max: 38 }).chain((precision) => {
    return fc.integer({ min: 0, max: precision }).map((scale) => shape(precision, scale));
  });
  fc.assert(
    fc.property(double, shapes, (value, given) => {
      const read = parseDecimal(String(value), given, "half-up");
      const made = numberToDecimal(value, given);
      expect(made).toBe(typeof read === "bigint" ? read : undefined);
      if (made === undefined) return;
      expect(decimalToNumber(made, given.scale)).toBe(Number(formatDecimal(made, given.scale)));
    }),
    { numRuns: 5_000 },
  );
});

test("the text has exactly the digits of the scale", () => {
  expect(formatDecimal(1250n, 2)).toBe("12.50");
  expect(formatDecimal(-5n, 2)).toBe("-0.05");
  expect(formatDecimal(7n, 0)).toBe("7");
});

test("result shapes are those of Flink's manual", () => {
  // DECIMAL(10,2) op DECIMAL(10,2), by the table in LogicalTypeMerging.
  expect(additionShape(shape(10, 2), shape(10, 2))).toEqual(shape(11, 2));
  expect(multiplicationShape(shape(10, 2), shape(10, 2))).toEqual(shape(21, 4));
  expect(divisionShape(shape(10, 2), shape(10, 2))).toEqual(shape(23, 13));
  expect(moduloShape(shape(10, 2), shape(5, 3))).toEqual(shape(5, 3));
  // (38, 8) + (32, 8) keeps 31 whole digits and gives up a fractional one.
  expect(additionShape(shape(38, 8), shape(32, 8))).toEqual(shape(38, 7));
  // The scale never falls below 6 where it had 6.
  expect(multiplicationShape(shape(38, 10), shape(38, 10))).toEqual(shape(38, 6));
  expect(sumShape(shape(10, 2))).toEqual(shape(38, 2));
  expect(averageShape(shape(10, 2))).toEqual(shape(38, 6));
  expect(averageShape(shape(20, 10))).toEqual(shape(38, 10));
  expect(roundShape(shape(10, 4), 2)).toEqual(shape(9, 2));
  expect(roundShape(shape(10, 4), -1)).toEqual(shape(7, 0));
});

test("a literal counts its digits as written", () => {
  expect(decimalLiteral("12.50")).toEqual({ unscaled: 1250n, shape: shape(4, 2) });
  expect(decimalLiteral("0.01")).toEqual({ unscaled: 1n, shape: shape(3, 2) });
  expect(decimalLiteral("1e3")).toBeUndefined();
});

test("division agrees with exact big-integer arithmetic", () => {
  const digits = fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n });
  fc.assert(
    fc.property(
      digits,
      digits,
      fc.integer({ min: 0, max: 6 }),
      fc.integer({ min: 0, max: 6 }),
      (a, b, s, t) => {
        fc.pre(b !== 0n);
        const { scale } = divisionShape(shape(18, s), shape(18, t));
        // So short a quotient is the same whether it was first rounded to 38 digits, as in Flink, or not.
        const exact = divideHalfUp(a * 10n ** BigInt(scale + t), b * 10n ** BigInt(s));
        fc.pre(exact.toString().length <= 24);
        expect(divideDecimal(a, s, b, t, scale)).toBe(exact);
      },
    ),
  );
});

test("a quotient is first rounded to 38 digits, as in Flink", () => {
  // 505977428646148421.1764705882352941176|47…: the 38th digit goes up to 5, and with it the last digit kept.
  expect(divideDecimal(860_161_628_698_452_316n, 0, 17n, 1, 19)).toBe(5059774286461484211764705882352941177n);
});

test("a quotient beside a half is rounded as by way of 38 digits", () => {
  /** The quotient at the finest scale at which it has no more than 38 digits, and that at the scale. */
  const byWayOf38 = (left: bigint, right: bigint, leftScale: number, scale: number) => {
    for (let fine = 120; ; fine--) {
      const shift = fine - leftScale;
      const quotient =
        shift < 0
          ? divideHalfUp(left, right * 10n ** BigInt(-shift))
          : divideHalfUp(left * 10n ** BigInt(shift), right);
      if (quotient.toString().replace("-", "").length <= 38) return rescaleDecimal(quotient, fine, scale);
    }
  };
  const ofLength = (max: number) =>
    fc.integer({ min: 0, max }).chain((power) => fc.bigInt({ min: 1n, max: 10n ** BigInt(power) }));
  fc.assert(
    fc.property(
      ofLength(18),
      ofLength(18),
      fc.integer({ min: -2, max: 2 }),
      fc.integer({ min: 0, max: 12 }),
      fc.integer({ min: 0, max: 10 }),
      fc.boolean(),
      (right, whole, beside, leftScale, scale, isNegative) => {
        // Of a whole number and a half so many parts, and a few more or less.
        const half = ((2n * whole + 1n) * right) / 2n + BigInt(beside);
        const left = isNegative ? -half : half;
        expect(divideDecimal(left, leftScale, right, 0, scale)).toBe(
          byWayOf38(left, right, leftScale, scale),
        );
      },
    ),
    { numRuns: 2_000 },
  );
});

test("text and digits are each other's inverse", () => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: -(10n ** 37n), max: 10n ** 37n }),
      fc.integer({ min: 0, max: 30 }),
      (digits, scale) => {
        expect(parseDecimal(formatDecimal(digits, scale), shape(38, scale))).toBe(digits);
      },
    ),
  );
});
