/**
 * The bytes of a run: a header, the entries in order, then what of it is kept in memory: for each page of
 * entries the first word of its first one and its check sum, and the filter. The header is written last: a
 * run without one was never finished, and its keys are still to be found in the journal. All numbers are
 * little-endian, as typed arrays are on every machine that runs this.
 */
import { crc32 } from "node:zlib";
import type { OpenFile } from "../journal/file-layer.ts";
import { bytesOfEntry } from "./key-entry.ts";
import { wordsOfFilter } from "./key-filter.ts";

const magic = 0x0a59454b50554451n; // "QDUPKEY\n"
const formatVersion = 1;
export const runHeaderBytes = 128;
const entriesOfPage = 256;
export const bytesOfPage = entriesOfPage * bytesOfEntry;

/** What a run holds: the keys of a stream's rows in these steps. */
export interface RunHeader {
  readonly streamId: number;
  /** Of which column, as a check sum of its name. */
  readonly keyColumn: number;
  readonly fromStep: number;
  readonly toStep: number;
  /** When the first and the last key came; the times of entries count from the first. */
  readonly baseMs: number;
  readonly lastMs: number;
  readonly count: number;
  /** Of the index and the filter. */
  readonly tailCrc: number;
}

export function columnNumber(column: string): number {
  return crc32(column);
}

export function pagesOf(count: number): number {
  return Math.ceil(count / entriesOfPage);
}

/** What follows the entries: two words a page, then the filter. */
export function tailWordsOf(count: number): number {
  return 2 * pagesOf(count) + wordsOfFilter(count);
}

export function tailPosition(count: number): number {
  return runHeaderBytes + Math.ceil((count * bytesOfEntry) / 4) * 4;
}

export function encodeRunHeader(header: RunHeader): Uint8Array {
  const bytes = new Uint8Array(runHeaderBytes);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, magic, true);
  view.setUint16(8, formatVersion, true);
  view.setUint32(16, header.streamId, true);
  view.setUint32(20, header.keyColumn, true);
  view.setUint32(24, header.count, true);
  view.setUint32(28, header.tailCrc, true);
  view.setFloat64(32, header.fromStep, true);
  view.setFloat64(40, header.toStep, true);
  view.setFloat64(48, header.baseMs, true);
  view.setFloat64(56, header.lastMs, true);
  view.setUint32(12, crc32(bytes.subarray(16)), true);
  return bytes;
}

/** Undefined where the file is no finished run of this version. */
export function readRunHeader(file: OpenFile): RunHeader | undefined {
  const bytes = new Uint8Array(runHeaderBytes);
  if (file.read(bytes, 0) < runHeaderBytes) return undefined;
  const view = new DataView(bytes.buffer);
  if (view.getBigUint64(0, true) !== magic || view.getUint16(8, true) !== formatVersion) return undefined;
  if (view.getUint32(12, true) !== crc32(bytes.subarray(16))) return undefined;
  return {
    streamId: view.getUint32(16, true),
    keyColumn: view.getUint32(20, true),
    count: view.getUint32(24, true),
    tailCrc: view.getUint32(28, true),
    fromStep: view.getFloat64(32, true),
    toStep: view.getFloat64(40, true),
    baseMs: view.getFloat64(48, true),
    lastMs: view.getFloat64(56, true),
  };
}

export function bytesOf(words: Uint32Array): Uint8Array {
  return new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
}
