/**
 * Opens the newest segment after a stop of any kind: walks its steps, cuts what a killed writer left
 * half-written, and refuses to go on where something that was acknowledged is damaged.
 */
import { type StepNumber, stepKind } from "../event-log.ts";
import { payloadOf } from "../step-payload.ts";
import { isBlankSegment } from "./blank-segment.ts";
import { refuseDamage } from "./damage.ts";
import type { FileLayer, OpenFile } from "./file-layer.ts";
import { openSegmentBytes, type SegmentBytes } from "./segment-bytes.ts";
import { indexPath, listSegments, segmentPath } from "./segments.ts";
import { decodeFrameHeader, frameLength, framePayload, segmentHeaderBytes } from "./step-format.ts";
import { type StreamState, withBackfill } from "./streams.ts";

export interface RecoveredJournal {
  readonly journalId: string;
  /** Undefined where the newest segment is packed: a new one has to be begun. */
  readonly segment: OpenFile | undefined;
  /** Where the next frame goes. */
  readonly position: number;
  readonly lastStep: number;
  readonly lastAppendTimeMs: number;
  readonly streams: readonly StreamState[];
  /** Those of them that the newest segment does not declare. */
  readonly undeclared: readonly StreamState[];
  /** Bytes that were cut off behind the last whole step. */
  readonly cutBytes: number;
}

/** Undefined where there is no journal yet. */
export function recoverJournal(files: FileLayer, folder: string): RecoveredJournal | undefined {
  const firstSteps = listSegments(files, folder).toReversed();
  for (const [place, firstStep] of firstSteps.entries()) {
    const path = segmentPath(folder, firstStep);
    if (removeBlank(files, path)) continue;
    const { header, walked } = walkSegment(files, path, firstStep);
    const segment = header.packed === undefined ? files.open(path, "write") : undefined;
    if (segment !== undefined) removeIndex(files, indexPath(folder, firstStep));
    if (walked.cutBytes > 0) segment?.truncate(walked.position);
    const streams = new Map(walked.streams);
    let { lastAppendTimeMs } = walked;
    if (!walked.isBegun) {
      const earlier = earlierStreams(files, folder, firstSteps.slice(place + 1));
      for (const [id, stream] of earlier.streams) if (!streams.has(id)) streams.set(id, stream);
      lastAppendTimeMs = Math.max(lastAppendTimeMs, earlier.lastAppendTimeMs);
    }
    return {
      ...walked,
      journalId: header.journalId,
      segment,
      lastAppendTimeMs,
      streams: [...streams.values()],
      undeclared: [...streams].filter(([id]) => !walked.streams.has(id)).map(([, stream]) => stream),
    };
  }
  return undefined;
}

/**
 * A segment begins with the declarations of all streams. Where a kill left it without a step of another kind,
 * some of them may be missing: the segment before it has them all.
 */
function earlierStreams(files: FileLayer, folder: string, firstSteps: readonly number[]) {
  const [firstStep] = firstSteps;
  if (firstStep === undefined) return { streams: new Map<number, StreamState>(), lastAppendTimeMs: 0 };
  return walkSegment(files, segmentPath(folder, firstStep), firstStep).walked;
}

/** A keeper took it for sealed while a segment behind it was being begun: it grows again. */
function removeIndex(files: FileLayer, path: string): void {
  if (files.exists(path)) files.remove(path);
}

function removeBlank(files: FileLayer, path: string): boolean {
  const file = files.open(path, "read");
  const isBlank = isBlankSegment(file);
  file.close();
  if (isBlank) files.remove(path);
  return isBlank;
}

function walkSegment(files: FileLayer, path: string, firstStep: number) {
  const segment = openSegmentBytes(files.open(path, "read"));
  try {
    const { bytes, size } = readWhole(segment);
    const { header } = segment;
    return { header, walked: walk(path, bytes, size, firstStep, header.packed !== undefined) };
  } finally {
    segment.close();
  }
}

/** All frames behind a header, in memory up to a multiple of 8. */
function readWhole(segment: SegmentBytes): { bytes: Uint8Array; size: number } {
  let bytes = new Uint8Array(1024 * 1024);
  let size = segmentHeaderBytes;
  for (;;) {
    if (size === bytes.length) {
      const grown = new Uint8Array(bytes.length * 2);
      grown.set(bytes);
      bytes = grown;
    }
    const read = segment.read(bytes.subarray(size), size);
    if (read === 0) return { bytes: bytes.subarray(0, (size + 7) & ~7), size };
    size += read;
  }
}

function walk(path: string, bytes: Uint8Array, size: number, firstStep: number, isPacked: boolean) {
  const view = new DataView(bytes.buffer);
  const streams = new Map<number, StreamState>();
  let at = segmentHeaderBytes;
  let lastStep = firstStep - 1;
  let lastAppendTimeMs = 0;
  let isBegun = false;
  while (at + 12 <= size) {
    const length = frameLength(view, at);
    if (length === 0 || at + length > size) break;
    const header = decodeFrameHeader(bytes, view, at, length);
    if (header === undefined || (header.number !== lastStep + 1 && !isPacked)) break;
    lastStep = header.number;
    lastAppendTimeMs = header.appendTimeMs;
    isBegun ||= header.kind !== stepKind.statement;
    if (header.kind === stepKind.statement) {
      const payload = payloadOf(framePayload(bytes, at, header));
      if (payload.kind === "stream") {
        const { kind: _, nextRowOffsets, ...declaration } = payload;
        streams.set(declaration.streamId, { declaration, nextRowOffsets: [...nextRowOffsets] });
      }
    } else if (header.kind === stepKind.backfillBegin || header.kind === stepKind.backfillEnd) {
      const stream = streams.get(header.streamId);
      if (stream !== undefined)
        stream.declaration = withBackfill(stream.declaration, payloadOf(framePayload(bytes, at, header)));
    } else if (header.kind === stepKind.rows) {
      const stream = streams.get(header.streamId);
      if (stream !== undefined)
        stream.nextRowOffsets[header.partition] = header.firstRowOffset + header.rowCount;
    }
    at += length;
  }
  if (!isPacked) refuseDamage(path, bytes, at, size, lastStep + 1);
  return {
    position: at,
    lastStep: lastStep as StepNumber,
    lastAppendTimeMs,
    streams,
    isBegun,
    cutBytes: size - at,
  };
}
