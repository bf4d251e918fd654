/**
 * Queries as the main thread runs them: each in a thread of its own, with bounds. Rows are noted
 * in one turn, so that a view's are those of one step, and made into bytes in pieces, so that nobody waits.
 */
import { Worker } from "node:worker_threads";
import type { Catalog } from "../../catalog/catalog.ts";
import { QuickwaterError, quickwaterError } from "../../errors/quickwater-error.ts";
import { zoneNamed } from "../../functions/scalar/zones.ts";
import { padding } from "../../values/json/scan.ts";
import { workerUrl } from "../../values/worker-url.ts";
import type { LiveView } from "../../views/live-view.ts";
import { cellsOf, type ViewRow } from "../../views/view.ts";
import {
  type FromQuery,
  finalColumn,
  type QueriedJournal,
  type QueryRows,
  type QuerySettings,
  type QueryThreadData,
} from "./query-messages.ts";

export interface QueryRequest {
  readonly sql: string;
  readonly timeZone: string;
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

/** Between two pieces others have their turn. */
const pieceRows = 2_000;

export class QueryRunner {
  readonly #surroundings: QuerySurroundings;
  readonly #settings: QuerySettings;
  readonly #running = new Set<Worker>();

  constructor(surroundings: QuerySurroundings, settings: QuerySettings) {
    this.#surroundings = surroundings;
    this.#settings = settings;
  }

  async run({ sql, timeZone }: QueryRequest): Promise<QueryAnswer> {
    const { atOnceMax } = this.#settings;
    if (this.#running.size >= atOnceMax)
      throw quickwaterError("request.too-many-queries", { limit: atOnceMax });
    if (zoneNamed(timeZone) === undefined) {
      const expected = "name a time zone, such as Europe/Berlin";
      throw quickwaterError("request.bad-parameter", { name: "timeZone", expected });
    }
    const { catalog } = this.#surroundings;
    const nowMs = Date.now();
    const data: QueryThreadData = {
      sql,
      timeZone,
      nowMs,
      tables: catalog.tables(),
      views: catalog.views(),
      queries: catalog.queries(),
      settings: this.#settings,
      journal: this.#surroundings.journal,
    };
    const worker = new Worker(workerUrl(import.meta.url, "./query-thread"), {
      workerData: data,
      name: "query",
    });
    this.#running.add(worker);
    try {
      return { ...(await this.#finished(worker, data.journal.lastStep)), nowMs, timeZone };
    } finally {
      this.#running.delete(worker);
      await worker.terminate();
    }
  }

  get running(): number {
    return this.#running.size;
  }

  /** Ends what runs; those who wait are told. */
  async close(): Promise<void> {
    await Promise.all([...this.#running].map((worker) => worker.terminate()));
  }

  #finished(worker: Worker, lastStep: number): Promise<QueryRows & Pick<QueryAnswer, "views">> {
    const { runMsMax } = this.#settings;
    return new Promise((resolve, reject) => {
      let views: QueryAnswer["views"] = [];
      const timer = setTimeout(
        () => reject(quickwaterError("request.query-timeout", { limit: runMsMax })),
        runMsMax,
      );
      const settle = (settled: () => void) => {
        clearTimeout(timer);
        settled();
      };
      worker.on("message", (message: FromQuery) => {
        if (message.type === "done") settle(() => resolve({ ...message.answer, views }));
        else if (message.type === "failed") {
          const { code, params, position, suggestion } = message;
          settle(() => reject(new QuickwaterError(code, params, { position, suggestion })));
        } else {
          try {
            const read = message.views.map((name) => this.#surroundings.view(name)!);
            views = [
              ...read.map((view) => ({ name: view.schema.name, step: view.stepNumber })),
              ...message.streams.map((name) => ({ name, step: lastStep })),
            ];
            void sendRows(worker, this.#rowsOf(read));
          } catch (error) {
            settle(() => reject(error));
          }
        }
      });
      worker.on("error", (error) => settle(() => reject(error)));
      worker.on("exit", () => settle(() => reject(quickwaterError("request.query-ended", {}))));
    });
  }

  #rowsOf(views: readonly LiveView[]): readonly NotedRows[] {
    const limit = this.#settings.rowsReadMax;
    const count = views.reduce((sum, view) => sum + view.rowCount, 0);
    if (count > limit) throw quickwaterError("request.query-reads", { limit });
    return views.map((view) => ({ view, rows: [...view.rows()] }));
  }
}

interface NotedRows {
  readonly view: LiveView;
  readonly rows: readonly ViewRow[];
}

async function sendRows(worker: Worker, noted: readonly NotedRows[]): Promise<void> {
  for (const { view, rows } of noted) {
    const { name, schema } = view.schema;
    const names = schema.columns.map((column) => JSON.stringify(column.name));
    for (let from = 0; from < rows.length; from += pieceRows) {
      const { bytes, rowEnds } = linesOf(rows.slice(from, from + pieceRows), names);
      const rowCount = rowEnds.length;
      worker.postMessage({ type: "rows", view: name, bytes, rowEnds, rowCount }, [bytes.buffer]);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  worker.postMessage({ type: "run" });
}

function linesOf(rows: readonly ViewRow[], names: readonly string[]) {
  const lines = rows.map((row) => {
    const cells = cellsOf(row);
    const members = names.map((name, index) => `${name}:${cells[index]}`);
    return `{${members.join(",")}${members.length === 0 ? "" : ","}"${finalColumn}":${row.final}}\n`;
  });
  const rowEnds = new Int32Array(rows.length);
  let end = 0;
  for (const [index, line] of lines.entries()) {
    end += Buffer.byteLength(line);
    rowEnds[index] = end;
  }
  const bytes = new Uint8Array(new ArrayBuffer(end + padding));
  Buffer.from(bytes.buffer).write(lines.join(""));
  return { bytes, rowEnds };
}
