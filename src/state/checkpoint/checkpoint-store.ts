/**
 * The folder of checkpoints: writes one aside and gives it its name, reads the newest that is whole, removes
 * what no kept one needs. `checkpoint.ts` says what it promises.
 */
import { join } from "node:path";
import { crc32 } from "node:zlib";
import type { PartImage } from "../keyed-state.ts";
import type { CheckpointContent, CheckpointFigures, CheckpointPlace } from "./checkpoint.ts";
import type { CheckpointFiles, WrittenFile } from "./checkpoint-files.ts";
import type { PagePlace } from "./checkpoint-format.ts";
import {
  encodeEnd,
  encodeHeader,
  encodePages,
  fileNameOf,
  headerBytes,
  stepsOf,
} from "./checkpoint-format.ts";
import { partsToJson } from "./part-json.ts";
import { readCheckpoint } from "./read-checkpoint.ts";

/** Between two of so many the engine takes its steps. */
const sliceBytesMax = 1024 * 1024;
/** Pages of one state lie in at most so many files. */
const filesMax = 8;
const keptCount = 2;
const asideSuffix = ".tmp";

export interface Writing {
  /** When it was frozen, by the same clock, and how long that took. */
  readonly frozenAtMs: number;
  readonly stoppedMs: number;
  /** Resolves when everything that was made up to its step is on disk. */
  readonly whenSafe: () => Promise<void>;
  /** False when nobody needs it any more: it is given up. */
  readonly isWanted: () => boolean;
}

export interface FoundCheckpoint {
  readonly place: CheckpointPlace;
  readonly content: CheckpointContent;
}

export class CheckpointStore {
  readonly #files: CheckpointFiles;
  readonly #folder: string;
  readonly #nowMs: () => number;
  /** Where a page that never changes any more lies on disk. */
  readonly #places = new WeakMap<Uint8Array, PagePlace>();
  /** By file: bytes of the pages that it was written with. */
  readonly #fileBytes = new Map<number, number>();
  /** The last checkpoints with the files that they need. */
  #kept: { readonly step: number; readonly files: ReadonlySet<number> }[] = [];

  /** `nowMs` measures durations. */
  constructor(files: CheckpointFiles, folder: string, nowMs: () => number) {
    this.#files = files;
    this.#folder = folder;
    this.#nowMs = nowMs;
  }

