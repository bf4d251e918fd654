/** The parts of decoding that compiled code calls rather than repeats. */

const wordSpan = 4_294_967_296;

/** Writes a whole number of up to 53 bits into a 64-bit lane by its two words: no bigint is made for it. */
export function putDecimal(words: Int32Array, row: number, value: number): void {
  const high = Math.floor(value / wordSpan);
  words[row * 2] = value - high * wordSpan;
  words[row * 2 + 1] = high;
}

/** As `putDecimal`, into two 64-bit lanes. */
export function putWide(low: Int32Array, high: Int32Array, row: number, value: number): void {
  putDecimal(low, row, value);
  const sign = value < 0 ? -1 : 0;
  high[row * 2] = sign;
  high[row * 2 + 1] = sign;
}

/** Writes what base64 stands for over its text, which is never shorter; answers how many bytes it is. */
export function unpackBase64(bytes: Uint8Array, from: number, to: number): number {
  const decoded = Buffer.from(
    Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString("latin1"),
    "base64",
  );
  bytes.set(decoded, from);
  return decoded.length;
}
