/**
 * Reads a journal from a step on, in any thread or process. It keeps one buffer; a step that it yields lies
 * there until the next is asked for. Every frame's check sum is compared, also of steps that were written a
 * moment ago: it costs a few percent, and a wrong byte never becomes a number on somebody's screen.
 */
import { quickwaterError } from "../../errors/quickwater-error.ts";
import { padding } from "../../values/json/scan.ts";
import type { EventLogReader, Step } from "../event-log.ts";
import { refuseDamage } from "./damage.ts";
import type { FileLayer, OpenFile } from "./file-layer.ts";
import { listSegments, segmentPath } from "./segments.ts";
import {
  codec,
  decodeFrameHeader,
  decodeSegmentHeader,
  frameHeaderBytes,
  frameLength,
  framePayload,
  segmentHeaderBytes,
} from "./step-format.ts";

const readBytes = 1024 * 1024;

export class JournalReader implements EventLogReader {
  readonly #files: FileLayer;
  readonly #folder: string;
  /** The last step that may be read; Infinity for a journal that nobody writes. */
  readonly #flushedStep: () => number;
  #segments: readonly number[];
  #segment: OpenFile | undefined;
  #nextStep = 1;
  /** Steps before this one are passed over. */
  #wantedStep = 1;
  /** The part of the segment that is in memory: `#buffer[#at…#filled)` begins at `#filePosition`. */
  #buffer = new Uint8Array(readBytes + padding);
  #view = new DataView(this.#buffer.buffer);
  #at = 0;
  #filled = 0;
  #filePosition = 0;

  constructor(files: FileLayer, folder: string, flushedStep: () => number = () => Number.POSITIVE_INFINITY) {
    this.#files = files;
    this.#folder = folder;
    this.#flushedStep = flushedStep;
    this.#segments = listSegments(files, folder);
    this.seek(1);
  }

  get firstStep(): number {
    return this.#segments[0] ?? 1;
  }

  seek(step: number): void {
    this.#closeSegment();
    this.#nextStep = 0;
    this.#wantedStep = step;
  }

  next(): Step | undefined {
    if (this.#nextStep === 0 && !this.#begin()) return undefined;
    for (;;) {
      const step = this.#nextWhole();
      if (step === undefined || step.number >= this.#wantedStep) return step;
    }
  }

  /**
   * Finds the segment that holds the wanted step, or the first one behind it; false where there is none
   * yet.
   */
  #begin(): boolean {
    this.#segments = listSegments(this.#files, this.#folder);
    const first = this.#segments.findLast((candidate) => candidate <= this.#wantedStep) ?? this.#segments[0];
    if (first === undefined) return false;
    this.#nextStep = first;
    return true;
  }

  #nextWhole(): Step | undefined {
    if (this.#nextStep > this.#flushedStep()) return undefined;
    if (this.#segment === undefined && !this.#openSegment(this.#nextStep)) return undefined;
    for (;;) {
      const length = this.#frameInMemory();
      if (length > 0) return this.#step(length);
      if (!this.#openSegment(this.#nextStep)) return undefined;
    }
  }

  close(): void {
    this.#closeSegment();
  }

  /** Undefined where a killed writer left the step half-written. */
  #step(length: number): Step | undefined {
    const at = this.#at;
    const header = decodeFrameHeader(this.#buffer, this.#view, at, length);
    if (header === undefined) {
      this.#endOrDamage("the check sum of a step does not match");
      return undefined;
    }
    if (header.codec !== codec.plain) throw this.#damaged(`the codec ${header.codec} is not known`);
    if (header.number !== this.#nextStep) {
      throw this.#damaged(`step ${header.number} stands where step ${this.#nextStep} belongs`);
    }
    this.#nextStep++;
    this.#at += length;
    return { ...header, ...framePayload(this.#buffer, at, header) };
  }

  /** The length of the next frame, whole in memory; 0 where the segment ends. */
  #frameInMemory(): number {
    if (!this.#need(frameHeaderBytes)) {
      return this.#filled === this.#at || this.#isLive() ? 0 : this.#endOrDamage("a step is cut off");
    }
    const length = frameLength(this.#view, this.#at);
    if (length === 0) return this.#endOrDamage("no step begins there");
    return this.#need(length) ? length : this.#endOrDamage("a step is cut off");
  }

  #isLive(): boolean {
    return this.#flushedStep() !== Number.POSITIVE_INFINITY;
  }

  /**
   * A journal that nobody writes may end in what a killed writer left half-written: then it ends there, and
   * the answer is 0. Anywhere else it is damage.
   */
  #endOrDamage(problem: string): 0 {
    if (this.#isLive() || this.#segmentFirstStep < this.#segments.at(-1)!) throw this.#damaged(problem);
    while (this.#need(this.#filled - this.#at + 1));
    const rest = this.#buffer.subarray(this.#at, this.#filled);
    refuseDamage(this.#segment!.path, rest, 0, rest.length, this.#nextStep, this.#filePosition + this.#at);
    return 0;
  }

  #segmentFirstStep = 0;
  #journalId: string | undefined;

  /** Whether `length` bytes from `#at` on are in memory, after reading on where they are not. */
  #need(length: number): boolean {
    if (this.#filled - this.#at >= length) return true;
    this.#filePosition += this.#at;
    this.#buffer.copyWithin(0, this.#at, this.#filled);
    this.#filled -= this.#at;
    this.#at = 0;
    if (length + padding > this.#buffer.length) {
      const grown = new Uint8Array(length + readBytes + padding);
      grown.set(this.#buffer.subarray(0, this.#filled));
      this.#buffer = grown;
      this.#view = new DataView(grown.buffer);
    }
    while (this.#filled < length) {
      const room = this.#buffer.subarray(this.#filled, this.#buffer.length - padding);
      const read = this.#segment!.read(room, this.#filePosition + this.#filled);
      if (read === 0) return false;
      this.#filled += read;
    }
    return true;
  }

  /** Goes to the segment that begins with this step; false where there is none (yet). */
  #openSegment(firstStep: number): boolean {
    this.#segments = listSegments(this.#files, this.#folder);
    if (!this.#segments.includes(firstStep)) return false;
    if (this.#segment !== undefined && this.#segmentFirstStep === firstStep) return false;
    this.#closeSegment();
    const path = segmentPath(this.#folder, firstStep);
    this.#segment = this.#files.open(path, "read");
    this.#segmentFirstStep = firstStep;
    const bytes = new Uint8Array(segmentHeaderBytes);
    const read = this.#segment.read(bytes, 0);
    const header = decodeSegmentHeader(bytes.subarray(0, read));
    if (typeof header === "string")
      throw quickwaterError("run.journal-foreign", { file: path, problem: header });
    this.#journalId ??= header.journalId;
    if (header.journalId !== this.#journalId) {
      const problem = "it is a segment of another journal";
      throw quickwaterError("run.journal-foreign", { file: path, problem });
    }
    this.#filePosition = segmentHeaderBytes;
    this.#at = 0;
    this.#filled = 0;
    return true;
  }

  #closeSegment(): void {
    this.#segment?.close();
    this.#segment = undefined;
  }

  #damaged(problem: string) {
    return quickwaterError("run.journal-damaged", {
      file: this.#segment!.path,
      offset: this.#filePosition + this.#at,
      problem,
    });
  }
}
