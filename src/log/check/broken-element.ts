/**
 * Where an element of an array ends that is not JSON, so that the rows behind it can be kept.
 *
 * Brackets and strings are all that is looked at: an element ends at the first comma or `]` that stands
 * outside of both. That is only worth something where the rest of the array is in order. A quote or a bracket
 * that is missing turns texts into rows and rows into texts, and half a row could be taken for a whole one;
 * so the rest is judged first, once a body, and where it is not in order nothing behind the broken element
 * is taken.
 */

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;

/**
 * What the brackets and strings from `from` on come to, an element of an array being there: `sound` where
 * they are closed in turn up to the array's own `]`, `open` where the text ends before it, `crossed` where
 * one closes what another opened.
 */
export function judgeStructure(
  bytes: Uint8Array,
  from: number,
  length: number,
): "sound" | "open" | "crossed" {
  let open = new Uint8Array(1024);
  let depth = 0;
  for (let at = from; at < length; at++) {
    const byte = bytes[at]!;
    if (byte === quote) at = endOfString(bytes, at, length);
    else if (isOpening(byte)) {
      if (depth === open.length) {
        const grown = new Uint8Array(depth * 2);
        grown.set(open);
        open = grown;
      }
      open[depth++] = byte;
    } else if (isClosing(byte)) {
      if (depth === 0) return byte === 0x5d ? "sound" : "crossed";
      // An opening bracket and the closing one of its kind are two apart: [ ] and { }.
      if (open[--depth] !== byte - 2) return "crossed";
    }
  }
  return "open";
}

/** The comma or bracket that ends the element at `from`, in a sound structure. */
export function endOfElement(bytes: Uint8Array, from: number, length: number): number {
  let depth = 0;
  for (let at = from; at < length; at++) {
    const byte = bytes[at]!;
    if (byte === quote) at = endOfString(bytes, at, length);
    else if (isOpening(byte)) depth++;
    else if (isClosing(byte)) {
      if (depth === 0) return at;
      depth--;
    } else if (byte === comma && depth === 0) return at;
  }
  return length;
}

/** Behind a value that is nested too deeply to be checked, or -1 where it has no end. */
export function passDeepValue(bytes: Uint8Array, from: number, length: number): number {
  let depth = 0;
  for (let at = from; at < length; at++) {
    const byte = bytes[at]!;
    if (byte === quote) at = endOfString(bytes, at, length);
    else if (isOpening(byte)) depth++;
    else if (isClosing(byte) && --depth === 0) return at + 1;
  }
  return -1;
}

/** The quote that ends the string which begins at `from`, or a place from `length` on where none does. */
function endOfString(bytes: Uint8Array, from: number, length: number): number {
  let at = from + 1;
  while (at < length && bytes[at] !== quote) at += bytes[at] === backslash ? 2 : 1;
  return at;
}

function isOpening(byte: number): boolean {
  return byte === 0x7b || byte === 0x5b;
}

function isClosing(byte: number): boolean {
  return byte === 0x7d || byte === 0x5d;
}