  /**
   * The newest that is whole and of which `refuse` knows no reason to leave it; those that were passed over
   * are told with theirs.
   */
  newest(
    refuse: (found: FoundCheckpoint) => string | undefined,
    onPassedOver: (file: string, problem: string) => void,
  ): FoundCheckpoint | undefined {
    for (const step of stepsOf(this.#files.list(this.#folder)).toReversed()) {
      const read = readCheckpoint(this.#files, this.#folder, step);
      const problem = typeof read === "string" ? read : refuse(read);
      if (typeof read === "string" || problem !== undefined) {
        onPassedOver(join(this.#folder, fileNameOf(step)), problem!);
        continue;
      }
      for (const [page, place] of read.pages) this.#places.set(page, place);
      for (const [file, bytes] of read.fileBytes) this.#fileBytes.set(file, bytes);
      this.#kept = [{ step, files: new Set(read.fileBytes.keys()) }];
      return read;
    }
    return undefined;
  }

  /** Answers what was written; undefined where it was given up. */
  async write(
    { about, parts }: CheckpointContent,
    place: CheckpointPlace,
    writing: Writing,
  ): Promise<CheckpointFigures | undefined> {
    this.#files.makeFolder(this.#folder);
    const name = fileNameOf(place.step);
    const aside = join(this.#folder, `${name}${asideSuffix}`);
    const pages = pagesOf(parts);
    const made = new Map<Uint8Array, PagePlace>();
    try {
      const file = await this.#files.create(aside);
      let table: readonly PagePlace[];
      try {
        await file.append([encodeHeader(place)]);
        table = await this.#writePages(file, place.step, pages, made, writing.isWanted);
        await writeTail(file, table, sumOf(made.values()), about, parts);
        await file.flush();
      } finally {
        await file.close();
      }
      await writing.whenSafe();
      if (!writing.isWanted()) throw new GivenUp();
      this.#files.rename(this.#folder, `${name}${asideSuffix}`, name);
      this.#note(place.step, table, made);
    } catch (error) {
      this.#files.remove(aside);
      if (error instanceof GivenUp) return undefined;
      throw error;
    }
    this.#removeUnneeded();
    return {
      step: place.step,
      oldestStep: this.#kept[0]!.step,
      createdAtMs: place.createdAtMs,
      durationMs: this.#nowMs() - writing.frozenAtMs,
      stoppedMs: writing.stoppedMs,
      stateBytes: pages.reduce((sum, page) => sum + page.length, 0),
      writtenBytes: sumOf(made.values()),
    };
  }

  async #writePages(
    file: WrittenFile,
    step: number,
    pages: readonly Uint8Array[],
    made: Map<Uint8Array, PagePlace>,
    isWanted: () => boolean,
  ): Promise<readonly PagePlace[]> {
    const emptied = this.#filesToEmpty(pages);
    const table: PagePlace[] = [];
    let offset = headerBytes;
    let slice: Uint8Array[] = [];
    let sliceBytes = 0;
    for (const page of pages) {
      const known = this.#places.get(page);
      if (known !== undefined && !emptied.has(known.file)) {
        table.push(known);
        continue;
      }
      const place = { file: step, offset, length: page.length, crc: crc32(page) };
      made.set(page, place);
      table.push(place);
      offset += page.length;
      slice.push(page);
      sliceBytes += page.length;
      if (sliceBytes < sliceBytesMax) continue;
      await file.append(slice);
      if (!isWanted()) throw new GivenUp();
      slice = [];
      sliceBytes = 0;
    }
    await file.append(slice);
    return table;
  }

  /** Files of which less than half is used, and beyond `filesMax` those of which the least is. */
  #filesToEmpty(pages: readonly Uint8Array[]): ReadonlySet<number> {
    const used = new Map<number, number>();
    for (const page of pages) {
      const file = this.#places.get(page)?.file;
      if (file !== undefined) used.set(file, (used.get(file) ?? 0) + page.length);
    }
    const isFull = ([file, bytes]: readonly [number, number]) => bytes * 2 >= this.#fileBytes.get(file)!;
    const staying = [...used].filter(isFull).sort(([, left], [, right]) => right - left);
    const stays = new Set(staying.slice(0, filesMax - 1).map(([file]) => file));
    return new Set([...used.keys()].filter((file) => !stays.has(file)));
  }

  #note(step: number, table: readonly PagePlace[], made: ReadonlyMap<Uint8Array, PagePlace>): void {
    for (const [page, place] of made) this.#places.set(page, place);
    this.#fileBytes.set(step, sumOf(made.values()));
    this.#kept = [...this.#kept, { step, files: new Set(table.map(({ file }) => file)) }].slice(-keptCount);
  }

  #removeUnneeded(): void {
    const needed = new Set(this.#kept.flatMap(({ step, files }) => [step, ...files]));
    for (const file of this.#fileBytes.keys()) if (!needed.has(file)) this.#fileBytes.delete(file);
    const names = this.#files.list(this.#folder);
    const unneeded = stepsOf(names).filter((step) => !needed.has(step));
    const leftOver = names.filter((name) => name.endsWith(asideSuffix));
    for (const name of [...unneeded.map(fileNameOf), ...leftOver])
      this.#files.remove(join(this.#folder, name));
  }
}

class GivenUp extends Error {}

/** All pages, in the order in which the table lists them. */
/** All pages that the parts lie in. */
export function pagesOf(parts: readonly PartImage[]): readonly Uint8Array[] {
  return parts.flatMap(({ states }) =>
    states.flatMap(({ slots, index, arena }) => [...slots.pages, ...index.pages, ...arena.pages]),
  );
}

async function writeTail(
  file: WrittenFile,
  table: readonly PagePlace[],
  pageBytes: number,
  about: unknown,
  parts: readonly PartImage[],
): Promise<void> {
  const pageTable = encodePages(table);
  const json = Buffer.from(JSON.stringify({ about, parts: partsToJson(parts) }));
  const offset = headerBytes + pageBytes;
  const end = encodeEnd({
    pageTable: { offset, length: pageTable.length, crc: crc32(pageTable) },
    about: { offset: offset + pageTable.length, length: json.length, crc: crc32(json) },
  });
  await file.append([pageTable, json, end]);
}

function sumOf(places: Iterable<PagePlace>): number {
  let sum = 0;
  for (const { length } of places) sum += length;
  return sum;
}
