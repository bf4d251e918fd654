/** Numbers as the reader's locale writes them. A formatter is costly to make, so each is made once. */
import { absolute, divide, type ExactDecimal, readDecimal, writeDecimal } from "./exact-decimal.ts";

type Format = "plain" | "compact" | "scientific";

const moneyFormats = new Map<string, Intl.NumberFormat | undefined>();
const hundredMillion = 100_000_000n;
/** From here on the short words of most locales end. */
const quadrillion = 10n ** 15n;

const countFormat = new Intl.NumberFormat();
const compactFormat = new Intl.NumberFormat(undefined, { notation: "compact", maximumFractionDigits: 1 });
const percentFormat = new Intl.NumberFormat(undefined, {
  style: "percent",
  maximumFractionDigits: 1,
  signDisplay: "exceptZero",
});
const knownCurrencies = new Set(Intl.supportedValuesOf("currency"));

const changeMax = 9.99;

export const noValue = "–";

/** An amount in full up to a hundred million, in short from there on: the exact one goes into a title. */
export function formatMoney(amount: ExactDecimal, currency: string): string {
  const whole = divide(absolute(amount), { unscaled: 1n, scale: 0 }, 0).unscaled;
  const format = whole < hundredMillion ? "plain" : whole < quadrillion ? "compact" : "scientific";
  return moneyText(writeDecimal(amount), currency, format);
}

/** For the marks of an axis, which are round numbers and no amounts. */
export function formatMoneyMark(value: number, currency: string): string {
  return moneyText(String(value), currency, "compact");
}

/** Every digit, for titles and for copying. */
export function exactMoney(amount: ExactDecimal, currency: string): string {
  return `${writeDecimal(amount)} ${currency}`.trimEnd();
}

/**
 * For tables: what is read first, and a code to stand beside it. How an unknown currency is rounded and
 * written nobody knows, so its amounts keep their digits.
 */
export function tableMoney(amount: ExactDecimal, currency: string): { digits: string; code: string } {
  if (isKnownCurrency(currency)) return { digits: formatMoney(amount, currency), code: "" };
  return { digits: writeDecimal(amount), code: currency };
}

export function formatCount(count: bigint): string {
  return count >= hundredMillion ? compactFormat.format(count) : countFormat.format(count);
}

export function formatCountMark(value: number): string {
  return compactFormat.format(value);
}

/** `ratio` of 1 is 100 %. After a minute of next to nothing the exact ratio tells nothing. */
export function formatChange(ratio: number): string {
  if (Math.abs(ratio) < changeMax) return percentFormat.format(ratio);
  return `over ${percentFormat.format(Math.sign(ratio) * changeMax)}`;
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
  const known = moneyFormat(currency, format);
  // The text goes in as it is and is rounded exactly; TypeScript wants to be told that it is a number.
  const text = decimal as `${number}`;
  if (known !== undefined) return known.format(text);
  if (format !== "plain") return new Intl.NumberFormat(undefined, shortened(format)).format(text);
  const scale = readDecimal(decimal)?.scale ?? 0;
  return new Intl.NumberFormat(undefined, { minimumFractionDigits: Math.min(scale, 2) }).format(text);
}

function moneyFormat(currency: string, format: Format): Intl.NumberFormat | undefined {
  const key = `${format} ${currency}`;
  if (moneyFormats.has(key)) return moneyFormats.get(key);
  const digits = format === "plain" ? {} : shortened(format);
  const options = { style: "currency", currency, currencyDisplay: "narrowSymbol", ...digits } as const;
  const made = isKnownCurrency(currency) ? new Intl.NumberFormat(undefined, options) : undefined;
  moneyFormats.set(key, made);
  return made;
}

/** Those that the browser has a name for; any three letters would be taken for a currency with two digits. */
function isKnownCurrency(currency: string): boolean {
  return knownCurrencies.has(currency);
}

function shortened(notation: "compact" | "scientific"): Intl.NumberFormatOptions {
  return { notation, maximumFractionDigits: 1 };
}
