/** Counts the rows in the text of an export as it comes, where lines tell them apart. */

const quote = 0x22;
const newline = 0x0a;

export class CountedRows {
  /** Undefined where the form has no lines. */
  readonly #lines: "csv" | "ndjson" | undefined;
  #count = 0;
  #isQuoted = false;

  constructor(format: string) {
    this.#lines = format === "csv" || format === "ndjson" ? format : undefined;
    // The header is a line of its own.
    if (format === "csv") this.#count = -1;
  }

  get count(): number | undefined {
    return this.#lines && Math.max(0, this.#count);
  }

  add(bytes: Uint8Array): void {
    if (this.#lines === undefined) return;
    const hasQuotes = this.#lines === "csv";
    for (let at = 0; at < bytes.length; at++) {
      const byte = bytes[at];
      if (byte === newline && !this.#isQuoted) this.#count++;
      else if (byte === quote && hasQuotes) this.#isQuoted = !this.#isQuoted;
    }
  }
}
