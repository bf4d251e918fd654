/**
 * Checks of one JSON value against the type of its column. Each takes the place of the value's first byte
 * and answers the place behind it, or -1 with `fault` saying what is wrong. Nothing is allocated for a
 * value that passes.
 */
import type { RowErrorCode } from "../../errors/catalogue.ts";
import { checkNumber, checkString, checkValue, checkWord } from "../../values/json/scan.ts";
import {
  microsOfLastRead,
  readDate,
  readTime,
  readTimestamp,
  type TimeStyle,
  type ZoneRule,
} from "../../values/json/time-text.ts";
import { stringLengthMax } from "../../values/sql-type.ts";

/** What the last failed check found. `field` is filled in by whoever knows the name. */
export const fault: { code: RowErrorCode | "syntax"; field: string; from: number; to: number } = {
  code: "syntax",
  field: "",
  from: 0,
  to: 0,
};

/** The instant that `checkTimestamp` read last, in milliseconds. */
export const lastInstant = { ms: 0, micros: 0 };

export function refuse(code: RowErrorCode, from: number, to: number): -1 {
  fault.code = code;
  fault.field = "";
  fault.from = from;
  fault.to = to;
  return -1;
}

/** The text is not JSON at all: where, `scanFailure` knows. */
export function refuseSyntax(): -1 {
  fault.code = "syntax";
  return -1;
}

/** Called by each level on the way out, so that a nested field is named by its path. */
export function refuseField(name: string): -1 {
  fault.field = fault.field === "" ? name : `${name}.${fault.field}`;
  return -1;
}

/** Of a value that is JSON but not of the type; of one that is not even JSON, a syntax fault. */
export function refuseType(bytes: Uint8Array, from: number, end: number): -1 {
  const to = checkValue(bytes, from, end, 0);
  return to < 0 ? refuseSyntax() : refuse("row.wrong-type", from, to);
}

/** Of a number, or its digits as a text, that passed: below 0, or not. -0 is 0. */
export function refuseNegative(bytes: Uint8Array, from: number, to: number): number {
  const start = bytes[from] === 0x22 ? from + 1 : from;
  if (bytes[start] !== 0x2d) return to;
  for (let at = start + 1; at < to; at++) {
    const byte = bytes[at]!;
    if ((byte | 0x20) === 0x65) return to;
    if (byte > 0x30 && byte <= 0x39) return refuse("row.negative", from, to);
  }
  return to;
}

/** A whole number that passed. */
export function wholeNumberAt(bytes: Uint8Array, from: number, to: number): number {
  const negative = bytes[from] === 0x2d;
  let value = 0;
  for (let at = negative ? from + 1 : from; at < to; at++) value = value * 10 + bytes[at]! - 0x30;
  return negative ? -value : value;
}

export function checkNull(bytes: Uint8Array, from: number, end: number): number {
  const to = checkWord(bytes, from, end, 0x6e756c6c);
  return to < 0 ? refuseSyntax() : to;
}

export function checkText(bytes: Uint8Array, from: number, end: number): number {
  if (bytes[from] !== 0x22) return refuseType(bytes, from, end);
  const to = checkString(bytes, from + 1, end);
  return to < 0 ? refuseSyntax() : to;
}

/** CHAR(n) and VARCHAR(n): counts characters (code points), an escape as what it stands for. */
export function checkTextLength(bytes: Uint8Array, from: number, end: number, lengthMax: number): number {
  const to = checkText(bytes, from, end);
  if (to < 0) return -1;
  let characters = 0;
  for (let at = from + 1; at < to - 1; at++) {
    const byte = bytes[at]!;
    if (byte === 0x5c) {
      const unicode = bytes[at + 1] === 0x75;
      // The second half of a pair, \uDC00 to \uDFFF, was counted with its first.
      const lowSurrogate = unicode && (bytes[at + 2]! | 0x20) === 0x64 && (bytes[at + 3]! | 0x20) >= 0x63;
      at += unicode ? 5 : 1;
      if (!lowSurrogate) characters++;
    } else if ((byte & 0xc0) !== 0x80) characters++;
  }
  return characters > lengthMax ? refuse("row.too-long", from, to) : to;
}

