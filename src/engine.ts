/**
 * The engine in one process: catalog, log, dataflow and views put together. `openEngine` is the library's
 * way in, and the server is built on the same object.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Catalog, type TableDefinition } from "./catalog/catalog.ts";
import { defaultPipelineOptions } from "./dataflow/physical/build-pipeline.ts";
import { EngineClient } from "./dataflow/runtime/engine-client.ts";
import { bindEngineScript, type EngineScript } from "./dataflow/runtime/engine-script.ts";
import type { EngineView } from "./dataflow/runtime/engine-service.ts";
import { type LateReplay, LateReplays } from "./dataflow/runtime/late-replay.ts";
import { type QueryAnswer, type QueryRequest, QueryRunner } from "./dataflow/runtime/query-client.ts";
import {
  type GivenQuerySettings,
  type QueriedJournal,
  querySettings,
} from "./dataflow/runtime/query-messages.ts";
import { type QuickwaterError, quickwaterError } from "./errors/quickwater-error.ts";
import { closestName } from "./errors/suggest.ts";
import { type DataFolder, openDataFolder } from "./log/data-folder.ts";
import type { LetterChoice, LetterList, ReplayAnswer, ReplayRequest } from "./log/dead/dead-letters.ts";
import type { LateList } from "./log/dead/late-list.ts";
import { Letters } from "./log/dead/letters.ts";
import type { AppendAnswer, AppendRequest, DeclaredStream, StreamId } from "./log/event-log.ts";
import { nodeFileLayer } from "./log/journal/file-layer.ts";
import { journalIdOf } from "./log/journal/journal-id.ts";
import { LogClient } from "./log/journal/log-client.ts";
import { defaultLogSettings, type LogSettings } from "./log/log-settings.ts";
import { utc } from "./sql/bind/local-time.ts";
import type { CheckpointFigures } from "./state/checkpoint/checkpoint.ts";
import { nodeCheckpointFiles } from "./state/checkpoint/checkpoint-files.ts";
import { refuseForeignCheckpoints } from "./state/checkpoint/read-checkpoint.ts";
import { LiveView } from "./views/live-view.ts";
import { type RowObject, rowObject } from "./views/row-object.ts";

const checkpointMsDefault = 10_000;

export interface EngineOptions {
  /** Where events are kept. Without it they live in a folder of the system's that is removed at `close`. */
  readonly data?: string | undefined;
  /** Tables and views to begin with: cheaper than adding them one by one to a journal that holds events. */
  readonly sql?: string | undefined;
  /** Between two checkpoints, in milliseconds; a folder of the system's has none. Default: 10,000. */
  readonly checkpointMs?: number | undefined;
  /** Of all its SQL, where no SET says another; default UTC. */
  readonly timeZone?: string | undefined;
  /** The bounds of queries over views. */
  readonly query?: GivenQuerySettings | undefined;
  readonly log?: { readonly [Name in keyof LogSettings]?: LogSettings[Name] | undefined } | undefined;
  /**
   * Called when a view was stopped by what its query computes; its rows stay as they are, the others go on.
   */
  readonly onViewFailure?: ((view: string, reason: string) => void) | undefined;
  /** Called with a sentence that who runs the engine should see: why it takes longer than it might. */
  readonly onNotice?: ((notice: string) => void) | undefined;
  /** Called when the engine cannot go on: the disk is full, a thread died. */
  readonly onFailure?: ((error: QuickwaterError) => void) | undefined;
}

export interface SendAnswer {
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: AppendAnswer["rejected"];
}

/**
 * Opens an engine in this process; no server, no port.
 *
 * @throws QuickwaterError where the data folder cannot be used or `sql` has a mistake (the first one is
 * thrown).
 */
export async function openEngine(options: EngineOptions = {}): Promise<Engine> {
  const temporary = options.data === undefined;
  const path = options.data ?? mkdtempSync(join(tmpdir(), "quickwater-"));
  const folder = openDataFolder(path);
  try {
    refuseForeignCheckpoints(
      nodeCheckpointFiles,
      folder.checkpoints,
      journalIdOf(nodeFileLayer, folder.journal),
    );
    const log = await LogClient.open(folder.journal, withDefaults(options));
    return await Engine.start(folder, log, options, temporary);
  } catch (error) {
    folder.release();
    if (temporary) rmSync(path, { recursive: true, force: true });
    throw error;
  }
}

export class Engine {
  readonly catalog: Catalog;
  readonly #folder: DataFolder;
  readonly #log: LogClient;
  readonly #views = new Map<string, LiveView>();
  readonly #temporary: boolean;
  readonly #dataflow: EngineClient;
  readonly #queries: QueryRunner;
  readonly #streamIds = new Map<string, StreamId>();
  readonly #letters: Letters;
  readonly #late: LateReplays;
  /** Of the project: what days, local clocks and texts of instants are of. */
  readonly timeZone: string;
  readonly #onFailure: (error: QuickwaterError) => void;
  #failure: QuickwaterError | undefined;
  #restoredStep: number | undefined;
  #checkpoint: CheckpointFigures | undefined;

