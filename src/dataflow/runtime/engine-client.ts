/** The engine as the main thread holds it: views in, change batches out. */
import { Worker } from "node:worker_threads";
import { QuickwaterError, quickwaterError } from "../../errors/quickwater-error.ts";
import { workerExit } from "../../log/worker-exit.ts";
import { workerUrl } from "../../values/worker-url.ts";
import type { ChangeBatch } from "../../views/view.ts";
import type { ChangeFailure } from "./changing.ts";
import type { EngineCheckpoint } from "./checkpointing.ts";
import type { DerivedRows } from "./derived-stream.ts";
import { BooksReader } from "./engine-books.ts";
import type {
  EngineAnswer,
  EngineAnswers,
  EngineProgress,
  EngineQuestion,
  EngineThreadData,
  FromEngine,
  ToEngine,
} from "./engine-messages.ts";
import type { EngineQueries, WrittenStreams } from "./engine-queries.ts";
import type { Beginning } from "./ledger-book.ts";

export interface EngineListener {
  /** Must have taken the batch when it returns. */
  readonly onChanges: (batch: ChangeBatch) => void;
  readonly onViewFailure: (view: string, reason: string) => void;
  /** Rows that queries wrote; resolves when they are in the log. */
  readonly onRows: (rows: DerivedRows) => Promise<unknown>;
  /** What the journal is to be told; resolves when it is on disk. */
  readonly onBeginnings: (beginnings: readonly Beginning[]) => Promise<unknown>;
  readonly onProgress: (progress: EngineProgress) => void;
  /** It began with the checkpoint of that step. */
  readonly onRestored: (stepNumber: number) => void;
  readonly onCheckpoint: (figures: EngineCheckpoint) => void;
  /** A sentence that the operator of the server should see. */
  readonly onNotice: (notice: string) => void;
  readonly onFailure: (error: QuickwaterError) => void;
}

/** On a large machine the runtime would take three times as much, and not be faster by it. */
const youngMegabytesMax = 48;

export class EngineClient {
  readonly #worker: Worker;
  readonly books = new BooksReader();
  #written: Promise<unknown> = Promise.resolve();
  readonly #changes = new Map<number, (failure: ChangeFailure | undefined) => void>();
  readonly #asked = new Map<number, (answer: EngineAnswer) => void>();
  #nextId = 1;
  /** Resolves when everything that was in the journal at the start has been taken. */
  readonly caughtUp: Promise<void>;

  constructor(data: Omit<EngineThreadData, "books">, events: EngineListener) {
    const books = this.books.figures.shared;
    this.#worker = new Worker(workerUrl(import.meta.url, "./engine-thread"), {
      workerData: { ...data, books } satisfies EngineThreadData,
      name: "engine",
      resourceLimits: { maxYoungGenerationSizeMb: youngMegabytesMax },
    });
    this.caughtUp = new Promise((resolve) => {
      this.#worker.on("message", (message: FromEngine) => {
        if (message.type === "caught-up") resolve();
        else this.#receive(message, events);
      });
    });
    this.#worker.on("error", (error) => {
      const reason = error instanceof Error ? error.message : String(error);
      events.onFailure(quickwaterError("run.thread-died", { thread: "engine", reason }, { cause: error }));
    });
  }

  /** Resolves when what queries wrote, as far as it was heard of, is in the log. */
  get written(): Promise<unknown> {
    return this.#written;
  }

  /**
   * Resolves when the queries are these, with all that the journal holds; with the reason where they could
   * not be made: then they are those of before.
   */
  change(queries: EngineQueries, written: WrittenStreams): Promise<ChangeFailure | undefined> {
    const id = this.#nextId++;
    return new Promise((resolve) => {
      this.#changes.set(id, resolve);
      this.#post({ type: "change", id, queries, written });
    });
  }

  /** @throws QuickwaterError where the engine cannot answer. */
  async ask<Kind extends EngineQuestion["kind"]>(
    question: Extract<EngineQuestion, { readonly kind: Kind }>,
  ): Promise<EngineAnswers[Kind]> {
    const id = this.#nextId++;
    const answer = await new Promise<EngineAnswer>((resolve) => {
      this.#asked.set(id, resolve);
      this.#post({ type: "ask", id, question });
    });
    if ("value" in answer) return answer.value as EngineAnswers[Kind];
    throw quickwaterError("request.query-failed", { reason: answer.failure });
  }

  async close(): Promise<void> {
    this.#post({ type: "close" });
    await workerExit(this.#worker);
  }

  #receive(message: Exclude<FromEngine, { type: "caught-up" }>, events: EngineListener): void {
    switch (message.type) {
      case "changes":
        for (const batch of message.batches) events.onChanges(batch);
        this.#post({ type: "taken", views: message.batches.map(({ view }) => view) });
        break;
      case "rows": {
        const bytes = message.rows.rows.bytes.length;
        this.#written = events.onRows(message.rows);
        this.#written.then(
          () => this.#post({ type: "written", bytes }),
          // A log that cannot be written has said so itself; what was made is made again after a restart.
          () => {},
        );
        break;
      }
      case "changed":
        this.#changes.get(message.id)?.(message.failure);
        this.#changes.delete(message.id);
        break;
      case "tell":
        events.onBeginnings(message.beginnings).then(
          () => this.#post({ type: "told", id: message.id }),
          // The log says itself why it cannot be written any more.
          () => {},
        );
        break;
      case "progress":
        events.onProgress(message.progress);
        break;
      case "answer":
        this.#asked.get(message.id)?.(message.answer);
        this.#asked.delete(message.id);
        break;
      case "restored":
        events.onRestored(message.stepNumber);
        break;
      case "checkpoint":
        events.onCheckpoint(message.figures);
        break;
      case "books":
        this.books.learn(message.layout);
        break;
      case "notice":
        events.onNotice(message.notice);
        break;
      case "view-failed":
        events.onViewFailure(message.view, message.reason);
        break;
      case "failed":
        for (const changed of this.#changes.values())
          changed({ name: "a query", reason: "the engine has stopped" });
        this.#changes.clear();
        for (const asked of this.#asked.values()) asked({ failure: "the engine has stopped" });
        this.#asked.clear();
        events.onFailure(new QuickwaterError(message.code, message.params));
        break;
    }
  }

  #post(message: ToEngine): void {
    this.#worker.postMessage(message);
  }
}