/** A value of a MAP of texts: a number, true and false count as what is written. */
export function checkScalarText(bytes: Uint8Array, from: number, end: number, lengthMax: number): number {
  const first = bytes[from]!;
  if (first === 0x22 || first === 0x7b || first === 0x5b) {
    return lengthMax === stringLengthMax
      ? checkText(bytes, from, end)
      : checkTextLength(bytes, from, end, lengthMax);
  }
  const to = checkValue(bytes, from, end, 0);
  if (to < 0) return refuseSyntax();
  return to - from > lengthMax ? refuse("row.too-long", from, to) : to;
}

export function checkBoolean(bytes: Uint8Array, from: number, end: number): number {
  if (bytes[from] !== 0x74 && bytes[from] !== 0x66) return refuseType(bytes, from, end);
  const to = checkValue(bytes, from, end, 0);
  return to < 0 ? refuseSyntax() : to;
}

/** TINYINT, SMALLINT, INT: whole numbers within [min, max]. */
export function checkInt(bytes: Uint8Array, from: number, end: number, min: number, max: number): number {
  const to = checkWhole(bytes, from, end);
  if (to < 0) return -1;
  let value = 0;
  const digits = bytes[from] === 0x2d ? from + 1 : from;
  for (let at = digits; at < to; at++) value = value * 10 + bytes[at]! - 0x30;
  if (digits !== from) value = -value;
  return value < min || value > max ? refuse("row.number-out-of-range", from, to) : to;
}

export function checkBigint(bytes: Uint8Array, from: number, end: number): number {
  const to = checkWhole(bytes, from, end);
  if (to < 0) return -1;
  const negative = bytes[from] === 0x2d;
  const digits = to - from - (negative ? 1 : 0);
  if (digits < 19) return to;
  if (digits > 19 || isBeyond(bytes, to - 19, negative ? "9223372036854775808" : "9223372036854775807")) {
    return refuse("row.number-out-of-range", from, to);
  }
  return to;
}

/** Whether the digits at `from` are greater than those of the limit, of the same length. */
function isBeyond(bytes: Uint8Array, from: number, limit: string): boolean {
  for (let place = 0; place < limit.length; place++) {
    const difference = bytes[from + place]! - limit.charCodeAt(place);
    if (difference !== 0) return difference > 0;
  }
  return false;
}

function checkWhole(bytes: Uint8Array, from: number, end: number): number {
  const first = bytes[from]!;
  if (first !== 0x2d && (first < 0x30 || first > 0x39)) return refuseType(bytes, from, end);
  const to = checkNumber(bytes, from, end);
  if (to < 0) return refuseSyntax();
  for (let at = from + 1; at < to; at++) {
    if (bytes[at]! < 0x30 || bytes[at]! > 0x39) return refuse("row.wrong-type", from, to);
  }
  return to;
}

export function checkDouble(bytes: Uint8Array, from: number, end: number): number {
  const first = bytes[from]!;
  if (first !== 0x2d && (first < 0x30 || first > 0x39)) return refuseType(bytes, from, end);
  const to = checkNumber(bytes, from, end);
  if (to < 0) return refuseSyntax();
  // Only an exponent or some three hundred digits can make a double infinite.
  if (to - from > 20 && !Number.isFinite(Number(asciiText(bytes, from, to)))) {
    return refuse("row.number-out-of-range", from, to);
  }
  for (let at = from; at < to; at++) {
    if ((bytes[at]! | 0x20) === 0x65) {
      const finite = Number.isFinite(Number(asciiText(bytes, from, to)));
      return finite ? to : refuse("row.number-out-of-range", from, to);
    }
  }
  return to;
}

