/**
 * A reader of journals written from docs/internals/journal.md alone: nothing of src/log is used, so that the
 * page is known to be enough. Plain and slow.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { zstdDecompressSync } from "node:zlib";

interface IndependentPayload {
  readonly kind: string;
  readonly streamId?: number;
  readonly table?: { readonly name: string };
}

export interface IndependentStep {
  readonly kind: number;
  readonly number: number;
  readonly appendTimeMs: number;
  readonly streamId: number;
  readonly schemaVersion: number;
  readonly firstRowOffset: number;
  readonly eventTimeMinMs: number;
  readonly eventTimeMaxMs: number;
  readonly causeStep: number;
  readonly flushedStep: number;
  readonly rowKinds: readonly number[] | undefined;
  readonly causeIndexes: readonly number[] | undefined;
  readonly rows: readonly string[];
  /** Of what is neither rows nor a tick. */
  readonly payload: IndependentPayload | undefined;
}

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}

export function readIndependently(folder: string): readonly IndependentStep[] {
  const steps: IndependentStep[] = [];
  let next = 0;
  for (const { file, firstStep } of segmentsOf(folder)) {
    if (next !== 0 && firstStep !== next) throw new Error("a segment is missing");
    const segment = readSegment(file, firstStep);
    steps.push(...segment.frames.map(({ frame, number }) => readFrame(frame, number)));
    next = segment.nextStep;
  }
  return steps;
}

export interface IndependentRun {
  readonly firstStep: number;
  readonly lastAppendTimeMs: number;
  /** By stream: bytes of frames with rows, smallest and largest event time. */
  readonly parts: ReadonlyMap<number, readonly [number, number, number]>;
  /** The steps that lie from the run's place to that of the next one. */
  readonly steps: readonly IndependentStep[];
}

/** The indexes that are there, with what they point to. */
export function readIndexesIndependently(folder: string): readonly IndependentRun[] {
  return segmentsOf(folder).flatMap(({ file, firstStep, name }) => {
    const path = join(folder, name.replace("qwj", "qwx"));
    if (!existsSync(path)) return [];
    const index = readFileSync(path);
    if (index.toString("latin1", 0, 8) !== "QJINDEX\n" || index.readUInt32LE(8) !== 1)
      throw new Error("index version");
    if (index.readUInt32LE(12) !== crc32(index.subarray(16))) throw new Error("index CRC");
    if (Number(index.readBigUInt64LE(16)) !== firstStep) throw new Error("index first step");
    if (index.readUInt32LE(24) !== file.readUInt32LE(56)) throw new Error("index form");
    const { frames } = readSegment(file, firstStep);
    const places = [...runsOf(index)];
    return places.map(({ position, ...run }, place) => {
      const end = places[place + 1]?.position ?? Number.POSITIVE_INFINITY;
      const inside = frames.filter(({ at }) => at >= position && at < end);
      if (inside[0]?.at !== position) throw new Error("no step begins where a run does");
      return { ...run, steps: inside.map(({ frame, number }) => readFrame(frame, number)) };
    });
  });
}

function* runsOf(index: Buffer) {
  let at = 32;
  for (let run = 0; run < index.readUInt32LE(28); run++) {
    const position = Number(index.readBigUInt64LE(at));
    const firstStep = Number(index.readBigUInt64LE(at + 8));
    const lastAppendTimeMs = Number(index.readBigInt64LE(at + 16));
    const partCount = index.readUInt32LE(at + 24);
    at += 32;
    const parts = new Map<number, readonly [number, number, number]>();
    for (let part = 0; part < partCount; part++, at += 24) {
      const times = [index.readDoubleLE(at + 8), index.readDoubleLE(at + 16)] as const;
      parts.set(index.readUInt32LE(at), [index.readUInt32LE(at + 4), ...times]);
    }
    yield { position, firstStep, lastAppendTimeMs, parts };
  }
  if (at !== index.length) throw new Error("index length");
}

function segmentsOf(folder: string) {
  const names = readdirSync(folder).filter((name) => /^\d{20}\.qwj$/.test(name));
  return names.sort().map((name) => {
    return { name, file: readFileSync(join(folder, name)), firstStep: Number(name.slice(0, 20)) };
  });
}

interface PlacedFrame {
  readonly frame: Buffer;
  readonly number: number;
  /** As if the header were followed by all frames, none of them packed. */
  readonly at: number;
}

interface IndependentSegment {
  readonly frames: readonly PlacedFrame[];
  readonly nextStep: number;
}

