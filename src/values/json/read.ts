/**
 * Values read from JSON text that was checked before. Whoever checked the text guaranteed that each value
 * is of its declared type and fits it, so these functions look for nothing that is wrong.
 */
import { hexUnit } from "./scan.ts";

const powersOfTen = Float64Array.from({ length: 23 }, (_, exponent) => 10 ** exponent);
const latin = new TextDecoder("latin1");

/**
 * The unscaled digits of a decimal, for a lane of `scale` digits behind the point; answers NaN when there
 * are more than 15 digits or an exponent, which `readDecimalExact` then reads.
 */
export function readDecimalShort(bytes: Uint8Array, from: number, to: number, scale: number): number {
  let at = from;
  const negative = bytes[at] === 0x2d;
  if (negative) at++;
  let digits = 0;
  let places = -1;
  let count = 0;
  for (; at < to; at++) {
    const byte = bytes[at]!;
    if (byte === 0x2e) places = 0;
    else {
      const digit = byte - 0x30;
      if (digit < 0 || digit > 9) return Number.NaN;
      if (places >= 0) {
        // Zeros beyond the scale may stand there: the check let nothing else pass.
        if (places === scale) continue;
        places++;
      }
      digits = digits * 10 + digit;
      count++;
    }
  }
  const missing = places < 0 ? scale : scale - places;
  if (count + missing > 15) return Number.NaN;
  const value = digits * powersOfTen[missing]!;
  return negative ? -value : value;
}

/** As `readDecimalShort`, of any length and with an exponent. */
export function readDecimalExact(bytes: Uint8Array, from: number, to: number, scale: number): bigint {
  const text = latin.decode(bytes.subarray(from, to));
  const [mantissa, exponentText] = text.toLowerCase().split("e") as [string, string | undefined];
  const [whole, fraction = ""] = mantissa.split(".") as [string, string | undefined];
  const shift = scale - fraction.length + Number(exponentText ?? "0");
  const digits = BigInt(whole + fraction);
  // Zero passes the check with any exponent; a power of ten that large would not fit into memory.
  if (digits === 0n) return 0n;
  return shift >= 0 ? digits * 10n ** BigInt(shift) : digits / 10n ** BigInt(-shift);
}

/** A DOUBLE: exact by one multiplication or division up to 15 digits, else as the platform parses it. */
export function readDouble(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  const negative = bytes[at] === 0x2d;
  if (negative) at++;
  let digits = 0;
  let places = 0;
  let pointSeen = 0;
  for (; at < to; at++) {
    const byte = bytes[at]!;
    if (byte === 0x2e) {
      pointSeen = 1;
      continue;
    }
    const digit = byte - 0x30;
    if (digit < 0 || digit > 9 || digits >= 9e14) return Number(latin.decode(bytes.subarray(from, to)));
    digits = digits * 10 + digit;
    places += pointSeen;
  }
  if (places > 22) return Number(latin.decode(bytes.subarray(from, to)));
  const value = digits / powersOfTen[places]!;
  return negative ? -value : value;
}

/** An INT, SMALLINT, TINYINT. */
export function readInt(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  const negative = bytes[at] === 0x2d;
  if (negative) at++;
  let value = 0;
  for (; at < to; at++) value = value * 10 + bytes[at]! - 0x30;
  return negative ? -value : value;
}

/**
 * Writes the characters of a string with escapes over the string itself and answers how many bytes they are:
 * never more than the escapes were, so that a value lies where its text lay.
 */
export function unescapeInPlace(bytes: Uint8Array, from: number, to: number): number {
  let read = from;
  let write = from;
  while (read < to) {
    const byte = bytes[read]!;
    if (byte !== 0x5c) {
      bytes[write++] = byte;
      read++;
      continue;
    }
    const escaped = bytes[read + 1]!;
    if (escaped !== 0x75) {
      bytes[write++] = shortEscape(escaped);
      read += 2;
      continue;
    }
    let point = hexUnit(bytes, read + 2, to);
    read += 6;
    if (point >= 0xd800 && point <= 0xdbff) {
      point = 0x10000 + ((point - 0xd800) << 10) + hexUnit(bytes, read + 2, to) - 0xdc00;
      read += 6;
    }
    write = writeUtf8(bytes, write, point);
  }
  return write - from;
}

function shortEscape(byte: number): number {
  if (byte === 0x6e) return 0x0a;
  if (byte === 0x74) return 0x09;
  if (byte === 0x72) return 0x0d;
  if (byte === 0x62) return 0x08;
  if (byte === 0x66) return 0x0c;
  return byte;
}

function writeUtf8(bytes: Uint8Array, at: number, point: number): number {
  let write = at;
  if (point < 0x80) bytes[write++] = point;
  else {
    if (point < 0x800) bytes[write++] = 0xc0 | (point >> 6);
    else {
      if (point < 0x10000) bytes[write++] = 0xe0 | (point >> 12);
      else {
        bytes[write++] = 0xf0 | (point >> 18);
        bytes[write++] = 0x80 | ((point >> 12) & 63);
      }
      bytes[write++] = 0x80 | ((point >> 6) & 63);
    }
    bytes[write++] = 0x80 | (point & 63);
  }
  return write;
}
