/**
 * Queries that read one pass of the journal together: their pipelines between the streams that they read and
 * the tables and streams that they write. A query that fails is taken out with all that reads what it
 * writes; the others go on.
 */
import type { TableDefinition } from "../../catalog/catalog.ts";
import { assert, QuickwaterError, quickwaterError } from "../../errors/quickwater-error.ts";
import { type EventLogReader, type Step, stepKind } from "../../log/event-log.ts";
import { payloadOf } from "../../log/step-payload.ts";
import { noCause } from "../../values/column-batch.ts";
import { LiveTable } from "../../views/live-table.ts";
import type { ChangeBatch } from "../../views/view.ts";
import type { LateRows, Output } from "../operators/operator.ts";
import type { Pipeline, PipelineOptions } from "../physical/build-pipeline.ts";
import type { CorrectedSpan } from "./correction.ts";
import type { DerivedLedger } from "./derived-ledger.ts";
import type { DerivedRows } from "./derived-stream.ts";
import type { ShownBooks } from "./engine-books.ts";
import type { EngineImage } from "./engine-image.ts";
import {
  type EngineInsert,
  type EngineQueries,
  type EngineView,
  streamsBehind,
  timeZoneOf,
  writtenBy,
} from "./engine-queries.ts";
import type { QueryChanges, QueryPrints } from "./query-changes.ts";
import { type QueryFacts, queryFacts } from "./query-facts.ts";
import { fingerprintOf, printedOf } from "./query-fingerprint.ts";
import { frozenOf, imageOf, restoreQuery } from "./query-image.ts";
import type { StepOrigin } from "./step-origin.ts";
import { StreamGraph, type Touched } from "./stream-graph.ts";
import type { StreamSource } from "./stream-source.ts";
import { JournalPass } from "./take-step.ts";
import { countersOf, freshnessOf } from "./view-books.ts";
import { correctionOf, type ViewCorrection } from "./view-correction.ts";

export interface EngineEvents {
  /** A view, or a stream that is written, was stopped. */
  readonly onFailure: (name: string, error: unknown) => void;
  /** Rows that queries wrote, for the log. */
  readonly onRows: (rows: DerivedRows) => void;
  /** A sentence for the operator of the server. */
  readonly onNotice: (notice: string) => void;
}

export interface QuerySetOptions {
  readonly pipelines: PipelineOptions;
  /** One for all sets of an engine. */
  readonly origin: StepOrigin;
  readonly openReader: () => EventLogReader;
  readonly events: EngineEvents;
  /** Where late rows of its views go, in place of their own relations. */
  readonly lateRows?: LateRows | undefined;
}

interface RunningQuery {
  readonly pipeline: Pipeline;
  /** Names of the streams that it reads, and of those that are written because of it. */
  readonly timeZone: string;
  readonly streams: readonly string[];
  readonly writes: readonly string[];
  /** Told before its first row: it says how state is laid out, and to look at state marks its pages. */
  readonly fingerprint: string;
}

interface RunningView extends RunningQuery {
  readonly added: EngineView;
  readonly table: LiveTable;
  /** There is something to tell since the last batch. */
  changed: boolean;
  /** What is told next takes the place of all that was told under its name. */
  replaces: boolean;
}

interface RunningInsert extends RunningQuery {
  readonly insert: EngineInsert;
}

export type LedgerOf = (stream: string) => DerivedLedger | undefined;

/** A query whose rows are not wanted again. */
const nowhere: Output = { accept: () => {}, advance: () => {} };

export class QuerySet {
  readonly #options: QuerySetOptions;
  readonly #graph: StreamGraph;
  readonly #pass: JournalPass;
  readonly #views = new Map<string, RunningView>();
  #inserts: RunningInsert[] = [];
  /** Which view or written stream a pipeline is of, until it fails. */
  readonly #names = new Map<Pipeline, string>();
  /** Written streams whose queries failed. */
  readonly #stopped = new Set<string>();
  /** The set that has taken its queries over. */
  #joined: QuerySet | undefined;

