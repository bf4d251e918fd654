/**
 * A log and an engine over one journal, without their threads: time stands still until a test moves it. The
 * journal is in a folder of the real disk, or of one in memory.
 */

import { Catalog, type TableDefinition } from "../../src/catalog/catalog.ts";
import { defaultPipelineOptions } from "../../src/dataflow/physical/build-pipeline.ts";
import { Checkpointing } from "../../src/dataflow/runtime/checkpointing.ts";
import type { DerivedRows } from "../../src/dataflow/runtime/derived-stream.ts";
import { sentRequest } from "../../src/dataflow/runtime/engine-options.ts";
import type { EngineInsert, EngineQueries, EngineView } from "../../src/dataflow/runtime/engine-queries.ts";
import { EngineService } from "../../src/dataflow/runtime/engine-service.ts";
import type { QueryChange } from "../../src/dataflow/runtime/query-change.ts";
import { startEngine } from "../../src/dataflow/runtime/start-engine.ts";
import { type FileLayer, nodeFileLayer } from "../../src/log/journal/file-layer.ts";
import { journalIdOf } from "../../src/log/journal/journal-id.ts";
import { JournalReader } from "../../src/log/journal/journal-reader.ts";
import { VirtualLog } from "../../src/rehearsal/virtual-log.ts";
import { analyzeScript } from "../../src/sql/analyze.ts";
import type { CheckpointFigures } from "../../src/state/checkpoint/checkpoint.ts";
import type { CheckpointStore } from "../../src/state/checkpoint/checkpoint-store.ts";
import { LiveView } from "../../src/views/live-view.ts";
import { rowObjectsOf } from "../../src/views/row-object.ts";
import type { ChangeBatch } from "../../src/views/view.ts";
import { settings } from "../log/log-driver.ts";

export interface BoundProject {
  /** Those that the log has to know. */
  readonly tables: readonly TableDefinition[];
  readonly views: readonly EngineView[];
  readonly inserts: readonly EngineInsert[];
}

export function boundProject(sql: string): BoundProject {
  const { bound, errors } = analyzeScript(sql, new Catalog());
  if (errors[0] !== undefined) throw errors[0];
  const streams = bound.flatMap((each) => (each.kind === "CreateTable" ? [each.table] : []));
  const views = bound.flatMap((each) => (each.kind === "CreateMaterializedView" ? [each] : []));
  const inserts = bound.flatMap((each) => (each.kind === "InsertInto" ? [each] : []));
  const late = [...views, ...inserts].flatMap(({ lateRows }) => lateRows ?? []);
  return { tables: [...streams, ...late], views, inserts };
}

export class LogWorld extends VirtualLog {
  constructor(
    folder: string,
    tables: readonly TableDefinition[],
    nowMs: number,
    files: FileLayer = nodeFileLayer,
  ) {
    super({ files, folder, tables, settings, nowMs });
  }

  /** Sends rows in one body; they are on disk when this returns. */
  send(stream: string, rows: readonly object[]): void {
    this.append(sentRequest(stream, rows));
  }
}

export interface EngineSurroundings {
  readonly inserts?: readonly EngineInsert[];
  readonly log?: LogWorld;
  readonly checkpoints?: CheckpointStore;
}

/** An engine and the replicas that its change batches feed. */
export class EngineWorld {
  readonly engine: EngineService;
  readonly views = new Map<string, LiveView>();
  readonly batches: ChangeBatch[] = [];
  readonly failures: string[] = [];
  readonly notices: string[] = [];
  /** The step of the checkpoint that it began with; 0 without one. */
  readonly startedAt: number;

  /** Rows that queries wrote, where no log takes them. */
  readonly written: DerivedRows[] = [];
  /** Rows of views that were made again, as they were before. */
  readonly earlier: readonly ChangeBatch[];
  readonly #log: LogWorld | undefined;
  readonly #files: FileLayer;
  readonly #folder: string;
  readonly #checkpoints: CheckpointStore | undefined;

