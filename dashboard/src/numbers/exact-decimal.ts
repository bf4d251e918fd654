/**
 * Decimals as the wire has them, in exact arithmetic: the digits as a bigint, and how many are behind the
 * point.
 */

export interface ExactDecimal {
  readonly unscaled: bigint;
  readonly scale: number;
}

export const zero: ExactDecimal = { unscaled: 0n, scale: 0 };

const decimalText = /^(-?)(\d+)(?:\.(\d+))?$/;

export function readDecimal(text: string): ExactDecimal | undefined {
  const match = decimalText.exec(text);
  if (match === null) return undefined;
  const fraction = match[3] ?? "";
  const digits = BigInt(`${match[2]}${fraction}`);
  return { unscaled: match[1] === "-" ? -digits : digits, scale: fraction.length };
}

export function writeDecimal(value: ExactDecimal): string {
  const { unscaled, scale } = value;
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, "0");
  const sign = unscaled < 0n ? "-" : "";
  return scale === 0 ? sign + digits : `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

export function add(left: ExactDecimal, right: ExactDecimal): ExactDecimal {
  const scale = Math.max(left.scale, right.scale);
  return { unscaled: atScale(left, scale) + atScale(right, scale), scale };
}

/**
 * The quotient with `scale` digits behind the point, rounded half away from zero. The divisor is not zero.
 */
export function divide(dividend: ExactDecimal, divisor: ExactDecimal, scale: number): ExactDecimal {
  const numerator = dividend.unscaled * 10n ** BigInt(scale + divisor.scale);
  const denominator = divisor.unscaled * 10n ** BigInt(dividend.scale);
  return { unscaled: roundedQuotient(numerator, denominator), scale };
}

export function subtract(left: ExactDecimal, right: ExactDecimal): ExactDecimal {
  return add(left, { unscaled: -right.unscaled, scale: right.scale });
}

export function absolute({ unscaled, scale }: ExactDecimal): ExactDecimal {
  return { unscaled: unscaled < 0n ? -unscaled : unscaled, scale };
}

/** The nearest double: for the place of a pixel, never for a sum or a label. */
export function nearestNumber(value: ExactDecimal): number {
  return Number(writeDecimal(value));
}

function atScale({ unscaled, scale }: ExactDecimal, wanted: number): bigint {
  return unscaled * 10n ** BigInt(wanted - scale);
}

function roundedQuotient(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator;
  const remainder = numerator % denominator;
  const [twice, size] = [
    2n * (remainder < 0n ? -remainder : remainder),
    denominator < 0n ? -denominator : denominator,
  ];
  if (twice < size) return quotient;
  return numerator < 0n === denominator < 0n ? quotient + 1n : quotient - 1n;
}
