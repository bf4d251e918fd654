/**
 * Where a journal begins, once retention has taken its front: a file that says it, so that a segment which is
 * missing there is not taken for one that was removed.
 */
import { join } from "node:path";
import { quickwaterError } from "../../errors/quickwater-error.ts";
import type { FileLayer } from "./file-layer.ts";
import { draftPath, listSegments, segmentPath } from "./segments.ts";

const nameOfFile = "first-step";

/** The last word on it: segments before this step are removed, or about to be. */
export function recordedFirstStep(files: FileLayer, folder: string): number {
  const path = join(folder, nameOfFile);
  if (!files.exists(path)) return 1;
  const file = files.open(path, "read");
  try {
    const bytes = new Uint8Array(24);
    const text = new TextDecoder().decode(bytes.subarray(0, file.read(bytes, 0))).trim();
    if (/^\d{1,16}$/.test(text)) return Number(text);
    throw quickwaterError("run.journal-damaged", { file: path, offset: 0, problem: "it is no number" });
  } finally {
    file.close();
  }
}

/** On disk before the first file goes. */
export function recordFirstStep(files: FileLayer, folder: string, step: number): void {
  const path = join(folder, nameOfFile);
  const draft = draftPath(path);
  if (files.exists(draft)) files.remove(draft);
  const file = files.open(draft, "create");
  try {
    file.write([new TextEncoder().encode(`${step}\n`)], 0);
    file.flush();
  } finally {
    file.close();
  }
  files.rename(draft, path);
  files.flushFolder(folder);
}

/** Throws where the first segment is not the one that should be there. */
export function refuseMissingFront(files: FileLayer, folder: string): void {
  const first = listSegments(files, folder)[0];
  const recorded = recordedFirstStep(files, folder);
  if (first === undefined || first <= recorded) return;
  const file = segmentPath(folder, recorded);
  throw quickwaterError("run.journal-gap", { file, from: recorded, to: first - 1 });
}
