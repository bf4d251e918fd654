/** Countries by their code of ISO 3166, in the reader's language. */
const names = new Intl.DisplayNames(undefined, { type: "region", fallback: "none" });
const code = /^[A-Z]{2}$/;

/** Undefined of what is no code of a country. */
export function countryName(text: string): string | undefined {
  return code.test(text) ? names.of(text) : undefined;
}
