/**
 * Walking JSON as bytes. Two families:
 *
 *   `check…`  trusts nothing and answers -1 where the text is not what it should be;
 *   `pass…`   walks text that was checked before, as fast as it can, and never fails.
 *
 * Each takes the place of a value's first byte and answers the place behind its last. Nothing here
 * allocates. The `pass` family may read up to three bytes beyond a value, so its memory ends with `padding`
 * bytes of anything.
 */

export const padding = 8;
export const depthMax = 64;

const quote = 0x22;
const backslash = 0x5c;

/** Behind white space. */
export function skipSpace(bytes: Uint8Array, from: number): number {
  let at = from;
  for (;;) {
    const byte = bytes[at]!;
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return at;
    at++;
  }
}

/** The place of the next quote or backslash of a checked string. */
function quoteOrEscape(view: DataView, from: number): number {
  for (let at = from; ; at += 4) {
    // Four bytes at once: a byte of `word ^ quotes` (or backslashes) is zero exactly where the byte is
    // searched.
    const word = view.getInt32(at, true);
    const quotes = word ^ 0x22222222;
    const escapes = word ^ 0x5c5c5c5c;
    const found = (((quotes - 0x01010101) & ~quotes) | ((escapes - 0x01010101) & ~escapes)) & 0x80808080;
    if (found !== 0) return at + ((31 - Math.clz32(found & -found)) >> 3);
  }
}

/** Behind the closing quote of a checked string; `from` is behind the opening one. */
function passString(view: DataView, bytes: Uint8Array, from: number): number {
  for (let at = quoteOrEscape(view, from); ; at = quoteOrEscape(view, at + 2)) {
    if (bytes[at] === quote) return at + 1;
  }
}

/**
 * As `passString`, but tells whether there are escapes: then the answer is negative, its amount being the
 * place behind the closing quote.
 */
export function passStringForValue(view: DataView, bytes: Uint8Array, from: number): number {
  const at = quoteOrEscape(view, from);
  return bytes[at] === quote ? at + 1 : -passString(view, bytes, at);
}

/** Behind any checked value. */
export function passValue(view: DataView, bytes: Uint8Array, from: number): number {
  const first = bytes[from]!;
  if (first === quote) return passString(view, bytes, from + 1);
  if (first === 0x7b || first === 0x5b) return passNested(view, bytes, from + 1);
  return passNumber(bytes, from + 1);
}

/** Behind a checked number or literal; a quote ends it too, for digits that are written as a string. */
export function passNumber(bytes: Uint8Array, from: number): number {
  let at = from;
  for (;;) {
    const byte = bytes[at]!;
    // Ends at , } ] or white space or a quote; every byte of a number or literal is none of them.
    if (byte === 0x2c || byte === 0x7d || byte === 0x5d || byte <= 0x22) return at;
    at++;
  }
}

function passNested(view: DataView, bytes: Uint8Array, from: number): number {
  let at = from;
  let depth = 1;
  for (;;) {
    const byte = bytes[at++]!;
    if (byte === quote) at = passString(view, bytes, at);
    else if (byte === 0x7b || byte === 0x5b) depth++;
    else if ((byte === 0x7d || byte === 0x5d) && --depth === 0) return at;
  }
}

/** Where and why the last `check…` that answered -1 gave up. */
export const scanFailure = { at: 0, tooDeep: false };

function fail(at: number): -1 {
  scanFailure.at = at;
  scanFailure.tooDeep = false;
  return -1;
}

function failDeep(at: number): -1 {
  scanFailure.at = at;
  scanFailure.tooDeep = true;
  return -1;
}

/**
 * Behind the closing quote of a string; `from` is behind the opening one. UTF-8 is checked elsewhere, at
 * once.
 */
export function checkString(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end) {
    const byte = bytes[at]!;
    if (byte === quote) return at + 1;
    if (byte === backslash) {
      const escaped = bytes[at + 1]!;
      if (escaped === 0x75) {
        const behind = checkUnicodeEscape(bytes, at, end);
        if (behind < 0) return fail(at);
        at = behind;
        continue;
      }
      if (!isShortEscape(escaped)) return fail(at + 1);
      at += 2;
      continue;
    }
    if (byte < 0x20) return fail(at);
    at++;
  }
  return fail(end);
}

function isShortEscape(byte: number): boolean {
  // " \ / b f n r t
  return (
    byte === 0x22 ||
    byte === 0x5c ||
    byte === 0x2f ||
    byte === 0x62 ||
    byte === 0x66 ||
    byte === 0x6e ||
    byte === 0x72 ||
    byte === 0x74
  );
}

