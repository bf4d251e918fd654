/**
 * Which rows of a journal may go: those that their stream's retention has let go, by age or because so much
 * of the stream is there behind them, and that are before the floor.
 */
import type { StreamId } from "../event-log.ts";
import type { KeyedTable } from "./replaced-steps.ts";
import type { Run } from "./segment-index.ts";
import type { FrameHeader } from "./step-format.ts";

export interface StreamRetention {
  readonly streamId: StreamId;
  /** Rows stay at least so long, by append time. */
  readonly ms?: number | undefined;
  /** At least so much stays. */
  readonly bytes?: number | undefined;
  /** Rows stay so long in any case: those behind them are compared with them. */
  readonly comparedMs?: number | undefined;
}

/** Of a table with a PRIMARY KEY: the latest row of a key stays, those that it replaced go. */
export interface KeyedRetention extends KeyedTable {
  /** Rows stay at least so long, by append time. */
  readonly ms: number;
  /** Up to where replaced rows were looked for before. */
  readonly doneStep: number;
}

export interface RetainedSegment {
  readonly nextStep: number;
  readonly runs: readonly Run[];
}

type RetainedStep = Pick<FrameHeader, "streamId" | "appendTimeMs"> & { readonly number: number };

interface Limit {
  readonly beforeMs: number;
  readonly beforeStep: number;
  readonly comparedFromMs: number;
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
      retentions.map(({ streamId, ms, bytes, comparedMs = 0 }) => {
        const beforeMs = ms === undefined ? Number.NEGATIVE_INFINITY : nowMs - ms;
        const beforeStep = bytes === undefined ? 0 : stepAt(segments, streamId, bytes);
        return [streamId, { beforeMs, beforeStep, comparedFromMs: nowMs - comparedMs }];
      }),
    );
  }

  /** Whether rows of the step stay. */
  stays({ streamId, number, appendTimeMs }: RetainedStep): boolean {
    if (number >= this.#floor) return true;
    const limit = this.#limits.get(streamId);
    if (limit === undefined || appendTimeMs >= limit.comparedFromMs) return true;
    return appendTimeMs >= limit.beforeMs && number >= limit.beforeStep;
  }

  /** Whether rows of the segment may have to stay, or it may yet be read for the sake of its other steps. */
  staysOf(segment: RetainedSegment): boolean {
    return (
      segment.nextStep > this.#floor ||
      [...this.#rowBytes(segment).values()].some(({ staying }) => staying > 0)
    );
  }

  /**
   * A stream of which nothing stays in the segment leaves it, however little it is: what goes of a stream is
   * always what came first.
   */
  isWorthWriting(segment: RetainedSegment): boolean {
    const bytes = [...this.#rowBytes(segment).values()];
    const all = bytes.reduce((sum, each) => sum + each.all, 0);
    const going = all - bytes.reduce((sum, each) => sum + each.staying, 0);
    return going >= all * shareWorthWriting
      ? going > 0
      : bytes.some((each) => each.all > 0 && each.staying === 0);
  }

  /** By stream. A run goes where all of it goes: what is told of one that goes in part is too much. */
  #rowBytes({ nextStep, runs }: RetainedSegment): ReadonlyMap<StreamId, RowBytes> {
    const bytes = new Map<StreamId, RowBytes>();
    for (const [place, run] of runs.entries()) {
      const last = (runs[place + 1]?.firstStep ?? nextStep) - 1;
      for (const { streamId, rowFrameBytes } of run.parts) {
        const before = bytes.get(streamId) ?? { all: 0, staying: 0 };
        // What its last step may do all of its steps may: time and numbers only grow.
        const isStaying = this.stays({ streamId, number: last, appendTimeMs: run.lastAppendTimeMs });
        const staying = before.staying + (isStaying ? rowFrameBytes : 0);
        bytes.set(streamId, { all: before.all + rowFrameBytes, staying });
      }
    }
    return bytes;
  }
}

interface RowBytes {
  readonly all: number;
  readonly staying: number;
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