/** DECIMAL(p, s): a JSON number, or the same digits as a string, as the API writes them. */
export function checkDecimal(
  bytes: Uint8Array,
  from: number,
  end: number,
  precision: number,
  scale: number,
): number {
  const quoted = bytes[from] === 0x22;
  const start = quoted ? from + 1 : from;
  const first = bytes[start]!;
  if (first !== 0x2d && (first < 0x30 || first > 0x39)) return refuseType(bytes, from, end);
  const stop = checkNumber(bytes, start, end);
  if (stop < 0 || (quoted && bytes[stop] !== 0x22)) {
    return quoted ? refuseType(bytes, from, end) : refuseSyntax();
  }
  const to = quoted ? stop + 1 : stop;
  let whole = 0;
  let places = -1;
  let lastNonZero = 0;
  for (let at = first === 0x2d ? start + 1 : start; at < stop; at++) {
    const byte = bytes[at]!;
    if (byte === 0x2e) places = 0;
    else if (byte < 0x30 || byte > 0x39)
      return checkDecimalExponent(bytes, from, to, start, stop, precision, scale);
    else if (places < 0) {
      if (whole > 0 || byte !== 0x30) whole++;
    } else {
      places++;
      if (byte !== 0x30) lastNonZero = places;
    }
  }
  if (lastNonZero > scale || whole > precision - scale) return refuse("row.decimal-digits", from, to);
  return to;
}

function checkDecimalExponent(
  bytes: Uint8Array,
  from: number,
  to: number,
  start: number,
  stop: number,
  precision: number,
  scale: number,
): number {
  const text = asciiText(bytes, start, stop).toLowerCase();
  const [mantissa = "", exponentText = "0"] = text.split("e");
  const exponent = Number(exponentText);
  const [wholeText = "", fraction = ""] = mantissa.replace("-", "").split(".");
  const digits = (wholeText + fraction).replace(/^0+/, "");
  const significant = digits.replace(/0+$/, "");
  if (significant === "") return to;
  // 0.digits × 10^magnitude
  const magnitude = digits.length - fraction.length + exponent;
  const fits = magnitude <= precision - scale && significant.length - magnitude <= scale;
  return fits ? to : refuse("row.decimal-digits", from, to);
}

/** A number for a time may count seconds or milliseconds: it is told what a time looks like. */
function checkTimeText(bytes: Uint8Array, from: number, end: number): number {
  const first = bytes[from]!;
  if (first !== 0x2d && (first < 0x30 || first > 0x39)) return checkText(bytes, from, end);
  const to = checkNumber(bytes, from, end);
  return to < 0 ? refuseSyntax() : refuse("row.bad-time", from, to);
}

export function checkTimestamp(
  bytes: Uint8Array,
  from: number,
  end: number,
  style: TimeStyle,
  zone: ZoneRule,
): number {
  const to = checkTimeText(bytes, from, end);
  if (to < 0) return -1;
  const ms = readTimestamp(bytes, from + 1, to - 1, style, zone);
  if (Number.isNaN(ms)) return refuse("row.bad-time", from, to);
  lastInstant.ms = ms;
  lastInstant.micros = microsOfLastRead();
  return to;
}

export function checkDate(bytes: Uint8Array, from: number, end: number): number {
  const to = checkTimeText(bytes, from, end);
  if (to < 0) return -1;
  return Number.isNaN(readDate(bytes, from + 1, to - 1)) ? refuse("row.bad-time", from, to) : to;
}

export function checkTime(bytes: Uint8Array, from: number, end: number): number {
  const to = checkTimeText(bytes, from, end);
  if (to < 0) return -1;
  return Number.isNaN(readTime(bytes, from + 1, to - 1)) ? refuse("row.bad-time", from, to) : to;
}

/** BINARY, VARBINARY: base64. */
export function checkBase64(bytes: Uint8Array, from: number, end: number, lengthMax: number): number {
  const to = checkText(bytes, from, end);
  if (to < 0) return -1;
  const text = asciiText(bytes, from + 1, to - 1);
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text)) {
    return refuse("row.wrong-type", from, to);
  }
  return (text.length / 4) * 3 - (text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0) > lengthMax
    ? refuse("row.too-long", from, to)
    : to;
}

function asciiText(bytes: Uint8Array, from: number, to: number): string {
  return String.fromCharCode(...bytes.subarray(from, Math.min(to, from + 65_536)));
}
