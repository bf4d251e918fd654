/**
 * Reads a journal from a step on, in any thread or process. It keeps one buffer; a step that it yields lies
 * there until the next is asked for. Every frame's check sum is compared, also of steps that were written a
 * moment ago: it costs a few percent, and a wrong byte never becomes a number on somebody's screen.
 */
import { quickwaterError } from "../../errors/quickwater-error.ts";
import type { EventLogReader, Step, StepFilter } from "../event-log.ts";
import { isBlankSegment } from "./blank-segment.ts";
import { refuseDamage } from "./damage.ts";
import { type FileLayer, orAbsent } from "./file-layer.ts";
import { FrameBuffer } from "./frame-buffer.ts";
import { recordedFirstStep } from "./journal-front.ts";
import { openSegmentBytes, type SegmentBytes } from "./segment-bytes.ts";
import { type Run, readIndex } from "./segment-index.ts";
import { listSegments, segmentPath } from "./segments.ts";
import { codec, decodeFrameHeader, type FrameHeader, framePayload } from "./step-format.ts";
import type { UnindexedRuns } from "./unindexed-runs.ts";

export class JournalReader implements EventLogReader {
  readonly #files: FileLayer;
  readonly #folder: string;
  /** The last step that may be read; Infinity for a journal that nobody writes. */
  readonly #flushedStep: () => number;
  /** Of segments without an index; where it is missing, they are read from their beginning. */
  readonly #unindexed: UnindexedRuns | undefined;
  readonly #buffer = new FrameBuffer();
  #filter: StepFilter | undefined;
  #segments: readonly number[];
  #segment: SegmentBytes | undefined;
  #segmentFirstStep = 0;
  /** What lies where in the segment, and which of these parts comes next; empty where nobody knows. */
  #runs: readonly Run[] = [];
  #nextRun = 0;
  #journalId: string | undefined;
  #nextStep = 1;
  /** Steps before this one are passed over. */
  #wantedStep = 1;

