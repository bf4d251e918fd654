/**
 * The engine without its thread: reads flushed steps, pushes their rows through the pipelines of its
 * queries, and makes the change batches that the main thread is told. Live, replay and recovery are this one
 * path. Other queries than those that run are made beside them, and take their places between two steps.
 */
import { assert } from "../../errors/quickwater-error.ts";
import type { EventLogReader } from "../../log/event-log.ts";
import type { ChangeBatch } from "../../views/view.ts";
import type { PipelineOptions } from "../physical/build-pipeline.ts";
import type { CorrectedSpan } from "./correction.ts";
import type { ShownBooks } from "./engine-books.ts";
import type { EngineImage } from "./engine-image.ts";
import type { EngineQueries, WrittenStreams } from "./engine-queries.ts";
import { KnownPrints } from "./known-prints.ts";
import { type Beginning, LedgerBook } from "./ledger-book.ts";
import { QueryChange } from "./query-change.ts";
import { changesOf, type QueryPrints } from "./query-changes.ts";
import type { QueryFacts } from "./query-facts.ts";
import { type EngineEvents, QuerySet } from "./query-set.ts";
import { StepOrigin } from "./step-origin.ts";
import { markOf } from "./take-step.ts";
import type { ViewCorrection } from "./view-correction.ts";

export type { EngineEvents } from "./query-set.ts";

const nothing: EngineQueries = { views: [], inserts: [] };

export class EngineService {
  readonly #openReader: () => EventLogReader;
  readonly #reader: EventLogReader;
  readonly #options: PipelineOptions;
  readonly #events: EngineEvents;
  readonly #origin = new StepOrigin();
  readonly #prints: KnownPrints;
  #queries: EngineQueries = nothing;
  readonly #running: QuerySet;
  #written: WrittenStreams;
  #ledgers: LedgerBook;
  #stepNumber = 0;
  #rowsTaken = 0;
  /** Of the last step that was taken. */
  #mark: readonly number[] = [];
  #hasBegun = false;

  constructor(
    openReader: () => EventLogReader,
    options: PipelineOptions,
    events: EngineEvents,
    written: WrittenStreams = new Map(),
  ) {
    this.#openReader = openReader;
    this.#reader = openReader();
    this.#options = options;
    this.#events = events;
    this.#written = written;
    this.#prints = new KnownPrints(options.mode);
    this.#ledgers = new LedgerBook(openReader, written, nothing);
    this.#running = this.#makeSet(events);
  }

  /** The last step that was taken: every answer is as of it. */
  get stepNumber(): number {
    return this.#stepNumber;
  }

  get queries(): EngineQueries {
    return this.#queries;
  }

  get ledgers(): LedgerBook {
    return this.#ledgers;
  }

  /** Since it began. */
  get rowsTaken(): number {
    return this.#rowsTaken;
  }

  /** Nothing has stopped that others read: what it keeps is what the journal says. */
  get isWhole(): boolean {
    return this.#running.isWhole;
  }

  /** These are the queries that are to run, or to be made beside those that do. */
  expect(queries: EngineQueries): void {
    this.#ledgers = new LedgerBook(this.#openReader, this.#written, queries);
  }

  /** Before the first step: what it writes stands behind the steps that cause it. */
  start(queries: EngineQueries): void {
    assert(this.#stepNumber === 0, "queries were started behind the first step");
    this.#queries = queries;
    this.#running.start(queries, (stream) => this.#ledgers.ledgerOf(stream));
  }

  /** What the queries are; those that are no more, or failed, are left out. */
  prints(queries: EngineQueries): QueryPrints {
    return this.#prints.of(queries, (unknown) => {
      const set = this.#makeSet(this.#events);
      set.start(unknown, () => undefined);
      return set.prints();
    });
  }

  /**
   * Begins to make what is new or changed in the wanted queries, beside those that run; `written` is what the
   * journal holds of their streams. `onFailure` is told of those that fail before they have their places.
   */
  change(wanted: EngineQueries, written: WrittenStreams, onFailure: EngineEvents["onFailure"]): QueryChange {
    this.#written = written;
    this.expect(wanted);
    const present = this.#running.prints();
    this.#prints.know(this.#queries, present);
    const changes = changesOf(present, wanted, this.prints(wanted));
    return this.make(wanted, changes, onFailure);
  }

  /** As `change` does, where it is known what changes, and expected. */
  make(
    wanted: EngineQueries,
    changes: QueryChange["changes"],
    onFailure: EngineEvents["onFailure"],
  ): QueryChange {
    const set = this.#makeSet({ ...this.#events, onFailure });
    return new QueryChange({ wanted, changes, set, reader: this.#openReader(), ledgers: this.#ledgers });
  }

  /** What the journal is to be told before the change is swapped in at the present step. */
  beginningsOf(change: QueryChange): readonly Beginning[] {
    return change.beginnings(this.#stepNumber, (stream) => this.#running.graph.rowCountOf(stream));
  }

  /** The queries of a change take their places; it has taken the same steps. */
  swap(change: QueryChange): void {
    assert(change.stepNumber === this.#stepNumber, "a change was swapped in at another step");
    change.begin(this.beginningsOf(change));
    this.#queries = change.wanted;
    this.#running.join(change.set, change.changes);
    change.close();
  }

  /** Takes steps until there is none or the time is up; answers whether there may be more. */
  work(untilMs: number, now: () => number): boolean {
    if (!this.#hasBegun) this.#running.giveValues();
    this.#hasBegun = true;
    for (;;) {
      const step = this.#reader.next();
      if (step === undefined) {
        this.#running.endPass();
        return false;
      }
      this.#stepNumber = step.number;
      this.#mark = markOf(step);
      this.#running.take(step);
      this.#rowsTaken += step.rowCount;
      if (now() >= untilMs) return true;
    }
  }

  /** Shows the books of the views, as of the last step. */
  showBooks(books: ShownBooks): void {
    this.#running.showBooks(books);
  }

  /** Names of views that have something to tell. */
  changedViews(): readonly string[] {
    return this.#running.changedViews();
  }

  /** What changed in the view since the last call, open windows as far as they have filled. */
  takeChanges(name: string): ChangeBatch | undefined {
    return this.#running.takeChanges(name, this.#stepNumber);
  }

  /** Everything that the engine keeps, as of the last step that it took. */
  freeze(): EngineImage {
    return { stepNumber: this.#stepNumber, mark: this.#mark, ...this.#running.freeze() };
  }

  /**
   * Takes the place that an engine had when it was frozen. It has taken no step yet, and has no view and no
   * INSERT that the image does not hold, by the same query.
   */
  restore(image: EngineImage): void {
    assert(this.#stepNumber === 0, "an engine was restored that had begun");
    this.#running.restore(image);
    this.#stepNumber = image.stepNumber;
    this.#mark = image.mark;
    this.#reader.seek(image.stepNumber + 1);
  }

  /**
   * What a correction of these windows would change now; undefined where the view's windows cannot be
   * computed again.
   */
  correction(name: string, spans: readonly CorrectedSpan[]): ViewCorrection | undefined {
    return this.#running.correction(name, spans, this.#stepNumber + 1);
  }

  /** How far the view is, or the queries that write the stream; undefined where none of them runs. */
  factsOf(name: string): QueryFacts | undefined {
    const facts = this.#running.factsOf(name);
    return facts && { stepNumber: this.#stepNumber, ...facts };
  }

  close(): void {
    this.#reader.close();
  }

  #makeSet(events: EngineEvents): QuerySet {
    return new QuerySet({
      pipelines: this.#options,
      origin: this.#origin,
      openReader: this.#openReader,
      events,
    });
  }
}
