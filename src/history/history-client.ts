/** History as the main thread holds it. */
import { Worker } from "node:worker_threads";
import { workerExit } from "../log/worker-exit.ts";
import { workerUrl } from "../values/worker-url.ts";
import { emptyHistory, type HistoryState } from "./history.ts";
import type { FromHistory, HistoryThreadData, ToHistory } from "./history-messages.ts";

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

  constructor(data: HistoryThreadData, listener: HistoryListener) {
    this.#listener = listener;
    this.#worker = new Worker(workerUrl(import.meta.url, "./history-thread"), {
      workerData: data,
      name: "history",
      resourceLimits: { maxYoungGenerationSizeMb: 4 },
    });
    this.#worker.on("message", (message: FromHistory) => this.#take(message));
    this.#worker.on("error", (error) => this.#stop(error.message));
    this.#worker.on("exit", () => this.#stop("its thread has ended"));
  }

  get state(): HistoryState {
    return this.#state;
  }

  /** What was read is written, then its files are closed. */
  async close(): Promise<void> {
    this.#closing = true;
    this.#worker.postMessage({ type: "close" } satisfies ToHistory);
    await workerExit(this.#worker);
  }

  #take(message: FromHistory): void {
    if (message.type === "problem") {
      this.#stop(message.problem);
      return;
    }
    this.#state = message.state;
    this.#listener.onState(message.state);
  }

  #stop(problem: string): void {
    if (this.#closing || this.#state.problem === problem) return;
    this.#state = { ...this.#state, problem };
    this.#listener.onProblem(problem);
  }
}
