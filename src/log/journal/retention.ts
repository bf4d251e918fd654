/**
 * Which rows of a journal may go: those that their stream's retention has let go, by age or because so much
 * of the stream is there behind them, and that are before the floor.
 */
import type { StreamId } from "../event-log.ts";
import type { Run } from "./segment-index.ts";
import type { FrameHeader } from "./step-format.ts";

export interface StreamRetention {
  readonly streamId: StreamId;
  /** Rows stay at least so long, by append time. */
  readonly ms?: number | undefined;
  /** At least so much stays. */
  readonly bytes?: number | undefined;
}

export interface RetainedSegment {
  readonly nextStep: number;
  readonly runs: readonly Run[];
}

type RetainedStep = Pick<FrameHeader, "streamId" | "appendTimeMs"> & { readonly number: number };

interface Limit {
  readonly beforeMs: number;
  readonly beforeStep: number;
}

/** A segment is written anew when it becomes smaller by so much. */
const shareWorthWriting = 0.25;

export class Retention {
  readonly #floor: number;
  readonly #limits: ReadonlyMap<StreamId, Limit>;

  /** Of segments from the oldest to the newest. */
  constructor(
    segments: readonly RetainedSegment[],
    retentions: readonly StreamRetention[],
    { floor, nowMs }: { readonly floor: number; readonly nowMs: number },
  ) {
    this.#floor = floor;
    this.#limits = new Map(
      retentions.map(({ streamId, ms, bytes }) => {
        const beforeMs = ms === undefined ? Number.NEGATIVE_INFINITY : nowMs - ms;
        return [
          streamId,
          { beforeMs, beforeStep: bytes === undefined ? 0 : stepAt(segments, streamId, bytes) },
        ];
      }),
    );
  }

  /** Whether rows of the step stay. */
  stays({ streamId, number, appendTimeMs }: RetainedStep): boolean {
    if (number >= this.#floor) return true;
    const limit = this.#limits.get(streamId);
    return limit === undefined || (appendTimeMs >= limit.beforeMs && number >= limit.beforeStep);
  }

  /** Whether rows of the segment may have to stay, or it may yet be read for the sake of its other steps. */
  staysOf({ nextStep, runs }: RetainedSegment): boolean {
    return nextStep > this.#floor || this.#rowBytes({ nextStep, runs }).staying > 0;
  }

  isWorthWriting(segment: RetainedSegment): boolean {
    const { all, staying } = this.#rowBytes(segment);
    return all > staying && all - staying >= all * shareWorthWriting;
  }

  /** A run goes where all of it goes: what is told of one that goes in part is too much. */
  #rowBytes({ nextStep, runs }: RetainedSegment): { readonly all: number; readonly staying: number } {
    let all = 0;
    let staying = 0;
    for (const [place, run] of runs.entries()) {
      const last = (runs[place + 1]?.firstStep ?? nextStep) - 1;
      for (const { streamId, rowFrameBytes } of run.parts) {
        all += rowFrameBytes;
        // What its last step may do all of its steps may: time and numbers only grow.
        const isStaying = this.stays({ streamId, number: last, appendTimeMs: run.lastAppendTimeMs });
        if (isStaying) staying += rowFrameBytes;
      }
    }
    return { all, staying };
  }
}

/** The first step of the run that holds the last byte that stays. */
function stepAt(segments: readonly RetainedSegment[], streamId: StreamId, bytes: number): number {
  let there = 0;
  for (const { runs } of segments.toReversed()) {
    for (const run of runs.toReversed()) {
      there += run.parts.find((part) => part.streamId === streamId)?.rowFrameBytes ?? 0;
      if (there >= bytes) return run.firstStep;
    }
  }
  return 0;
}
