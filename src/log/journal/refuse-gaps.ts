/** Looks, before anything is written, whether the segments of a journal are all there and belong together. */
import type { FileLayer } from "./file-layer.ts";
import { refuseMissingFront } from "./journal-front.ts";
import { openSegmentBytes } from "./segment-bytes.ts";
import { readIndex } from "./segment-index.ts";
import { listSegments, segmentPath } from "./segments.ts";
import { walkSegment } from "./walk-segment.ts";

/**
 * Throws where a segment is missing, or is of another journal. Of a segment only its end is read, where an
 * index says where that is: what is damaged before it is met by whoever reads it.
 */
export function refuseGaps(files: FileLayer, folder: string): void {
  refuseMissingFront(files, folder);
  const steps = listSegments(files, folder);
  let journalId: string | undefined;
  for (const [place, firstStep] of steps.slice(0, -1).entries()) {
    const path = segmentPath(folder, firstStep);
    const segment = openSegmentBytes(files.open(path, "read"), journalId);
    try {
      journalId = segment.header.journalId;
      const last = readIndex(files, folder, segment.header)?.at(-1);
      walkSegment({ path, firstStep, nextStep: steps[place + 1]! }, segment, () => true, last);
    } finally {
      segment.close();
    }
  }
}
