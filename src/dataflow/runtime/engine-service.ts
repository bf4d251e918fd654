/**
 * The engine without its thread: reads flushed steps, pushes their rows through the views' pipelines, and
 * makes the change batches that the main thread is told. Live, replay and recovery are this one path.
 */

import type { TableDefinition, ViewDefinition } from "../../catalog/catalog.ts";
import { timeStyleOf } from "../../catalog/json-style.ts";
import { assert, quickwaterError } from "../../errors/quickwater-error.ts";
import { type EventLogReader, type Step, stepKind } from "../../log/event-log.ts";
import { payloadOf } from "../../log/step-payload.ts";
import type { LogicalPlan } from "../../sql/plan/logical-plan.ts";
import { type Cause, noCause } from "../../values/column-batch.ts";
import { LiveTable } from "../../views/live-table.ts";
import type { ChangeBatch, Freshness, ViewCounters } from "../../views/view.ts";
import { buildPipeline, type Pipeline, type PipelineOptions } from "../physical/build-pipeline.ts";
import { idleTimeoutMsDefault } from "../time/source-watermark.ts";
import type { EngineImage } from "./engine-image.ts";
import { StreamSource } from "./stream-source.ts";

export interface EngineView {
  readonly view: ViewDefinition;
  readonly plan: LogicalPlan;
  /** The streams that the plan reads, each once. */
  readonly tables: readonly TableDefinition[];
}

interface RunningView {
  readonly table: LiveTable;
  readonly pipeline: Pipeline;
  /** By name: the streams that it reads. */
  readonly sources: ReadonlyMap<string, StreamSource>;
  /** There is something to tell since the last batch. */
  changed: boolean;
}

export class EngineService {
  readonly #openReader: () => EventLogReader;
  readonly #reader: EventLogReader;
  readonly #options: PipelineOptions;
  readonly #sources = new Map<string, StreamSource>();
  readonly #views = new Map<string, RunningView>();
  /** Which view a pipeline is of, until it fails. */
  readonly #names = new Map<Pipeline, string>();
  /** Tables of the journal's streams by their number, as declared last before the present step. */
  readonly #streams: JournalStreams = new Map();
  #stepNumber = 0;

  readonly #onViewFailure: (view: string, error: unknown) => void;

  constructor(
    openReader: () => EventLogReader,
    options: PipelineOptions,
    onViewFailure: (view: string, error: unknown) => void,
  ) {
    this.#openReader = openReader;
    this.#reader = openReader();
    this.#options = options;
    this.#onViewFailure = onViewFailure;
  }

  /** The last step that was taken: every answer is as of it. */
  get stepNumber(): number {
    return this.#stepNumber;
  }

