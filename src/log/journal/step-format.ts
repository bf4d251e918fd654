/**
 * The bytes of a journal: the segment header and the frame of a step. `docs/internals/journal.md` tells the
 * same in prose, exactly enough to write another reader. All numbers are little-endian; frames start at
 * multiples of 8.
 */
import { crc32 } from "node:zlib";
import type { StepCause, StepHeader, StepKind, StepNumber, StreamId } from "../event-log.ts";

/** By version of the segment's format: frames as they were written, or packed in blocks. */
const plainVersion = 1;
const packedVersion = 2;
export const segmentHeaderBytes = 64;
export const frameHeaderBytes = 112;
const segmentMagic = 0x0a4c4e52554f4a51n; // "QJOURNL\n"
const frameMagic = 0x50455453; // "STEP"
const frameBytesMax = 64 * 1024 * 1024;

export const codec = { plain: 0 } as const;
const flagKinds = 1;
const flagCauses = 2;

export interface SegmentHeader {
  /** 16 bytes drawn when the journal was made: segments of two journals cannot be mixed up. */
  readonly journalId: string;
  readonly firstStep: number;
  readonly createdAtMs: number;
  /** Of a segment that was written anew, packed; undefined where its frames lie as they were appended. */
  readonly packed?: PackedSegment | undefined;
}

export interface PackedSegment {
  /** The first step of the segment behind. */
  readonly nextStep: number;
  /** How often it was written anew: what is told of it elsewhere holds for this form only. */
  readonly form: number;
}

/** What stands in a frame before its payload. */
export interface FrameHeader extends StepHeader {
  readonly frameBytes: number;
  readonly crc: number;
  readonly codec: number;
  readonly flags: number;
  readonly headerBytes: number;
  readonly payloadBytes: number;
  /** The last step that was known to be flushed when this one was written: what follows it may be torn. */
  readonly flushedStep: number;
}

export function encodeSegmentHeader(header: SegmentHeader): Uint8Array {
  const bytes = new Uint8Array(segmentHeaderBytes);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, segmentMagic, true);
  view.setUint16(8, header.packed === undefined ? plainVersion : packedVersion, true);
  view.setUint16(10, segmentHeaderBytes, true);
  bytes.set(Buffer.from(header.journalId, "hex"), 16);
  view.setBigUint64(32, BigInt(header.firstStep), true);
  view.setBigInt64(40, BigInt(header.createdAtMs), true);
  view.setBigUint64(48, BigInt(header.packed?.nextStep ?? 0), true);
  view.setUint32(56, header.packed?.form ?? 0, true);
  view.setUint32(12, crc32(bytes.subarray(16)), true);
  return bytes;
}

/** The header, or what is wrong with it. */
export function decodeSegmentHeader(bytes: Uint8Array): SegmentHeader | string {
  if (bytes.length < segmentHeaderBytes) return "its header is cut off";
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getBigUint64(0, true) !== segmentMagic) return "it does not begin as a segment does";
  const version = view.getUint16(8, true);
  if (version !== plainVersion && version !== packedVersion)
    return `its format is version ${version}, this program reads ${plainVersion} and ${packedVersion}`;
  if (view.getUint32(12, true) !== crc32(bytes.subarray(16, segmentHeaderBytes)))
    return "its header is damaged";
  return {
    journalId: Buffer.from(bytes.subarray(16, 32)).toString("hex"),
    firstStep: Number(view.getBigUint64(32, true)),
    createdAtMs: Number(view.getBigInt64(40, true)),
    packed:
      version === plainVersion
        ? undefined
        : { nextStep: Number(view.getBigUint64(48, true)), form: view.getUint32(56, true) },
  };
}

export interface FrameContent extends StepHeader {
  readonly flushedStep: number;
  readonly rowEnds: Int32Array;
  readonly rowKinds: Uint8Array | null;
  readonly causeIndexes: Uint32Array | null;
  readonly bytes: Uint8Array;
}

/** One frame in pieces, ready to be written one behind the other. */
export function encodeFrame(content: FrameContent): readonly Uint8Array[] {
  const rowCount = content.rowCount;
  const ends = new Uint8Array(content.rowEnds.buffer, content.rowEnds.byteOffset, rowCount * 4);
  const pieces: Uint8Array[] = [new Uint8Array(frameHeaderBytes), ends];
  let flags = 0;
  if (content.rowKinds !== null) {
    flags |= flagKinds;
    const padded = new Uint8Array((rowCount + 3) & ~3);
    padded.set(content.rowKinds.subarray(0, rowCount));
    pieces.push(padded);
  }
  if (content.causeIndexes !== null) {
    flags |= flagCauses;
    pieces.push(new Uint8Array(content.causeIndexes.buffer, content.causeIndexes.byteOffset, rowCount * 4));
  }
  pieces.push(content.bytes);
  const payloadBytes = pieces.reduce((sum, piece) => sum + piece.length, 0) - frameHeaderBytes;
  const frameBytes = (frameHeaderBytes + payloadBytes + 7) & ~7;
  pieces.push(new Uint8Array(frameBytes - frameHeaderBytes - payloadBytes));
  writeFrameHeader(pieces[0]!, content, flags, frameBytes, payloadBytes);
  let crc = crc32(pieces[0]!.subarray(12));
  for (let piece = 1; piece < pieces.length; piece++) crc = crc32(pieces[piece]!, crc);
  new DataView(pieces[0]!.buffer).setUint32(8, crc, true);
  return pieces;
}

