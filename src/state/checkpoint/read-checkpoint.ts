/** Reads a checkpoint, every byte under its check sum. */
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { quickwaterError } from "../../errors/quickwater-error.ts";
import type { CheckpointContent, CheckpointPlace } from "./checkpoint.ts";
import type { CheckpointFiles, ReadFile } from "./checkpoint-files.ts";
import {
  type Block,
  decodeEnd,
  decodeHeader,
  decodePages,
  type End,
  endBytes,
  fileNameOf,
  headerBytes,
  type PagePlace,
  stepsOf,
} from "./checkpoint-format.ts";
import { type PartJson, partsFromJson } from "./part-json.ts";

export interface ReadCheckpoint {
  readonly place: CheckpointPlace;
  readonly content: CheckpointContent;
  readonly pages: readonly (readonly [page: Uint8Array, place: PagePlace])[];
  /** By file that it needs: the bytes of the pages that it was written with. */
  readonly fileBytes: ReadonlyMap<number, number>;
}

/**
 * Refuses a folder whose checkpoints are of a newer version, or of another journal than the one that is to
 * be read; `journalId` is undefined where there is no journal. What is damaged is passed over later.
 */
export function refuseForeignCheckpoints(
  files: CheckpointFiles,
  folder: string,
  journalId: string | undefined,
): void {
  for (const step of stepsOf(files.list(folder))) {
    const path = join(folder, fileNameOf(step));
    const header = headerOf(files, path);
    if (header.kind === "damaged") continue;
    const foreign =
      header.kind === "newer"
        ? header.problem
        : journalId === undefined
          ? "the journal that it was made of is not there"
          : header.journalId === journalId
            ? undefined
            : "it was made of another journal";
    if (foreign === undefined) continue;
    throw quickwaterError("run.checkpoint-foreign", { file: path, problem: foreign, folder });
  }
}

/** What cannot be read is damaged. */
function headerOf(files: CheckpointFiles, path: string): ReturnType<typeof decodeHeader> {
  let file: ReadFile | undefined;
  try {
    file = files.open(path);
    return decodeHeader(file?.read(0, headerBytes) ?? new Uint8Array());
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    return decodeHeader(new Uint8Array());
  } finally {
    file?.close();
  }
}

/** The checkpoint, or what keeps it from being taken. */
export function readCheckpoint(
  files: CheckpointFiles,
  folder: string,
  step: number,
): ReadCheckpoint | string {
  const opened = new Map<number, ReadFile>();
  const fileOf = (of: number) => {
    const file = opened.get(of) ?? files.open(join(folder, fileNameOf(of)));
    if (file !== undefined) opened.set(of, file);
    return file;
  };
  try {
    return readWhole(fileOf, step);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    return `it cannot be read (${code})`;
  } finally {
    for (const file of opened.values()) file.close();
  }
}

function readWhole(fileOf: (step: number) => ReadFile | undefined, step: number): ReadCheckpoint | string {
  const file = fileOf(step);
  if (file === undefined) return "it is not there any more";
  const header = decodeHeader(file.read(0, headerBytes));
  if (header.kind !== "whole") return header.problem;
  if (header.step !== step) return `it is of step ${header.step}`;
  const end = endOf(file);
  if (end === undefined) return "its end is cut off or damaged";
  const table = blockOf(file, end.pageTable);
  const json = blockOf(file, end.about);
  if (table === undefined || json === undefined) return "what it says of its pages is damaged";
  const places = decodePages(table);
  const pages: (readonly [Uint8Array<ArrayBuffer>, PagePlace])[] = [];
  const fileBytes = new Map([[step, end.pageTable.offset - headerBytes]]);
  for (const place of places) {
    const holder = fileOf(place.file);
    if (holder === undefined) return `${fileNameOf(place.file)}, which holds pages of it, is missing`;
    const page = holder.read(place.offset, place.length);
    if (page.length < place.length || crc32(page) !== place.crc)
      return `a page at byte ${place.offset} of ${fileNameOf(place.file)} is damaged`;
    pages.push([page, place]);
    if (!fileBytes.has(place.file)) {
      fileBytes.set(place.file, (endOf(holder)?.pageTable.offset ?? holder.size) - headerBytes);
    }
  }
  const { about, parts } = JSON.parse(Buffer.from(json).toString()) as {
    readonly about: unknown;
    readonly parts: readonly PartJson[];
  };
  let next = 0;
  const content = { about, parts: partsFromJson(parts, () => pages[next++]![0]) };
  const { kind: _, ...place } = header;
  return { place, content, pages, fileBytes };
}

function endOf(file: ReadFile): End | undefined {
  return decodeEnd(file.read(Math.max(0, file.size - endBytes), endBytes));
}

/** Undefined where its check sum is another. */
function blockOf(file: ReadFile, { offset, length, crc }: Block): Uint8Array | undefined {
  const bytes = file.read(offset, length);
  return bytes.length === length && crc32(bytes) === crc ? bytes : undefined;
}
