/**
 * A thread for queries as the main thread holds it: one query at a time. Rows are noted in one turn, so that
 * a view's are those of one step, and made into bytes in pieces, so that nobody waits.
 */
import { Worker } from "node:worker_threads";
import { assert, QuickwaterError, quickwaterError } from "../../errors/quickwater-error.ts";
import { workerExit } from "../../log/worker-exit.ts";
import { padding } from "../../values/json/scan.ts";
import { workerUrl } from "../../values/worker-url.ts";
import type { LiveView } from "../../views/live-view.ts";
import { cellsOf, type ViewRow } from "../../views/view.ts";
import {
  type FromQuery,
  finalColumn,
  type QueryAsked,
  type QueryRows,
  type ToQuery,
} from "./query-messages.ts";

export interface WorkerAnswer {
  readonly rows: QueryRows;
  /** The views that were read, each with the step that its rows are as of. */
  readonly views: readonly { readonly name: string; readonly step: number }[];
  readonly streams: readonly string[];
}

/** Between two pieces others have their turn. */
const pieceRows = 2_000;

export class QueryWorker {
  readonly #worker = new Worker(workerUrl(import.meta.url, "./query-thread"), { name: "query" });
  #listener: Exchange | undefined;
  #isUsable = true;

  constructor() {
    this.#worker.on("message", (message: FromQuery) => this.#listener?.take(message));
    this.#worker.on("error", (error) => this.#lose(error));
    this.#worker.on("exit", () => this.#lose(quickwaterError("request.query-ended", {})));
  }

  /** Whether it can be asked again. */
  get isUsable(): boolean {
    return this.#isUsable;
  }

  /** Rejects with the query's mistake, and where the thread is ended meanwhile. */
  async ask(query: QueryAsked, viewNamed: (name: string) => LiveView | undefined): Promise<WorkerAnswer> {
    assert(this.#listener === undefined && this.#isUsable, "a thread for queries was asked twice");
    try {
      return await new Promise((resolve, reject) => {
        const tell = (message: ToQuery, moved: readonly ArrayBuffer[] = []) =>
          this.#worker.postMessage(message, moved);
        this.#listener = new Exchange(query, viewNamed, tell, { resolve, reject });
        tell({ type: "ask", query });
      });
    } finally {
      this.#listener = undefined;
    }
  }

  /** At once, whatever it does: who waits for its answer is told why. */
  async stop(reason: QuickwaterError): Promise<void> {
    this.#lose(reason);
    await this.#worker.terminate();
  }

  /** It does nothing now. */
  async leave(): Promise<void> {
    this.#isUsable = false;
    this.#worker.postMessage({ type: "leave" } satisfies ToQuery);
    await workerExit(this.#worker);
  }

  #lose(reason: unknown): void {
    this.#isUsable = false;
    this.#listener?.fail(reason);
  }
}

/** What is said between main and the thread of one query. */
class Exchange {
  readonly #query: QueryAsked;
  readonly #viewNamed: (name: string) => LiveView | undefined;
  readonly #tell: (message: ToQuery, moved?: readonly ArrayBuffer[]) => void;
  readonly #settled: { resolve(answer: WorkerAnswer): void; reject(reason: unknown): void };
  #read: Pick<WorkerAnswer, "views" | "streams"> = { views: [], streams: [] };
  #isOver = false;

  constructor(
    query: QueryAsked,
    viewNamed: (name: string) => LiveView | undefined,
    tell: (message: ToQuery, moved?: readonly ArrayBuffer[]) => void,
    settled: { resolve(answer: WorkerAnswer): void; reject(reason: unknown): void },
  ) {
    this.#query = query;
    this.#viewNamed = viewNamed;
    this.#tell = tell;
    this.#settled = settled;
  }

  take(message: FromQuery): void {
    if (message.type === "done")
      this.#end(() => this.#settled.resolve({ rows: message.answer, ...this.#read }));
    else if (message.type === "failed") {
      const { code, params, position, suggestion } = message;
      this.fail(new QuickwaterError(code, params, { position, suggestion }));
    } else {
      try {
        const views = message.views.map((name) => this.#viewNamed(name)!);
        this.#read = {
          views: views.map((view) => ({ name: view.schema.name, step: view.stepNumber })),
          streams: message.streams,
        };
        void this.#send(this.#rowsOf(views));
      } catch (error) {
        this.fail(error);
      }
    }
  }

  fail(reason: unknown): void {
    this.#end(() => this.#settled.reject(reason));
  }

  #end(settle: () => void): void {
    this.#isOver = true;
    settle();
  }

  #rowsOf(views: readonly LiveView[]): readonly NotedRows[] {
    const limit = this.#query.settings.rowsReadMax;
    const count = views.reduce((sum, view) => sum + view.rowCount, 0);
    if (count > limit) throw quickwaterError("request.query-reads", { limit });
    return views.map((view) => {
      const rows = view.noted();
      rows.hold();
      return { view, rows };
    });
  }

  async #send(noted: readonly NotedRows[]): Promise<void> {
    for (const { view, rows } of noted) {
      const { name, schema } = view.schema;
      const names = schema.columns.map((column) => JSON.stringify(column.name));
      for (const piece of piecesOf(rows)) {
        if (this.#isOver) return;
        const { bytes, rowEnds } = linesOf(piece, names);
        this.#tell({ type: "rows", view: name, bytes, rowEnds, rowCount: rowEnds.length }, [bytes.buffer]);
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
    if (!this.#isOver) this.#tell({ type: "run" });
  }
}

interface NotedRows {
  readonly view: LiveView;
  readonly rows: Iterable<ViewRow>;
}

function* piecesOf(rows: Iterable<ViewRow>): Generator<readonly ViewRow[]> {
  let piece: ViewRow[] = [];
  for (const row of rows) {
    if (piece.push(row) < pieceRows) continue;
    yield piece;
    piece = [];
  }
  if (piece.length > 0) yield piece;
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