function writeFrameHeader(
  header: Uint8Array,
  content: FrameContent,
  flags: number,
  frameBytes: number,
  payloadBytes: number,
): void {
  const view = new DataView(header.buffer);
  view.setUint32(0, frameMagic, true);
  view.setUint32(4, frameBytes, true);
  view.setUint8(12, content.kind);
  view.setUint8(13, codec.plain);
  view.setUint16(14, flags, true);
  view.setBigUint64(16, BigInt(content.number), true);
  view.setBigInt64(24, BigInt(content.appendTimeMs), true);
  view.setUint32(32, content.streamId, true);
  view.setUint32(36, content.partition, true);
  view.setUint32(40, content.schemaVersion, true);
  view.setUint32(44, content.rowCount, true);
  view.setBigUint64(48, BigInt(content.firstRowOffset), true);
  view.setFloat64(56, content.eventTimeMinMs ?? Number.NaN, true);
  view.setFloat64(64, content.eventTimeMaxMs ?? Number.NaN, true);
  view.setBigUint64(72, BigInt(content.cause?.step ?? 0), true);
  view.setUint32(80, content.cause?.partition ?? 0, true);
  view.setUint32(84, frameHeaderBytes, true);
  view.setFloat64(88, content.cause?.producerWatermarkMs ?? Number.NaN, true);
  view.setUint32(96, payloadBytes, true);
  view.setUint32(100, payloadBytes, true);
  view.setBigUint64(104, BigInt(content.flushedStep), true);
}

/** How long the frame at the start of `bytes` says it is, or 0 where no frame starts. Needs 12 bytes. */
export function frameLength(view: DataView, at: number): number {
  if (view.getUint32(at, true) !== frameMagic) return 0;
  const length = view.getUint32(at + 4, true);
  return length >= frameHeaderBytes && length <= frameBytesMax && length % 8 === 0 ? length : 0;
}

/** The header of a whole frame in memory, or undefined where its check sum does not match. */
export function decodeFrameHeader(
  bytes: Uint8Array,
  view: DataView,
  at: number,
  length: number,
): FrameHeader | undefined {
  const crc = view.getUint32(at + 8, true);
  if (crc32(bytes.subarray(at + 12, at + length)) !== crc) return undefined;
  const number = (offset: number) => Number(view.getBigUint64(at + offset, true));
  const min = view.getFloat64(at + 56, true);
  const max = view.getFloat64(at + 64, true);
  const causeStep = number(72);
  const cause: StepCause | undefined =
    causeStep === 0
      ? undefined
      : {
          step: causeStep as StepNumber,
          partition: view.getUint32(at + 80, true),
          producerWatermarkMs: view.getFloat64(at + 88, true),
        };
  return {
    frameBytes: length,
    crc,
    kind: view.getUint8(at + 12) as StepKind,
    codec: view.getUint8(at + 13),
    flags: view.getUint16(at + 14, true),
    number: number(16) as StepNumber,
    appendTimeMs: Number(view.getBigInt64(at + 24, true)),
    streamId: view.getUint32(at + 32, true) as StreamId,
    partition: view.getUint32(at + 36, true),
    schemaVersion: view.getUint32(at + 40, true),
    rowCount: view.getUint32(at + 44, true),
    firstRowOffset: number(48),
    eventTimeMinMs: Number.isNaN(min) ? undefined : min,
    eventTimeMaxMs: Number.isNaN(max) ? undefined : max,
    cause,
    headerBytes: view.getUint32(at + 84, true),
    payloadBytes: view.getUint32(at + 96, true),
    flushedStep: number(104),
  };
}

/** The payload's parts, as views onto the memory that holds the frame. */
export function framePayload(bytes: Uint8Array, at: number, header: FrameHeader) {
  const { rowCount, flags } = header;
  const base = bytes.byteOffset + at + header.headerBytes;
  const rowEnds = new Int32Array(bytes.buffer, base, rowCount);
  let offset = rowCount * 4;
  let rowKinds: Uint8Array | null = null;
  if ((flags & flagKinds) !== 0) {
    rowKinds = new Uint8Array(bytes.buffer, base + offset, rowCount);
    offset += (rowCount + 3) & ~3;
  }
  let causeIndexes: Uint32Array | null = null;
  if ((flags & flagCauses) !== 0) {
    causeIndexes = new Uint32Array(bytes.buffer, base + offset, rowCount);
    offset += rowCount * 4;
  }
  const rowBytes = new Uint8Array(bytes.buffer, base + offset, header.payloadBytes - offset);
  return { rowEnds, rowKinds, causeIndexes, bytes: rowBytes };
}
