/**
 * A reader of journals written from docs/internals/journal.md alone: nothing of src/log is used, so that the
 * page is known to be enough. Plain and slow.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

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
  const names = readdirSync(folder).filter((name) => /^\d{20}\.qwj$/.test(name));
  return names
    .sort()
    .flatMap((name) => readSegment(readFileSync(join(folder, name)), Number(name.slice(0, 20))));
}

function readSegment(file: Buffer, firstStep: number): readonly IndependentStep[] {
  if (file.toString("latin1", 0, 8) !== "QJOURNL\n") throw new Error("magic");
  if (file.readUInt16LE(8) !== 1 || file.readUInt16LE(10) !== 64) throw new Error("version");
  if (file.readUInt32LE(12) !== crc32(file.subarray(16, 64))) throw new Error("header CRC");
  if (Number(file.readBigUInt64LE(32)) !== firstStep) throw new Error("first step");
  if (file.subarray(48, 64).some((byte) => byte !== 0)) throw new Error("reserved");
  const steps: IndependentStep[] = [];
  for (let at = 64; at < file.length; at += file.readUInt32LE(at + 4)) {
    const length = file.readUInt32LE(at + 4);
    if (length % 8 !== 0 || at + length > file.length) throw new Error("length");
    steps.push(readFrame(file.subarray(at, at + length), firstStep + steps.length));
  }
  return steps;
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
