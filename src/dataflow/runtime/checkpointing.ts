/**
 * Checkpoints of a running engine: one after the other, each frozen between two turns and written while the
 * engine goes on.
 */
import type { CheckpointFigures } from "../../state/checkpoint/checkpoint.ts";
import { type CheckpointStore, pagesOf } from "../../state/checkpoint/checkpoint-store.ts";
import type { PartImage } from "../../state/keyed-state.ts";
import { sparePages } from "../../state/spare-pages.ts";
import { contentOf } from "./engine-checkpoint.ts";
import type { EngineService } from "./engine-service.ts";

/** So many a turn cost less than a millisecond. */
const preparedPages = 8;
/** A restart reads fewer rows than these again within a second: for them alone none is written yet, */
const rowsWorthOne = 30_000;
/** until this many times as long. Few rows change nearly as many pages as many rows do. */
const quietTimes = 6;

export interface EngineCheckpoint extends CheckpointFigures {
  /** How many were written since the engine began. */
  readonly count: number;
  /** By view: what it keeps, the rows that it shows among them. */
  readonly viewBytes: ReadonlyMap<string, number>;
}

export interface CheckpointingOptions {
  readonly engine: EngineService;
  readonly store: CheckpointStore;
  readonly journalId: () => string;
  /** From the end of one to the beginning of the next; six times as long where little has come since. */
  readonly everyMs: number;
  /** Measures durations; `clockMs` is the time of day. */
  readonly nowMs: () => number;
  readonly clockMs: () => number;
  /** Resolves when the rows that queries have written so far are on disk. */
  readonly whenWritten: () => Promise<void>;
  readonly onWritten: (figures: EngineCheckpoint) => void;
  /** It is tried again; the earlier ones are as they were. */
  readonly onFailure: (error: unknown) => void;
}

export class Checkpointing {
  readonly #options: CheckpointingOptions;
  #lastStep: number;
  #lastRowsTaken = 0;
  #dueMs: number;
  /** From when on one is due however few rows have come. */
  #dueMsForFew: number;
  #isWriting = false;
  #count = 0;
  #isClosed = false;

  constructor(options: CheckpointingOptions) {
    this.#options = options;
    this.#lastStep = options.engine.stepNumber;
    this.#dueMs = options.nowMs() + options.everyMs;
    this.#dueMsForFew = this.#dueMs;
  }

  /** Between two turns of the engine: begins a checkpoint where one is due. */
  turn(): void {
    const { engine, nowMs } = this.#options;
    if (this.#isWriting || this.#isClosed || nowMs() < this.#dueMs) return;
    // What stopped may only be made again from the journal, where it stops again and says why.
    if (engine.stepNumber === this.#lastStep || !engine.isWhole) return;
    if (engine.rowsTaken - this.#lastRowsTaken < rowsWorthOne && nowMs() < this.#dueMsForFew) return;
    // Memory for the copies comes first, a little in each turn.
    if (sparePages.prepare(preparedPages)) void this.write();
  }

  /** Resolves when it was written, or could not be. */
  async write(): Promise<void> {
    const { engine, store, nowMs, clockMs, everyMs, journalId } = this.#options;
    const frozenAtMs = nowMs();
    const { rowsTaken } = engine;
    let waitMsForFew = everyMs;
    const image = sparePages.hold(() => engine.freeze());
    const stoppedMs = nowMs() - frozenAtMs;
    // Those that the image has made; what is written later is not waited for.
    const written = this.#options.whenWritten();
    this.#isWriting = true;
    try {
      const place = { journalId: journalId(), step: image.stepNumber, createdAtMs: clockMs() };
      const isWanted = () => !this.#isClosed;
      const writing = { frozenAtMs, stoppedMs, isWanted, whenSafe: () => written };
      const figures = await store.write(contentOf(image), place, writing);
      if (figures === undefined) return;
      this.#lastStep = figures.step;
      this.#lastRowsTaken = rowsTaken;
      waitMsForFew *= quietTimes;
      const viewBytes = new Map(
        image.views.map(([name, { operators, table }]) => [name, bytesOf([...operators, table])]),
      );
      this.#count++;
      this.#options.onWritten({ ...figures, count: this.#count, viewBytes });
    } catch (error) {
      this.#options.onFailure(error);
    } finally {
      sparePages.letGo();
      this.#isWriting = false;
      this.#dueMs = nowMs() + everyMs;
      this.#dueMsForFew = nowMs() + waitMsForFew;
    }
  }

  /** The one that is being written is given up. */
  close(): void {
    this.#isClosed = true;
  }
}

function bytesOf(parts: readonly PartImage[]): number {
  return pagesOf(parts).reduce((sum, page) => sum + page.length, 0);
}
