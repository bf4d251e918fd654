/**
 * The engine without its thread: reads flushed steps, pushes their rows through the views' pipelines, and
 * makes the change batches that the main thread is told. Live, replay and recovery are this one path.
 */

import type { TableDefinition, ViewDefinition } from "../../catalog/catalog.ts";
import { assert, QuickwaterError, quickwaterError } from "../../errors/quickwater-error.ts";
import { type EventLogReader, type Step, stepKind } from "../../log/event-log.ts";
import { payloadOf } from "../../log/step-payload.ts";
import type { LogicalPlan } from "../../sql/plan/logical-plan.ts";
import type { PartImage } from "../../state/keyed-state.ts";
import { noCause } from "../../values/column-batch.ts";
import { LiveTable } from "../../views/live-table.ts";
import type { ChangeBatch } from "../../views/view.ts";
import type { Output } from "../operators/operator.ts";
import type { Pipeline, PipelineOptions } from "../physical/build-pipeline.ts";
import type { CorrectedSpan } from "./correction.ts";
import { DerivedLedger } from "./derived-ledger.ts";
import type { DerivedRows } from "./derived-stream.ts";
import type { EngineImage, QueryImage } from "./engine-image.ts";
import { type FingerprintedQuery, fingerprintOf } from "./query-fingerprint.ts";
import { StepOrigin } from "./step-origin.ts";
import { type EngineInsert, StreamGraph, type Touched } from "./stream-graph.ts";
import type { StreamSource } from "./stream-source.ts";
import { JournalPass, markOf } from "./take-step.ts";
import { countersOf, freshnessOf } from "./view-books.ts";
import { correctionOf, type ViewCorrection } from "./view-correction.ts";

export interface EngineView {
  readonly view: ViewDefinition;
  readonly plan: LogicalPlan;
  /** The streams that the plan reads, each once. */
  readonly tables: readonly TableDefinition[];
  /** Where rows go that are late for it. */
  readonly lateRows?: TableDefinition | undefined;
}

export interface EngineEvents {
  /** A view, or a stream that is written, was stopped. */
  readonly onFailure: (name: string, error: unknown) => void;
  /** Rows that queries wrote, for the log. */
  readonly onRows: (rows: DerivedRows) => void;
  /** A sentence for the operator of the server. */
  readonly onNotice: (notice: string) => void;
}

interface RunningQuery {
  readonly pipeline: Pipeline;
  /** Names of the streams that it reads, and of those that are written because of it. */
  readonly streams: readonly string[];
  readonly writes: readonly string[];
}

/** A query whose rows are not wanted again. */
const nowhere: Output = { accept: () => {}, advance: () => {} };

interface RunningView extends RunningQuery {
  readonly added: EngineView;
  readonly table: LiveTable;
  /** There is something to tell since the last batch. */
  changed: boolean;
}

interface RunningInsert extends RunningQuery {
  readonly insert: EngineInsert;
}

export class EngineService {
  readonly #openReader: () => EventLogReader;
  readonly #reader: EventLogReader;
  readonly #options: PipelineOptions;
  readonly #events: EngineEvents;
  readonly #origin = new StepOrigin();
  readonly #graph: StreamGraph;
  readonly #views = new Map<string, RunningView>();
  readonly #inserts: RunningInsert[] = [];
  /** Which view or written stream a pipeline is of, until it fails. */
  readonly #names = new Map<Pipeline, string>();
  readonly #pass: JournalPass;
  /** Made when they are first asked for. */
  readonly #fingerprints = new WeakMap<Pipeline, string>();
  /** By stream: the rows that queries wrote into the journal before the engine began. */
  readonly #written: ReadonlyMap<string, number>;
  /** Written streams whose queries failed. */
  readonly #stopped = new Set<string>();
  #stepNumber = 0;
  /** Of the last step that was taken. */
  #mark: readonly number[] = [];

