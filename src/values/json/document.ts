/**
 * JSON that is a value in a column: texts to trees and back, as Jackson has them, whom Flink asks. Numbers
 * keep the digits that were written, of keys that come twice the last counts, and what stands behind the
 * first value of a text is not looked at. Written texts have their keys in order.
 */

/** A number as Java prints it: an integer's digits, or a BigDecimal's text. */
export class JsonNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type JsonTree = null | boolean | string | JsonNumber | readonly JsonTree[] | JsonObject;
export type JsonObject = ReadonlyMap<string, JsonTree>;

/** Jackson's own bound. */
const depthMax = 1000;

class JsonMistake extends Error {}

/** The tree of a text, or undefined where it is not JSON. */
export function readJson(text: string): { readonly value: JsonTree } | undefined {
  try {
    const reader = new JsonReader(text);
    return { value: reader.document() };
  } catch (error) {
    if (error instanceof JsonMistake) return undefined;
    throw error;
  }
}

class JsonReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): JsonTree {
    this.#skipSpace();
    const value = this.#value(0);
    // A number must end before something else begins; brackets and quotes end by themselves.
    const isOpen = value instanceof JsonNumber && !/[\s]/.test(this.#text[this.#at] ?? " ");
    const isWord =
      (value === null || typeof value === "boolean") && /[\w$]/.test(this.#text[this.#at] ?? " ");
    if (isOpen || isWord) throw new JsonMistake();
    return value;
  }

  #value(depth: number): JsonTree {
    const first = this.#text[this.#at];
    if (first === "{" || first === "[") {
      if (depth >= depthMax) throw new JsonMistake();
      this.#at++;
      return first === "{" ? this.#object(depth + 1) : this.#array(depth + 1);
    }
    if (first === '"') return this.#string();
    if (this.#accept("true")) return true;
    if (this.#accept("false")) return false;
    if (this.#accept("null")) return null;
    return this.#number();
  }

  #object(depth: number): JsonObject {
    const entries = new Map<string, JsonTree>();
    this.#skipSpace();
    if (this.#accept("}")) return entries;
    for (;;) {
      this.#skipSpace();
      if (this.#text[this.#at] !== '"') throw new JsonMistake();
      const key = this.#string();
      this.#skipSpace();
      this.#expect(":");
      this.#skipSpace();
      entries.set(key, this.#value(depth));
      this.#skipSpace();
      if (this.#accept("}")) return entries;
      this.#expect(",");
    }
  }

  #array(depth: number): JsonTree[] {
    const items: JsonTree[] = [];
    this.#skipSpace();
    if (this.#accept("]")) return items;
    for (;;) {
      this.#skipSpace();
      items.push(this.#value(depth));
      this.#skipSpace();
      if (this.#accept("]")) return items;
      this.#expect(",");
    }
  }

  #string(): string {
    const from = ++this.#at;
    let hasEscapes = false;
    for (; ; this.#at++) {
      const unit = this.#text.charCodeAt(this.#at);
      if (unit === 0x22) break;
      // Behind the end it is NaN, which is no place of a string either.
      if (!(unit >= 0x20)) throw new JsonMistake();
      if (unit !== 0x5c) continue;
      hasEscapes = true;
      this.#at += this.#escapeLength();
    }
    const raw = this.#text.slice(from, this.#at++);
    return hasEscapes ? unescapeJson(raw) : raw;
  }

  /** What follows the backslash. */
  #escapeLength(): number {
    const form = /["\\/bfnrt]|u[\da-fA-F]{4}/y;
    form.lastIndex = this.#at + 1;
    const match = form.exec(this.#text);
    if (match === null) throw new JsonMistake();
    return match[0].length;
  }

  #number(): JsonNumber {
    const number = /(-?)(0|[1-9]\d*)(?:\.(\d+))?(?:[eE]([+-]?\d+))?/y;
    number.lastIndex = this.#at;
    const match = number.exec(this.#text);
    if (match === null) throw new JsonMistake();
    this.#at = number.lastIndex;
    if (/[\w.]/.test(this.#text[this.#at] ?? " ")) throw new JsonMistake();
    const [, sign, whole, fraction, exponent] = match;
    if (fraction === undefined && exponent === undefined) {
      return new JsonNumber(whole === "0" ? "0" : `${sign}${whole}`);
    }
    const power = Number(exponent ?? "0");
    if (!Number.isSafeInteger(power) || Math.abs(power) > 2_147_483_647) throw new JsonMistake();
    return new JsonNumber(bigDecimalText(sign!, whole! + (fraction ?? ""), (fraction ?? "").length - power));
  }

  #skipSpace(): void {
    while (" \t\r\n".includes(this.#text[this.#at] ?? "none")) this.#at++;
  }

  #accept(word: string): boolean {
    if (!this.#text.startsWith(word, this.#at)) return false;
    this.#at += word.length;
    return true;
  }

  #expect(mark: string): void {
    if (!this.#accept(mark)) throw new JsonMistake();
  }
}

/** As Java's BigDecimal.toString: without an exponent as long as that is short. */
export function bigDecimalText(sign: string, digitsWritten: string, scale: number): string {
  const digits = digitsWritten.replace(/^0+(?=\d)/, "");
  const shownSign = digits === "0" ? "" : sign;
  const adjusted = digits.length - 1 - scale;
  if (scale === 0) return shownSign + digits;
  if (scale > 0 && adjusted >= -6) {
    const padded = digits.padStart(scale + 1, "0");
    return `${shownSign}${padded.slice(0, -scale)}.${padded.slice(-scale)}`;
  }
  const mantissa = digits.length === 1 ? digits : `${digits[0]}.${digits.slice(1)}`;
  if (adjusted === 0) return shownSign + mantissa;
  return `${shownSign}${mantissa}E${adjusted > 0 ? "+" : ""}${adjusted}`;
}

const shortEscapes: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", b: "\b", f: "\f" };

export function unescapeJson(raw: string): string {
  return raw.replace(/\\(?:u([\da-fA-F]{4})|(.))/g, (_, unit: string | undefined, short: string) =>
    unit === undefined ? (shortEscapes[short] ?? short) : String.fromCharCode(Number.parseInt(unit, 16)),
  );
}

export function writeJson(value: JsonTree): string {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "string") return quoteJson(value);
  if (value instanceof JsonNumber) return value.text;
  if (isArray(value)) return `[${value.map(writeJson).join(",")}]`;
  return writeJsonObject([...value].map(([key, item]) => [key, writeJson(item)]));
}

/** Of keys with the texts of their values, in the order of the keys' UTF-16 units. */
export function writeJsonObject(entries: readonly (readonly [string, string])[]): string {
  const byKey = [...new Map(entries)].sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0));
  return `{${byKey.map(([key, text]) => `${quoteJson(key)}:${text}`).join(",")}}`;
}

export function isArray(value: JsonTree): value is readonly JsonTree[] {
  return Array.isArray(value);
}

const writtenEscapes: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "\n": "\\n",
  "\t": "\\t",
  "\r": "\\r",
  "\b": "\\b",
  "\f": "\\f",
};

/** Control characters as Jackson writes them, in capitals; all other characters stay. */
export function quoteJson(text: string): string {
  let quoted = "";
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit >= 0x20 && unit !== 0x22 && unit !== 0x5c) continue;
    const escaped = writtenEscapes[text[at]!] ?? `\\u${unit.toString(16).toUpperCase().padStart(4, "0")}`;
    quoted += text.slice(from, at) + escaped;
    from = at + 1;
  }
  return `"${quoted}${text.slice(from)}"`;
}
