/**
 * Where a journal is damaged: walks all of it, passes over what is not whole, and tells which steps are lost
 * and which rows of which streams were in them.
 */
import { letsReplacedRowsGo } from "../../catalog/replaced-rows.ts";
import { stepKind } from "../event-log.ts";
import { payloadOf } from "../step-payload.ts";
import { blockHeaderBytes, decodeBlockHeader, unpackBlock } from "./block-format.ts";
import type { FileLayer } from "./file-layer.ts";
import { recordedFirstStep } from "./journal-front.ts";
import { listSegments, segmentPath } from "./segments.ts";
import {
  decodeFrameHeader,
  decodeSegmentHeader,
  type FrameHeader,
  frameLength,
  framePayload,
  type SegmentHeader,
  segmentHeaderBytes,
} from "./step-format.ts";

/** Steps that are lost. */
export interface DamagedPlace {
  readonly file: string;
  /** Where in the file; undefined where there is none. */
  readonly offset: number | undefined;
  readonly fromStep: number;
  readonly toStep: number;
}

/** Rows by their numbers in the stream, both ends in. */
export interface LostRows {
  readonly stream: string;
  readonly from: number;
  readonly to: number;
}

/** A segment of which not all is whole, or which is not there. */
export interface DamagedSegment {
  readonly path: string;
  readonly isThere: boolean;
  readonly firstStep: number;
  readonly nextStep: number;
  readonly header: SegmentHeader | undefined;
}

export interface JournalDamage {
  readonly journalId: string | undefined;
  readonly places: readonly DamagedPlace[];
  readonly lost: readonly LostRows[];
  readonly segments: readonly DamagedSegment[];
}

/** A whole frame in memory. */
export interface WholeFrame {
  readonly header: FrameHeader;
  readonly bytes: Uint8Array;
}

export function findDamage(files: FileLayer, folder: string): JournalDamage {
  const steps = listSegments(files, folder);
  const places: DamagedPlace[] = [];
  const segments: DamagedSegment[] = [];
  const rows = new RowNumbers();
  let journalId: string | undefined;
  let next = Math.min(recordedFirstStep(files, folder), steps[0] ?? 1);
  for (const [place, firstStep] of steps.entries()) {
    const path = segmentPath(folder, firstStep);
    if (firstStep > next) {
      const missing = segmentPath(folder, next);
      places.push({ file: missing, offset: undefined, fromStep: next, toStep: firstStep - 1 });
      const isThere = false;
      segments.push({ path: missing, isThere, firstStep: next, nextStep: firstStep, header: undefined });
    }
    const read = readWholeFrames(files, path, firstStep, steps[place + 1]);
    journalId ??= read.header?.journalId;
    for (const frame of read.frames) rows.see(frame);
    places.push(...read.places);
    next = read.nextStep;
    if (read.places.length > 0)
      segments.push({ path, isThere: true, firstStep, nextStep: next, header: read.header });
  }
  return { journalId, places, lost: rows.lost, segments };
}

interface ReadSegment {
  readonly header: SegmentHeader | undefined;
  readonly frames: readonly WholeFrame[];
  readonly places: readonly DamagedPlace[];
  readonly nextStep: number;
}

/** What is whole of a segment; `behind` is the first step of the next one, undefined for the newest. */
export function readWholeFrames(
  files: FileLayer,
  path: string,
  firstStep: number,
  behind: number | undefined,
): ReadSegment {
  const bytes = wholeFile(files, path);
  const decoded = decodeSegmentHeader(bytes.subarray(0, segmentHeaderBytes));
  const header = typeof decoded === "string" ? undefined : decoded;
  const walk = new Walk(path, firstStep);
  if (header === undefined ? beginsWithBlock(bytes) : header.packed !== undefined) walkBlocks(bytes, walk);
  else walkFrames(bytes, walk);
  // What follows the last whole step of the newest segment was on its way when its writer was killed.
  const end = behind ?? header?.packed?.nextStep ?? walk.next;
  walk.reach(end, bytes.length);
  const { places } = walk;
  if (header === undefined && places.length === 0)
    places.push({ file: path, offset: 0, fromStep: firstStep, toStep: firstStep - 1 });
  return { header, frames: walk.frames, places, nextStep: end };
}

/** How far a segment was read. */
class Walk {
  readonly frames: WholeFrame[] = [];
  readonly places: DamagedPlace[] = [];
  readonly #path: string;
  /** The step that comes next where nothing is lost. */
  next: number;
  /** Where the first thing stands that is not whole, since the last that is. */
  #badAt: number | undefined;