  constructor(
    openReader: () => EventLogReader,
    options: PipelineOptions,
    events: EngineEvents,
    written: ReadonlyMap<string, number> = new Map(),
  ) {
    this.#openReader = openReader;
    this.#reader = openReader();
    this.#options = options;
    this.#events = events;
    this.#written = written;
    this.#graph = this.#makeGraph();
    this.#pass = new JournalPass(events.onNotice);
  }

  /** The last step that was taken: every answer is as of it. */
  get stepNumber(): number {
    return this.#stepNumber;
  }

  /** Nothing has stopped that others read: what it keeps is what the journal says. */
  get isWhole(): boolean {
    return this.#stopped.size === 0;
  }

  /** Before the first step: what it writes stands behind the steps that cause it. */
  addInsert(insert: EngineInsert): void {
    assert(this.#stepNumber === 0, "a stream began to be written behind the first step");
    const pipeline = this.#graph.addInsert(insert, (stream) => this.#ledgerOf(stream));
    this.#names.set(pipeline, insert.target.name);
    const { tables, target, lateRows } = insert;
    const writes = namesOf([target, lateRows]);
    this.#inserts.push({ insert, pipeline, streams: namesOf(tables), writes });
  }

  /**
   * Adds views. What the journal holds already is read for them alone, once, up to where the others are;
   * `lateRows` is how many late rows of a view the journal holds.
   */
  addViews(
    views: readonly EngineView[],
    lateRows = ({ lateRows: table }: EngineView) => this.#written.get(table?.name ?? "") ?? 0,
  ): void {
    if (this.#stepNumber === 0 || views.length === 0) {
      for (const added of views) this.#start(added, this.#graph, lateRows(added));
      return;
    }
    const graph = this.#makeGraph();
    const remade = views.flatMap(({ tables }) => tables);
    this.#remake(remade, graph);
    const started = views.map((added) => this.#start(added, graph, lateRows(added)).pipeline);
    for (const pipeline of started) this.#giveValues(pipeline);
    const reader = this.#openReader();
    const pass = new JournalPass(this.#events.onNotice);
    for (let step = reader.next(); step !== undefined; step = reader.next()) {
      if (step.number > this.#stepNumber) break;
      this.#take(step, pass, graph);
    }
    pass.end(graph);
    reader.close();
    // A view that failed on what it caught up with was told of and is not joined.
    const running = started.filter((pipeline) => this.#names.has(pipeline));
    this.#graph.join(graph, running);
  }

  /** Takes steps until there is none or the time is up; answers whether there may be more. */
  work(untilMs: number, now: () => number): boolean {
    for (const { pipeline } of [...this.#inserts, ...this.#views.values()]) this.#giveValues(pipeline);
    for (;;) {
      const step = this.#reader.next();
      if (step === undefined) return this.#pass.end(this.#graph);
      this.#stepNumber = step.number;
      this.#mark = markOf(step);
      this.#tellTouched(this.#take(step, this.#pass, this.#graph));
      if (now() >= untilMs) return true;
    }
  }

  /** Names of views that have something to tell. */
  changedViews(): readonly string[] {
    return [...this.#views].filter(([, view]) => view.changed).map(([name]) => name);
  }

  /** What changed in the view since the last call, open windows as far as they have filled. */
  takeChanges(name: string): ChangeBatch | undefined {
    const running = this.#views.get(name);
    if (running === undefined || !running.changed) return undefined;
    running.changed = false;
    if (running.table.schema.emit === "changes") {
      try {
        for (const operator of running.pipeline.openers) operator.deliverOpen(false);
      } catch (error) {
        this.#queryFailed(running.pipeline, error, undefined);
        return undefined;
      }
    }
    const freshness = freshnessOf(running.streams.map((name) => this.#graph.sources.get(name)!));
    return running.table.takeChanges(this.#stepNumber, freshness, countersOf(running.pipeline));
  }

  /** Everything that the engine keeps, as of the last step that it took. */
  freeze(): EngineImage {
    const queryOf = ({ pipeline }: RunningQuery, query: FingerprintedQuery): QueryImage => {
      const operators = pipeline.operators.map((operator) => operator.freeze());
      let fingerprint = this.#fingerprints.get(pipeline);
      if (fingerprint === undefined) {
        fingerprint = fingerprintOf(query, operators, this.#options.mode);
        this.#fingerprints.set(pipeline, fingerprint);
      }
      return { operators, fingerprint };
    };
    return {
      stepNumber: this.#stepNumber,
      mark: this.#mark,
      streams: this.#pass.freeze(),
      sources: [...this.#graph.sources].map(([name, source]) => [name, source.watermark.freeze()]),
      inserts: this.#inserts.map((running) => {
        const { plan, tables, target } = running.insert;
        return queryOf(running, { plan, tables, target });
      }),
      written: this.#graph.derived.map((stream) => [stream.table.name, stream.freeze()]),
      views: [...this.#views].map(([name, running]) => {
        const { plan, tables, view } = running.added;
        const { statement: _, ...target } = view;
        return [name, { ...queryOf(running, { plan, tables, target }), table: running.table.freeze() }];
      }),
    };
  }

  /**
   * Takes the place that an engine had when it was frozen. It has taken no step yet, and has no view and no
   * INSERT that the image does not hold, by the same query.
   */
  restore(image: EngineImage): void {
    assert(this.#stepNumber === 0, "an engine was restored that had begun");
    this.#pass.restore(image.streams);
    for (const [name, part] of image.sources) this.#graph.sources.get(name)?.watermark.restore(part);
    for (const [place, { operators }] of image.inserts.entries())
      restoreOperators(this.#inserts[place]!.pipeline, operators);
    const written = new Map(image.written);
    for (const stream of this.#graph.derived) stream.restore(written.get(stream.table.name)!);
    const views = new Map(image.views);
    for (const [name, running] of this.#views) {
      const of = views.get(name);
      assert(of !== undefined, `the image does not hold ${name}`);
      restoreOperators(running.pipeline, of.operators);
      running.table.restore(of.table);
      running.changed = true;
    }
    this.#stepNumber = image.stepNumber;
    this.#mark = image.mark;
    this.#reader.seek(image.stepNumber + 1);
  }

  close(): void {
    this.#reader.close();
  }

  #start(added: EngineView, graph: StreamGraph, lateRows: number): RunningView {
    const { view, tables, lateRows: lateTable } = added;
    const table = new LiveTable(view, view.rowsMax);
    const ledgerOf = (stream: string) => new DerivedLedger(stream, lateRows);
    const options = {
      firstAnswers: view.emit === "changes",
      lateRows: lateTable && graph.addLateRows(lateTable, tables, ledgerOf),
    };
    const pipeline = graph.addQuery(added, table, options);
    const of = { streams: namesOf(tables), writes: namesOf([lateTable]) };
    const running = { added, table, pipeline, ...of, changed: true };
    this.#names.set(pipeline, view.name);
    this.#views.set(view.name, running);
    return running;
  }

  #makeGraph(): StreamGraph {
    return new StreamGraph({
      pipelines: this.#options,
      origin: this.#origin,
      write: this.#events.onRows,
      onFailure: (failed, error, source) => this.#queryFailed(failed, error, source),
    });
  }

  /** Written streams that the tables are, or are made of, are made anew from the journal's own. */
  #remake(tables: readonly TableDefinition[], graph: StreamGraph): void {
    const needed = new Set(tables.map(({ name }) => name));
    const wanted = new Set<RunningQuery>();
    for (let before = -1; before !== needed.size; ) {
      before = needed.size;
      for (const running of [...this.#inserts, ...this.#views.values()]) {
        if (!running.writes.some((stream) => needed.has(stream))) continue;
        wanted.add(running);
        for (const stream of running.streams) needed.add(stream);
      }
    }
    const noLedger = () => undefined;
    for (const running of this.#inserts) if (wanted.has(running)) graph.addInsert(running.insert, noLedger);
    for (const running of this.#views.values()) {
      const { lateRows, tables: read } = running.added;
      if (!wanted.has(running) || lateRows === undefined) continue;
      const options = { firstAnswers: false, lateRows: graph.addLateRows(lateRows, read, noLedger) };
      graph.addQuery(running.added, nowhere, options);
    }
  }

  #ledgerOf(stream: string): DerivedLedger {
    return new DerivedLedger(stream, this.#written.get(stream) ?? 0);
  }

  /**
   * What a correction of these windows would change now; undefined where the view's windows cannot be
   * computed again.
   */
  correction(
    name: string,
    spans: readonly CorrectedSpan[],
    beforeStep = this.#stepNumber + 1,
  ): ViewCorrection | undefined {
    const running = this.#views.get(name);
    if (running === undefined) return undefined;
    const { added, table } = running;
    const from = { streams: this.#pass.streams, pipelines: this.#options, openReader: this.#openReader };
    return correctionOf(added, table, { ...from, beforeStep }, spans);
  }

  /** Of a view that the graph feeds: others have it behind them. */
  #correct(step: Step, graph: StreamGraph): void {
    const payload = payloadOf(step);
    assert(payload.kind === "correction", "a correction says what it corrects");
    const running = this.#views.get(payload.view);
    const isFed = ({ pipelines }: StreamSource) => pipelines.includes(running!.pipeline);
    if (running === undefined || ![...graph.sources.values()].some(isFed)) return;
    try {
      const correction = this.correction(payload.view, payload.windows, step.number);
      for (const { key, after } of correction?.rows ?? []) running.table.correct(key, after);
      running.changed = true;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#events.onNotice(`${payload.view} could not be corrected: ${reason}`);
    }
  }

  #take(step: Step, pass: JournalPass, graph: StreamGraph): Touched {
    try {
      if (step.kind === stepKind.correction) {
        this.#correct(step, graph);
        return new Set();
      }
      return pass.take(step, graph);
    } catch (error) {
      const isOfStream = error instanceof QuickwaterError && error.code === "run.derived-differs";
      if (!isOfStream) throw error;
      this.#streamFailed(String(error.params.stream), error);
      return new Set();
    }
  }

  #tellTouched(touched: Touched): void {
    for (const running of this.#views.values()) {
      const isFed = ({ options }: StreamSource) => running.streams.includes(options.table);
      if (touched === "all" || [...touched].some(isFed)) running.changed = true;
    }
  }

  /** What the query holds itself comes before the first step, once: an image says that it has come. */
  #giveValues(pipeline: Pipeline): void {
    if (pipeline.values.length === 0) return;
    try {
      for (const values of pipeline.values) values.give(noCause);
    } catch (error) {
      this.#queryFailed(pipeline, error, undefined);
    }
  }

  /** The source in which it failed, if it was in one, leaves it out itself, when all have had the batch. */
  #queryFailed(pipeline: Pipeline, error: unknown, failedIn: StreamSource | undefined): void {
    const name = this.#names.get(pipeline);
    if (name === undefined) return;
    this.#names.delete(pipeline);
    this.#graph.remove(pipeline, failedIn);
    if (this.#views.get(name)?.pipeline === pipeline) {
      this.#views.delete(name);
      this.#events.onFailure(name, error);
    } else this.#streamFailed(name, error);
  }

  /** Who reads a stream that is not written any more would wait for ever. */
  #streamFailed(stream: string, error: unknown): void {
    if (this.#stopped.has(stream)) return;
    this.#stopped.add(stream);
    this.#events.onFailure(stream, error);
    const queries = [...this.#inserts, ...this.#views.values()];
    const writers = this.#inserts.filter(({ insert }) => insert.target.name === stream);
    for (const { pipeline } of writers) {
      this.#names.delete(pipeline);
      this.#graph.remove(pipeline, undefined);
    }
    const reason = quickwaterError("run.stream-stopped", { stream });
    for (const query of queries) {
      if (query.streams.includes(stream)) this.#queryFailed(query.pipeline, reason, undefined);
    }
  }
}

function namesOf(tables: readonly (TableDefinition | undefined)[]): readonly string[] {
  return tables.flatMap((table) => (table === undefined ? [] : [table.name]));
}

function restoreOperators({ operators }: Pipeline, images: readonly PartImage[]): void {
  for (const [place, image] of images.entries()) operators[place]!.restore(image);
}
