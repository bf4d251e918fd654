/** A value in as few signs as tell it: for the marks of an axis, and where there is little room. */
import type { Format } from "../../../src/serving/pages.ts";
import { readDecimal } from "../numbers/exact-decimal.ts";
import { inCurrency, isKnownCurrency, numberFormat } from "../numbers/number-formats.ts";
import { formatted } from "./formatted.ts";

/** So many significant digits at most: "€1.02K" of three. */
export function shortText(value: number, format: Format, currency: string, digits: number): string {
  switch (format.as) {
    case "money":
      return compactFormat(digits, isKnownCurrency(currency) ? currency : "").format(value);
    case "number":
    case "text":
    case "time":
      return compactFormat(digits, "").format(value);
    default:
      return formatted(readDecimal(plainText(value)), format, currency);
  }
}

function compactFormat(digits: number, currency: string): Intl.NumberFormat {
  return numberFormat({
    notation: "compact",
    maximumSignificantDigits: digits,
    ...(currency !== "" && inCurrency(currency)),
  });
}

/** Without an exponent; what a double has beyond twelve digits is noise. */
function plainText(value: number): string {
  return value.toLocaleString("en", { useGrouping: false, maximumSignificantDigits: 12 });
}
