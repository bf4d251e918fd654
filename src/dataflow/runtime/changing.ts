/**
 * Has other queries made beside those that run, a little in each turn, and puts them in their places. What
 * the journal is to be told of it is on disk before: a crash at any moment finds the one or the other.
 */
import type { Making } from "../../views/view.ts";
import { namesOf } from "./engine-queries.ts";
import type { EngineService } from "./engine-service.ts";
import type { Beginning } from "./ledger-book.ts";
import type { QueryChange } from "./query-change.ts";

/** Between two words on how far it is. */
export const progressMs = 250;

/** Views, and streams that queries write, that are made of the journal. */
export interface MakingProgress extends Making {
  readonly names: readonly string[];
}

/** Why a change was given up. */
export interface ChangeFailure {
  /** The view or the written stream. */
  readonly name: string;
  readonly reason: string;
}

export interface ChangingOptions {
  readonly engine: EngineService;
  readonly nowMs: () => number;
  /**
   * Resolves when the journal has been told, behind the rows that queries have written so far, or never again
   * will be.
   */
  readonly tell: (beginnings: readonly Beginning[]) => Promise<void>;
  /** Undefined when it is over. */
  readonly onProgress: (progress: MakingProgress | undefined) => void;
}

interface Running {
  readonly change: QueryChange;
  readonly names: readonly string[];
  readonly failure: () => ChangeFailure | undefined;
  readonly onEnd: (failure: ChangeFailure | undefined) => void;
  readonly progress: ProgressOfReading;
}

export class Changing {
  readonly #options: ChangingOptions;
  #running: Running | undefined;
  #toldMs = Number.NEGATIVE_INFINITY;
  #isClosed = false;

  constructor(options: ChangingOptions) {
    this.#options = options;
  }

  get isBusy(): boolean {
    return this.#running !== undefined;
  }

  /** `failure` says why it cannot be taken; `onEnd` is called once it has its place, or is given up. */
  begin(
    change: QueryChange,
    failure: () => ChangeFailure | undefined,
    onEnd: (failure: ChangeFailure | undefined) => void,
  ): void {
    const progress = new ProgressOfReading(this.#options.nowMs);
    this.#running = { change, names: namesOf(change.changes.made), failure, onEnd, progress };
  }

  /** Answers when its time is up. */
  async turn(turnMs: number): Promise<void> {
    const running = this.#running;
    if (running === undefined) return;
    const { engine, nowMs, onProgress } = this.#options;
    const { change, progress, names } = running;
    const isThere = change.work(engine.stepNumber, nowMs() + turnMs, nowMs);
    const failure = running.failure();
    if (failure !== undefined) {
      change.close();
      this.#end(running, failure);
    } else if (isThere) await this.#swap(running);
    else if (nowMs() >= this.#toldMs + progressMs) {
      this.#toldMs = nowMs();
      onProgress({ names, ...progress.at(change.stepNumber, engine.stepNumber) });
    }
  }

  close(): void {
    this.#isClosed = true;
  }

  /** No step is taken until this is done: the rows of one side end where those of the other begin. */
  async #swap(running: Running): Promise<void> {
    const { engine, tell } = this.#options;
    const beginnings = engine.beginningsOf(running.change);
    if (beginnings.length > 0) {
      await tell(beginnings);
      if (this.#isClosed) return;
    }
    engine.swap(running.change);
    this.#end(running, undefined);
  }

  #end(running: Running, failure: ChangeFailure | undefined): void {
    this.#running = undefined;
    this.#options.onProgress(undefined);
    running.onEnd(failure);
  }
}

export class ProgressOfReading {
  readonly #nowMs: () => number;
  readonly #startedMs: number;
  #first: number | undefined;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
    this.#startedMs = nowMs();
  }

  at(step: number, lastStep: number): Making {
    this.#first ??= step;
    const part = (step - this.#first) / Math.max(1, lastStep - this.#first);
    const done = Math.round(1000 * Math.max(0, Math.min(1, part))) / 1000;
    const elapsedMs = this.#nowMs() - this.#startedMs;
    return { done, remainingMs: done < 0.01 ? null : Math.round((elapsedMs / done) * (1 - done)) };
  }
}
