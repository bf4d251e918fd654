/**
 * What lies where in segments that have no index, above all in the newest one, which grows: each frame is
 * looked at once, however often the segment is read. It is one thread's own.
 */

import { FrameBuffer } from "./frame-buffer.ts";
import { blockBytesMin } from "./pack-segment.ts";
import type { SegmentBytes } from "./segment-bytes.ts";
import { IndexBuilder, type Run } from "./segment-index.ts";
import { decodeFrameHeader, segmentHeaderBytes } from "./step-format.ts";

/** A sealed segment is given its index soon: few are without. */
const segmentsMax = 4;

interface Known {
  readonly form: number;
  readonly index: IndexBuilder;
  /** Where the next frame begins, and where the run that it is of. */
  position: number;
  runPosition: number;
}

export class UnindexedRuns {
  readonly #segments = new Map<number, Known>();

  /** Up to the step, as far as whole frames are there: what is damaged is told by who reads it. */
  of(segment: SegmentBytes, lastStep: number): readonly Run[] {
    const known = this.#knownOf(segment);
    const buffer = new FrameBuffer();
    buffer.begin(segment, known.position);
    for (;;) {
      const length = buffer.next();
      if (typeof length === "string" || length === 0) break;
      const frame = decodeFrameHeader(buffer.bytes, buffer.view, buffer.at, length);
      if (frame === undefined || frame.number > lastStep) break;
      known.index.add(frame, known.position);
      buffer.at += length;
      known.position += length;
      if (known.position - known.runPosition < blockBytesMin) continue;
      known.index.endRun();
      known.runPosition = known.position;
    }
    return known.index.runs();
  }

  #knownOf({ header: { firstStep, packed } }: SegmentBytes): Known {
    const form = packed?.form ?? 0;
    let known = this.#segments.get(firstStep);
    if (known?.form !== form) {
      const position = segmentHeaderBytes;
      known = { form, index: new IndexBuilder(), position, runPosition: position };
      this.#segments.delete(firstStep);
      this.#segments.set(firstStep, known);
      if (this.#segments.size > segmentsMax) this.#segments.delete(this.#segments.keys().next().value!);
    }
    return known;
  }
}
