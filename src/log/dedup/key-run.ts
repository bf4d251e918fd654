/** Keys on disk, which never change: one access to memory says of most keys that they are not there. */
import { crc32 } from "node:zlib";
import { quickwaterError } from "../../errors/quickwater-error.ts";
import type { FileLayer, OpenFile } from "../journal/file-layer.ts";
import { bytesOfEntry, compareEntries, timeOf, wordsOfEntry } from "./key-entry.ts";
import { KeyFilter } from "./key-filter.ts";
import { keyHash } from "./key-hash.ts";
import {
  bytesOf,
  bytesOfPage,
  pagesOf,
  type RunHeader,
  readRunHeader,
  runHeaderBytes,
  tailPosition,
  tailWordsOf,
} from "./run-format.ts";

/** The page that was read last; runs share it, because one is asked at a time. */
const page = new Uint32Array(bytesOfPage / 4);

export class KeyRun {
  readonly header: RunHeader;
  readonly #file: OpenFile;
  /** By page: the first word of its first entry, and its check sum. */
  readonly #index: Uint32Array;
  readonly #filter: KeyFilter;

  constructor(file: OpenFile, header: RunHeader, tail: Uint32Array) {
    this.header = header;
    this.#file = file;
    const pages = pagesOf(header.count);
    this.#index = tail.subarray(0, 2 * pages);
    this.#filter = new KeyFilter(tail.subarray(2 * pages));
  }

  /** Undefined where it is no finished run: its keys are in the journal. */
  static open(files: FileLayer, path: string): KeyRun | undefined {
    const file = files.open(path, "read");
    const header = readRunHeader(file);
    const tail = header && readTail(file, header);
    if (header !== undefined && tail !== undefined) return new KeyRun(file, header, tail);
    file.close();
    return undefined;
  }

  get path(): string {
    return this.#file.path;
  }

  get memoryBytes(): number {
    return this.#index.byteLength + this.#filter.words.byteLength;
  }

  get diskBytes(): number {
    return tailPosition(this.header.count) + this.memoryBytes;
  }

  /** When the key of `keyHash` came last; -1 where it is not there. */
  find(): number {
    const { first, second, third } = keyHash;
    if (!this.#filter.mayHave(first, second)) return -1;
    const pages = this.#index.length / 2;
    let lastMs = -1;
    for (let at = this.#pageBefore(first); at < pages && this.#index[2 * at]! <= first; at++) {
      const entries = this.page(at);
      let place = placeIn(entries, first, second, third);
      while (place < entries.length && compareEntries(entries, place, first, second, third) === 0) {
        lastMs = Math.max(lastMs, timeOf(entries[place + 2]!, this.header.baseMs));
        place += wordsOfEntry;
      }
    }
    return lastMs;
  }

  /** Entries of a page, until the next is asked for. */
  page(at: number): Uint32Array {
    const count = Math.min(bytesOfPage, this.header.count * bytesOfEntry - at * bytesOfPage);
    const entries = page.subarray(0, count / 4);
    const bytes = bytesOf(entries);
    const read = this.#file.read(bytes, runHeaderBytes + at * bytesOfPage);
    if (read === count && crc32(bytes) === this.#index[2 * at + 1]) return entries;
    throw quickwaterError("run.keys-damaged", { file: this.path });
  }

  close(): void {
    this.#file.close();
  }

  /** The last page that begins before the word: an entry that equals it may be the last one of that page. */
  #pageBefore(first: number): number {
    let [low, high] = [0, this.#index.length / 2];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#index[2 * middle]! < first) low = middle + 1;
      else high = middle;
    }
    return Math.max(0, low - 1);
  }
}

/** Of the first entry that is not before the key. */
function placeIn(entries: Uint32Array, first: number, second: number, third: number): number {
  let [low, high] = [0, entries.length / wordsOfEntry];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareEntries(entries, middle * wordsOfEntry, first, second, third) < 0) low = middle + 1;
    else high = middle;
  }
  return low * wordsOfEntry;
}

function readTail(file: OpenFile, { count, tailCrc }: RunHeader): Uint32Array | undefined {
  const tail = new Uint32Array(tailWordsOf(count));
  const bytes = bytesOf(tail);
  const position = tailPosition(count);
  for (let at = 0; at < bytes.length; ) {
    const read = file.read(bytes.subarray(at), position + at);
    if (read === 0) return undefined;
    at += read;
  }
  return crc32(bytes) === tailCrc ? tail : undefined;
}
