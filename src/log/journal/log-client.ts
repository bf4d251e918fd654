/** The log as the main thread holds it: messages out, promises back. */
import { Worker } from "node:worker_threads";
import type { TableDefinition } from "../../catalog/catalog.ts";
import { type QuickwaterError, quickwaterError } from "../../errors/quickwater-error.ts";
import { workerUrl } from "../../values/worker-url.ts";
import type {
  AppendAnswer,
  AppendRequest,
  DeclaredStream,
  EventLogWriter,
  LogEntry,
  StepNumber,
} from "../event-log.ts";
import { defaultLogSettings, type LogSettings } from "../log-settings.ts";
import { workerExit } from "../worker-exit.ts";
import { FlushedPosition } from "./flushed-position.ts";
import { JournalUpkeep, type JournalUser } from "./journal-upkeep.ts";
import { LogBooks } from "./log-books.ts";
import type { FromLog, LogThreadData, ToLog } from "./log-messages.ts";
import { fromPosted, type PostedError } from "./posted-error.ts";

interface Waiting {
  readonly resolve: (value: never) => void;
  readonly reject: (error: unknown) => void;
  readonly bytes: number;
}

export class LogClient implements EventLogWriter {
  readonly #worker: Worker;
  readonly #settings: LogSettings;
  readonly #waiting = new Map<number, Waiting>();
  readonly #upkeep: JournalUpkeep;
  readonly flushed: FlushedPosition;
  readonly books: LogBooks;
  /** Called once when the log can no longer be written. */
  onFailure: (error: QuickwaterError) => void = () => {};
  #nextId = 1;
  #pendingBytes = 0;
  #closing = false;
  #failure: QuickwaterError | undefined;

  private constructor(
    worker: Worker,
    flushed: FlushedPosition,
    books: LogBooks,
    folder: string,
    settings: LogSettings,
  ) {
    this.#worker = worker;
    this.flushed = flushed;
    this.books = books;
    this.#settings = settings;
    this.#upkeep = new JournalUpkeep(folder, settings);
  }

  /** Opens the journal in the folder, making both where they are missing; rejects with what is wrong. */
  static async open(folder: string, settings: LogSettings = defaultLogSettings): Promise<LogClient> {
    const flushed = new FlushedPosition();
    const books = new LogBooks();
    const data = { folder, settings, flushed: flushed.shared, books: books.figures.shared };
    const worker = new Worker(workerUrl(import.meta.url, "./log-thread"), {
      workerData: data satisfies LogThreadData,
      name: "log",
    });
    const client = new LogClient(worker, flushed, books, folder, settings);
    await new Promise<void>((resolve, reject) => {
      worker.on("error", (error) => {
        const reason = error instanceof Error ? error.message : String(error);
        const failure = quickwaterError("run.thread-died", { thread: "log", reason }, { cause: error });
        reject(failure);
        client.#fail(failure);
      });
      worker.on("message", (message: FromLog) => {
        if (message.type === "ready") resolve();
        else if (message.type === "cannot-open") reject(fromPosted(message.error));
        else client.#receive(message);
      });
    });
    client.#upkeep.start();
    return client;
  }

  get pendingBytes(): number {
    return this.#pendingBytes;
  }

  /** Why sealed segments are not looked after; undefined where they are. */
  get upkeepProblem(): QuickwaterError | undefined {
    return this.#upkeep.problem;
  }

  /** The user will not read the journal from further back than this step, but for `holding`. */
  needFrom(user: JournalUser, step: number): void {
    this.#upkeep.needFrom(user, step);
  }

  /** Keeps everything that is in the journal there until the work, which reads it from its front, is done. */
  holding<Result>(work: () => Promise<Result>): Promise<Result> {
    return this.#upkeep.holding(work);
  }

  async declare(tables: readonly TableDefinition[]): Promise<readonly DeclaredStream[]> {
    const id = this.#nextId++;
    const declared = await this.#ask<readonly DeclaredStream[]>(id, 0, { type: "declare", id, tables });
    this.#upkeep.declared(declared);
    return declared;
  }

  append(request: AppendRequest): Promise<AppendAnswer> {
    let bytes = 0;
    for (const chunk of request.chunks) bytes += chunk.length;
    const refusal = this.#refusalOf(bytes);
    if (refusal !== undefined) return Promise.reject(refusal);
    const id = this.#nextId++;
    return this.#ask(id, bytes, { type: "append", id, ...request });
  }

  /** Who writes holds itself back: nothing is refused because of what others have sent. */
  write(entries: readonly LogEntry[]): Promise<readonly StepNumber[]> {
    const refusal = this.#refusalOf(0);
    if (refusal !== undefined) return Promise.reject(refusal);
    const id = this.#nextId++;
    return this.#ask(id, 0, { type: "write", id, entries });
  }

  #refusalOf(bytes: number): QuickwaterError | undefined {
    if (this.#failure !== undefined) {
      return quickwaterError("request.not-durable", { reason: this.#failure.message });
    }
    if (this.#closing) return quickwaterError("request.stopping", {});
    const limit = this.#settings.pendingBytesMax;
    return this.#pendingBytes + bytes > limit ? quickwaterError("request.busy", { limit }) : undefined;
  }

  async close(): Promise<void> {
    if (this.#closing) return;
    this.#closing = true;
    this.#post({ type: "close" });
    await Promise.all([workerExit(this.#worker), this.#upkeep.close()]);
  }

  #ask<T>(id: number, bytes: number, message: ToLog): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as (value: never) => void, reject, bytes });
      this.#pendingBytes += bytes;
      this.#post(message);
    });
  }

  #post(message: ToLog): void {
    const transfer = message.type === "append" ? message.chunks.map((chunk) => chunk.buffer) : [];
    this.#worker.postMessage(message, transfer);
  }

  #receive(message: FromLog): void {
    switch (message.type) {
      case "declared":
        this.#settle(message.id, (waiting) => waiting.resolve(message.declarations as never));
        break;
      case "refused":
        this.#settle(message.id, (waiting) => waiting.reject(fromPosted(message.error)));
        break;
      case "replies":
        for (const reply of message.replies) {
          this.#settle(reply.id, (waiting) =>
            "answer" in reply
              ? waiting.resolve(reply.answer as never)
              : waiting.reject(fromPosted(reply.error as PostedError)),
          );
        }
        break;
      case "failed":
        this.#failure ??= this.#announce(fromPosted(message.error));
        break;
    }
  }

  #settle(id: number, how: (waiting: Waiting) => void): void {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return;
    this.#waiting.delete(id);
    this.#pendingBytes -= waiting.bytes;
    how(waiting);
  }

  #announce(error: QuickwaterError): QuickwaterError {
    this.onFailure(error);
    return error;
  }

  #fail(error: QuickwaterError): void {
    this.#failure ??= this.#announce(error);
    for (const id of [...this.#waiting.keys()]) this.#settle(id, (waiting) => waiting.reject(error));
  }
}