  constructor(
    files: FileLayer,
    folder: string,
    flushedStep: () => number = () => Number.POSITIVE_INFINITY,
    unindexed?: UnindexedRuns,
  ) {
    this.#files = files;
    this.#folder = folder;
    this.#flushedStep = flushedStep;
    this.#unindexed = unindexed;
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

  narrow(filter: StepFilter | undefined): void {
    this.#filter = filter;
  }

  next(): Step | undefined {
    if (this.#nextStep === 0 && !this.#begin()) return undefined;
    for (;;) {
      const frame = this.#nextFrame();
      if (frame === undefined) return undefined;
      const { header, at } = frame;
      if (header.number < this.#wantedStep || !this.#isWanted(header)) continue;
      return { ...header, ...framePayload(this.#buffer.bytes, at, header) };
    }
  }

  close(): void {
    this.#closeSegment();
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

  /** Undefined where there is none yet, or where a killed writer left it half-written. */
  #nextFrame(): { readonly header: FrameHeader; readonly at: number } | undefined {
    if (this.#nextStep > this.#flushedStep()) return undefined;
    if (this.#segment === undefined && !this.#openSegment(this.#nextStep)) return undefined;
    for (;;) {
      this.#passRuns();
      const length = this.#frameInMemory();
      if (length > 0) return this.#frame(length);
      this.#nextStep = this.#segment!.header.packed?.nextStep ?? this.#nextStep;
      if (!this.#openSegment(this.#nextStep)) return undefined;
    }
  }

  #frame(length: number) {
    const buffer = this.#buffer;
    const { at } = buffer;
    const header = decodeFrameHeader(buffer.bytes, buffer.view, at, length);
    if (header === undefined) {
      this.#endOrDamage("the check sum of a step does not match");
      return undefined;
    }
    if (header.codec !== codec.plain) throw this.#damaged(`the codec ${header.codec} is not known`);
    // Of a packed segment the blocks say that nothing is missing but what retention took.
    if (this.#segment!.header.packed === undefined && header.number !== this.#nextStep) {
      throw this.#damaged(`step ${header.number} stands where step ${this.#nextStep} belongs`);
    }
    this.#nextStep = header.number + 1;
    buffer.at += length;
    return { header, at };
  }

  #isWanted({ streamId, eventTimeMinMs, eventTimeMaxMs }: FrameHeader): boolean {
    const filter = this.#filter;
    if (filter === undefined) return true;
    return filter.streams.has(streamId) && isWithin(filter, eventTimeMinMs, eventTimeMaxMs);
  }

  /** Goes to the next part that may hold what is wanted, where a part begins here. */
  #passRuns(): void {
    const { position } = this.#buffer;
    const from = this.#nextRun;
    if (this.#runs[from]?.position !== position) return;
    let run = from;
    while (run + 1 < this.#runs.length && !this.#mayHoldWanted(run)) run++;
    this.#nextRun = run + 1;
    if (run !== from) {
      this.#nextStep = this.#runs[run]!.firstStep;
      this.#buffer.begin(this.#segment!, this.#runs[run]!.position);
    }
    const isSkipping = this.#filter !== undefined || this.#nextStep < this.#wantedStep;
    const end = isSkipping ? this.#runs[run + 1]?.position : undefined;
    this.#buffer.limit = end ?? Number.POSITIVE_INFINITY;
  }

  /** The last part is always looked into: it leads to the next segment. */
  #mayHoldWanted(run: number): boolean {
    if (this.#runs[run + 1]!.firstStep <= this.#wantedStep) return false;
    const filter = this.#filter;
    if (filter === undefined) return true;
    return this.#runs[run]!.parts.some(
      (part) =>
        filter.streams.has(part.streamId) && isWithin(filter, part.eventTimeMinMs, part.eventTimeMaxMs),
    );
  }

  /** The length of the next frame, whole in memory; 0 where the segment ends. */
  #frameInMemory(): number {
    const length = this.#buffer.next();
    if (typeof length === "number") return length;
    return this.#endOrDamage(length);
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
    const rest = this.#buffer.rest();
    const path = segmentPath(this.#folder, this.#segmentFirstStep);
    refuseDamage(path, rest, 0, rest.length, this.#nextStep, this.#buffer.position);
    return 0;
  }

  /** Goes to the segment that begins with the step; false where there is none (yet). */
  #openSegment(step: number): boolean {
    const firstStep = this.#segmentFrom(step);
    if (firstStep === undefined) return false;
    if (this.#segment !== undefined && this.#segmentFirstStep === firstStep) return false;
    const file = orAbsent(() => this.#files.open(segmentPath(this.#folder, firstStep), "read"));
    // Let go since the list was made.
    if (file === undefined) return this.#openSegment(step);
    if (!this.#isLive() && firstStep === this.#segments.at(-1) && isBlankSegment(file)) {
      file.close();
      return false;
    }
    this.#closeSegment();
    this.#nextStep = firstStep;
    this.#segment = openSegmentBytes(file, this.#journalId);
    this.#segmentFirstStep = firstStep;
    const { header } = this.#segment;
    this.#journalId ??= header.journalId;
    // The newest segment grows: nobody has written down yet what is in it.
    const isSealed = firstStep < this.#segments.at(-1)!;
    const written = isSealed ? readIndex(this.#files, this.#folder, header) : undefined;
    this.#runs = written ?? this.#unindexed?.of(this.#segment, this.#flushedStep()) ?? [];
    this.#nextRun = 0;
    this.#buffer.begin(this.#segment);
    return true;
  }

  /** The segment that begins with the step, or the journal's new first one where retention took that one. */
  #segmentFrom(step: number): number | undefined {
    this.#segments = listSegments(this.#files, this.#folder);
    const firstStep = this.#segments.find((candidate) => candidate >= step);
    if (firstStep === undefined || firstStep === step) return firstStep;
    if (firstStep <= recordedFirstStep(this.#files, this.#folder)) return firstStep;
    const file = segmentPath(this.#folder, step);
    throw quickwaterError("run.journal-gap", { file, from: step, to: firstStep - 1 });
  }

  #closeSegment(): void {
    this.#segment?.close();
    this.#segment = undefined;
  }

  #damaged(problem: string) {
    return quickwaterError("run.journal-damaged", {
      file: segmentPath(this.#folder, this.#segmentFirstStep),
      offset: this.#segment!.placeOf(this.#buffer.position),
      problem,
    });
  }
}

/** What has no event time is within every span. */
function isWithin({ eventTimes }: StepFilter, minMs = Number.NEGATIVE_INFINITY, maxMs = -minMs): boolean {
  return eventTimes === undefined || (minMs <= eventTimes.toMs && maxMs >= eventTimes.fromMs);
}