  constructor(options: QuerySetOptions) {
    this.#options = options;
    const { pipelines, origin, events } = options;
    this.#graph = new StreamGraph({
      pipelines,
      origin,
      write: events.onRows,
      onFailure: (failed, error, source) => (this.#joined ?? this).#queryFailed(failed, error, source),
    });
    this.#pass = new JournalPass(events.onNotice);
  }

  /** Nothing has stopped that others read: what it keeps is what the journal says. */
  get isWhole(): boolean {
    return this.#stopped.size === 0;
  }

  get graph(): StreamGraph {
    return this.#graph;
  }

  /** Before the first step. */
  start({ inserts, views }: EngineQueries, ledgerOf: LedgerOf): void {
    for (const insert of inserts) {
      const pipeline = this.#graph.addInsert(insert, ledgerOf);
      this.#names.set(pipeline, insert.target.name);
      this.#inserts.push({ insert, ...this.#running(insert, pipeline) });
    }
    for (const added of views) this.#startView(added, ledgerOf);
  }

  #startView(added: EngineView, ledgerOf: LedgerOf): void {
    const { view, tables, lateRows: lateTable } = added;
    const table = new LiveTable(view, view.rowsMax);
    const lateRows =
      this.#options.lateRows ?? (lateTable && this.#graph.addLateRows(lateTable, tables, ledgerOf));
    const options = { firstAnswers: view.emit === "changes" ? ("shown" as const) : undefined, lateRows };
    const pipeline = this.#graph.addQuery(added, table, options);
    const running = this.#running(added, pipeline);
    this.#names.set(pipeline, view.name);
    this.#views.set(view.name, { added, table, ...running, changed: true, replaces: false });
  }

  #running(query: EngineView | EngineInsert, pipeline: Pipeline): RunningQuery {
    const fingerprint = fingerprintOf(printedOf(query), frozenOf(pipeline), this.#options.pipelines.mode);
    const [streams, writes] = [namesOf(query.tables), writtenBy(query)];
    return { pipeline, timeZone: timeZoneOf(query), streams, writes, fingerprint };
  }

  /**
   * Streams that the queries read and that others write are made anew from the journal's own, for these
   * queries alone.
   */
  makeWritten({ inserts, views }: EngineQueries, others: EngineQueries): void {
    const behind = streamsBehind([...inserts, ...views], others);
    const isWanted = (query: EngineInsert | EngineView) => writtenBy(query).some((name) => behind.has(name));
    const noLedger = () => undefined;
    for (const insert of others.inserts) if (isWanted(insert)) this.#graph.addInsert(insert, noLedger);
    for (const view of others.views) {
      const { lateRows, tables } = view;
      if (!isWanted(view) || lateRows === undefined) continue;
      const options = {
        firstAnswers: undefined,
        lateRows: this.#graph.addLateRows(lateRows, tables, noLedger),
      };
      this.#graph.addQuery(view, nowhere, options);
    }
  }

  /** What queries hold themselves comes before the first step, once: an image says that it has come. */
  giveValues(): void {
    for (const { pipeline } of [...this.#inserts, ...this.#views.values()]) {
      try {
        for (const values of pipeline.values) values.give(noCause);
      } catch (error) {
        this.#queryFailed(pipeline, error, undefined);
      }
    }
  }

  take(step: Step): void {
    try {
      if (step.kind === stepKind.correction) this.#correct(step);
      else this.#tellTouched(this.#pass.take(step, this.#graph));
    } catch (error) {
      const isOfStream = error instanceof QuickwaterError && error.code === "run.derived-differs";
      if (!isOfStream) throw error;
      this.#streamFailed(String(error.params.stream), error);
    }
  }

  /** Behind the last step that there is. */
  endPass(): void {
    this.#pass.end(this.#graph);
  }

  /** Streams that others send to, of which rows were gone when their turn came. */
  get streamsWithGaps(): readonly string[] {
    const made = this.#graph.derived.map(({ table }) => table.name);
    const sent = [...this.#graph.sources.keys()].filter((name) => !made.includes(name));
    return sent.filter((name) => (this.#pass.placeOf(name)?.gone ?? 0) > 0);
  }

  /** Names of views that have something to tell. */
  changedViews(): readonly string[] {
    return [...this.#views].filter(([, view]) => view.changed).map(([name]) => name);
  }

  /** What changed in the view since the last call, open windows as far as they have filled. */
  takeChanges(name: string, stepNumber: number): ChangeBatch | undefined {
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
    const sources = running.streams.map((stream) => this.#graph.sources.get(stream)!);
    const freshness = freshnessOf(sources, running.pipeline);
    const batch = running.table.takeChanges(stepNumber, freshness, countersOf(running.pipeline));
    if (!running.replaces) return batch;
    running.replaces = false;
    return { ...batch, replaces: running.added.view };
  }

  /** Shows what became of the rows that each view was given. */
  showBooks(books: ShownBooks): void {
    books.show(this.#views, this.#graph, this.#pass);
  }

  /** How far the view is, or the queries that write the stream; undefined where none of them runs. */
  factsOf(name: string): Omit<QueryFacts, "stepNumber"> | undefined {
    const view = this.#views.get(name);
    const inserts = this.#inserts.filter(({ insert }) => insert.target.name === name);
    const queries = view === undefined ? inserts : [view];
    if (queries.length === 0 || !queries.every(({ pipeline }) => this.#names.has(pipeline))) return undefined;
    return queryFacts(queries, this.#graph, inserts[0]?.insert.target.options.emit === "first");
  }

  prints(): QueryPrints {
    const inserts = new Map<string, string[]>();
    for (const running of this.#inserts) {
      const { name } = running.insert.target;
      inserts.set(name, [...(inserts.get(name) ?? []), running.fingerprint]);
    }
    return {
      views: new Map([...this.#views].map(([name, running]) => [name, running.fingerprint])),
      inserts,
    };
  }

  freeze(): Omit<EngineImage, "stepNumber" | "mark"> {
    return {
      streams: this.#pass.freeze(),
      sources: [...this.#graph.sources].map(([name, source]) => [name, source.watermark.freeze()]),
      inserts: this.#inserts.map((running) => {
        return { ...imageOf(running), target: running.insert.target.name };
      }),
      written: this.#graph.derived.map((stream) => [stream.table.name, stream.freeze()]),
      views: [...this.#views].map(([name, running]) => {
        const { schema, key } = running.added.view;
        return [name, { ...imageOf(running), table: running.table.freeze(), shape: { schema, key } }];
      }),
    };
  }

  /** It has no query that the image does not hold. */
  restore(image: EngineImage): void {
    this.#pass.restore(image.streams);
    for (const [name, part] of image.sources) this.#graph.sources.get(name)?.watermark.restore(part);
    const inserts = [...image.inserts];
    for (const running of this.#inserts) {
      const place = inserts.findIndex(({ fingerprint }) => fingerprint === running.fingerprint);
      assert(place >= 0, `the image does not hold what writes ${running.insert.target.name}`);
      const [of] = inserts.splice(place, 1);
      restoreQuery(running.pipeline, of!);
    }
    const written = new Map(image.written);
    for (const stream of this.#graph.derived) stream.restore(written.get(stream.table.name)!);
    const views = new Map(image.views);
    for (const [name, running] of this.#views) {
      const of = views.get(name);
      assert(of !== undefined, `the image does not hold ${name}`);
      restoreQuery(running.pipeline, of);
      running.table.restore(of.table);
      running.changed = true;
    }
  }

  /** Takes over the queries of a set that has taken the same steps, in place of those that end. */
  join(other: QuerySet, { endedViews, endedStreams }: QueryChanges): void {
    const isEnding = (running: RunningView | RunningInsert) =>
      "insert" in running
        ? endedStreams.has(running.insert.target.name)
        : endedViews.has(running.added.view.name);
    const ending = [...this.#inserts, ...this.#views.values()].filter(isEnding);
    for (const { pipeline } of ending) this.#names.delete(pipeline);
    this.#inserts = this.#inserts.filter((running) => !isEnding(running));
    for (const name of endedViews) this.#views.delete(name);
    const writes = new Set([...endedStreams, ...ending.flatMap(({ writes }) => writes)]);
    for (const stream of writes) this.#stopped.delete(stream);
    this.#graph.end(
      ending.map(({ pipeline }) => pipeline),
      writes,
    );
    other.#joined = this;
    // A query that failed on what it caught up with was told of and is not joined.
    const joining = [...other.#names.keys()];
    this.#graph.join(other.#graph, joining);
    for (const [pipeline, name] of other.#names) this.#names.set(pipeline, name);
    this.#inserts.push(...other.#inserts.filter(({ pipeline }) => joining.includes(pipeline)));
    for (const [name, view] of other.#views) {
      this.#views.set(name, view);
      view.changed = true;
      view.replaces = true;
    }
    for (const stream of other.#stopped) this.#stopped.add(stream);
  }

  /**
   * What a correction of these windows would change now; undefined where the view's windows cannot be
   * computed again.
   */
  correction(name: string, spans: readonly CorrectedSpan[], beforeStep: number): ViewCorrection | undefined {
    const running = this.#views.get(name);
    if (running === undefined) return undefined;
    const { pipelines, openReader } = this.#options;
    const from = { streams: this.#pass.streams, pipelines, openReader };
    return correctionOf(running.added, running.table, { ...from, beforeStep }, spans);
  }

  #correct(step: Step): void {
    const payload = payloadOf(step);
    assert(payload.kind === "correction", "a correction says what it corrects");
    const running = this.#views.get(payload.view);
    if (running === undefined) return;
    try {
      const correction = this.correction(payload.view, payload.windows, step.number);
      for (const { key, after } of correction?.rows ?? []) running.table.correct(key, after);
      running.changed = true;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#options.events.onNotice(`${payload.view} could not be corrected: ${reason}`);
    }
  }

  #tellTouched(touched: Touched): void {
    for (const running of this.#views.values()) {
      const isFed = ({ options }: StreamSource) => running.streams.includes(options.table);
      if (touched === "all" || [...touched].some(isFed)) running.changed = true;
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
      this.#options.events.onFailure(name, error);
    } else this.#streamFailed(name, error);
  }

  /** Who reads a stream that is not written any more would wait for ever. */
  #streamFailed(stream: string, error: unknown): void {
    if (this.#stopped.has(stream)) return;
    this.#stopped.add(stream);
    this.#options.events.onFailure(stream, error);
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
function namesOf(tables: readonly TableDefinition[]): readonly string[] {
  return tables.map(({ name }) => name);
}
