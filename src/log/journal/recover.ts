/**
 * Opens the newest segment after a stop of any kind: walks its steps, cuts what a killed writer left
 * half-written, and refuses to go on where something that was acknowledged is damaged.
 */
import { type QuickwaterError, quickwaterError } from "../../errors/quickwater-error.ts";
import { type StepNumber, type StreamDeclaration, stepKind } from "../event-log.ts";
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
  readonly segmentFirstStep: number;
  /** Where the next frame goes. */
  readonly position: number;
  readonly lastStep: number;
  readonly lastAppendTimeMs: number;
  readonly streams: readonly StreamState[];
  /** Bytes that were cut off behind the last whole step. */
  readonly cutBytes: number;
}

/** What a statement step of a stream holds: the declaration, and where its rows go on. */
export interface DeclarationRecord extends StreamDeclaration {
  readonly nextRowOffset: number;
}

/** Undefined where there is no journal yet. */
export function recoverJournal(files: FileLayer, folder: string): RecoveredJournal | undefined {
  for (const firstStep of listSegments(files, folder).toReversed()) {
    const path = segmentPath(folder, firstStep);
    const segment = files.open(path, "write");
    const size = segment.size();
    const bytes = new Uint8Array((size + 7) & ~7);
    for (let at = 0; at < size; ) {
      const read = segment.read(bytes.subarray(at, size), at);
      if (read === 0) break;
      at += read;
    }
    const header = decodeSegmentHeader(bytes.subarray(0, size));
    if (typeof header === "string") {
      // A segment that is not even begun was being made when the writer was killed; nothing was
      // acknowledged in it.
      if (size > segmentHeaderBytes || !isBlank(bytes, size)) throw foreign(path, header);
      segment.close();
      files.remove(path);
      continue;
    }
    return {
      journalId: header.journalId,
      segment,
      segmentFirstStep: firstStep,
      ...walk(segment, bytes, size, firstStep),
    };
  }
  return undefined;
}

function foreign(file: string, problem: string): QuickwaterError {
  return quickwaterError("run.journal-foreign", { file, problem });
}

function isBlank(bytes: Uint8Array, size: number): boolean {
  return size < segmentHeaderBytes || bytes.subarray(0, size).every((byte) => byte === 0);
}

function walk(segment: OpenFile, bytes: Uint8Array, size: number, firstStep: number) {
  const view = new DataView(bytes.buffer);
  const streams = new Map<number, StreamState>();
  let at = segmentHeaderBytes;
  let lastStep = firstStep - 1;
  let lastAppendTimeMs = 0;
  while (at + 12 <= size) {
    const length = frameLength(view, at);
    if (length === 0 || at + length > size) break;
    const header = decodeFrameHeader(bytes, view, at, length);
    if (header === undefined || header.number !== lastStep + 1) break;
    lastStep = header.number;
    lastAppendTimeMs = header.appendTimeMs;
    if (header.kind === stepKind.statement) {
      const text = new TextDecoder().decode(framePayload(bytes, at, header).bytes);
      const { nextRowOffset, ...declaration } = JSON.parse(text) as DeclarationRecord;
      streams.set(declaration.streamId, { declaration, nextRowOffset });
    } else if (header.kind === stepKind.rows) {
      const stream = streams.get(header.streamId);
      if (stream !== undefined) stream.nextRowOffset = header.firstRowOffset + header.rowCount;
    }
    at += length;
  }
  refuseDamage(segment.path, bytes, view, at, size, lastStep + 1);
  if (at < size) segment.truncate(at);
  return {
    position: at,
    lastStep: lastStep as StepNumber,
    lastAppendTimeMs,
    streams: [...streams.values()],
    cutBytes: size - at,
  };
}

/**
 * A step behind the bad place that was written when the bad one was known to be flushed proves that the bad
 * place was acknowledged: that is damage, not a torn tail, and cutting it would lose events.
 */
function refuseDamage(
  file: string,
  bytes: Uint8Array,
  view: DataView,
  badAt: number,
  size: number,
  badStep: number,
): void {
  for (let at = badAt + 8; at + 12 <= size; at += 8) {
    const length = frameLength(view, at);
    if (length === 0 || at + length > size) continue;
    const header = decodeFrameHeader(bytes, view, at, length);
    if (header === undefined || header.flushedStep < badStep) continue;
    const problem = `step ${badStep} does not match its check sum, yet step ${header.number} is whole`;
    throw quickwaterError("run.journal-damaged", { file, offset: badAt, problem });
  }
}
