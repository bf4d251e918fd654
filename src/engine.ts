/**
 * The engine in one process: catalog, log, dataflow and views put together. `openEngine` is the library's
 * way in, and the server is built on the same object.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Catalog, TableDefinition } from "./catalog/catalog.ts";
import { streamNamed } from "./catalog/stream-named.ts";
import { defaultPipelineOptions } from "./dataflow/physical/build-pipeline.ts";
import { JournalReadings } from "./dataflow/reading/journal-readings.ts";
import { StreamEvents } from "./dataflow/reading/stream-events.ts";
import { ViewPast } from "./dataflow/replay/view-past.ts";
import { type Books, readBooks } from "./dataflow/runtime/books.ts";
import type { EngineCheckpoint } from "./dataflow/runtime/checkpointing.ts";
import { EngineClient, type EngineListener } from "./dataflow/runtime/engine-client.ts";
import type { EngineProgress } from "./dataflow/runtime/engine-messages.ts";
import {
  checkpointMsDefault,
  type EngineOptions,
  logSettingsOf,
  removalRequest,
  type SendAnswer,
  sendAnswer,
  sentRequest,
} from "./dataflow/runtime/engine-options.ts";
import { type EngineQueries, writtenOf } from "./dataflow/runtime/engine-queries.ts";
import { bindEngineScript, type EngineScript, engineScript } from "./dataflow/runtime/engine-script.ts";
import { LateReplays } from "./dataflow/runtime/late-replay.ts";
import { type QueryAnswer, type QueryRequest, QueryRunner } from "./dataflow/runtime/query-client.ts";
import { type QueriedJournal, querySettings } from "./dataflow/runtime/query-messages.ts";
import { QueryReports } from "./dataflow/runtime/query-reports.ts";
import { ViewWaits } from "./dataflow/runtime/view-waits.ts";
import { type QuickwaterError, quickwaterError } from "./errors/quickwater-error.ts";
import { Backfills } from "./log/backfills.ts";
import { type DataFolder, openDataFolder } from "./log/data-folder.ts";
import type { LetterChoice, LetterList, ReplayAnswer, ReplayRequest } from "./log/dead/dead-letters.ts";
import { Letters } from "./log/dead/letters.ts";
import type { AppendAnswer, AppendRequest, DeclaredStream, LogEntry, StreamId } from "./log/event-log.ts";
import { nodeFileLayer } from "./log/journal/file-layer.ts";
import { journalIdOf } from "./log/journal/journal-id.ts";
import { LogClient } from "./log/journal/log-client.ts";
import type { RowKey } from "./log/removal.ts";
import { utc } from "./sql/bind/local-time.ts";
import { nodeCheckpointFiles } from "./state/checkpoint/checkpoint-files.ts";
import { refuseForeignCheckpoints } from "./state/checkpoint/read-checkpoint.ts";
import type { LiveView } from "./views/live-view.ts";
import { LiveViews } from "./views/live-views.ts";
import { listenToRows, type RowObject, rowObjects } from "./views/row-object.ts";

/**
 * Opens an engine in this process; no server, no port.
 *
 * @throws QuickwaterError where the data folder cannot be used or `sql` has a mistake (the first one is
 * thrown).
 */
