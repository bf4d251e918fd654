/**
 * Queries as the main thread runs them: bounded in number and time, in threads that stay for a while. To
 * begin one costs more than most queries, and threads that come and go in quick succession are not always
 * safe for the process.
 */
import type { Catalog } from "../../catalog/catalog.ts";
import { quickwaterError } from "../../errors/quickwater-error.ts";
import { zoneNamed } from "../../functions/scalar/zones.ts";
import type { GivenValues } from "../../sql/parse/token-cursor.ts";
import type { LiveView } from "../../views/live-view.ts";
import type { QueriedJournal, QueryAsked, QueryPage, QueryRows, QuerySettings } from "./query-messages.ts";
import { QueryWorker } from "./query-worker.ts";

export interface QueryRequest {
  readonly sql: string;
  readonly timeZone: string;
  /** What `:name` in it stands for, by name. */
  readonly given?: GivenValues | undefined;
  readonly page?: QueryPage | undefined;
}

export interface QueryAnswer extends QueryRows {
  /** The views and streams that were read, each with the step that its rows are as of. */
  readonly views: readonly { readonly name: string; readonly step: number }[];
  /** What the query's clocks said. */
  readonly nowMs: number;
  readonly timeZone: string;
}

/** What a query sees of the engine. */
export interface QuerySurroundings {
  readonly catalog: Catalog;
  view(name: string): LiveView | undefined;
  readonly journal: QueriedJournal;
}

/** A thread that has nothing to do for so long is given up. */
const idleMsMax = 60_000;
/** Most queries that nobody waits for any more are done by then, and their thread stays. */
const leftMsMax = 500;

export class QueryRunner {
  readonly #surroundings: QuerySurroundings;
  readonly #settings: QuerySettings;
  /** The one that was used last is at the end, and is used next. */
  readonly #idle: { readonly worker: QueryWorker; readonly givenUp: NodeJS.Timeout }[] = [];
  readonly #running = new Set<QueryWorker>();
  #isClosed = false;

  constructor(surroundings: QuerySurroundings, settings: QuerySettings) {
    this.#surroundings = surroundings;
    this.#settings = settings;
  }

  /** Where the signal says that nobody waits any more, it is ended. */
  async run(request: QueryRequest, signal?: AbortSignal): Promise<QueryAnswer> {
    const { timeZone } = request;
    const { atOnceMax, runMsMax } = this.#settings;
    if (this.#running.size >= atOnceMax)
      throw quickwaterError("request.too-many-queries", { limit: atOnceMax });
    if (zoneNamed(timeZone) === undefined) {
      const expected = "name a time zone, such as Europe/Berlin";
      throw quickwaterError("request.bad-parameter", { name: "timeZone", expected });
    }
    if (this.#isClosed || signal?.aborted) throw quickwaterError("request.query-ended", {});
    const query = this.#asked(request);
    const worker = this.#begin();
    const ending = setTimeout(
      () => void worker.stop(quickwaterError("request.query-timeout", { limit: runMsMax })),
      runMsMax,
    );
    let leaving: NodeJS.Timeout | undefined;
    const leave = () => {
      const ended = quickwaterError("request.query-ended", {});
      leaving = setTimeout(() => void worker.stop(ended), leftMsMax);
    };
    signal?.addEventListener("abort", leave);
    try {
      const { rows, views, streams } = await worker.ask(query, (name) => this.#surroundings.view(name));
      const ofJournal = streams.map((name) => ({ name, step: query.journal.lastStep }));
      return { ...rows, views: [...views, ...ofJournal], nowMs: query.nowMs, timeZone };
    } finally {
      clearTimeout(ending);
      clearTimeout(leaving);
      signal?.removeEventListener("abort", leave);
      this.#running.delete(worker);
      this.#keep(worker);
    }
  }

  get running(): number {
    return this.#running.size;
  }

  /** Ends what runs; those who wait are told. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const idle = this.#idle.splice(0);
    for (const { givenUp } of idle) clearTimeout(givenUp);
    await Promise.all([
      ...[...this.#running].map((worker) => worker.stop(quickwaterError("request.query-ended", {}))),
      ...idle.map(({ worker }) => worker.leave()),
    ]);
  }

  #asked({ sql, timeZone, given, page }: QueryRequest): QueryAsked {
    const { catalog, journal } = this.#surroundings;
    return {
      sql,
      timeZone,
      given,
      page,
      nowMs: Date.now(),
      tables: catalog.tables(),
      views: catalog.views(),
      queries: catalog.queries(),
      settings: this.#settings,
      journal,
    };
  }

  #begin(): QueryWorker {
    const idle = this.#idle.pop();
    clearTimeout(idle?.givenUp);
    const worker = idle?.worker.isUsable === true ? idle.worker : new QueryWorker();
    this.#running.add(worker);
    return worker;
  }

  #keep(worker: QueryWorker): void {
    if (!worker.isUsable || this.#isClosed) return;
    const givenUp = setTimeout(() => {
      this.#idle.splice(
        this.#idle.findIndex((idle) => idle.worker === worker),
        1,
      );
      void worker.leave();
    }, idleMsMax);
    this.#idle.push({ worker, givenUp: givenUp.unref() });
  }
}
