/** Formatters of the reader's locale. One is costly to make, so each is made once. */
const made = new Map<string, Intl.NumberFormat>();
const knownCurrencies = new Set(Intl.supportedValuesOf("currency"));

export function numberFormat(options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = JSON.stringify(options);
  let format = made.get(key);
  if (format === undefined) {
    format = new Intl.NumberFormat(undefined, options);
    made.set(key, format);
  }
  return format;
}

/** Those that the browser has a name for; any three letters would be taken for a currency with two digits. */
export function isKnownCurrency(currency: string): boolean {
  return knownCurrencies.has(currency);
}

/** Of a currency that is known. */
export function inCurrency(currency: string): Intl.NumberFormatOptions {
  return { style: "currency", currency, currencyDisplay: "narrowSymbol" };
}