export async function openEngine(options: EngineOptions = {}): Promise<Engine> {
  const temporary = options.data === undefined;
  const path = options.data ?? mkdtempSync(join(tmpdir(), "quickwater-"));
  const folder = openDataFolder(path, options.project);
  try {
    refuseForeignCheckpoints(
      nodeCheckpointFiles,
      folder.checkpoints,
      journalIdOf(nodeFileLayer, folder.journal),
    );
    const log = await LogClient.open(folder.journal, logSettingsOf(options));
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
  readonly #views: LiveViews;
  #queriesOfProject: EngineQueries;
  #lastChange: Promise<void> = Promise.resolve();
  #progress: EngineProgress = { reading: undefined, making: undefined };
  readonly #temporary: boolean;
  readonly #dataflow: EngineClient;
  readonly #queries: QueryRunner;
  readonly #readings: JournalReadings;
  readonly #streamIds = new Map<string, StreamId>();
  readonly #letters: Letters;
  /** Rows of views that came behind the watermark. */
  readonly late: LateReplays;
  /** Brackets around the history of a stream. */
  readonly backfills: Backfills;
  /** What the streams have been given. */
  readonly events: StreamEvents;
  /** Views as they were. */
  readonly past: ViewPast;
  /** Who waits until a view has taken what was sent. */
  readonly waits: ViewWaits;
  /** How far each query is. */
  readonly reports: QueryReports;
  /** Of the project: what days, local clocks and texts of instants are of. */
  readonly timeZone: string;
  readonly #onFailure: (error: QuickwaterError) => void;
  #failure: QuickwaterError | undefined;
  #restoredStep: number | undefined;
  #checkpoint: EngineCheckpoint | undefined;

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
    this.#queriesOfProject = prepared.queries;
    this.#views = new LiveViews(prepared.queries.views.map(({ view }) => view));
    const data = {
      folder: folder.journal,
      flushed: log.flushed.shared,
      options: defaultPipelineOptions,
      queries: prepared.queries,
      written: writtenOf(declared),
      checkpoints: temporary
        ? undefined
        : { folder: folder.checkpoints, everyMs: options.checkpointMs ?? checkpointMsDefault },
    };
    this.timeZone = options.timeZone ?? utc;
    const bounds = querySettings(options.query);
    this.#queries = new QueryRunner(this, bounds);
    this.#readings = new JournalReadings(folder.journal, log.flushed);
    const journal = {
      readings: this.#readings,
      streams: this.#streamIds,
      write: (entries: readonly LogEntry[]) => log.write(entries),
      now: () => Date.now(),
    };
    const append = (request: AppendRequest) => this.append(request);
    this.#letters = new Letters({ ...journal, append, limits: logSettingsOf(options) });
    this.backfills = new Backfills({ ...journal, stream: (name) => this.#fed(name) });
    this.late = new LateReplays({
      ...journal,
      correction: (view, spans) => this.#dataflow.ask({ kind: "correction", view, spans }),
    });
    const running = { queries: () => this.#queriesOfProject, dataflow: () => this.#dataflow };
    this.events = new StreamEvents(this, { ...journal, ...running, bounds });
    this.past = new ViewPast(this, { ...journal, ...running, bounds });
    const view = (name: string) => this.#views.named(name);
    this.waits = new ViewWaits({ view, ...running, lastStep: () => log.flushed.step });
    this.reports = new QueryReports(running);
    this.#know(declared, prepared.queries);
    this.#dataflow = new EngineClient(data, this.#listener(options));
    // What is made of the journal again reads it from its front.
    void log.holding(() => this.#dataflow.caughtUp);
  }

  /** What the engine thread tells, and where it goes. */
  #listener(options: EngineOptions): EngineListener {
    return {
      onChanges: (batch) => this.#views.apply(batch),
      onBeginnings: (beginnings) => this.#log.write(beginnings),
      onProgress: (progress) => {
        this.#progress = progress;
        const { reading, making } = progress;
        this.#views.tellMaking((name) => reading ?? (making?.names.includes(name) ? making : undefined));
      },
      onRows: ({ stream, rows }) => this.#log.write([{ stream, partition: 0, rows }]),
      onRestored: (stepNumber) => {
        this.#restoredStep = stepNumber;
      },
      onCheckpoint: (figures) => {
        this.#checkpoint = figures;
        this.#log.needFrom("checkpoint", figures.oldestStep);
      },
      onNotice: (notice) => options.onNotice?.(notice),
      onViewFailure: (view, reason) => {
        this.#views.get(view)?.stop(reason);
        options.onViewFailure?.(view, reason);
      },
      onFailure: (error) => this.#fail(error),
    };
  }

  /** For `openEngine`. */
  static async start(
    folder: DataFolder,
    log: LogClient,
    options: EngineOptions,
    temporary: boolean,
  ): Promise<Engine> {
    try {
      const prepared = engineScript(options.sql ?? "", options.timeZone);
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

  /** How far it is with what it reads the journal for. */
  get progress(): EngineProgress {
    return this.#progress;
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
  get checkpoint(): EngineCheckpoint | undefined {
    return this.#checkpoint;
  }

  /** Why sealed segments of the journal are not looked after; undefined where they are. */
  get upkeepProblem(): QuickwaterError | undefined {
    return this.#log.upkeepProblem;
  }

  get pendingBytes(): number {
    return this.#log.pendingBytes;
  }

  get queriesRunning(): number {
    return this.#queries.running;
  }

  /** What became of all rows, as of one moment. */
  books(): Promise<Books> {
    return readBooks(this.#dataflow.books, this.#log.books, this.#streamIds);
  }

  /**
   * Runs CREATE, DROP and INSERT INTO: when this resolves a new view has taken all earlier events. What is
   * new is made beside what runs.
   *
   * @throws QuickwaterError where the script has a mistake, or a query fails on a row: then all is as it was.
   */
  execute(sql: string): Promise<void> {
    // Bound on a copy: a script with a mistake leaves nothing behind.
    return this.#changing(() =>
      bindEngineScript(sql, this.catalog.copy(), this.timeZone, this.#queriesOfProject),
    );
  }

  /**
   * Makes the script all that there is: what it does not name ends, what it changes is made anew beside what
   * runs and takes its place at one step, and the rest goes on. It throws as `execute` does.
   */
  replace(sql: string | EngineScript): Promise<void> {
    return this.#changing(() => engineScript(sql, this.timeZone));
  }

  /** One change after the other, each bound on what the one before has left. */
  #changing(bind: () => EngineScript): Promise<void> {
    const change = this.#lastChange.then(() => this.#change(bind()));
    this.#lastChange = change.catch(() => {
      // Who asked for it is told.
    });
    return change;
  }

  async #change({ catalog, streams, queries }: EngineScript): Promise<void> {
    const declared = await this.#log.declare(streams);
    const failure = await this.#log.holding(() => this.#dataflow.change(queries, writtenOf(declared)));
    if (failure !== undefined) {
      // Events are checked by the streams of before again.
      await this.#log.declare(streams.flatMap(({ name }) => this.catalog.table(name) ?? []));
      throw quickwaterError("run.change-failed", { ...failure });
    }
    this.#know(declared, queries);
    this.catalog.become(catalog);
    this.#queriesOfProject = queries;
    this.#views.keep(queries.views.map(({ view }) => view));
  }

  /** Sends events as objects; resolves when they are on disk. */
  async send(stream: string, events: object | readonly object[]): Promise<SendAnswer> {
    return sendAnswer(await this.append(sentRequest(stream, events)));
  }

  /** Takes the rows of these keys out of a table with a PRIMARY KEY; resolves when that is on disk. */
  async remove(stream: string, keys: RowKey | readonly RowKey[], atMs = Date.now()): Promise<SendAnswer> {
    return sendAnswer(await this.append(this.removal(stream, [keys].flat(), atMs, "library")));
  }

  /** As `append` takes it. */
  removal(stream: string, keys: readonly RowKey[], atMs: number, origin: string): AppendRequest {
    return removalRequest(this.#fed(stream), keys, { atMs, timeZone: this.timeZone }, origin);
  }

  /** Sends a body as it came; resolves when its rows are on disk. */
  append(request: AppendRequest): Promise<AppendAnswer> {
    try {
      this.#fed(request.stream);
    } catch (error) {
      return Promise.reject(error);
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

  /** A stream that events are sent to. */
  stream(name: string): TableDefinition {
    const kind = this.catalog.table(name)?.origin.kind;
    if (kind !== undefined && kind !== "stream")
      throw quickwaterError("request.written-stream", { stream: name });
    return streamNamed(this.catalog, name, ({ origin }) => origin.kind === "stream");
  }

  /** One that no query writes. */
  #fed(name: string): TableDefinition {
    const table = this.stream(name);
    if (this.catalog.writers().has(name)) throw quickwaterError("request.written-stream", { stream: name });
    return table;
  }

  view(name: string): LiveView | undefined {
    return this.#views.get(name);
  }

  views(): readonly LiveView[] {
    return this.#views.all();
  }

  /** Answers one statement that reads, over the views as they are. */
  query(request: QueryRequest, signal?: AbortSignal): Promise<QueryAnswer> {
    return this.#queries.run(request, signal);
  }

  /** The view's rows as they are now. */
  rows(view: string): readonly RowObject[] {
    return rowObjects(this.#views.named(view));
  }

  /** Calls the listener with the rows that are there, then with those that change; answers what ends it. */
  subscribe(view: string, listener: (rows: readonly RowObject[]) => void): () => void {
    return listenToRows(this.#views.named(view), listener);
  }

  async close(): Promise<void> {
    await Promise.all([this.#queries.close(), this.#readings.close()]);
    await this.#log.close();
    await this.#dataflow.close();
    this.#folder.release();
    if (this.#temporary) rmSync(this.#folder.path, { recursive: true, force: true });
  }

  #know(declared: readonly DeclaredStream[], { views }: EngineQueries): void {
    for (const { table, streamId } of declared) this.#streamIds.set(table.name, streamId);
    this.backfills.know(declared);
    this.late.know(views);
  }

  /** For history, which reads the journal in a thread of its own. */
  get journalFiles() {
    return { data: this.#folder, log: this.#log };
  }

  /** For queries. */
  get journal(): QueriedJournal {
    return { folder: this.#folder.journal, lastStep: this.#log.flushed.step, streams: this.#streamIds };
  }

  #fail(error: QuickwaterError): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    this.#onFailure(error);
  }
}
