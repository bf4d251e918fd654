/** The parts of decoding that compiled code calls rather than repeats. */
import { unescapeInPlace } from "../../values/json/read.ts";
import { passNumber, passStringForValue } from "../../values/json/scan.ts";
import type { NestedSink } from "../../values/nested/nested-sink.ts";

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

/** Appends what the string at `at` says; answers the place behind it. */
export function putText(sink: NestedSink, view: DataView, bytes: Uint8Array, at: number): number {
  const behind = passStringForValue(view, bytes, at + 1);
  const begun = sink.end;
  sink.append(bytes, at + 1, Math.abs(behind) - at - 2);
  if (behind < 0) sink.end = begun + unescapeInPlace(sink.bytes, begun, sink.end);
  return Math.abs(behind);
}

/** As `putText`; a number, true or false is the text that it is written as. */
export function putScalarText(sink: NestedSink, view: DataView, bytes: Uint8Array, at: number): number {
  if (bytes[at] === 0x22) return putText(sink, view, bytes, at);
  const behind = passNumber(bytes, at);
  sink.append(bytes, at, behind - at);
  return behind;
}

/** As `putText`, of a string in base64. */
export function putBase64(sink: NestedSink, view: DataView, bytes: Uint8Array, at: number): number {
  const begun = sink.end;
  const behind = putText(sink, view, bytes, at);
  sink.end = begun + unpackBase64(sink.bytes, begun, sink.end);
  return behind;
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
