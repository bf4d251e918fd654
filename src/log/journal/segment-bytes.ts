/**
 * A segment as its frames lie one behind the other, whether it is packed or not. Positions are those of a
 * segment that is not: behind its header begins the first frame.
 */
import { quickwaterError } from "../../errors/quickwater-error.ts";
import { type BlockHeader, blockHeaderBytes, decodeBlockHeader, unpackBlock } from "./block-format.ts";
import type { OpenFile } from "./file-layer.ts";
import { decodeSegmentHeader, type SegmentHeader, segmentHeaderBytes } from "./step-format.ts";

export interface SegmentBytes {
  readonly header: SegmentHeader;
  /** Fills `into` from `position` on, at most up to the end of what lies together; 0 at the segment's end. */
  read(into: Uint8Array, position: number): number;
  /** Where the file holds what is at `position`. */
  placeOf(position: number): number;
  close(): void;
}

/** Takes the file over; throws where it is of another program, version or journal. */
export function openSegmentBytes(file: OpenFile, journalId?: string): SegmentBytes {
  try {
    return segmentIn({ ...file, read: readOrTell(file) }, journalId);
  } catch (error) {
    file.close();
    throw error;
  }
}

function segmentIn(file: OpenFile, journalId: string | undefined): SegmentBytes {
  const bytes = new Uint8Array(segmentHeaderBytes);
  const header = decodeSegmentHeader(bytes.subarray(0, file.read(bytes, 0)));
  const foreign = (problem: string) => quickwaterError("run.journal-foreign", { file: file.path, problem });
  if (typeof header === "string") throw foreign(header);
  if (journalId !== undefined && header.journalId !== journalId)
    throw foreign("it is a segment of another journal");
  return header.packed === undefined ? plainBytes(file, header) : new PackedBytes(file, header);
}

function readOrTell({ path, read }: OpenFile): OpenFile["read"] {
  return (into, position) => {
    try {
      return read(into, position);
    } catch (error) {
      const reason = (error as NodeJS.ErrnoException).code ?? String(error);
      throw quickwaterError("run.disk-unreadable", { path, reason }, { cause: error });
    }
  };
}

function plainBytes(file: OpenFile, header: SegmentHeader): SegmentBytes {
  return { header, read: file.read, placeOf: (position) => position, close: file.close };
}

interface Block extends BlockHeader {
  /** Of its first frame. */
  readonly position: number;
  readonly place: number;
}

class PackedBytes implements SegmentBytes {
  readonly header: SegmentHeader;
  readonly #file: OpenFile;
  readonly #blocks: readonly Block[];
  /** The block that was unpacked last. */
  #unpacked: { readonly block: Block; readonly frames: Uint8Array } | undefined;

  constructor(file: OpenFile, header: SegmentHeader) {
    this.header = header;
    this.#file = file;
    this.#blocks = this.#listBlocks();
  }

  read(into: Uint8Array, position: number): number {
    const block = this.#blockAt(position);
    if (block === undefined) return 0;
    if (this.#unpacked?.block !== block) this.#unpacked = { block, frames: this.#unpack(block) };
    const from = position - block.position;
    const part = this.#unpacked.frames.subarray(from, from + into.length);
    into.set(part);
    return part.length;
  }

  placeOf(position: number): number {
    return this.#blockAt(position)?.place ?? this.#file.size();
  }

  close(): void {
    this.#file.close();
  }

  #blockAt(position: number): Block | undefined {
    const block = this.#blocks.findLast((candidate) => candidate.position <= position);
    return block === undefined || position >= block.position + block.unpackedBytes ? undefined : block;
  }

  #listBlocks(): readonly Block[] {
    const blocks: Block[] = [];
    const { nextStep } = this.header.packed!;
    const bytes = new Uint8Array(blockHeaderBytes);
    const size = this.#file.size();
    let position = segmentHeaderBytes;
    let step = this.header.firstStep;
    let place = segmentHeaderBytes;
    while (place < size) {
      const header = decodeBlockHeader(bytes.subarray(0, this.#file.read(bytes, place)));
      if (header === undefined || place + header.blockBytes > size)
        throw this.#damaged(place, "no block begins there, or it is cut off");
      if (header.firstStep !== step) {
        throw this.#damaged(place, `step ${header.firstStep} stands where step ${step} belongs`);
      }
      blocks.push({ ...header, position, place });
      position += header.unpackedBytes;
      place += header.blockBytes;
      step = header.nextStep;
    }
    if (step !== nextStep) throw this.#damaged(size, `steps ${step} to ${nextStep - 1} are missing`);
    return blocks;
  }

  #unpack(block: Block): Uint8Array {
    const bytes = new Uint8Array(block.blockBytes);
    let filled = 0;
    for (let read = -1; read !== 0 && filled < bytes.length; filled += read) {
      read = this.#file.read(bytes.subarray(filled), block.place + filled);
    }
    const frames = unpackBlock(bytes, block);
    if (typeof frames === "string") throw this.#damaged(block.place, frames);
    return frames;
  }

  #damaged(offset: number, problem: string) {
    return quickwaterError("run.journal-damaged", { file: this.#file.path, offset, problem });
  }
}
