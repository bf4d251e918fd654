/** Writes a run from entries that come in order. Who reads its file before `finish` finds no run there. */
import { crc32 } from "node:zlib";
import { assert } from "../../errors/quickwater-error.ts";
import type { FileLayer, OpenFile } from "../journal/file-layer.ts";
import { wordsOfEntry } from "./key-entry.ts";
import { KeyFilter } from "./key-filter.ts";
import { KeyRun } from "./key-run.ts";
import {
  bytesOf,
  bytesOfPage,
  encodeRunHeader,
  pagesOf,
  type RunHeader,
  runHeaderBytes,
  tailPosition,
} from "./run-format.ts";

/** Written bytes go to the disk in portions, so that the last flush is no long one. */
const portionBytes = 4 * 1024 * 1024;

export class RunWriter {
  readonly #files: FileLayer;
  readonly #folder: string;
  readonly #file: OpenFile;
  readonly #header: Omit<RunHeader, "tailCrc">;
  readonly #index: Uint32Array;
  readonly #filter: KeyFilter;
  readonly #page = new Uint32Array(bytesOfPage / 4);
  #pageWords = 0;
  #pages = 0;
  #unflushed = 0;

  /** Exactly `header.count` entries follow. */
  constructor(files: FileLayer, folder: string, path: string, header: Omit<RunHeader, "tailCrc">) {
    this.#files = files;
    this.#folder = folder;
    this.#file = files.open(path, "create");
    this.#header = header;
    this.#index = new Uint32Array(2 * pagesOf(header.count));
    this.#filter = KeyFilter.forCount(header.count);
    this.#file.write([new Uint8Array(runHeaderBytes)], 0);
  }

  add(first: number, second: number, third: number): void {
    const at = this.#pageWords;
    this.#page[at] = first;
    this.#page[at + 1] = second;
    this.#page[at + 2] = third;
    this.#pageWords = at + wordsOfEntry;
    this.#filter.add(first, second);
    if (this.#pageWords === this.#page.length) this.#writePage();
  }

  /** Flushes all of it; answers the run, open. */
  finish(): KeyRun {
    if (this.#pageWords > 0) this.#writePage();
    assert(this.#pages === this.#index.length / 2, "a run has other entries than its header says");
    const tail = new Uint32Array(this.#index.length + this.#filter.words.length);
    tail.set(this.#index);
    tail.set(this.#filter.words, this.#index.length);
    const bytes = bytesOf(tail);
    this.#file.write([bytes], tailPosition(this.#header.count));
    this.#file.flush();
    const header = { ...this.#header, tailCrc: crc32(bytes) };
    this.#file.write([encodeRunHeader(header)], 0);
    this.#file.flush();
    this.#files.flushFolder(this.#folder);
    return new KeyRun(this.#file, header, tail);
  }

  /** Leaves what was written so far. */
  cancel(): void {
    this.#file.close();
    this.#files.remove(this.#file.path);
  }

  #writePage(): void {
    const entries = this.#page.subarray(0, this.#pageWords);
    const bytes = bytesOf(entries);
    this.#index[2 * this.#pages] = entries[0]!;
    this.#index[2 * this.#pages + 1] = crc32(bytes);
    this.#file.write([bytes], runHeaderBytes + this.#pages * bytesOfPage);
    this.#pages++;
    this.#pageWords = 0;
    this.#unflushed += bytes.length;
    if (this.#unflushed < portionBytes) return;
    this.#file.flush();
    this.#unflushed = 0;
  }
}
