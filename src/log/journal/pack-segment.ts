/**
 * Writes a sealed segment anew, packed, with the frames that are to stay. The new form is written aside,
 * flushed, and takes the name of the old one at once: at any instant there is one whole form. Whoever reads
 * the old one goes on reading it.
 */
import { encodeBlock } from "./block-format.ts";
import type { FileLayer, OpenFile } from "./file-layer.ts";
import { openSegmentBytes } from "./segment-bytes.ts";
import { IndexBuilder, writeIndex } from "./segment-index.ts";
import { draftPath, segmentPath } from "./segments.ts";
import {
  encodeSegmentHeader,
  type FrameHeader,
  type PackedSegment,
  type SegmentHeader,
  segmentHeaderBytes,
} from "./step-format.ts";
import { type SealedSegment, walkSegment } from "./walk-segment.ts";

/** What a block is before it is packed: little enough to unpack for the sake of one step. */
export const blockBytesMin = 256 * 1024;
/** The log's own flush may have to wait for one of so much. */
const flushBytes = 4 * 1024 * 1024;

type PackedHeader = SegmentHeader & { readonly packed: PackedSegment };

export interface Packing {
  readonly files: FileLayer;
  readonly folder: string;
  readonly stays: (frame: FrameHeader) => boolean;
  /** Asked between blocks: where it says no, nothing has happened. */
  readonly mayGoOn: () => boolean;
}

/** Answers whether it was done. */
export function packSegment(segment: SealedSegment, { files, folder, stays, mayGoOn }: Packing): boolean {
  const source = openSegmentBytes(files.open(segment.path, "read"));
  const form = (source.header.packed?.form ?? 0) + 1;
  const header = { ...source.header, packed: { nextStep: segment.nextStep, form } };
  try {
    return writePacked(files, folder, header, (writer) =>
      walkSegment(segment, source, (frame, bytes) => {
        if (stays(frame)) writer.add(frame, bytes);
        return writer.isWithinBlock || mayGoOn();
      }),
    );
  } finally {
    source.close();
  }
}

/** Gives the segment the frames that `fill` adds, in order; where that answers `false` it stays as it is. */
export function writePacked(
  files: FileLayer,
  folder: string,
  header: PackedHeader,
  fill: (writer: BlockWriter) => boolean,
): boolean {
  const segment = segmentPath(folder, header.firstStep);
  const path = draftPath(segment);
  if (files.exists(path)) files.remove(path);
  const draft = files.open(path, "create");
  const writer = new BlockWriter(draft, header);
  let isDone = false;
  try {
    const isWhole = fill(writer);
    if (isWhole) writer.end();
    isDone = isWhole;
  } finally {
    draft.close();
    if (!isDone) files.remove(path);
  }
  if (!isDone) return false;
  files.rename(path, segment);
  files.flushFolder(folder);
  writeIndex(files, folder, header, writer.index.runs());
  return true;
}

class BlockWriter {
  readonly index = new IndexBuilder();
  readonly #file: OpenFile;
  readonly #nextStep: number;
  /** Where the next block goes, and where its frames would lie if they were not packed. */
  #place = segmentHeaderBytes;
  #position = segmentHeaderBytes;
  #flushed = 0;
  #firstStep: number;
  #frames: Uint8Array[] = [];
  #frameBytes = 0;

  constructor(file: OpenFile, header: PackedHeader) {
    this.#file = file;
    this.#firstStep = header.firstStep;
    this.#nextStep = header.packed.nextStep;
    file.write([encodeSegmentHeader(header)], 0);
  }

  get isWithinBlock(): boolean {
    return this.#frames.length > 0;
  }

  add(frame: FrameHeader, bytes: Uint8Array): void {
    this.index.add(frame, this.#position + this.#frameBytes);
    this.#frames.push(bytes.slice());
    this.#frameBytes += bytes.length;
    if (this.#frameBytes >= blockBytesMin) this.#write(frame.number + 1);
  }

  end(): void {
    // The last block answers for what was taken out behind it.
    if (this.#firstStep < this.#nextStep) this.#write(this.#nextStep);
    this.#file.flush();
  }

  #write(nextStep: number): void {
    const range = { firstStep: this.#firstStep, nextStep, frameCount: this.#frames.length };
    const block = encodeBlock(range, Buffer.concat(this.#frames));
    this.#file.write([block], this.#place);
    this.index.endRun();
    this.#place += block.length;
    this.#position += this.#frameBytes;
    this.#firstStep = nextStep;
    this.#frames = [];
    this.#frameBytes = 0;
    if (this.#place - this.#flushed < flushBytes) return;
    this.#file.flush();
    this.#flushed = this.#place;
  }
}
