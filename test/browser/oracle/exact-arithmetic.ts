/** Exact numbers of the oracle's own: nothing of the dashboard's arithmetic is used to check it. */

export interface Exact {
  readonly digits: bigint;
  readonly places: number;
}

const written = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/;
const quotientPlaces = 12;

/** Undefined of what is no number. */
export function exactOf(value: unknown): Exact | undefined {
  if (typeof value === "boolean") return { digits: value ? 1n : 0n, places: 0 };
  const match = typeof value === "object" ? null : written.exec(String(value));
  if (match === null) return undefined;
  const [, sign, whole = "", fraction = "", exponent = "0"] = match;
  const digits = BigInt(`${sign}${whole}${fraction}`);
  const places = fraction.length - Number(exponent);
  return places < 0 ? { digits: digits * 10n ** BigInt(-places), places: 0 } : { digits, places };
}

export function plus(left: Exact, right: Exact): Exact {
  const places = Math.max(left.places, right.places);
  return { digits: raised(left, places) + raised(right, places), places };
}

export function minus(left: Exact, right: Exact): Exact {
  return plus(left, { ...right, digits: -right.digits });
}

/** Twelve digits behind the point, half away from zero. */
export function over(left: Exact, right: Exact): Exact {
  const numerator = left.digits * 10n ** BigInt(quotientPlaces + right.places);
  const denominator = right.digits * 10n ** BigInt(left.places);
  const isNegative = numerator < 0n !== denominator < 0n;
  const [above, below] = [magnitude(numerator), magnitude(denominator)];
  const rounded = (2n * above + below) / (2n * below);
  return { digits: isNegative ? -rounded : rounded, places: quotientPlaces };
}

/** Below 0 where `left` is less. */
export function order(left: Exact, right: Exact): number {
  const { digits } = minus(left, right);
  return digits < 0n ? -1 : digits > 0n ? 1 : 0;
}

export function text({ digits, places }: Exact): string {
  const all = magnitude(digits)
    .toString()
    .padStart(places + 1, "0");
  const point = all.length - places;
  return `${digits < 0n ? "-" : ""}${all.slice(0, point)}${places === 0 ? "" : `.${all.slice(point)}`}`;
}

const magnitude = (value: bigint): bigint => (value < 0n ? -value : value);

function raised({ digits, places }: Exact, wanted: number): bigint {
  return digits * 10n ** BigInt(wanted - places);
}
