/** Rows of JSON one behind the other, as a step holds them. */
import { padding } from "../../src/values/json/scan.ts";

export function rowBytes(texts: readonly string[]) {
  const encoded = texts.map((text) => new TextEncoder().encode(text));
  const total = encoded.reduce((sum, each) => sum + each.length, 0);
  const bytes = new Uint8Array(total + padding);
  let at = 0;
  const rowEnds = Int32Array.from(encoded, (each) => {
    bytes.set(each, at);
    at += each.length;
    return at;
  });
  return { bytes, rowEnds };
}
