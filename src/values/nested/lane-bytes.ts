/** Numbers among bytes, wherever they begin, little endian as this machine's own lanes are. */

const eight = new Uint8Array(8);
const asDouble = new Float64Array(eight.buffer);
const asLong = new BigInt64Array(eight.buffer);
const asUnsigned = new BigUint64Array(eight.buffer);

export function int32At(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
}

export function doubleAt(bytes: Uint8Array, at: number): number {
  take(bytes, at);
  return asDouble[0]!;
}

export function int64At(bytes: Uint8Array, at: number): bigint {
  take(bytes, at);
  return asLong[0]!;
}

export function uint64At(bytes: Uint8Array, at: number): bigint {
  take(bytes, at);
  return asUnsigned[0]!;
}

export function int128At(bytes: Uint8Array, at: number): bigint {
  return (int64At(bytes, at + 8) << 64n) | uint64At(bytes, at);
}

function take(bytes: Uint8Array, at: number): void {
  for (let byte = 0; byte < 8; byte++) eight[byte] = bytes[at + byte]!;
}
