/** History as the main thread holds it. */
import { Worker } from "node:worker_threads";
import { quickwaterError } from "../errors/quickwater-error.ts";
import { fromPosted } from "../log/journal/posted-error.ts";
import { workerExit } from "../log/worker-exit.ts";
import { workerUrl } from "../values/worker-url.ts";
import { emptyHistory, type HistoryState } from "./history.ts";
import type {
  FromHistory,
  HistoryAnswer,
  HistoryQuery,
  HistoryThreadData,
  ToHistory,
} from "./history-messages.ts";

export interface HistoryListener {
  /** It is further than before. */
  readonly onState: (state: HistoryState) => void;
  readonly onProblem: (problem: string) => void;
}

export class HistoryClient {
  readonly #worker: Worker;
  readonly #listener: HistoryListener;
  #state: HistoryState = emptyHistory;
  #closing = false;
  readonly #asked = new Map<number, PromiseWithResolvers<HistoryAnswer>>();
  #nextId = 1;
  #hasEnded = false;

  constructor(data: HistoryThreadData, listener: HistoryListener) {
    this.#listener = listener;
    this.#worker = new Worker(workerUrl(import.meta.url, "./history-thread"), {
      workerData: data,
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

  /** Answers one query over history; rejects with why it cannot. */
  ask(query: HistoryQuery): Promise<HistoryAnswer> {
    if (this.#closing || this.#hasEnded) return Promise.reject(quickwaterError("request.query-ended", {}));
    const id = this.#nextId++;
    const answer = Promise.withResolvers<HistoryAnswer>();
    this.#asked.set(id, answer);
    this.#worker.postMessage({ type: "ask", id, query } satisfies ToHistory);
    return answer.promise;
  }

  /** What was read is written, then its files are closed. */
  async close(): Promise<void> {
    this.#closing = true;
    this.#worker.postMessage({ type: "close" } satisfies ToHistory);
    await workerExit(this.#worker);
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
      case "answer":
        this.#settle(message.id, ({ resolve }) => resolve(message.answer));
        return;
      case "refused":
        this.#settle(message.id, ({ reject }) => reject(fromPosted(message.error)));
    }
  }

  #settle(id: number, how: (asked: PromiseWithResolvers<HistoryAnswer>) => void): void {
    const asked = this.#asked.get(id);
    this.#asked.delete(id);
    if (asked !== undefined) how(asked);
  }

  #end(): void {
    this.#hasEnded = true;
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
