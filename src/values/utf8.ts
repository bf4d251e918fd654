/** Texts out of bytes that are known to be UTF-8, a byte order mark at their beginning included. */

/** Nothing is allocated but the text; a TextDecoder takes twice as long for a short one. */
const { utf8Slice } = Buffer.prototype as unknown as {
  utf8Slice: (this: Uint8Array, start: number, end: number) => string;
};

export function readUtf8(bytes: Uint8Array, start = 0, end = bytes.length): string {
  return utf8Slice.call(bytes, start, end);
}