  constructor(
    folder: string,
    views: readonly EngineView[],
    mode: "compiled" | "interpreted" = "compiled",
    files: FileLayer = nodeFileLayer,
    { inserts = [], log, checkpoints }: EngineSurroundings = {},
  ) {
    this.#files = files;
    this.#folder = folder;
    this.#checkpoints = checkpoints;
    const openReader = () => new JournalReader(files, folder);
    const options = { ...defaultPipelineOptions, mode };
    const events = {
      onFailure: (name: string, error: unknown) => void this.failures.push(`${name}: ${error}`),
      onRows: (rows: DerivedRows) => {
        this.written.push(structuredClone(rows));
        log?.write(rows);
      },
      onNotice: (notice: string) => void this.notices.push(notice),
    };
    for (const { view } of views) this.views.set(view.name, new LiveView(view));
    this.#log = log;
    const started = startEngine({
      queries: { views, inserts },
      makeEngine: () => new EngineService(openReader, options, events, log?.written),
      events,
      openReader,
      checkpoints,
    });
    this.engine = started.engine;
    this.earlier = started.earlier;
    log?.tell(started.beginnings);
    if (started.change !== undefined) this.finish(started.change);
    this.startedAt = this.engine.stepNumber;
  }

  /** Answers once it is written, or was given up. */
  async checkpoint(whenWritten: () => Promise<void> = () => Promise.resolve()): Promise<CheckpointFigures> {
    const written: CheckpointFigures[] = [];
    await new Checkpointing({
      engine: this.engine,
      store: this.#checkpoints!,
      journalId: () => journalIdOf(this.#files, this.#folder)!,
      everyMs: 0,
      nowMs: () => 0,
      clockMs: () => 0,
      whenWritten,
      onWritten: (figures) => void written.push(figures),
      onFailure: (error) => {
        throw error;
      },
    }).write();
    return written[0]!;
  }

  add(added: EngineView): void {
    const { views, inserts } = this.engine.queries;
    this.change({ views: [...views, added], inserts });
  }

  /** From now on these are the queries; answers why not, where that cannot be. */
  change(queries: EngineQueries): string | undefined {
    const late = [...queries.views, ...queries.inserts].flatMap(({ lateRows }) => lateRows ?? []);
    this.#log?.declare([...queries.inserts.map(({ target }) => target), ...late]);
    const failures: string[] = [];
    const onFailure = (name: string, error: unknown) => void failures.push(`${name}: ${error}`);
    const change = this.engine.change(queries, this.#log?.written ?? new Map(), onFailure);
    this.#log?.tell(change.firstBeginnings);
    return failures[0] ?? this.finish(change, () => failures[0]);
  }

  /** Has it made all at once, and puts it in its place. */
  finish(change: QueryChange, failure = (): string | undefined => undefined): string | undefined {
    const { engine } = this;
    while (!change.work(engine.stepNumber, Number.POSITIVE_INFINITY, () => 0));
    if (failure() !== undefined) return failure();
    this.#log?.tell(engine.beginningsOf(change));
    engine.swap(change);
    for (const { view } of change.wanted.views)
      if (!this.views.has(view.name)) this.views.set(view.name, new LiveView(view));
    return undefined;
  }

  /** Takes every step that there is, then what changed. */
  catchUp(): this {
    while (this.engine.work(Number.POSITIVE_INFINITY, () => 0));
    this.deliver();
    return this;
  }

  deliver(): void {
    for (const name of this.engine.changedViews()) {
      const batch = this.engine.takeChanges(name);
      if (batch === undefined) continue;
      this.batches.push(batch);
      this.views.get(name)?.apply(batch);
    }
  }

  rows(view: string) {
    const live = this.views.get(view)!;
    const objects = Array.from(live.rows(), rowObjectsOf(live.schema));
    return objects.sort((left, right) => (JSON.stringify(left) < JSON.stringify(right) ? -1 : 1));
  }

  finalRows(view: string) {
    return this.rows(view).filter((row) => row.$final);
  }

  counters(view: string) {
    return this.views.get(view)!.counters;
  }
}
