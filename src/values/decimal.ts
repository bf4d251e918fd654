/**
 * Exact decimals: a value is its unscaled digits as a bigint, `12.50` of DECIMAL(10, 2) is 1250n. The scale
 * belongs to the type, never to the value.
 *
 * The result types are Flink's (org.apache.flink.table.types.logical.utils.LogicalTypeMerging), whose
 * division and modulo first round to 38 significant digits; so do ours, or the last digit would differ from a
 * run on Flink.
 */
import { decimalPrecisionMax } from "./sql-type.ts";

export interface DecimalShape {
  readonly precision: number;
  readonly scale: number;
}

/** Why a text is no decimal of a shape: no number at all, digits behind the scale, or too large. */
export type DecimalFailure = "syntax" | "scale" | "range";

const decimalText = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;

/** The scale that an inexact result keeps at least, if it had it, when 38 digits do not suffice. */
const scaleAdjustedMin = 6;

const powers: bigint[] = [1n];

export function powerOfTen(exponent: number): bigint {
  for (let at = powers.length; at <= exponent; at++) powers.push(powers[at - 1]! * 10n);
  return powers[exponent]!;
}

/**
 * Reads a number's text as the unscaled digits of a shape. With `exact`, digits behind the scale are a
 * failure unless they are zeros; with `half-up` they are rounded, as CAST does.
 */
export function parseDecimal(
  text: string,
  shape: DecimalShape,
  rounding: "exact" | "half-up" = "exact",
): bigint | DecimalFailure {
  const match = decimalText.exec(text);
  const whole = match?.[2] ?? "";
  const fraction = match?.[3] ?? "";
  if (match === null || whole.length + fraction.length === 0) return "syntax";
  const digits = BigInt(whole + fraction);
  const exponent = Number(match[4] ?? "0") - fraction.length + shape.scale;
  if (digits === 0n) return 0n;
  // A power beyond the digits that there are and that there may be needs no arithmetic to be judged.
  if (exponent > decimalPrecisionMax * 2) return "range";
  if (exponent < -(whole.length + fraction.length + 1)) return rounding === "exact" ? "scale" : 0n;
  let unscaled = digits;
  if (exponent >= 0) {
    unscaled = digits * powerOfTen(exponent);
  } else {
    const divisor = powerOfTen(-exponent);
    if (rounding === "exact" && digits % divisor !== 0n) return "scale";
    unscaled = divideHalfUp(digits, divisor);
  }
  if (!fitsPrecision(unscaled, shape.precision)) return "range";
  return match[1] === "-" ? -unscaled : unscaled;
}

/**
 * The digits of a number literal. The precision counts the digits as written, as Flink's parser does: `12.50`
 * is DECIMAL(4, 2), `0.01` is DECIMAL(3, 2). A literal with an exponent is a DOUBLE and no decimal.
 */
export function decimalLiteral(
  text: string,
): { readonly unscaled: bigint; readonly shape: DecimalShape } | undefined {
  const match = decimalText.exec(text);
  if (match === null || match[4] !== undefined) return undefined;
  const fraction = match[3] ?? "";
  const whole = match[2] ?? "";
  if (whole.length + fraction.length === 0) return undefined;
  const unscaled = BigInt(match[1] === "-" ? `-${whole}${fraction}` : whole + fraction);
  const precision = Math.max(whole.length + fraction.length, 1);
  return { unscaled, shape: { precision, scale: fraction.length } };
}

