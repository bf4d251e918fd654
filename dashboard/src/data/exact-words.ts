/** Every digit of a value, and what it is of: for titles and for what is read aloud. */
import type { Format } from "../../../src/serving/pages.ts";
import { writeDecimal } from "../numbers/exact-decimal.ts";
import { exact } from "./formatted.ts";
import type { GroupValue } from "./groups.ts";

const units: Readonly<Partial<Record<Format["as"], string>>> = {
  share: " %",
  percent: " %",
  milliseconds: " ms",
  seconds: " s",
};

export function exactWords({ value, currency }: GroupValue, format: Format): string {
  const unit = units[format.as] ?? "";
  if (format.as !== "share") return `${exact(value, format, currency)}${unit}`;
  return `${withoutZeros(writeDecimal({ ...value, unscaled: value.unscaled * 100n }))}${unit}`;
}

/** A quotient has as many digits as are kept of it. */
function withoutZeros(text: string): string {
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}