  /** Adds a view. What the journal holds already is read for it alone, up to where the others are. */
  addView(added: EngineView): void {
    const running = this.#start(added);
    if (this.#stepNumber > 0) {
      this.#giveValues(running.pipeline);
      const reader = this.#openReader();
      const streams: JournalStreams = new Map();
      for (let step = reader.next(); step !== undefined; step = reader.next()) {
        if (step.number > this.#stepNumber) break;
        takeStep(step, streams, running.sources);
      }
      reader.close();
    }
    // A view that failed on what it caught up with was told of and is not joined.
    if (this.#names.has(running.pipeline)) this.#join(running);
  }

  /** Takes steps until there is none or the time is up; answers whether there may be more. */
  work(untilMs: number, now: () => number): boolean {
    for (const { pipeline } of [...this.#views.values()]) this.#giveValues(pipeline);
    for (;;) {
      const step = this.#reader.next();
      if (step === undefined) return false;
      this.#stepNumber = step.number;
      const touched = takeStep(step, this.#streams, this.#sources);
      for (const running of this.#views.values()) {
        if (touched === "all" || isFedBy(running, touched)) running.changed = true;
      }
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
        this.#viewFailed(running.pipeline, error);
        return undefined;
      }
    }
    return running.table.takeChanges(this.#stepNumber, freshnessOf(running), countersOf(running.pipeline));
  }

  /** Everything that the engine keeps, as of the last step that it took. */
  freeze(): EngineImage {
    return {
      stepNumber: this.#stepNumber,
      streams: [...this.#streams],
      sources: [...this.#sources].map(([name, source]) => [name, source.watermark.freeze()]),
      views: [...this.#views].map(([name, { pipeline, table }]) => [
        name,
        { operators: pipeline.operators.map((operator) => operator.freeze()), table: table.freeze() },
      ]),
    };
  }

  /**
   * Takes the place that an engine had when it was frozen. It has the same views, by the same queries, and
   * has taken no step yet.
   */
  restore(image: EngineImage): void {
    assert(this.#stepNumber === 0, "an engine was restored that had begun");
    for (const [id, table] of image.streams) this.#streams.set(id, table);
    for (const [name, part] of image.sources) this.#sources.get(name)?.watermark.restore(part);
    for (const [name, { operators, table }] of image.views) {
      const running = this.#views.get(name);
      assert(running !== undefined, `the image holds ${name}, which the engine does not have`);
      for (const [place, part] of operators.entries()) running.pipeline.operators[place]!.restore(part);
      running.table.restore(table);
      running.changed = true;
    }
    this.#stepNumber = image.stepNumber;
    this.#reader.seek(image.stepNumber + 1);
  }

  close(): void {
    this.#reader.close();
  }

  #start({ view, plan, tables }: EngineView): RunningView {
    const live = new LiveTable(view, view.rowsMax);
    const options = { ...this.#options, firstAnswers: view.emit === "changes" };
    const pipeline = buildPipeline(plan, live, options);
    this.#names.set(pipeline, view.name);
    const sources = new Map(tables.map((table) => [table.name, this.#openSource(table)]));
    for (const source of sources.values()) source.add(pipeline);
    return { table: live, pipeline, sources, changed: true };
  }

  /** What the query holds itself comes before the first step, once: an image says that it has come. */
  #giveValues(pipeline: Pipeline): void {
    if (pipeline.values.length === 0) return;
    try {
      for (const values of pipeline.values) values.give(noCause);
    } catch (error) {
      this.#viewFailed(pipeline, error);
    }
  }

  #openSource(table: TableDefinition): StreamSource {
    const source: StreamSource = new StreamSource({
      ...sourceOptions(table, this.#options),
      onFailure: (failed, error) => this.#viewFailed(failed, error, source),
    });
    return source;
  }

  /** The source in which it failed, if it was in one, leaves it out itself, when all have had the batch. */
  #viewFailed(pipeline: Pipeline, error: unknown, failedIn?: StreamSource): void {
    const name = this.#names.get(pipeline);
    if (name === undefined) return;
    this.#names.delete(pipeline);
    this.#views.delete(name);
    for (const source of this.#sources.values()) if (source !== failedIn) source.remove(pipeline);
    this.#onViewFailure(name, error);
  }

  /** From its own sources to those that all views share: both have taken the same rows. */
  #join(running: RunningView): void {
    for (const [stream, own] of running.sources) {
      const shared = this.#sources.get(stream);
      if (shared === undefined) this.#sources.set(stream, own);
      else shared.add(running.pipeline);
    }
    const sources = new Map([...running.sources.keys()].map((name) => [name, this.#sources.get(name)!]));
    this.#views.set(running.table.schema.name, { ...running, sources });
  }
}

function isFedBy({ sources }: RunningView, touched: Touched): boolean {
  for (const source of sources.values()) if (source === touched) return true;
  return false;
}

/** Of several streams the newest row, and the watermark that the slowest allows. */
function freshnessOf({ sources }: RunningView): Freshness {
  let lastRowAtMs: number | undefined;
  let watermarkMs = Number.POSITIVE_INFINITY;
  for (const { watermark } of sources.values()) {
    const last = watermark.lastRowAtMs;
    if (last !== undefined) lastRowAtMs = Math.max(last, lastRowAtMs ?? last);
    watermarkMs = Math.min(watermarkMs, watermark.ms);
  }
  return { lastRowAtMs, watermarkMs: Number.isFinite(watermarkMs) ? watermarkMs : undefined };
}

type JournalStreams = Map<number, TableDefinition>;
type Sources = ReadonlyMap<string, StreamSource>;

/** What a step may have changed: the views of one source, all views, or none. */
type Touched = StreamSource | "all" | "none";

/** Pushes a step where it belongs. */
function takeStep(step: Step, streams: JournalStreams, sources: Sources): Touched {
  switch (step.kind) {
    case stepKind.rows: {
      const table = streams.get(step.streamId);
      const source = sources.get(table?.name ?? "");
      const written = { version: step.schemaVersion, columns: table?.schema.columns ?? [] };
      source?.take(step, causeOf(step), written);
      return source ?? "none";
    }
    case stepKind.tick: {
      let moved: Touched = "none";
      for (const each of sources.values()) {
        if (each.tick(causeOf(step))) moved = "all";
      }
      return moved;
    }
    default:
      takePayload(step, streams, sources);
      return "none";
  }
}

function takePayload(step: Step, streams: JournalStreams, sources: Sources): void {
  const payload = payloadOf(step);
  switch (payload.kind) {
    case "stream":
      streams.set(payload.streamId, payload.table);
      return;
    case "backfill-begin":
    case "backfill-end": {
      const name = streams.get(payload.streamId)?.name ?? "";
      sources.get(name)?.watermark.backfill(payload.kind === "backfill-begin");
      return;
    }
    default:
      // What it says holds from here on: to go on without it would be to compute something else.
      throw quickwaterError("run.step-unknown", { step: step.number, kind: payload.kind });
  }
}

function causeOf({ number, partition, appendTimeMs }: Step): Cause {
  return { stepNumber: number, partition, appendTimeMs };
}

/** How the rows of a table become a stream inside the engine. */
export function sourceOptions(table: TableDefinition, options: PipelineOptions) {
  const { watermark } = table;
  return {
    table: table.name,
    timeStyle: timeStyleOf(table),
    watermark:
      watermark === undefined
        ? undefined
        : {
            path: table.schema.columns[watermark.column]!.name,
            delayMs: watermark.delayMs,
            idleMs: idleTimeoutMsDefault,
            partitionCount: 1,
          },
    mode: options.mode,
  };
}

/** Behind an aggregation rows are of no stream any more: what is left out there is in no book of a source. */
export function countersOf({ scans, sourceSide }: Pipeline): ViewCounters {
  let rowsIn = 0;
  let rowsFiltered = 0;
  let rowsLate = 0;
  for (const { counters } of sourceSide) {
    rowsFiltered += counters.rowsFiltered;
    rowsLate += counters.rowsLate;
  }
  for (const { input } of scans) rowsIn += input.counters.rowsIn;
  return { rowsTaken: rowsIn - rowsFiltered - rowsLate, rowsFiltered, rowsLate };
}
