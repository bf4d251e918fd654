/**
 * The bytes of a packed segment: blocks of frames. A block stands for a range of steps; frames of steps that
 * retention took are not in it, and the number of those that are tells that none of them is lost.
 */
import { constants, crc32, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { frameLength } from "./step-format.ts";

const blockMagic = 0x4b434c42; // "BLCK"
export const blockHeaderBytes = 48;
const zstdCodec = 1;
/** A block holds whole frames, so the largest holds one of the largest size. */
const blockBytesMax = 65 * 1024 * 1024;

/** Quick above all: it is the processor that is short, not the disk. */
const zstdParameters = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

export interface BlockHeader {
  /** Of the whole block, its header and padding included. */
  readonly blockBytes: number;
  readonly firstStep: number;
  /** The step behind the last that the block stands for. */
  readonly nextStep: number;
  readonly frameCount: number;
  readonly packedBytes: number;
  readonly unpackedBytes: number;
}

export type BlockRange = Pick<BlockHeader, "firstStep" | "nextStep" | "frameCount">;

export function encodeBlock({ firstStep, nextStep, frameCount }: BlockRange, frames: Uint8Array): Uint8Array {
  const packed = zstdCompressSync(frames, zstdParameters);
  const bytes = new Uint8Array((blockHeaderBytes + packed.length + 7) & ~7);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, blockMagic, true);
  view.setUint32(4, bytes.length, true);
  view.setUint8(12, zstdCodec);
  view.setBigUint64(16, BigInt(firstStep), true);
  view.setBigUint64(24, BigInt(nextStep), true);
  view.setUint32(32, frameCount, true);
  view.setUint32(36, packed.length, true);
  view.setUint32(40, frames.length, true);
  view.setUint32(44, blockHeaderBytes, true);
  bytes.set(packed, blockHeaderBytes);
  view.setUint32(8, crc32(bytes.subarray(12)), true);
  return bytes;
}

/** From the header alone, whose check sum covers the whole block; undefined where no block begins. */
export function decodeBlockHeader(bytes: Uint8Array): BlockHeader | undefined {
  if (bytes.length < blockHeaderBytes) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0, true) !== blockMagic) return undefined;
  const header = {
    blockBytes: view.getUint32(4, true),
    firstStep: Number(view.getBigUint64(16, true)),
    nextStep: Number(view.getBigUint64(24, true)),
    frameCount: view.getUint32(32, true),
    packedBytes: view.getUint32(36, true),
    unpackedBytes: view.getUint32(40, true),
  };
  const isWhole =
    header.blockBytes % 8 === 0 &&
    header.blockBytes >= blockHeaderBytes + header.packedBytes &&
    header.unpackedBytes <= blockBytesMax &&
    header.firstStep < header.nextStep;
  return isWhole ? header : undefined;
}

/** The frames of a whole block in memory, or what is wrong with it. */
export function unpackBlock(bytes: Uint8Array, header: BlockHeader): Uint8Array | string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (crc32(bytes.subarray(12)) !== view.getUint32(8, true)) return "the check sum of a block does not match";
  if (view.getUint8(12) !== zstdCodec) return `the codec ${view.getUint8(12)} of a block is not known`;
  const from = view.getUint32(44, true);
  const frames = zstdDecompressSync(bytes.subarray(from, from + header.packedBytes), {
    maxOutputLength: Math.max(1, header.unpackedBytes),
  });
  return problemOf(frames, header) ?? frames;
}

function problemOf(frames: Uint8Array, header: BlockHeader): string | undefined {
  if (frames.length !== header.unpackedBytes) return "a block is not as long as it says";
  const view = new DataView(frames.buffer, frames.byteOffset, frames.byteLength);
  let count = 0;
  let next = header.firstStep;
  for (let at = 0; at < frames.length; count++) {
    const length = at + 24 <= frames.length ? frameLength(view, at) : 0;
    const isWhole = length > 0 && at + length <= frames.length;
    const step = !isWhole ? 0 : Number(view.getBigUint64(at + 16, true));
    if (step < next || step >= header.nextStep) return "a block holds what it should not";
    next = step + 1;
    at += length;
  }
  return count === header.frameCount ? undefined : "a block has not as many steps as it says";
}
