/**
 * The journal as the main thread asks for what is in it: dead letters, late rows, events. One thread answers
 * all; it begins with the first question and stays.
 */
import { Worker } from "node:worker_threads";
import { type QuickwaterError, quickwaterError } from "../../errors/quickwater-error.ts";
import type { FlushedPosition } from "../../log/journal/flushed-position.ts";
import { fromPosted } from "../../log/journal/posted-error.ts";
import { workerExit } from "../../log/worker-exit.ts";
import { workerUrl } from "../../values/worker-url.ts";
import type {
  FromReading,
  ReadingAnswers,
  ReadingJob,
  ReadingPart,
  ReadingThreadData,
  ToReading,
} from "./reading-jobs.ts";

/** Questions that wait for their answer. */
const waitingMax = 32;

type Told = Exclude<FromReading, { readonly type: "failed" }>;

interface Waiting {
  readonly resolve: (told: Told) => void;
  readonly reject: (error: unknown) => void;
}

export class JournalReadings {
  readonly #folder: string;
  readonly #flushed: FlushedPosition;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #nextId = 1;
  #isClosed = false;

  /** The folder is the journal's. */
  constructor(folder: string, flushed: FlushedPosition) {
    this.#folder = folder;
    this.#flushed = flushed;
  }

  /** Of the journal as far as it is flushed now. */
  async answer<Job extends ReadingJob>(job: Job): Promise<ReadingAnswers[Job["kind"]]> {
    const told = await this.#told(this.#begin(job));
    return (told as Extract<Told, { readonly type: "done" }>).answer as ReadingAnswers[Job["kind"]];
  }

  /** The next part is read when it is asked for. */
  async *parts(job: Extract<ReadingJob, { kind: "letters-again" }>): AsyncGenerator<ReadingPart> {
    const begin = this.#begin(job);
    const { id } = begin;
    let told = await this.#told(begin);
    try {
      for (; told.type === "part"; told = await this.#told({ type: "next", id })) yield told.part;
    } finally {
      if (told.type === "part") this.#post({ type: "end", id });
    }
  }

  /** Who waits is told. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#fail(quickwaterError("request.query-ended", {}));
    if (this.#worker === undefined) return;
    this.#post({ type: "close" });
    await workerExit(this.#worker);
  }

  #begin(job: ReadingJob): ToReading & { readonly id: number } {
    if (this.#isClosed) throw quickwaterError("request.stopping", {});
    if (this.#waiting.size >= waitingMax)
      throw quickwaterError("request.too-many-readings", { limit: waitingMax });
    return { type: "begin", id: this.#nextId++, lastStep: this.#flushed.step, job };
  }

  #told(message: ToReading & { readonly id: number }): Promise<Told> {
    this.#worker ??= this.#started();
    return new Promise((resolve, reject) => {
      this.#waiting.set(message.id, { resolve, reject });
      this.#post(message);
    });
  }

  #post(message: ToReading): void {
    this.#worker?.postMessage(message);
  }

  #started(): Worker {
    const data: ReadingThreadData = { folder: this.#folder };
    const worker = new Worker(workerUrl(import.meta.url, "./reading-thread"), {
      workerData: data,
      name: "reading",
    });
    worker.on("message", (message: FromReading) => {
      const waiting = this.#waiting.get(message.id);
      this.#waiting.delete(message.id);
      if (message.type === "failed") waiting?.reject(fromPosted(message.error));
      else waiting?.resolve(message);
    });
    const died = (reason: string, cause?: unknown) =>
      this.#fail(quickwaterError("run.thread-died", { thread: "reading", reason }, { cause }));
    worker.on("error", (error) => died(error instanceof Error ? error.message : String(error), error));
    // The next question begins another one; what was asked in between was heard by nobody.
    worker.on("exit", () => {
      if (this.#worker === worker) this.#worker = undefined;
      if (!this.#isClosed) died("it is gone");
    });
    return worker;
  }

  #fail(error: QuickwaterError): void {
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting) reject(error);
  }
}
