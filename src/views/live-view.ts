/**
 * A view as the main thread serves it: a replica of the engine's rows, fed by change batches, and the
 * subscribers that are told of each. Everything here is as of one step, the one of the last batch.
 */
import { NotedRows } from "./noted-rows.ts";
import { RowPages } from "./row-pages.ts";
import type { ChangeBatch, Freshness, Making, ViewCounters, ViewRow, ViewSchema } from "./view.ts";

/** Called for each batch that changed something, after the replica has taken it. */
export type ChangeListener = (batch: ChangeBatch) => void;
/** Called once, with the reason, when the engine has stopped the view: no batch comes after that. */
export type StopListener = (reason: string) => void;

/** Of all views, so that one which takes the place of another is not taken for it. */
let versions = 0;

export class LiveView {
  #schema: ViewSchema;
  /** In few large pieces of memory, as bytes: objects and texts are made of them when somebody asks. */
  #rows: RowPages;
  #openRowCount = 0;
  readonly #listeners = new Set<ChangeListener>();
  readonly #stopListeners = new Set<StopListener>();
  #stepNumber = 0;
  #freshness: Freshness = { lastRowAtMs: undefined, watermarkMs: undefined };
  #counters: ViewCounters = { rowsTaken: 0, rowsFiltered: 0, rowsLate: 0 };
  #failure: string | undefined;
  #version = ++versions;
  /** How far its rows are made again; undefined where they are as they should be. */
  making: Making | undefined;

  constructor(schema: ViewSchema) {
    this.#schema = schema;
    this.#rows = pagesOf(schema);
  }

  /** Another query may take the view's place: then its rows look otherwise. */
  get schema(): ViewSchema {
    return this.#schema;
  }

  get stepNumber(): number {
    return this.#stepNumber;
  }

  get freshness(): Freshness {
    return this.#freshness;
  }

  /** Another one whenever its rows, or what is known of them, are other. */
  get version(): number {
    return this.#version;
  }

  /** Why the engine stopped the view; its rows stay as they were. */
  get failure(): string | undefined {
    return this.#failure;
  }

  get counters(): ViewCounters {
    return this.#counters;
  }

  get rowCount(): number {
    return this.#rows.count;
  }

  /** Those of its rows that are not final. */
  get openRowCount(): number {
    return this.#openRowCount;
  }

  /** For who reads them in this turn: nothing must change the view meanwhile. */
  rows(): Iterable<ViewRow> {
    return this.#rows.rows();
  }

  /** The rows as they are now, for who reads them in several turns, whatever is written meanwhile. */
  noted(): NotedRows {
    const [schema, rows] = [this.#schema, this.#rows];
    return new NotedRows(rows, () => {
      const copy = pagesOf(schema);
      copy.restore(rows.freeze());
      return copy;
    });
  }

  row(key: string): ViewRow | undefined {
    const found = this.#rows.find(key);
    return found === 0 ? undefined : this.#rows.rowAt(found);
  }

  /** Tells the listener of every batch from now on; what is there already it reads from `rows` before. */
  listen(listener: ChangeListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Tells the listener when the view is stopped; where it already is, `failure` says so. */
  listenForStop(listener: StopListener): () => void {
    this.#stopListeners.add(listener);
    return () => this.#stopListeners.delete(listener);
  }

  stop(reason: string): void {
    this.#failure = reason;
    this.#version = ++versions;
    for (const listener of this.#stopListeners) listener(reason);
  }

  apply(batch: ChangeBatch): void {
    if (batch.replaces !== undefined) {
      this.#schema = batch.replaces;
      this.#rows = pagesOf(batch.replaces);
      this.#openRowCount = 0;
      this.#failure = undefined;
    }
    for (const key of batch.removedKeys) this.#remove(key);
    for (const row of batch.upserts) this.#set(row);
    this.#stepNumber = batch.stepNumber;
    this.#freshness = batch.freshness;
    this.#counters = batch.counters;
    this.#version = ++versions;
    for (const listener of this.#listeners) listener(batch);
  }

  /** For who is told of changes it is another view from then on, with the same rows. */
  tellIn(timeZone: string | undefined): void {
    if (timeZone === this.#schema.timeZone) return;
    this.#schema = { ...this.#schema, timeZone };
    this.#version = ++versions;
    const { name: view } = this.#schema;
    const [stepNumber, freshness, counters] = [this.#stepNumber, this.#freshness, this.#counters];
    const rows = { upserts: [...this.rows()], removedKeys: [], replaces: this.#schema };
    for (const listener of this.#listeners) listener({ view, stepNumber, freshness, counters, ...rows });
  }

  #set({ key, text, final, revision }: ViewRow): void {
    const found = this.#rows.find(key);
    this.#openRowCount += Number(!final) - Number(this.#isOpen(found));
    this.#rows.put(found, text, revision, final);
  }

  #remove(key: string): void {
    const found = this.#rows.find(key);
    if (found === 0) return;
    this.#openRowCount -= Number(this.#isOpen(found));
    this.#rows.remove(found);
  }

  #isOpen(found: number): boolean {
    return found !== 0 && !this.#rows.isFinal(found);
  }
}

/** What the owner of the rows has taken is taken here too: the limit is there. */
function pagesOf(schema: ViewSchema): RowPages {
  return new RowPages(schema, Number.POSITIVE_INFINITY);
}
