/**
 * The bytes of a checkpoint: a header, pages, the table of all pages, what else there is as JSON, an end that
 * says where these lie. `docs/internals/checkpoints.md` tells the same in prose, exactly enough to write a
 * reader. All numbers are little-endian.
 */
import { crc32 } from "node:zlib";
import type { CheckpointPlace } from "./checkpoint.ts";

const formatVersion = 1;
export const headerBytes = 64;
export const endBytes = 48;
const pageEntryBytes = 24;
const headMagic = 0x0a544e504b484351n; // "QCHKPNT\n"
const endMagic = 0x0a444e454b484351n; // "QCHKEND\n"
const suffix = ".qwc";
const digits = 20;

export function fileNameOf(step: number): string {
  return `${String(step).padStart(digits, "0")}${suffix}`;
}

/** Steps of the checkpoints among the names, ascending. */
export function stepsOf(names: readonly string[]): readonly number[] {
  return names
    .filter((name) => name.endsWith(suffix) && /^\d{20}$/.test(name.slice(0, -suffix.length)))
    .map((name) => Number(name.slice(0, digits)))
    .sort((left, right) => left - right);
}

export function encodeHeader({ journalId, step, createdAtMs }: CheckpointPlace): Uint8Array {
  const bytes = new Uint8Array(headerBytes);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, headMagic, true);
  view.setUint16(8, formatVersion, true);
  view.setUint16(10, headerBytes, true);
  bytes.set(Buffer.from(journalId, "hex"), 16);
  view.setBigUint64(32, BigInt(step), true);
  view.setBigInt64(40, BigInt(createdAtMs), true);
  view.setUint32(60, crc32(bytes.subarray(0, 60)), true);
  return bytes;
}

export type Header =
  | ({ readonly kind: "whole" } & CheckpointPlace)
  | { readonly kind: "newer"; readonly problem: string }
  | { readonly kind: "damaged"; readonly problem: string };

export function decodeHeader(bytes: Uint8Array): Header {
  if (bytes.length < headerBytes) return { kind: "damaged", problem: "its header is cut off" };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getBigUint64(0, true) !== headMagic)
    return { kind: "damaged", problem: "it does not begin as a checkpoint does" };
  const isWhole = view.getUint32(60, true) === crc32(bytes.subarray(0, 60));
  if (!isWhole) return { kind: "damaged", problem: "its header is damaged" };
  const version = view.getUint16(8, true);
  if (version > formatVersion) {
    const problem = `its format is version ${version}, this program reads ${formatVersion}`;
    return { kind: "newer", problem };
  }
  return {
    kind: "whole",
    journalId: Buffer.from(bytes.subarray(16, 32)).toString("hex"),
    step: Number(view.getBigUint64(32, true)),
    createdAtMs: Number(view.getBigInt64(40, true)),
  };
}

/** Where a page lies: in the file of the checkpoint of that step. */
export interface PagePlace {
  readonly file: number;
  readonly offset: number;
  readonly length: number;
  readonly crc: number;
}

export function encodePages(pages: readonly PagePlace[]): Uint8Array {
  const bytes = new Uint8Array(pages.length * pageEntryBytes);
  const view = new DataView(bytes.buffer);
  for (const [place, { file, offset, length, crc }] of pages.entries()) {
    const at = place * pageEntryBytes;
    view.setBigUint64(at, BigInt(file), true);
    view.setBigUint64(at + 8, BigInt(offset), true);
    view.setUint32(at + 16, length, true);
    view.setUint32(at + 20, crc, true);
  }
  return bytes;
}

export function decodePages(bytes: Uint8Array): readonly PagePlace[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.length / pageEntryBytes }, (_, place) => {
    const at = place * pageEntryBytes;
    return {
      file: Number(view.getBigUint64(at, true)),
      offset: Number(view.getBigUint64(at + 8, true)),
      length: view.getUint32(at + 16, true),
      crc: view.getUint32(at + 20, true),
    };
  });
}

/** Two blocks behind the pages, each with its check sum. */
export interface End {
  readonly pageTable: Block;
  readonly about: Block;
}

export interface Block {
  readonly offset: number;
  readonly length: number;
  readonly crc: number;
}

export function encodeEnd({ pageTable, about }: End): Uint8Array {
  const bytes = new Uint8Array(endBytes);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, endMagic, true);
  for (const [at, { offset, length, crc }] of [[8, pageTable] as const, [24, about] as const]) {
    view.setBigUint64(at, BigInt(offset), true);
    view.setUint32(at + 8, length, true);
    view.setUint32(at + 12, crc, true);
  }
  view.setUint32(44, crc32(bytes.subarray(0, 44)), true);
  return bytes;
}

/** Undefined where it is not one. */
export function decodeEnd(bytes: Uint8Array): End | undefined {
  if (bytes.length < endBytes) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getBigUint64(0, true) !== endMagic) return undefined;
  if (view.getUint32(44, true) !== crc32(bytes.subarray(0, 44))) return undefined;
  const blockAt = (at: number) => ({
    offset: Number(view.getBigUint64(at, true)),
    length: view.getUint32(at + 8, true),
    crc: view.getUint32(at + 12, true),
  });
  return { pageTable: blockAt(8), about: blockAt(24) };
}

/** JSON has no infinite numbers and no number that is none; as texts nothing else is written. */
export function numbersToJson(numbers: readonly number[]): readonly (number | string)[] {
  return numbers.map((number) =>
    Number.isFinite(number) && !Object.is(number, -0) ? number : textOf(number),
  );
}

export function numbersFromJson(values: readonly (number | string)[]): readonly number[] {
  return values.map(Number);
}

function textOf(number: number): string {
  return Object.is(number, -0) ? "-0" : String(number);
}
