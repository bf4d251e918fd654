/**
 * The bytes of nested values, as they are written. Layout, type-directed, little endian, without padding:
 *
 *   value    0 for NULL, with nothing behind it; else 1, then the payload of its type
 *   payload  of a lane (`physicalOf`): u8 1, i32 4, f64 8, i64 8, i128 16 bytes, the low half first
 *            of a text, a binary, a ROW, an ARRAY, a MAP: the length in bytes as 32 bits, then the bytes
 *   ROW      its fields in order, each a value
 *   ARRAY    the count as 32 bits, then the elements, each a value
 *   MAP      the count as 32 bits, then key, value, key, value, in the order of the keys, none of them twice
 *
 * A whole ROW, ARRAY or MAP in a batch or in state is what `ROW`, `ARRAY`, `MAP` say above, without flag and
 * length: a batch has null bits and lengths of its own. So a part that is nested can be cut out as it lies.
 * Equal values have equal bytes, and whoever compares, hashes or keeps them need not know the type. Neither
 * names nor nullability show in the bytes.
 *
 * Memory is used again after `begin` and only ever grows; a view on `bytes` is good until the next write.
 */
import { growArena } from "../column-access.ts";
import { physicalOf, type SqlType } from "../sql-type.ts";
import type { SqlValue } from "../sql-value.ts";

/** Up to so many bytes a view of them costs more than they do. */
const shortMax = 32;
const utf8Encoder = new TextEncoder();

export class NestedSink {
  bytes: Uint8Array = new Uint8Array(4096);
  end = 0;
  #view = new DataView(this.bytes.buffer);

  begin(): void {
    this.end = 0;
  }

  reserve(more: number): void {
    if (this.end + more <= this.bytes.length) return;
    this.bytes = growArena(this.bytes, this.end, this.end + more);
    this.#view = new DataView(this.bytes.buffer);
  }

  putNull(): void {
    this.reserve(1);
    this.bytes[this.end++] = 0;
  }

  /** The flag of a value, and room for any lane behind it. */
  #putPresent(): void {
    this.reserve(17);
    this.bytes[this.end++] = 1;
  }

  putU8(value: number): void {
    this.#putPresent();
    this.bytes[this.end++] = value;
  }

  putI32(value: number): void {
    this.#putPresent();
    this.#view.setInt32(this.end, value, true);
    this.end += 4;
  }

  /** A NaN has many forms in bits; here it has one. */
  putF64(value: number): void {
    this.#putPresent();
    this.#view.setFloat64(this.end, Number.isNaN(value) ? Number.NaN : value, true);
    this.end += 8;
  }

  putI64(value: bigint): void {
    this.#putPresent();
    this.#view.setBigInt64(this.end, value, true);
    this.end += 8;
  }

  putI128(value: bigint): void {
    this.#putPresent();
    this.#view.setBigUint64(this.end, BigInt.asUintN(64, value), true);
    this.#view.setBigInt64(this.end + 8, BigInt.asIntN(64, value >> 64n), true);
    this.end += 16;
  }

  /** The flag and the length of what is written next, which `finish` fills in; answers its place. */
  open(): number {
    this.#putPresent();
    this.end += 4;
    return this.end;
  }

  /** What was begun at the place ends here. */
  close(begun: number): void {
    this.#view.setInt32(begun - 4, this.end - begun, true);
  }

  /** Room for a count that `setCount` fills in; answers its place. */
  openCount(): number {
    this.reserve(4);
    this.end += 4;
    return this.end - 4;
  }

  setCount(place: number, count: number): void {
    this.#view.setInt32(place, count, true);
  }

  /** Bytes as they are, without flag and length. */
  append(bytes: Uint8Array, from: number, length: number): void {
    this.reserve(length);
    if (length > shortMax) this.bytes.set(bytes.subarray(from, from + length), this.end);
    else for (let at = 0; at < length; at++) this.bytes[this.end + at] = bytes[from + at]!;
    this.end += length;
  }

  putBytes(bytes: Uint8Array): void {
    const begun = this.open();
    this.append(bytes, 0, bytes.length);
    this.close(begun);
  }

  putText(text: string): void {
    const begun = this.open();
    // A UTF-16 unit needs three bytes of UTF-8 at most.
    this.reserve(text.length * 3);
    this.end += utf8Encoder.encodeInto(text, this.bytes.subarray(this.end)).written;
    this.close(begun);
  }

  put(value: SqlValue, type: SqlType): void {
    if (value === null) {
      this.putNull();
      return;
    }
    switch (physicalOf(type)) {
      case "u8":
        this.putU8(value ? 1 : 0);
        return;
      case "i32":
        this.putI32(value as number);
        return;
      case "f64":
        this.putF64(value as number);
        return;
      case "i64":
        this.putI64(value as bigint);
        return;
      case "i128":
        this.putI128(value as bigint);
        return;
      case "bytes":
        if (typeof value === "string") this.putText(value);
        else this.putBytes(value as Uint8Array);
    }
  }
}
