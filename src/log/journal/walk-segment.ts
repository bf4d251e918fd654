/** Walks the frames of a sealed segment, all of them or none: damage is told, never passed over. */
import { dirname } from "node:path";
import { quickwaterError } from "../../errors/quickwater-error.ts";
import { FrameBuffer } from "./frame-buffer.ts";
import type { SegmentBytes } from "./segment-bytes.ts";
import { segmentPath } from "./segments.ts";
import { decodeFrameHeader, type FrameHeader, segmentHeaderBytes } from "./step-format.ts";

export interface SealedSegment {
  readonly path: string;
  readonly firstStep: number;
  /** The first step of the segment behind it. */
  readonly nextStep: number;
}

/** A place where a frame begins, and its step. */
interface WalkStart {
  readonly position: number;
  readonly firstStep: number;
}

/**
 * The frame's bytes are the visitor's until it returns; where that is `false` the walk ends. Answers whether
 * it got to the end.
 */
export function walkSegment(
  { path, firstStep, nextStep }: SealedSegment,
  segment: SegmentBytes,
  visit: (frame: FrameHeader, bytes: Uint8Array, position: number) => boolean,
  from: WalkStart = { position: segmentHeaderBytes, firstStep },
): boolean {
  const buffer = new FrameBuffer();
  buffer.begin(segment, from.position);
  const damaged = (problem: string) =>
    quickwaterError("run.journal-damaged", { file: path, offset: segment.placeOf(buffer.position), problem });
  const isPacked = segment.header.packed !== undefined;
  let next = from.firstStep;
  for (;;) {
    const length = buffer.next();
    if (typeof length === "string") throw damaged(length);
    if (length === 0) break;
    const frame = decodeFrameHeader(buffer.bytes, buffer.view, buffer.at, length);
    if (frame === undefined) throw damaged("the check sum of a step does not match");
    if (!isPacked && frame.number !== next) {
      throw damaged(`step ${frame.number} stands where step ${next} belongs`);
    }
    next = frame.number + 1;
    const bytes = buffer.bytes.subarray(buffer.at, buffer.at + length);
    const { position } = buffer;
    buffer.at += length;
    if (!visit(frame, bytes, position)) return false;
  }
  const behind = segment.header.packed?.nextStep ?? next;
  if (behind > nextStep) throw damaged(`step ${nextStep} stands in the segment behind it as well`);
  refuseGapBehind(path, behind, nextStep);
  return true;
}

/** The segment goes up to `behind`, and the one behind it begins with `nextStep`. */
export function refuseGapBehind(path: string, behind: number, nextStep: number): void {
  if (behind >= nextStep) return;
  const file = segmentPath(dirname(path), behind);
  throw quickwaterError("run.journal-gap", { file, from: behind, to: nextStep - 1 });
}
