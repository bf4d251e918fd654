import type { FileLayer } from "./file-layer.ts";
import { listSegments, segmentPath } from "./segments.ts";
import { decodeSegmentHeader, segmentHeaderBytes } from "./step-format.ts";

/** What tells the journal in the folder from all others; undefined where there is none that can be read. */
export function journalIdOf(files: FileLayer, folder: string): string | undefined {
  const first = firstSegment(files, folder);
  if (first === undefined) return undefined;
  const segment = files.open(segmentPath(folder, first), "read");
  const bytes = new Uint8Array(segmentHeaderBytes);
  const read = segment.read(bytes, 0);
  segment.close();
  const header = decodeSegmentHeader(bytes.subarray(0, read));
  return typeof header === "string" ? undefined : header.journalId;
}

function firstSegment(files: FileLayer, folder: string): number | undefined {
  try {
    return listSegments(files, folder)[0];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