/** `\uXXXX`; surrogates must come in pairs, since half a character has no UTF-8. */
function checkUnicodeEscape(bytes: Uint8Array, at: number, end: number): number {
  const unit = hexUnit(bytes, at + 2, end);
  if (unit < 0) return -1;
  if (unit < 0xd800 || unit > 0xdfff) return at + 6;
  if (unit > 0xdbff || bytes[at + 6] !== backslash || bytes[at + 7] !== 0x75) return -1;
  const low = hexUnit(bytes, at + 8, end);
  return low >= 0xdc00 && low <= 0xdfff ? at + 12 : -1;
}

/** The number that four hexadecimal digits write, or -1. */
export function hexUnit(bytes: Uint8Array, from: number, end: number): number {
  if (from + 4 > end) return -1;
  let unit = 0;
  for (let at = from; at < from + 4; at++) {
    const byte = bytes[at]!;
    const lower = byte | 0x20;
    if (byte >= 0x30 && byte <= 0x39) unit = unit * 16 + byte - 0x30;
    else if (lower >= 0x61 && lower <= 0x66) unit = unit * 16 + lower - 0x57;
    else return -1;
  }
  return unit;
}

/** Behind a number. */
export function checkNumber(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  if (bytes[at] === 0x2d) at++;
  if (bytes[at] === 0x30) at++;
  else {
    const digits = at;
    at = passDigits(bytes, at, end);
    if (at === digits) return fail(at);
  }
  if (at < end && bytes[at] === 0x2e) {
    const digits = at + 1;
    at = passDigits(bytes, digits, end);
    if (at === digits) return fail(at);
  }
  if (at < end && (bytes[at]! | 0x20) === 0x65) {
    at++;
    if (bytes[at] === 0x2b || bytes[at] === 0x2d) at++;
    const digits = at;
    at = passDigits(bytes, at, end);
    if (at === digits) return fail(at);
  }
  return at;
}

function passDigits(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && bytes[at]! >= 0x30 && bytes[at]! <= 0x39) at++;
  return at;
}

/** Behind any value, or -1. `depth` is how deep the value already lies. */
export function checkValue(bytes: Uint8Array, from: number, end: number, depth: number): number {
  const first = bytes[from]!;
  if (from >= end) return fail(end);
  if (first === quote) return checkString(bytes, from + 1, end);
  if (first === 0x7b) return checkObject(bytes, from, end, depth + 1);
  if (first === 0x5b) return checkArray(bytes, from, end, depth + 1);
  if (first === 0x74) return checkWord(bytes, from, end, 0x74727565);
  if (first === 0x6e) return checkWord(bytes, from, end, 0x6e756c6c);
  if (first === 0x66)
    return bytes[from + 4] === 0x65 ? checkWord(bytes, from, end - 1, 0x66616c73, 5) : fail(from);
  return checkNumber(bytes, from, end);
}

export function checkWord(bytes: Uint8Array, from: number, end: number, word: number, length = 4): number {
  if (from + 4 > end) return fail(end);
  const read = (bytes[from]! << 24) | (bytes[from + 1]! << 16) | (bytes[from + 2]! << 8) | bytes[from + 3]!;
  return read === word ? from + length : fail(from);
}

function checkObject(bytes: Uint8Array, from: number, end: number, depth: number): number {
  if (depth > depthMax) return failDeep(from);
  let at = skipSpace(bytes, from + 1);
  if (bytes[at] === 0x7d) return at < end ? at + 1 : fail(end);
  for (;;) {
    if (at >= end || bytes[at] !== quote) return fail(at);
    at = checkString(bytes, at + 1, end);
    if (at < 0) return -1;
    at = skipSpace(bytes, at);
    if (bytes[at] !== 0x3a) return fail(at);
    at = checkValue(bytes, skipSpace(bytes, at + 1), end, depth);
    if (at < 0) return -1;
    at = skipSpace(bytes, at);
    if (bytes[at] === 0x7d) return at < end ? at + 1 : fail(end);
    if (bytes[at] !== 0x2c) return fail(at);
    at = skipSpace(bytes, at + 1);
  }
}

function checkArray(bytes: Uint8Array, from: number, end: number, depth: number): number {
  if (depth > depthMax) return failDeep(from);
  let at = skipSpace(bytes, from + 1);
  if (bytes[at] === 0x5d) return at < end ? at + 1 : fail(end);
  for (;;) {
    at = checkValue(bytes, at, end, depth);
    if (at < 0) return -1;
    at = skipSpace(bytes, at);
    if (bytes[at] === 0x5d) return at < end ? at + 1 : fail(end);
    if (bytes[at] !== 0x2c) return fail(at);
    at = skipSpace(bytes, at + 1);
  }
}
