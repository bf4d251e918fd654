import { type FileLayer, type OpenFile, orAbsent } from "./file-layer.ts";
import { listSegments, segmentPath } from "./segments.ts";
import { decodeSegmentHeader, segmentHeaderBytes } from "./step-format.ts";

/** What tells the journal in the folder from all others; undefined where there is none that can be read. */
export function journalIdOf(files: FileLayer, folder: string): string | undefined {
  const segment = openFirst(files, folder);
  if (segment === undefined) return undefined;
  const bytes = new Uint8Array(segmentHeaderBytes);
  const read = segment.read(bytes, 0);
  segment.close();
  const header = decodeSegmentHeader(bytes.subarray(0, read));
  return typeof header === "string" ? undefined : header.journalId;
}

/** A keeper may let the first segment go between the look and the opening: then the next is the first. */
function openFirst(files: FileLayer, folder: string): OpenFile | undefined {
  for (let gone = -1; ; ) {
    const first = orAbsent(() => listSegments(files, folder))?.[0];
    if (first === undefined || first === gone) return undefined;
    const segment = orAbsent(() => files.open(segmentPath(folder, first), "read"));
    if (segment !== undefined) return segment;
    gone = first;
  }
}