function readSegment(file: Buffer, firstStep: number): IndependentSegment {
  if (file.toString("latin1", 0, 8) !== "QJOURNL\n") throw new Error("magic");
  const version = file.readUInt16LE(8);
  if ((version !== 1 && version !== 2) || file.readUInt16LE(10) !== 64) throw new Error("version");
  if (file.readUInt32LE(12) !== crc32(file.subarray(16, 64))) throw new Error("header CRC");
  if (Number(file.readBigUInt64LE(32)) !== firstStep) throw new Error("first step");
  if (version === 2) return readBlocks(file, firstStep);
  if (file.subarray(48, 64).some((byte) => byte !== 0)) throw new Error("reserved");
  const frames = framesIn(file.subarray(64)).map((frame, place) => ({
    ...frame,
    at: frame.at + 64,
    number: firstStep + place,
  }));
  return { frames, nextStep: firstStep + frames.length };
}

function readBlocks(file: Buffer, firstStep: number): IndependentSegment {
  const frames: PlacedFrame[] = [];
  let step = firstStep;
  let position = 64;
  for (let at = 64; at < file.length; at += file.readUInt32LE(at + 4)) {
    const block = file.subarray(at, at + file.readUInt32LE(at + 4));
    if (block.toString("latin1", 0, 4) !== "BLCK" || block.length % 8 !== 0) throw new Error("block");
    if (block.readUInt32LE(8) !== crc32(block.subarray(12))) throw new Error("block CRC");
    if (block[12] !== 1 || Number(block.readBigUInt64LE(16)) !== step) throw new Error("block range");
    step = Number(block.readBigUInt64LE(24));
    const unpacked = zstdDecompressSync(
      block.subarray(block.readUInt32LE(44)).subarray(0, block.readUInt32LE(36)),
    );
    if (unpacked.length !== block.readUInt32LE(40)) throw new Error("unpacked length");
    const inside = framesIn(unpacked);
    if (inside.length !== block.readUInt32LE(32)) throw new Error("frame count");
    for (const { frame, at: place } of inside) {
      frames.push({ frame, at: position + place, number: Number(frame.readBigUInt64LE(16)) });
    }
    position += unpacked.length;
  }
  if (step !== Number(file.readBigUInt64LE(48))) throw new Error("the last block");
  return { frames, nextStep: step };
}

function framesIn(bytes: Buffer): readonly { readonly frame: Buffer; readonly at: number }[] {
  const frames: { frame: Buffer; at: number }[] = [];
  for (let at = 0; at < bytes.length; at += bytes.readUInt32LE(at + 4)) {
    const length = bytes.readUInt32LE(at + 4);
    if (length % 8 !== 0 || length < 112 || at + length > bytes.length) throw new Error("length");
    frames.push({ frame: bytes.subarray(at, at + length), at });
  }
  return frames;
}

function readFrame(frame: Buffer, number: number): IndependentStep {
  if (frame.toString("latin1", 0, 4) !== "STEP") throw new Error("frame magic");
  if (frame.readUInt32LE(8) !== crc32(frame.subarray(12))) throw new Error("frame CRC");
  if (frame[13] !== 0) throw new Error("codec");
  if (Number(frame.readBigUInt64LE(16)) !== number) throw new Error("number");
  const rowCount = frame.readUInt32LE(44);
  const payload = frame.subarray(frame.readUInt32LE(84)).subarray(0, frame.readUInt32LE(96));
  const flags = frame.readUInt16LE(14);
  const each = <T>(read: (row: number) => T) => Array.from({ length: rowCount }, (_, row) => read(row));
  const ends = each((row) => payload.readInt32LE(row * 4));
  let at = rowCount * 4;
  const rowKinds = flags & 1 ? each((row) => payload[at + row]!) : undefined;
  if (flags & 1) at += Math.ceil(rowCount / 4) * 4;
  const causesAt = at;
  const causeIndexes = flags & 2 ? each((row) => payload.readUInt32LE(causesAt + row * 4)) : undefined;
  if (flags & 2) at += rowCount * 4;
  const bytes = payload.subarray(at);
  return {
    kind: frame[12]!,
    number,
    appendTimeMs: Number(frame.readBigInt64LE(24)),
    streamId: frame.readUInt32LE(32),
    schemaVersion: frame.readUInt32LE(40),
    firstRowOffset: Number(frame.readBigUInt64LE(48)),
    eventTimeMinMs: frame.readDoubleLE(56),
    eventTimeMaxMs: frame.readDoubleLE(64),
    causeStep: Number(frame.readBigUInt64LE(72)),
    flushedStep: Number(frame.readBigUInt64LE(104)),
    rowKinds,
    causeIndexes,
    rows: each((row) => bytes.toString("utf8", row === 0 ? 0 : ends[row - 1], ends[row])),
    payload: frame[12]! > 2 ? JSON.parse(bytes.toString("utf8")) : undefined,
  };
}
