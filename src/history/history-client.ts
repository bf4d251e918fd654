/** History as the main thread holds it. */
import { setImmediate as turn } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { quickwaterError } from "../errors/quickwater-error.ts";
import { fromPosted } from "../log/journal/posted-error.ts";
import { workerExit } from "../log/worker-exit.ts";
import { workerUrl } from "../values/worker-url.ts";
import type { ExportQuery } from "./export/export-messages.ts";
import { ExportReading } from "./export/export-reading.ts";
import { emptyHistory, type HistoryState } from "./history.ts";
import type {
  FromHistory,
  HistoryAnswer,
  HistoryQuery,
  HistoryThreadData,
  ToHistory,
  ViewRows,
} from "./history-messages.ts";

export interface HistoryListener {
  /** It is further than before. */
  readonly onState: (state: HistoryState) => void;
  readonly onProblem: (problem: string) => void;
}

/** Views that a query may read too. */
export interface ViewsBeside {
  names(): readonly string[];
  /** As they are now; may throw where they are too many. */
  rows(names: readonly string[]): readonly ViewRows[];
}

interface Asked extends Pick<PromiseWithResolvers<HistoryAnswer>, "resolve" | "reject"> {
  readonly views: ViewsBeside | undefined;
}

const rowsTogether = 2_000;

export class HistoryClient {
  readonly #worker: Worker;
  /** It sees this in the midst of its work, and what it is told only in between. */
  readonly #stopped = new Int32Array(new SharedArrayBuffer(4));
  readonly #listener: HistoryListener;
  #state: HistoryState = emptyHistory;
  #closing = false;
  readonly #asked = new Map<number, Asked>();
  readonly #exports = new Map<number, ExportReading>();
  #nextId = 1;
  #hasEnded = false;

  constructor(data: Omit<HistoryThreadData, "stop">, listener: HistoryListener) {
    this.#listener = listener;
    this.#worker = new Worker(workerUrl(import.meta.url, "./history-thread"), {
      workerData: { ...data, stop: this.#stopped.buffer } satisfies HistoryThreadData,
      name: "history",
      resourceLimits: { maxYoungGenerationSizeMb: 4 },
    });
    this.#worker.on("message", (message: FromHistory) => this.#take(message));
    this.#worker.on("error", (error) => this.#stop(error.message));
    this.#worker.on("exit", () => this.#end());
  }

  get state(): HistoryState {
    return this.#state;
  }

  /** How many questions are not answered yet. */
  get asked(): number {
    return this.#asked.size;
  }

  /** Answers one query over history, and over the views as they are; rejects with why it cannot. */
  ask(given: HistoryQuery, signal?: AbortSignal, views?: ViewsBeside): Promise<HistoryAnswer> {
    if (this.#closing || this.#hasEnded) return Promise.reject(quickwaterError("request.query-ended", {}));
    const id = this.#nextId++;
    const answer = Promise.withResolvers<HistoryAnswer>();
    this.#asked.set(id, { ...answer, views });
    const query = views === undefined ? given : { ...given, views: views.names() };
    this.#tell({ type: "ask", id, query });
    if (signal?.aborted) this.#tell({ type: "leave", id });
    signal?.addEventListener("abort", () => this.#tell({ type: "leave", id }), { once: true });
    return answer.promise;
  }

  /** Begins an export; what is wrong with it is told by its head. */
  export(query: ExportQuery): ExportReading {
    const id = this.#nextId++;
    const reading = new ExportReading({
      onTaken: () => this.#tell({ type: "taken", id }),
      onLeft: () => this.#tell({ type: "leave", id }),
    });
    if (this.#closing || this.#hasEnded) {
      reading.fail(quickwaterError("request.query-ended", {}));
      return reading;
    }
    this.#exports.set(id, reading);
    this.#tell({ type: "export", id, query });
    return reading;
  }

  /** What is not written yet is broken off, and read again by the next; then its files are closed. */
  async close(): Promise<void> {
    this.#closing = true;
    Atomics.store(this.#stopped, 0, 1);
    this.#tell({ type: "close" });
    await workerExit(this.#worker);
  }

  #tell(message: ToHistory): void {
    this.#worker.postMessage(message);
  }

  #take(message: FromHistory): void {
    switch (message.type) {
      case "problem":
        this.#stop(message.problem);
        return;
      case "state":
        this.#state = message.state;
        this.#listener.onState(message.state);
        return;
      case "needs":
        void this.#give(message.id, message.views);
        return;
      case "answer":
        this.#settle(message.id, ({ resolve }) => resolve(message.answer));
        return;
      case "exporting":
        this.#exports.get(message.id)?.begin(message.head);
        return;
      case "piece":
        this.#exports.get(message.id)?.add(message.bytes, message.rowCount);
        return;
      case "exported":
        this.#exports.get(message.id)?.end();
        this.#exports.delete(message.id);
        return;
      case "refused":
        this.#settle(message.id, ({ reject }) => reject(fromPosted(message.error)));
        this.#failExport(message.id, fromPosted(message.error));
    }
  }

  /** They are noted in one turn, and told in many: others have theirs. */
  async #give(id: number, names: readonly string[]): Promise<void> {
    try {
      for (const { rows, ...view } of this.#asked.get(id)?.views?.rows(names) ?? []) {
        for (let from = 0; from === 0 || from < rows.length; from += rowsTogether) {
          this.#tell({
            type: "view-rows",
            id,
            view: { ...view, rows: rows.slice(from, from + rowsTogether) },
          });
          await turn();
          if (!this.#asked.has(id)) return;
        }
      }
      this.#tell({ type: "view-rows", id, view: undefined });
    } catch (error) {
      this.#settle(id, ({ reject }) => reject(error));
      this.#tell({ type: "leave", id });
    }
  }

  #settle(id: number, how: (asked: Asked) => void): void {
    const asked = this.#asked.get(id);
    this.#asked.delete(id);
    if (asked !== undefined) how(asked);
  }

  #failExport(id: number, error: unknown): void {
    this.#exports.get(id)?.fail(error);
    this.#exports.delete(id);
  }

  #end(): void {
    this.#hasEnded = true;
    for (const id of [...this.#exports.keys()]) {
      this.#failExport(id, quickwaterError("request.query-ended", {}));
    }
    for (const id of [...this.#asked.keys()]) {
      this.#settle(id, ({ reject }) => reject(quickwaterError("request.query-ended", {})));
    }
    this.#stop("its thread has ended");
  }

  #stop(problem: string): void {
    if (this.#closing || this.#state.problem === problem) return;
    this.#state = { ...this.#state, problem };
    this.#listener.onProblem(problem);
  }
}
