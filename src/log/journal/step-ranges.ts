/**
 * The parts of a journal in which rows of a stream may be, the newest or the oldest first: who looks for a
 * few rows reads one after the other, until he has them. The rest of the journal stays unread.
 */
import type { StepFilter } from "../event-log.ts";
import { type FileLayer, orAbsent } from "./file-layer.ts";
import { openSegmentBytes } from "./segment-bytes.ts";
import { type Run, readIndex } from "./segment-index.ts";
import { listSegments, segmentPath } from "./segments.ts";
import type { UnindexedRuns } from "./unindexed-runs.ts";

/** Steps from the first up to, and without, the last; none where both are the same. */
export interface StepRange {
  readonly from: number;
  readonly to: number;
}

export interface RangeRequest extends StepFilter {
  readonly newestFirst: boolean;
  /** The steps that are looked at, both ends in. */
  readonly firstStep: number;
  readonly lastStep: number;
  /** When they were appended, both ends in. */
  readonly appendedFromMs: number;
  readonly appendedToMs: number;
}

export interface RangedJournal {
  readonly files: FileLayer;
  readonly folder: string;
  readonly unindexed: UnindexedRuns;
}

interface SegmentSpan {
  readonly firstStep: number;
  /** Of the segment behind it. */
  readonly nextStep: number;
  readonly isSealed: boolean;
}

/** Behind each segment a range of no step says how far it is: others may have their turn. */
export function* stepRanges(journal: RangedJournal, request: RangeRequest): Generator<StepRange> {
  const { newestFirst, firstStep, lastStep } = request;
  const segments = listSegments(journal.files, journal.folder);
  const spans = segments.map(
    (first, place): SegmentSpan => ({
      firstStep: first,
      nextStep: segments[place + 1] ?? lastStep + 1,
      isSealed: place + 1 < segments.length,
    }),
  );
  const touched = spans.filter((span) => span.firstStep <= lastStep && span.nextStep > firstStep);
  for (const span of newestFirst ? touched.reverse() : touched) {
    const runs = runsOf(journal, span, lastStep);
    const ranges = runs.flatMap((run, place): StepRange[] => {
      // Append times never fall: a run begins no earlier than the one before it ends.
      const beganMs = runs[place - 1]?.lastAppendTimeMs ?? Number.NEGATIVE_INFINITY;
      if (run.lastAppendTimeMs < request.appendedFromMs || beganMs > request.appendedToMs) return [];
      if (!mayHold(run, request)) return [];
      const from = Math.max(run.firstStep, firstStep);
      const to = Math.min(runs[place + 1]?.firstStep ?? span.nextStep, lastStep + 1);
      return from < to ? [{ from, to }] : [];
    });
    yield* newestFirst ? ranges.reverse() : ranges;
    const reached = newestFirst ? Math.max(span.firstStep, firstStep) : Math.min(span.nextStep, lastStep + 1);
    yield { from: reached, to: reached };
    const lastMs = runs.at(-1)?.lastAppendTimeMs ?? 0;
    if (newestFirst ? lastMs < request.appendedFromMs : lastMs > request.appendedToMs) return;
  }
}

/** None of a segment that retention took since it was listed. */
function runsOf(
  { files, folder, unindexed }: RangedJournal,
  { firstStep, isSealed }: SegmentSpan,
  lastStep: number,
): readonly Run[] {
  const file = orAbsent(() => files.open(segmentPath(folder, firstStep), "read"));
  if (file === undefined) return [];
  const segment = openSegmentBytes(file);
  try {
    const written = isSealed ? readIndex(files, folder, segment.header) : undefined;
    return written ?? unindexed.of(segment, lastStep);
  } finally {
    segment.close();
  }
}

function mayHold({ parts }: Run, { streams, eventTimes }: StepFilter): boolean {
  return parts.some(
    ({ streamId, rowFrameBytes, eventTimeMinMs, eventTimeMaxMs }) =>
      streams.has(streamId) &&
      rowFrameBytes > 0 &&
      (eventTimes === undefined ||
        (eventTimeMinMs <= eventTimes.toMs && eventTimeMaxMs >= eventTimes.fromMs)),
  );
}