/** The exact text, with as many digits behind the point as the scale says. */
export function formatDecimal(unscaled: bigint, scale: number): string {
  if (scale === 0) return unscaled.toString();
  const sign = unscaled < 0n ? "-" : "";
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, "0");
  return `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

function digitCount(unscaled: bigint): number {
  return (unscaled < 0n ? -unscaled : unscaled).toString().length;
}

export function fitsPrecision(unscaled: bigint, precision: number): boolean {
  const limit = powerOfTen(precision);
  return unscaled < limit && unscaled > -limit;
}

/** The same number at another scale; digits that fall away are rounded half up (away from zero). */
export function rescaleDecimal(unscaled: bigint, fromScale: number, toScale: number): bigint {
  if (toScale >= fromScale) return unscaled * powerOfTen(toScale - fromScale);
  return divideHalfUp(unscaled, powerOfTen(fromScale - toScale));
}

/** Integer division that rounds half away from zero. The divisor is not zero. */
export function divideHalfUp(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  const remainder = dividend % divisor;
  const twice = (remainder < 0n ? -remainder : remainder) * 2n;
  if (twice < (divisor < 0n ? -divisor : divisor)) return quotient;
  return dividend < 0n === divisor < 0n ? quotient + 1n : quotient - 1n;
}

/**
 * The quotient of a dividend below this, at the scale of the result, is rounded as by way of 38 digits: where
 * it is no half it is further from one than the 38th digit is worth.
 */
const roundedOnceMax = 10n ** 35n;

/**
 * Left / right at the result's scale, by way of 38 significant digits as Flink does. The divisor is not zero.
 */
export function divideDecimal(
  left: bigint,
  leftScale: number,
  right: bigint,
  rightScale: number,
  resultScale: number,
): bigint {
  if (left === 0n) return 0n;
  const shift = resultScale + rightScale - leftScale;
  const dividend = shift > 0 ? left * powerOfTen(shift) : left;
  if (dividend < roundedOnceMax && dividend > -roundedOnceMax) {
    return divideHalfUp(dividend, shift < 0 ? right * powerOfTen(-shift) : right);
  }
  // The quotient has this many whole digits, or one more; from that follows at which scale its 38th digit
  // lies.
  const wholeDigits = digitCount(left) - leftScale - (digitCount(right) - rightScale);
  let scale = decimalPrecisionMax - wholeDigits;
  let quotient = quotientAt(left, right, scale + rightScale - leftScale);
  if (!fitsPrecision(quotient, decimalPrecisionMax)) {
    scale--;
    quotient = quotientAt(left, right, scale + rightScale - leftScale);
  }
  if (scale < 0) return quotient * powerOfTen(resultScale - scale);
  return rescaleDecimal(quotient, scale, resultScale);
}

function quotientAt(left: bigint, right: bigint, shift: number): bigint {
  if (shift >= 0) return divideHalfUp(left * powerOfTen(shift), right);
  return divideHalfUp(left, right * powerOfTen(-shift));
}

/** Powers of ten that a double holds exactly. */
const exactTensMax = 22;
/** Of a number below the first, multiplied in doubles, the fraction is off by less than the second. */
const farFromHalfMax = 1e9;
const farFromHalf = 1e-6;

/** The nearest double to the decimal. */
export function decimalToNumber(unscaled: bigint, scale: number): number {
  const whole = Number(unscaled);
  if (scale === 0) return whole;
  // Both are exact, so that the division is rounded once.
  if (scale <= exactTensMax && Number.isSafeInteger(whole)) return whole / 10 ** scale;
  return Number(formatDecimal(unscaled, scale));
}

/**
 * A double as its shortest exact text gives it, rounded half up to the shape; undefined where it does not
 * fit.
 */
export function numberToDecimal(value: number, shape: DecimalShape): bigint | undefined {
  if (!Number.isFinite(value)) return undefined;
  const size = Math.abs(value) * 10 ** shape.scale;
  if (size < farFromHalfMax) {
    const whole = Math.floor(size);
    const rest = size - whole;
    if (Math.abs(rest - 0.5) > farFromHalf) {
      const unscaled = BigInt((rest > 0.5 ? whole + 1 : whole) * Math.sign(value));
      return fitsPrecision(unscaled, shape.precision) ? unscaled : undefined;
    }
  }
  const read = parseDecimal(String(value), shape, "half-up");
  return typeof read === "bigint" ? read : undefined;
}

// Result types of arithmetic

export function additionShape(left: DecimalShape, right: DecimalShape): DecimalShape {
  const scale = Math.max(left.scale, right.scale);
  const whole = Math.max(left.precision - left.scale, right.precision - right.scale);
  return adjustShape(whole + scale + 1, scale);
}

export function multiplicationShape(left: DecimalShape, right: DecimalShape): DecimalShape {
  return adjustShape(left.precision + right.precision + 1, left.scale + right.scale);
}

export function divisionShape(left: DecimalShape, right: DecimalShape): DecimalShape {
  const scale = Math.max(scaleAdjustedMin, left.scale + right.precision + 1);
  return adjustShape(left.precision - left.scale + right.scale + scale, scale);
}

export function moduloShape(left: DecimalShape, right: DecimalShape): DecimalShape {
  const scale = Math.max(left.scale, right.scale);
  return adjustShape(Math.min(left.precision - left.scale, right.precision - right.scale) + scale, scale);
}

export function roundShape(shape: DecimalShape, digits: number): DecimalShape {
  if (digits >= shape.scale) return shape;
  const whole = 1 + shape.precision - shape.scale;
  if (digits < 0) return { precision: Math.min(decimalPrecisionMax, whole), scale: 0 };
  return { precision: whole + digits, scale: digits };
}

export function sumShape(argument: DecimalShape): DecimalShape {
  return { precision: decimalPrecisionMax, scale: argument.scale };
}

/** As SUM's shape divided by a BIGINT count: DECIMAL(38, max(6, scale)). */
export function averageShape(argument: DecimalShape): DecimalShape {
  return divisionShape(sumShape(argument), { precision: 20, scale: 0 });
}

/** Past 38 digits the scale gives way, down to 6, so that whole digits are kept. */
function adjustShape(precision: number, scale: number): DecimalShape {
  if (precision <= decimalPrecisionMax) return { precision, scale };
  const scaleMin = Math.min(scale, scaleAdjustedMin);
  return {
    precision: decimalPrecisionMax,
    scale: Math.max(decimalPrecisionMax - (precision - scale), scaleMin),
  };
}
