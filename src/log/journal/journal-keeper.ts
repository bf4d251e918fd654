/**
 * Looks after the sealed segments of a journal, beside its writer: writes the indexes that are missing, packs
 * what has come to rest, and takes what the streams' retention has let go. It goes through the segments from
 * the oldest to the newest, and never touches the one that is written to. Each of its steps leaves whole
 * files behind, so it may be killed anywhere and begins anew.
 *
 * Rows go only where the step is behind the floor: from there on somebody may read the journal again, to go
 * on from a checkpoint or to build a view. While nobody has given a floor, nothing goes.
 */
import { requestsCoveredStep } from "../dedup/requests.ts";
import { type StreamId, stepKind } from "../event-log.ts";
import type { FileLayer } from "./file-layer.ts";
import { recordFirstStep } from "./journal-front.ts";
import { JournalReader } from "./journal-reader.ts";
import { blockBytesMin, packSegment } from "./pack-segment.ts";
import { type ReplacedBounds, replacedSteps } from "./replaced-steps.ts";
import { type KeyedRetention, Retention, type StreamRetention } from "./retention.ts";
import { openSegmentBytes, type SegmentBytes } from "./segment-bytes.ts";
import { IndexBuilder, type Run, readIndex, writeIndex } from "./segment-index.ts";
import { indexPath, listDrafts, listIndexes, listSegments, segmentPath } from "./segments.ts";
import type { SegmentHeader } from "./step-format.ts";
import { refuseGapBehind, type SealedSegment, walkSegment } from "./walk-segment.ts";

export interface KeeperOptions {
  readonly nowMs: number;
  /** A segment is packed when its last step is as old. */
  readonly packAfterMs: number;
  /** Asked often: where it says no, the pass ends. */
  readonly mayGoOn: () => boolean;
  readonly retentions: readonly StreamRetention[];
  readonly keyed?: readonly KeyedRetention[];
  /** No step from this one on may go; undefined where nobody has said so yet. */
  readonly floor: number | undefined;
}

interface IndexedSegment extends SealedSegment {
  readonly header: SegmentHeader;
  readonly runs: readonly Run[];
}

export class JournalKeeper {
  readonly #files: FileLayer;
  readonly #folder: string;
  readonly #options: KeeperOptions;

  constructor(files: FileLayer, folder: string, options: KeeperOptions) {
    this.#files = files;
    this.#folder = folder;
    this.#options = options;
  }

