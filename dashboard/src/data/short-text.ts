/** A value in as few signs as tell it: for the marks of an axis, and where there is little room. */
import type { Format } from "../../../src/serving/pages.ts";
import { readDecimal } from "../numbers/exact-decimal.ts";
import { formatted } from "./formatted.ts";

const currencies = new Set(Intl.supportedValuesOf("currency"));
const formats = new Map<string, Intl.NumberFormat>();

/** So many significant digits at most: "€1.02K" of three. */
export function shortText(value: number, format: Format, currency: string, digits: number): string {
  switch (format.as) {
    case "money":
      return compactFormat(digits, currencies.has(currency) ? currency : "").format(value);
    case "number":
    case "text":
    case "time":
      return compactFormat(digits, "").format(value);
    default:
      return formatted(readDecimal(plainText(value)), format, currency);
  }
}

function compactFormat(digits: number, currency: string): Intl.NumberFormat {
  const key = `${digits} ${currency}`;
  const known = formats.get(key);
  if (known !== undefined) return known;
  const money = { style: "currency", currency, currencyDisplay: "narrowSymbol" } as const;
  const made = new Intl.NumberFormat(undefined, {
    notation: "compact",
    maximumSignificantDigits: digits,
    ...(currency !== "" && money),
  });
  formats.set(key, made);
  return made;
}

/** Without an exponent; what a double has beyond twelve digits is noise. */
function plainText(value: number): string {
  return value.toLocaleString("en", { useGrouping: false, maximumSignificantDigits: 12 });
}
