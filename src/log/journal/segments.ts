/** The files of a journal: one a segment, named by its first step, so that their names sort in order. */
import { join } from "node:path";
import type { FileLayer } from "./file-layer.ts";

const suffix = ".qwj";
const digits = 20;

export function segmentPath(folder: string, firstStep: number): string {
  return join(folder, `${String(firstStep).padStart(digits, "0")}${suffix}`);
}

/** First steps of the segments that are there, ascending. */
export function listSegments(files: FileLayer, folder: string): readonly number[] {
  return files
    .list(folder)
    .filter((name) => name.endsWith(suffix) && /^\d{20}$/.test(name.slice(0, -suffix.length)))
    .map((name) => Number(name.slice(0, digits)))
    .sort((left, right) => left - right);
}