  /** Does all that there is to do; answers up to where replaced rows of which streams are gone now. */
  pass(): ReadonlyMap<StreamId, number> {
    this.#removeLeftovers();
    // A segment that was written anew may have become one that goes.
    while (this.#goOver());
    return new Map((this.#options.keyed ?? []).flatMap((stream) => this.#compact(stream)));
  }

  /** Takes steps of which every row was replaced, where half of what may go came since the last time. */
  #compact(stream: KeyedRetention): readonly (readonly [StreamId, number])[] {
    const { nowMs, mayGoOn, floor = 0 } = this.#options;
    const beforeMs = nowMs - stream.ms;
    const segments = this.#sealed();
    const indexed = segments.map((segment) => this.#indexed(segment));
    // As retention does, it leaves the last one as it is.
    const beforeStep = Math.min(floor, segments.at(-1)?.firstStep ?? 0);
    const runs = indexed.flatMap((segment) => segment?.runs ?? []);
    const old = runs.filter((run) => run.lastAppendTimeMs < beforeMs && run.firstStep < beforeStep);
    const since = old.filter(({ firstStep }) => firstStep > stream.doneStep);
    const sinceBytes = rowBytesOf(since, stream.streamId);
    if (sinceBytes === 0 || sinceBytes * 2 < rowBytesOf(old, stream.streamId)) return [];
    const replaced = this.#replaced(stream, { beforeMs, beforeStep, mayGoOn });
    if (replaced === undefined) return [];
    const packing = { files: this.#files, folder: this.#folder, mayGoOn };
    const stays = ({ number }: { readonly number: number }) => !replaced.has(number);
    const isDone = holdersOf(replaced, segments).every((each) => packSegment(each, { ...packing, stays }));
    return isDone ? [[stream.streamId, old.at(-1)!.firstStep]] : [];
  }

  #replaced(stream: KeyedRetention, bounds: ReplacedBounds): ReadonlySet<number> | undefined {
    const reader = new JournalReader(this.#files, this.#folder, () => bounds.beforeStep - 1);
    try {
      return replacedSteps(reader, stream, bounds);
    } finally {
      reader.close();
    }
  }

  /** Answers whether a segment was written anew. */
  #goOver(): boolean {
    const segments: IndexedSegment[] = [];
    for (const segment of this.#sealed()) {
      const indexed = this.#indexed(segment);
      if (indexed === undefined) return false;
      segments.push(indexed);
    }
    const { nowMs, retentions } = this.#options;
    // A writer that was killed while it began the newest segment goes on from the rows of the one before.
    const floor = Math.min(this.#options.floor ?? 0, segments.at(-1)?.firstStep ?? 0);
    const retention = new Retention(segments, retentions, { floor, nowMs });
    this.#removeFront(segments, retention);
    let hasChanged = false;
    for (const segment of segments) {
      if (!this.#options.mayGoOn()) return false;
      if (this.#files.exists(segment.path)) hasChanged = this.#keep(segment, retention) || hasChanged;
    }
    return hasChanged;
  }

  #sealed(): readonly SealedSegment[] {
    const steps = listSegments(this.#files, this.#folder);
    return steps.slice(0, -1).map((firstStep, place) => {
      return { path: segmentPath(this.#folder, firstStep), firstStep, nextStep: steps[place + 1]! };
    });
  }

  #removeLeftovers(): void {
    const segments = new Set(listSegments(this.#files, this.#folder));
    for (const draft of listDrafts(this.#files, this.#folder)) this.#files.remove(draft);
    for (const firstStep of listIndexes(this.#files, this.#folder)) {
      if (!segments.has(firstStep)) this.#files.remove(indexPath(this.#folder, firstStep));
    }
  }

  #indexed(segment: SealedSegment): IndexedSegment | undefined {
    const source = openSegmentBytes(this.#files.open(segment.path, "read"));
    try {
      const { header } = source;
      refuseGapBehind(segment.path, header.packed?.nextStep ?? segment.nextStep, segment.nextStep);
      const known = readIndex(this.#files, this.#folder, header);
      if (known !== undefined) return { ...segment, header, runs: known };
      const runs = this.#index(segment, source);
      if (runs === undefined) return undefined;
      writeIndex(this.#files, this.#folder, header, runs);
      return { ...segment, header, runs };
    } finally {
      source.close();
    }
  }

  #index(segment: SealedSegment, source: SegmentBytes): readonly Run[] | undefined {
    const index = new IndexBuilder();
    let start = 0;
    const isWhole = walkSegment(segment, source, (frame, bytes, position) => {
      index.add(frame, position);
      if (position + bytes.length - start < blockBytesMin) return true;
      index.endRun();
      start = position + bytes.length;
      return this.#options.mayGoOn();
    });
    return isWhole ? index.runs() : undefined;
  }

  /**
   * Whole segments at the beginning, of which nothing is to stay. Keys of requests are no rows, and those
   * that are in no run yet would be in no place: looked up behind the segments, of which all keys that a
   * first run is told of came later.
   */
  #removeFront(segments: readonly IndexedSegment[], retention: Retention): void {
    const coveredStep = requestsCoveredStep(this.#files, this.#folder);
    const gone = segments.slice(
      0,
      segments.findIndex((segment) => segment.nextStep > coveredStep + 1 || retention.staysOf(segment)),
    );
    const last = gone.at(-1);
    if (last === undefined) return;
    recordFirstStep(this.#files, this.#folder, last.nextStep);
    for (const { path, firstStep } of gone) {
      this.#files.remove(path);
      const index = indexPath(this.#folder, firstStep);
      if (this.#files.exists(index)) this.#files.remove(index);
    }
    this.#files.flushFolder(this.#folder);
  }

  #keep(segment: IndexedSegment, retention: Retention): boolean {
    const { nowMs, packAfterMs, mayGoOn } = this.#options;
    const isAtRest = (segment.runs.at(-1)?.lastAppendTimeMs ?? 0) <= nowMs - packAfterMs;
    const isUnpacked = segment.header.packed === undefined && isAtRest;
    if (!isUnpacked && !retention.isWorthWriting(segment)) return false;
    return packSegment(segment, {
      files: this.#files,
      folder: this.#folder,
      stays: (frame) => frame.kind !== stepKind.rows || retention.stays(frame),
      mayGoOn,
    });
  }
}

/** The segments in which the steps are, which ascend as the segments do. */
function holdersOf(steps: ReadonlySet<number>, segments: readonly SealedSegment[]): readonly SealedSegment[] {
  const holders = new Set<SealedSegment>();
  let place = 0;
  for (const step of steps) {
    while (segments[place]!.nextStep <= step) place++;
    holders.add(segments[place]!);
  }
  return [...holders];
}

function rowBytesOf(runs: readonly Run[], stream: StreamId): number {
  const parts = runs.flatMap((run) => run.parts.filter(({ streamId }) => streamId === stream));
  return parts.reduce((sum, { rowFrameBytes }) => sum + rowFrameBytes, 0);
}
