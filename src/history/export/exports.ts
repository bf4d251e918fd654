/** The exports that run in the thread of history, by the number that main knows each by. */
import { quickwaterError } from "../../errors/quickwater-error.ts";
import { postedError } from "../../log/journal/posted-error.ts";
import type { FromHistory } from "../history-messages.ts";
import type { ExportQuery } from "./export-messages.ts";
import { Pieces } from "./pieces.ts";
import type { ExportTarget } from "./run-export.ts";

type Post = (message: FromHistory, moved?: readonly ArrayBuffer[]) => void;

interface RunningExport {
  readonly pieces: Pieces;
  readonly ending: AbortController;
}

export class Exports {
  readonly #post: Post;
  readonly #running = new Map<number, RunningExport>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(post: Post) {
    this.#post = post;
  }

  /** Resolves when it has ended, one way or the other. */
  async run(id: number, { runMsMax }: ExportQuery, work: (to: ExportTarget) => Promise<void>): Promise<void> {
    const ending = new AbortController();
    const { signal } = ending;
    const pieces = new Pieces((bytes, rowCount) => {
      this.#post({ type: "piece", id, bytes, rowCount }, [bytes.buffer]);
    }, signal);
    const late = setTimeout(
      () => ending.abort(quickwaterError("request.export-timeout", { limit: runMsMax })),
      runMsMax,
    );
    this.#running.set(id, { pieces, ending });
    try {
      const begin: ExportTarget["begin"] = (head) => this.#post({ type: "exporting", id, head });
      await work({ pieces, signal, begin, inTurn: (each) => this.#inTurn(each) });
      this.#post({ type: "exported", id });
    } catch (error) {
      this.#post({ type: "refused", id, error: postedError(error, "history") });
    } finally {
      clearTimeout(late);
      this.#running.delete(id);
    }
  }

  /** Main has taken a piece. */
  take(id: number): void {
    this.#running.get(id)?.pieces.take();
  }

  end(id: number): void {
    this.#running.get(id)?.ending.abort(quickwaterError("request.query-ended", {}));
  }

  endAll(): void {
    for (const id of this.#running.keys()) this.end(id);
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => {
      // Whoever asked for it is told.
    });
    return done;
  }
}
