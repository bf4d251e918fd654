/** A value as its format says: short for the eye, and exact for titles, twins and copying. */

import type { Format } from "../../../src/serving/pages.ts";
import type { WireRow, WireValue } from "../../../src/serving/protocol.ts";
import { divide, type ExactDecimal, writeDecimal } from "../numbers/exact-decimal.ts";
import { exactMoney, formatCount, formatMoney, noValue } from "../numbers/format.ts";
import { numberFormat } from "../numbers/number-formats.ts";
import type { Reading } from "../panels/panel-kind.ts";
import type { Times } from "../time/times.ts";
import { cellOf, decimalOf, instantOf, textOf } from "./cells.ts";

const one: ExactDecimal = { unscaled: 1n, scale: 0 };
const hundred: ExactDecimal = { unscaled: 100n, scale: 0 };

/** The currency of money; empty where it has none. */
export function currencyOf({ currency }: Format, reading: Reading, row: WireRow | undefined): string {
  if (currency === null) return "";
  if ("code" in currency) return currency.code;
  return row === undefined ? "" : textOf(cellOf(reading.columns, currency.column)(row));
}

/** For the eye. */
export function formatted(value: ExactDecimal | undefined, format: Format, currency = ""): string {
  if (value === undefined) return noValue;
  switch (format.as) {
    case "money":
      return formatMoney(format.digits === null ? value : divide(value, one, format.digits), currency);
    case "share":
      return percentText(value, format.digits ?? 1);
    case "percent":
      return percentText(divide(value, hundred, value.scale + 2), format.digits ?? 1);
    case "milliseconds":
      return durationText(Number(writeDecimal(value)));
    case "seconds":
      return durationText(Number(writeDecimal(value)) * 1_000);
    default:
      return numberText(value, format.digits);
  }
}

/** Every digit. */
export function exact(value: ExactDecimal | undefined, format: Format, currency = ""): string {
  if (value === undefined) return "";
  return format.as === "money" ? exactMoney(value, currency) : writeDecimal(value);
}

/** A cell of a row, whatever its format: numbers, times and texts. */
export function formattedCell(value: WireValue, format: Format, times: Times, currency = ""): string {
  if (value === null) return noValue;
  if (format.as === "text") return textOf(value);
  if (format.as === "time") {
    const ms = instantOf(value);
    return ms === undefined ? textOf(value) : times.moment(ms);
  }
  const number = typeof value === "object" ? undefined : decimalOf(value);
  return number === undefined ? textOf(value) : formatted(number, format, currency);
}

function percentText(value: ExactDecimal, digits: number): string {
  return numberFormat({ style: "percent", maximumFractionDigits: digits }).format(asText(value));
}

function numberText(value: ExactDecimal, digits: number | null): string {
  const whole = value.scale === 0 ? value.unscaled : divide(value, one, 0).unscaled;
  if (value.scale === 0 || whole >= 100_000_000n) return formatCount(whole);
  return numberFormat({ maximumFractionDigits: digits ?? Math.min(value.scale, 2) }).format(asText(value));
}

/** "340 ms", "12.4 s", "3 min 20 s", "2 h 5 min". */
function durationText(ms: number): string {
  if (Math.abs(ms) < 1_000) return `${numberFormat({ maximumFractionDigits: 1 }).format(ms)} ms`;
  const seconds = ms / 1_000;
  if (Math.abs(seconds) < 60) return `${numberFormat({ maximumFractionDigits: 1 }).format(seconds)} s`;
  const [whole, rest] = [Math.trunc(seconds / 60), Math.trunc(Math.abs(seconds) % 60)];
  if (Math.abs(whole) < 60) return `${whole} min ${rest} s`;
  return `${numberFormat({}).format(Math.trunc(whole / 60))} h ${Math.abs(whole % 60)} min`;
}

/** The text goes in as it is and is rounded exactly; TypeScript wants to be told that it is a number. */
function asText(value: ExactDecimal): `${number}` {
  return writeDecimal(value) as `${number}`;
}