  constructor(path: string, firstStep: number) {
    this.#path = path;
    this.next = firstStep;
  }

  bad(at: number): void {
    this.#badAt ??= at;
  }

  /** What is at `at` begins with the step: those between are lost. */
  reach(step: number, at: number): void {
    const offset = this.#badAt ?? at;
    if (step > this.next)
      this.places.push({ file: this.#path, offset, fromStep: this.next, toStep: step - 1 });
    this.#badAt = undefined;
    this.next = step;
  }
}

function walkFrames(bytes: Uint8Array, walk: Walk): void {
  for (let at = segmentHeaderBytes; at + 12 <= bytes.length; ) {
    const frame = frameAt(bytes, at);
    if (frame === undefined || frame.header.number < walk.next) {
      walk.bad(at);
      at += 8;
      continue;
    }
    walk.reach(frame.header.number, at);
    walk.frames.push(frame);
    walk.next++;
    at += frame.bytes.length;
  }
}

function walkBlocks(bytes: Uint8Array, walk: Walk): void {
  for (let at = segmentHeaderBytes; at + blockHeaderBytes <= bytes.length; ) {
    const block = decodeBlockHeader(bytes.subarray(at, at + blockHeaderBytes));
    const isThere = block !== undefined && at + block.blockBytes <= bytes.length;
    const frames = isThere ? wholeBlock(bytes.subarray(at, at + block.blockBytes)) : undefined;
    if (block === undefined || frames === undefined || block.firstStep < walk.next) {
      walk.bad(at);
      at += 8;
      continue;
    }
    walk.reach(block.firstStep, at);
    // Steps of its range that are not in it were taken by retention.
    for (let within = 0; within < frames.length; ) {
      const frame = frameAt(frames, within);
      if (frame === undefined) break;
      walk.frames.push(frame);
      within += frame.bytes.length;
    }
    walk.next = block.nextStep;
    at += block.blockBytes;
  }
}

function frameAt(bytes: Uint8Array, at: number): WholeFrame | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = frameLength(view, at);
  if (length === 0 || at + length > bytes.length) return undefined;
  const header = decodeFrameHeader(bytes, view, at, length);
  return header && { header, bytes: bytes.subarray(at, at + length) };
}

function wholeBlock(bytes: Uint8Array): Uint8Array | undefined {
  try {
    const frames = unpackBlock(bytes, decodeBlockHeader(bytes)!);
    // A copy begins where numbers may be read.
    return typeof frames === "string" ? undefined : Uint8Array.from(frames);
  } catch {
    // What cannot be unpacked is not whole.
    return undefined;
  }
}

function beginsWithBlock(bytes: Uint8Array): boolean {
  const start = bytes.subarray(segmentHeaderBytes, segmentHeaderBytes + blockHeaderBytes);
  return decodeBlockHeader(start) !== undefined;
}

function wholeFile(files: FileLayer, path: string): Uint8Array {
  const file = files.open(path, "read");
  try {
    const bytes = new Uint8Array((file.size() + 7) & ~7);
    let filled = 0;
    for (let read = -1; read !== 0 && filled < bytes.length; filled += read)
      read = file.read(bytes.subarray(filled), filled);
    return bytes.subarray(0, filled);
  } finally {
    file.close();
  }
}

/** Finds the rows that lie between those that are there. */
class RowNumbers {
  readonly lost: LostRows[] = [];
  readonly #next = new Map<number, number>();
  readonly #names = new Map<number, string>();
  /** Streams whose rows may go anywhere. */
  readonly #lacking = new Set<number>();

  see({ header, bytes }: WholeFrame): void {
    const { kind, streamId, firstRowOffset, rowCount } = header;
    if (kind === stepKind.statement) {
      const payload = payloadOf(framePayload(bytes, 0, header));
      if (payload.kind !== "stream") return;
      this.#names.set(payload.streamId, payload.table.name);
      if (letsReplacedRowsGo(payload.table)) this.#lacking.add(payload.streamId);
      this.#reach(payload.streamId, payload.nextRowOffsets[0] ?? 0);
    } else if (kind === stepKind.rows) {
      this.#reach(streamId, firstRowOffset);
      this.#next.set(streamId, firstRowOffset + rowCount);
    }
  }

  /** What is before the first row that there is was let go, or never there. */
  #reach(streamId: number, row: number): void {
    const next = this.#next.get(streamId);
    if (next !== undefined && row > next && !this.#lacking.has(streamId))
      this.lost.push({ stream: this.#names.get(streamId) ?? `${streamId}`, from: next, to: row - 1 });
    this.#next.set(streamId, Math.max(row, next ?? row));
  }
}
