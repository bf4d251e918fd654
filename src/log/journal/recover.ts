/**
 * Opens the newest segment after a stop of any kind: walks its steps, cuts what a killed writer left
 * half-written, and refuses to go on where something that was acknowledged is damaged.
 */
import { type QuickwaterError, quickwaterError } from "../../errors/quickwater-error.ts";
import { type StepNumber, stepKind } from "../event-log.ts";
import { payloadOf } from "../step-payload.ts";
import { refuseDamage } from "./damage.ts";
import type { FileLayer, OpenFile } from "./file-layer.ts";
import { listSegments, segmentPath } from "./segments.ts";
import {
  decodeFrameHeader,
  decodeSegmentHeader,
  frameLength,
  framePayload,
  segmentHeaderBytes,
} from "./step-format.ts";
import type { StreamState } from "./streams.ts";

export interface RecoveredJournal {
  readonly journalId: string;
  readonly segment: OpenFile;
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
    const segment = files.open(path, "write");
    const bytes = readWhole(segment);
    const header = decodeSegmentHeader(bytes.subarray(0, segment.size()));
    if (typeof header === "string") {
      // A segment that is not even begun was being made when the writer was killed; nothing was
      // acknowledged in it.
      if (!isBlank(bytes, segment.size())) throw foreign(path, header);
      segment.close();
      files.remove(path);
      continue;
    }
    const walked = walk(segment, bytes, firstStep);
    if (walked.cutBytes > 0) segment.truncate(walked.position);
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
  const segment = files.open(segmentPath(folder, firstStep), "write");
  try {
    return walk(segment, readWhole(segment), firstStep);
  } finally {
    segment.close();
  }
}

/** The file's bytes, up to a multiple of 8. */
function readWhole(segment: OpenFile): Uint8Array {
  const size = segment.size();
  const bytes = new Uint8Array((size + 7) & ~7);
  for (let at = 0; at < size; ) {
    const read = segment.read(bytes.subarray(at, size), at);
    if (read === 0) break;
    at += read;
  }
  return bytes;
}

function foreign(file: string, problem: string): QuickwaterError {
  return quickwaterError("run.journal-foreign", { file, problem });
}

function isBlank(bytes: Uint8Array, size: number): boolean {
  return size < segmentHeaderBytes || bytes.every((byte) => byte === 0);
}

function walk(segment: OpenFile, bytes: Uint8Array, firstStep: number) {
  const size = segment.size();
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
    if (header === undefined || header.number !== lastStep + 1) break;
    lastStep = header.number;
    lastAppendTimeMs = header.appendTimeMs;
    isBegun ||= header.kind !== stepKind.statement;
    if (header.kind === stepKind.statement) {
      const payload = payloadOf(framePayload(bytes, at, header));
      if (payload.kind === "stream") {
        const { kind: _, nextRowOffsets, ...declaration } = payload;
        streams.set(declaration.streamId, { declaration, nextRowOffsets: [...nextRowOffsets] });
      }
    } else if (header.kind === stepKind.rows) {
      const stream = streams.get(header.streamId);
      if (stream !== undefined)
        stream.nextRowOffsets[header.partition] = header.firstRowOffset + header.rowCount;
    }
    at += length;
  }
  refuseDamage(segment.path, bytes, at, size, lastStep + 1);
  return {
    position: at,
    lastStep: lastStep as StepNumber,
    lastAppendTimeMs,
    streams,
    isBegun,
    cutBytes: size - at,
  };
}
