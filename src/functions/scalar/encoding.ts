/** Texts as other texts and bytes: FROM_BASE64, TO_BASE64, ENCODE, DECODE, UNHEX, URL_ENCODE, URL_DECODE. */
import type { SqlValue } from "../../values/sql-value.ts";
import {
  badArgument,
  bytes,
  computedFunction,
  resolveShape,
  string,
  takeBinary,
  takeText,
  takeTextOrBinary,
} from "./computed-function.ts";
import type { ScalarFunction } from "./scalar-function.ts";

/** The character sets that Flink names, by their names in capitals. */
const charsets = ["US-ASCII", "ISO-8859-1", "UTF-8", "UTF-16BE", "UTF-16LE", "UTF-16"] as const;
type Charset = (typeof charsets)[number];

export const encodingFunctions: readonly ScalarFunction[] = [
  computedFunction({
    name: "FROM_BASE64",
    takes: "a STRING or BYTES",
    resolve: (given) => resolveShape(given, { takes: [takeTextOrBinary], result: string }),
    prepare: () => fromBase64,
  }),
  computedFunction({
    name: "TO_BASE64",
    takes: "a STRING or BYTES",
    resolve: (given) => resolveShape(given, { takes: [takeTextOrBinary], result: string }),
    prepare: () => (value: string | Uint8Array) => Buffer.from(value).toString("base64"),
  }),
  computedFunction({
    name: "ENCODE",
    takes: "a STRING and the name of a character set",
    resolve: (given) => resolveShape(given, { takes: [takeText, takeText], result: bytes, mayBeNull: true }),
    prepare: () => (text: string, charset: string) => encode(text, charsetNamed("ENCODE", charset)),
  }),
  computedFunction({
    name: "DECODE",
    takes: "BYTES and the name of a character set",
    resolve: (given) =>
      resolveShape(given, { takes: [takeBinary, takeText], result: string, mayBeNull: true }),
    prepare: () => (value: Uint8Array, charset: string) => decode(value, charsetNamed("DECODE", charset)),
  }),
  computedFunction({
    name: "UNHEX",
    takes: "a STRING",
    resolve: (given) => resolveShape(given, { takes: [takeText], result: bytes, mayBeNull: true }),
    prepare: () => unhex,
  }),
  computedFunction({
    name: "URL_ENCODE",
    takes: "a STRING",
    resolve: (given) => resolveShape(given, { takes: [takeText], result: string, mayBeNull: true }),
    prepare: () => urlEncode,
  }),
  computedFunction({
    name: "URL_DECODE",
    takes: "a STRING",
    resolve: (given) => resolveShape(given, { takes: [takeText], result: string, mayBeNull: true }),
    prepare: () => urlDecode,
  }),
];

/** As strict as Java's basic decoder: no other characters, and padding whole or not at all. */
function fromBase64(value: string | Uint8Array): string {
  const text = typeof value === "string" ? value : Buffer.from(value).toString("latin1");
  const digits = text.replace(/=+$/, "");
  const padding = text.length - digits.length;
  const isPadded = padding === 0 || (padding <= 2 && text.length % 4 === 0);
  if (!/^[A-Za-z0-9+/]*$/.test(digits) || digits.length % 4 === 1 || !isPadded)
    throw badArgument("FROM_BASE64", `'${text.slice(0, 100)}' is not Base64`);
  return Buffer.from(digits, "base64").toString("utf8");
}

function charsetNamed(name: "ENCODE" | "DECODE", charset: string): Charset {
  const found = charsets.find((each) => each === charset.toUpperCase());
  if (found === undefined) throw badArgument(name, `'${charset}' is none of ${charsets.join(", ")}`);
  return found;
}

/** What a character set does not have becomes a question mark. */
function encode(text: string, charset: Charset): Uint8Array {
  switch (charset) {
    case "US-ASCII":
    case "ISO-8859-1": {
      const limit = charset === "US-ASCII" ? 0x7f : 0xff;
      return Uint8Array.from(text, (character) =>
        character.codePointAt(0)! > limit ? 0x3f : character.codePointAt(0)!,
      );
    }
    case "UTF-8":
      return new TextEncoder().encode(text);
    case "UTF-16LE":
      return new Uint8Array(Buffer.from(text, "utf16le"));
    case "UTF-16BE":
      return new Uint8Array(Buffer.from(text, "utf16le").swap16());
    case "UTF-16":
      // Big-endian, with the mark that says so.
      return text === "" ? new Uint8Array(0) : encode(`\ufeff${text}`, "UTF-16BE");
  }
}

function decode(value: Uint8Array, charset: Charset): string {
  switch (charset) {
    case "US-ASCII":
      return Array.from(value, (byte) => (byte > 0x7f ? "\ufffd" : String.fromCharCode(byte))).join("");
    case "ISO-8859-1":
      return Buffer.from(value).toString("latin1");
    case "UTF-8":
      return new TextDecoder("utf-8", { ignoreBOM: true }).decode(value);
    case "UTF-16LE":
      return new TextDecoder("utf-16le", { ignoreBOM: true }).decode(value);
    case "UTF-16BE":
      return new TextDecoder("utf-16be", { ignoreBOM: true }).decode(value);
    case "UTF-16":
      if (value[0] === 0xff && value[1] === 0xfe) return decode(value.subarray(2), "UTF-16LE");
      return decode(value[0] === 0xfe && value[1] === 0xff ? value.subarray(2) : value, "UTF-16BE");
  }
}

/** Of an odd count of digits the first falls away, and a zero byte stands for it. */
function unhex(text: string): SqlValue {
  if (!/^[\da-fA-F]*$/.test(text)) return null;
  return new Uint8Array(Buffer.from(text.length % 2 === 0 ? text : `00${text.slice(1)}`, "hex"));
}

/** As an HTML form is sent: a space is a plus sign, letters, digits and .-*_ stay. */
function urlEncode(text: string): string {
  return encodeURIComponent(text)
    .replace(/[!'()~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll("%20", "+");
}

function urlDecode(text: string): SqlValue {
  if (/%(?![\da-fA-F]{2})/.test(text)) return null;
  const plain = text.replaceAll("+", " ");
  return plain.replace(/(?:%[\da-fA-F]{2})+/g, (run) =>
    Buffer.from(run.replaceAll("%", ""), "hex").toString("utf8"),
  );
}
