/** Numbers as the reader's locale writes them. */
import { absolute, divide, type ExactDecimal, readDecimal, writeDecimal } from "./exact-decimal.ts";
import { inCurrency, isKnownCurrency, numberFormat } from "./number-formats.ts";

type Format = "plain" | "compact" | "scientific";

const hundredMillion = 100_000_000n;
/** From here on the short words of most locales end. */
const quadrillion = 10n ** 15n;

const countFormat = numberFormat({});
const compactFormat = numberFormat(shortened("compact"));

export const noValue = "–";

/** An amount in full up to a hundred million, in short from there on: the exact one goes into a title. */
export function formatMoney(amount: ExactDecimal, currency: string): string {
  const whole = divide(absolute(amount), { unscaled: 1n, scale: 0 }, 0).unscaled;
  const format = whole < hundredMillion ? "plain" : whole < quadrillion ? "compact" : "scientific";
  return moneyText(writeDecimal(amount), currency, format);
}

/** Every digit, for titles and for copying. */
export function exactMoney(amount: ExactDecimal, currency: string): string {
  return `${writeDecimal(amount)} ${currency}`.trimEnd();
}

export function formatCount(count: bigint): string {
  return count >= hundredMillion ? compactFormat.format(count) : countFormat.format(count);
}

/** "12 s", "3 min", "2 h", "5 d": rounded down, one unit. */
export function formatAge(ageMs: number): string {
  const seconds = Math.floor(ageMs / 1_000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min`;
  return seconds < 86_400 ? `${Math.floor(seconds / 3_600)} h` : `${Math.floor(seconds / 86_400)} d`;
}

/**
 * A currency that ISO 4217 does not know is still somebody's: its amounts are shown with the name as it
 * came.
 */
function moneyText(decimal: string, currency: string, format: Format): string {
  // The text goes in as it is and is rounded exactly; TypeScript wants to be told that it is a number.
  const text = decimal as `${number}`;
  const digits = format === "plain" ? {} : shortened(format);
  if (isKnownCurrency(currency)) return numberFormat({ ...inCurrency(currency), ...digits }).format(text);
  if (format !== "plain") return numberFormat(digits).format(text);
  const scale = readDecimal(decimal)?.scale ?? 0;
  return numberFormat({ minimumFractionDigits: Math.min(scale, 2) }).format(text);
}

function shortened(notation: "compact" | "scientific"): Intl.NumberFormatOptions {
  return { notation, maximumFractionDigits: 1 };
}