  private constructor(
    folder: DataFolder,
    log: LogClient,
    options: EngineOptions,
    temporary: boolean,
    prepared: EngineScript,
    declared: readonly DeclaredStream[],
  ) {
    this.#folder = folder;
    this.#log = log;
    this.#temporary = temporary;
    this.#onFailure = options.onFailure ?? (() => {});
    this.catalog = prepared.catalog;
    log.onFailure = (error) => this.#fail(error);
    for (const { view } of prepared.views) this.#views.set(view.name, new LiveView(view));
    const data = {
      folder: folder.journal,
      flushed: log.flushed.shared,
      options: defaultPipelineOptions,
      views: prepared.views,
      inserts: prepared.inserts,
      written: rowCountsOf(declared),
      checkpoints: temporary
        ? undefined
        : { folder: folder.checkpoints, everyMs: options.checkpointMs ?? checkpointMsDefault },
    };
    this.timeZone = options.timeZone ?? utc;
    this.#queries = new QueryRunner(this, querySettings(options.query));
    this.#letters = new Letters({
      folder: folder.journal,
      flushed: log.flushed,
      streams: this.#streamIds,
      append: (request) => this.append(request),
      write: (entries) => log.write(entries),
      limits: withDefaults(options),
      now: () => Date.now(),
    });
    this.#late = new LateReplays({
      folder: folder.journal,
      flushed: log.flushed,
      streams: this.#streamIds,
      write: (entries) => log.write(entries),
      correction: (view, spans) => this.#dataflow.correction(view, spans),
    });
    this.#know(declared, prepared.views);
    this.#dataflow = new EngineClient(data, {
      onChanges: (batch) => this.#views.get(batch.view)?.apply(batch),
      onRows: async ({ stream, rows }) => {
        await log.write([{ stream, partition: 0, rows }]);
      },
      onRestored: (stepNumber) => {
        this.#restoredStep = stepNumber;
      },
      onCheckpoint: (figures) => {
        this.#checkpoint = figures;
        // What queries wrote is compared with what they make again, where that has to be: of all rows.
        if (prepared.inserts.length === 0) log.needFrom(figures.oldestStep);
      },
      onNotice: (notice) => options.onNotice?.(notice),
      onViewFailure: (view, reason) => {
        this.#views.get(view)?.stop(reason);
        options.onViewFailure?.(view, reason);
      },
      onFailure: (error) => this.#fail(error),
    });
  }

  /** For `openEngine`. */
  static async start(
    folder: DataFolder,
    log: LogClient,
    options: EngineOptions,
    temporary: boolean,
  ): Promise<Engine> {
    try {
      const prepared = bindEngineScript(options.sql ?? "", new Catalog(), options.timeZone);
      const declared = await log.declare(prepared.streams);
      return new Engine(folder, log, options, temporary, prepared, declared);
    } catch (error) {
      await log.close();
      throw error;
    }
  }

  /** Resolves when the views have taken everything that was in the journal when the engine was opened. */
  get ready(): Promise<void> {
    return this.#dataflow.caughtUp;
  }

  /** Why the engine cannot go on, where it cannot. */
  get failure(): QuickwaterError | undefined {
    return this.#failure;
  }

  /** The step of the checkpoint that it began with; undefined where it read the whole journal. */
  get restoredStep(): number | undefined {
    return this.#restoredStep;
  }

  /** The last that was written since the engine was opened. */
  get checkpoint(): CheckpointFigures | undefined {
    return this.#checkpoint;
  }

  /** Why sealed segments of the journal are not looked after; undefined where they are. */
  get upkeepProblem(): QuickwaterError | undefined {
    return this.#log.upkeepProblem;
  }

  get pendingBytes(): number {
    return this.#log.pendingBytes;
  }

  /**
   * Runs CREATE TABLE and CREATE MATERIALIZED VIEW; a new view has taken all earlier events when this
   * resolves.
   */
  async execute(sql: string): Promise<void> {
    // Bound on a copy: a script with a mistake leaves nothing behind.
    const prepared = bindEngineScript(sql, this.catalog.copy(), this.timeZone);
    const [insert] = prepared.inserts;
    if (insert !== undefined) throw quickwaterError("run.insert-needs-start", { stream: insert.target.name });
    const declared = await this.#log.declare(prepared.streams);
    const rowCounts = rowCountsOf(declared);
    this.#know(declared, prepared.views);
    this.catalog.take(prepared.catalog);
    for (const added of prepared.views) {
      this.#views.set(added.view.name, new LiveView(added.view));
      const lateRows = rowCounts.get(added.lateRows?.name ?? "") ?? 0;
      await this.#log.holding(() => this.#dataflow.addView(added, lateRows));
      const { failure } = this.#viewNamed(added.view.name);
      if (failure !== undefined) {
        throw quickwaterError("run.view-failed", { view: added.view.name, reason: failure });
      }
    }
  }

  /** Sends events as objects; resolves when they are on disk. */
  async send(stream: string, events: object | readonly object[]): Promise<SendAnswer> {
    const lines = (Array.isArray(events) ? events : [events])
      .map((event) => JSON.stringify(event))
      .join("\n");
    const bytes = new TextEncoder().encode(lines);
    const { accepted, duplicates, rejected } = await this.append({
      stream,
      format: "ndjson",
      chunks: [bytes],
      origin: "library",
    });
    return { accepted, duplicates, rejected };
  }

  /** Sends a body as it came; resolves when its rows are on disk. */
  append(request: AppendRequest): Promise<AppendAnswer> {
    const { stream } = request;
    if (this.catalog.writers().has(stream)) {
      return Promise.reject(quickwaterError("request.written-stream", { stream }));
    }
    return this.#log.append(request);
  }

  /** The rows of a stream that could not be taken and were not replayed since, by reason. */
  async deadLetters(stream: string, choice: LetterChoice = {}, limit = 100): Promise<LetterList> {
    const table = this.stream(stream);
    return this.#log.holding(() => this.#letters.list(table, choice, limit));
  }

  /** Reads dead letters again by the schema of today; who passes is in the stream when this resolves. */
  async replay(stream: string, request: Partial<ReplayRequest> = {}): Promise<ReplayAnswer> {
    const { choice = {}, edited = new Map(), dryRun = false, force = false } = request;
    const table = this.stream(stream);
    return this.#log.holding(() => this.#letters.replay(table, { choice, edited, dryRun, force }));
  }

  /** Late rows of a view, by window. */
  async lateRows(view: string): Promise<LateList> {
    return this.#late.list(this.#viewNamed(view).schema.name);
  }

  /** Takes late rows into the closed windows that they belong to: their rows come with the next revision. */
  async replayLate(view: string, { dryRun = false } = {}): Promise<LateReplay> {
    return this.#late.replay(this.#viewNamed(view).schema.name, dryRun);
  }

  /** A stream that events are sent to. */
  stream(name: string): TableDefinition {
    const table = this.catalog.table(name);
    if (table?.origin.kind === "stream") return table;
    if (table !== undefined) throw quickwaterError("request.written-stream", { stream: name });
    const streams = this.catalog.tables().filter(({ origin }) => origin.kind === "stream");
    const suggestion = closestName(
      name,
      streams.map((stream) => stream.name),
    );
    throw quickwaterError("request.unknown-stream", { stream: name }, { suggestion });
  }

  view(name: string): LiveView | undefined {
    return this.#views.get(name);
  }

  views(): readonly LiveView[] {
    return [...this.#views.values()];
  }

  /** Answers one statement that reads, over the views as they are. */
  query(request: QueryRequest): Promise<QueryAnswer> {
    return this.#queries.run(request);
  }

  /** The view's rows as they are now. */
  rows(view: string): readonly RowObject[] {
    const live = this.#viewNamed(view);
    return Array.from(live.rows(), (row) => rowObject(live.schema.schema, row));
  }

  /** Calls the listener with the rows that are there, then with those that change; answers what ends it. */
  subscribe(view: string, listener: (rows: readonly RowObject[]) => void): () => void {
    const live = this.#viewNamed(view);
    const { schema } = live.schema;
    if (live.rowCount > 0) listener(this.rows(view));
    return live.listen((batch) => {
      if (batch.upserts.length > 0) listener(batch.upserts.map((row) => rowObject(schema, row)));
    });
  }

  async close(): Promise<void> {
    await this.#queries.close();
    await this.#log.close();
    await this.#dataflow.close();
    this.#folder.release();
    if (this.#temporary) rmSync(this.#folder.path, { recursive: true, force: true });
  }

  #know(declared: readonly DeclaredStream[], views: readonly EngineView[]): void {
    for (const { table, streamId } of declared) this.#streamIds.set(table.name, streamId);
    this.#late.add(views);
  }

  /** For queries. */
  get journal(): QueriedJournal {
    return { folder: this.#folder.journal, lastStep: this.#log.flushed.step, streams: this.#streamIds };
  }

  #viewNamed(name: string): LiveView {
    const live = this.#views.get(name);
    if (live !== undefined) return live;
    const suggestion = closestName(name, this.#views.keys());
    throw quickwaterError("request.unknown-view", { view: name }, { suggestion });
  }

  #fail(error: QuickwaterError): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    this.#onFailure(error);
  }
}

/** Settings that are there and undefined mean the default too. */
function withDefaults({ log = {}, timeZone = utc }: EngineOptions): LogSettings {
  const given = Object.entries(log).filter(([, value]) => value !== undefined);
  return { ...defaultLogSettings, timeZone, ...Object.fromEntries(given) };
}

function rowCountsOf(declared: readonly DeclaredStream[]): ReadonlyMap<string, number> {
  return new Map(declared.map(({ table, rowCount }) => [table.name, rowCount]));
}
