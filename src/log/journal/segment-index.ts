/**
 * What lies where in a sealed segment, so that a reader of a few streams or of a span of event time passes
 * over the rest unread. An index says nothing that the segment does not: where it is missing, damaged, or of
 * another form of the segment, readers read everything.
 */
import { crc32 } from "node:zlib";
import { type StreamId, stepKind } from "../event-log.ts";
import type { FileLayer } from "./file-layer.ts";
import { draftPath, indexPath } from "./segments.ts";
import type { FrameHeader, SegmentHeader } from "./step-format.ts";

const magic = 0x0a5845444e494a51n; // "QJINDEX\n"
const version = 1;
const headerBytes = 32;
const runBytes = 32;
const partBytes = 24;

/** Frames side by side. */
export interface Run {
  /** In the segment, as `SegmentBytes` counts. */
  readonly position: number;
  readonly firstStep: number;
  readonly lastAppendTimeMs: number;
  readonly parts: readonly RunPart[];
}

/** What a run has of one stream; of stream 0 what is of none. */
export interface RunPart {
  readonly streamId: StreamId;
  /** Of the frames that hold rows. */
  readonly rowFrameBytes: number;
  /** Bounds of the rows' event times; without bounds where a step has none. */
  readonly eventTimeMinMs: number;
  readonly eventTimeMaxMs: number;
}

/** Takes the frames of a segment in their order. */
export class IndexBuilder {
  readonly #runs: Run[] = [];
  #parts = new Map<number, RunPart>();
  #start: { readonly position: number; readonly firstStep: number } | undefined;
  #lastAppendTimeMs = 0;

  add(frame: FrameHeader, position: number): void {
    this.#start ??= { position, firstStep: frame.number };
    this.#lastAppendTimeMs = frame.appendTimeMs;
    const isRows = frame.kind === stepKind.rows;
    const hasTimes = isRows && frame.eventTimeMinMs !== undefined;
    const part = this.#parts.get(frame.streamId);
    const min = hasTimes ? frame.eventTimeMinMs! : Number.NEGATIVE_INFINITY;
    const max = hasTimes ? frame.eventTimeMaxMs! : Number.POSITIVE_INFINITY;
    this.#parts.set(frame.streamId, {
      streamId: frame.streamId,
      rowFrameBytes: (part?.rowFrameBytes ?? 0) + (isRows ? frame.frameBytes : 0),
      eventTimeMinMs: Math.min(part?.eventTimeMinMs ?? min, min),
      eventTimeMaxMs: Math.max(part?.eventTimeMaxMs ?? max, max),
    });
  }

  endRun(): void {
    this.#runs.push(...this.#begun());
    this.#start = undefined;
    this.#parts = new Map();
  }

  /** As far as frames have come. */
  runs(): readonly Run[] {
    return [...this.#runs, ...this.#begun()];
  }

  /** The run that was not ended yet, where there is one. */
  #begun(): readonly Run[] {
    if (this.#start === undefined) return [];
    const parts = [...this.#parts.values()];
    return [{ ...this.#start, lastAppendTimeMs: this.#lastAppendTimeMs, parts }];
  }
}

function encodeIndex({ firstStep, packed }: SegmentHeader, runs: readonly Run[]): Uint8Array {
  const partCount = runs.reduce((count, { parts }) => count + parts.length, 0);
  const bytes = new Uint8Array(headerBytes + runs.length * runBytes + partCount * partBytes);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, magic, true);
  view.setUint32(8, version, true);
  view.setBigUint64(16, BigInt(firstStep), true);
  view.setUint32(24, packed?.form ?? 0, true);
  view.setUint32(28, runs.length, true);
  let at = headerBytes;
  for (const run of runs) {
    view.setBigUint64(at, BigInt(run.position), true);
    view.setBigUint64(at + 8, BigInt(run.firstStep), true);
    view.setBigInt64(at + 16, BigInt(run.lastAppendTimeMs), true);
    view.setUint32(at + 24, run.parts.length, true);
    at += runBytes;
    for (const part of run.parts) {
      view.setUint32(at, part.streamId, true);
      view.setUint32(at + 4, part.rowFrameBytes, true);
      view.setFloat64(at + 8, part.eventTimeMinMs, true);
      view.setFloat64(at + 16, part.eventTimeMaxMs, true);
      at += partBytes;
    }
  }
  view.setUint32(12, crc32(bytes.subarray(16)), true);
  return bytes;
}

/** Undefined where there is none that can be believed. */
export function readIndex(
  files: FileLayer,
  folder: string,
  { firstStep, packed }: SegmentHeader,
): readonly Run[] | undefined {
  const path = indexPath(folder, firstStep);
  if (!files.exists(path)) return undefined;
  const file = files.open(path, "read");
  try {
    const bytes = new Uint8Array(file.size());
    const view = new DataView(bytes.buffer);
    if (file.read(bytes, 0) < headerBytes || bytes.length < headerBytes) return undefined;
    const isOurs =
      view.getBigUint64(0, true) === magic &&
      view.getUint32(8, true) === version &&
      view.getUint32(12, true) === crc32(bytes.subarray(16)) &&
      view.getBigUint64(16, true) === BigInt(firstStep) &&
      view.getUint32(24, true) === (packed?.form ?? 0);
    return isOurs ? decodeRuns(view) : undefined;
  } finally {
    file.close();
  }
}

function decodeRuns(view: DataView): readonly Run[] {
  let at = headerBytes;
  return Array.from({ length: view.getUint32(28, true) }, () => {
    const run = at;
    at += runBytes;
    const parts = Array.from({ length: view.getUint32(run + 24, true) }, (): RunPart => {
      const part = at;
      at += partBytes;
      return {
        streamId: view.getUint32(part, true) as StreamId,
        rowFrameBytes: view.getUint32(part + 4, true),
        eventTimeMinMs: view.getFloat64(part + 8, true),
        eventTimeMaxMs: view.getFloat64(part + 16, true),
      };
    });
    return {
      position: Number(view.getBigUint64(run, true)),
      firstStep: Number(view.getBigUint64(run + 8, true)),
      lastAppendTimeMs: Number(view.getBigInt64(run + 16, true)),
      parts,
    };
  });
}

/** Takes the place of the one that is there; a crash leaves one of them, or none. */
export function writeIndex(
  files: FileLayer,
  folder: string,
  header: SegmentHeader,
  runs: readonly Run[],
): void {
  const path = indexPath(folder, header.firstStep);
  const draft = draftPath(path);
  if (files.exists(draft)) files.remove(draft);
  const file = files.open(draft, "create");
  try {
    file.write([encodeIndex(header, runs)], 0);
  } finally {
    file.close();
  }
  files.rename(draft, path);
}
