/** A value as the reader's locale writes it, and yet with every digit: nothing is rounded or shortened. */
import type { Format } from "../../../src/serving/pages.ts";
import { type ExactDecimal, writeDecimal } from "../numbers/exact-decimal.ts";
import { inCurrency, isKnownCurrency, numberFormat } from "../numbers/number-formats.ts";
import { exact, formatted } from "./formatted.ts";

/** What Intl writes. */
const digitsMax = 20;

export function fullText(value: ExactDecimal, format: Format, currency: string): string {
  if (format.as === "milliseconds" || format.as === "seconds") return formatted(value, format);
  // What is divided has digits that nobody asked for.
  if (format.as === "share" || format.as === "percent") return formatted(value, { ...format, digits: 2 });
  if (value.scale > digitsMax) return exact(value, format, currency);
  const isMoney = format.as === "money" && isKnownCurrency(currency);
  const text = numberFormat({
    ...(isMoney && inCurrency(currency)),
    minimumFractionDigits: value.scale,
    maximumFractionDigits: value.scale,
  }).format(writeDecimal(value) as `${number}`);
  return format.as === "money" && !isMoney ? `${text} ${currency}`.trimEnd() : text;
}
