/**
 * One shape of one view, for all who are subscribed to it: which of its rows changed, and the texts that tell
 * it, each made once.
 *
 * A feed counts its changes: its place is how many batches changed something that it shows. Who stands at an
 * earlier place is told by one delta what changed since, each row as it is now, so it does not matter whether
 * a subscriber is slow, has asked to be told rarely, or was away for minutes.
 *
 * What is kept: the keys that changed, within bounds (`changed-keys.ts`), and of a shape that leaves rows out
 * the keys that it shows. Rows are the view's own. A resume token is the server's incarnation, the feed's
 * number, and a place.
 */
import { QuickwaterError, quickwaterError } from "../../errors/quickwater-error.ts";
import type { LiveView } from "../../views/live-view.ts";
import type { RowScope } from "../../views/row-scope.ts";
import type { ChangeBatch, ViewRow } from "../../views/view.ts";
import type { ResetReason } from "../protocol.ts";
import { wireFreshness } from "../wire.ts";
import { ChangedKeys } from "./changed-keys.ts";
import type { LiveSettings } from "./live-settings.ts";
import { BoundShape, type Shape } from "./shape.ts";
import { ShownRows } from "./shown-rows.ts";
import { Whole } from "./whole.ts";

/** A row that changed, with what reads it. */
export interface ReadRow {
  readonly row: ViewRow;
  readonly reader: ReturnType<RowScope["readerOf"]>;
}

export interface FeedOptions {
  /** Of this feed alone, as long as the process lives. */
  readonly number: number;
  readonly incarnation: string;
  readonly view: LiveView;
  readonly shape: Shape;
  readonly settings: LiveSettings;
  /** Runs long work when the long work before it is over. */
  readonly inTurn: (work: () => Promise<void>) => Promise<void>;
}

/** Deltas from so many places are kept until something changes. */
const keptDeltas = 16;

export class Feed {
  readonly options: FeedOptions;
  readonly #changed: ChangedKeys;
  readonly #listeners = new Set<() => void>();
  readonly #deltas = new Map<number, Whole>();
  #snapshot: WeakRef<Whole> | undefined;
  #bound: BoundShape;
  /** Undefined where all rows are shown. */
  #shown: ShownRows | undefined;
  #isReady = true;
  #readying: Promise<void> = Promise.resolve();
  #place = 0;
  #beganAt = 0;
  #hasNews = false;
  #failure: QuickwaterError | undefined;

  /** Throws where the shape does not fit the view. */
  constructor(options: FeedOptions, scope: RowScope) {
    this.options = options;
    const { shape, view, settings } = options;
    this.#changed = new ChangedKeys(settings.resumeRowsMax, settings.resumeMsMax);
    this.#bound = new BoundShape(shape, view.schema, scope);
    this.#findShown(scope);
  }

  get place(): number {
    return this.#place;
  }

  /** Where another query took the view's place: who stands before has rows that are no more. */
  get beganAt(): number {
    return this.#beganAt;
  }

  /** What changed since an earlier place is not known. */
  get knownFrom(): number {
    return this.#changed.knownFrom;
  }

  /** Whether it is known already which rows are shown. */
  get isReady(): boolean {
    return this.#isReady;
  }

  /** Why nothing more comes of it: `where` has no value for a row, or fits the view no more. */
  get failure(): QuickwaterError | undefined {
    return this.#failure;
  }

  get hasListeners(): boolean {
    return this.#listeners.size > 0;
  }

  /** Throws where it fails. */
  async ready(): Promise<void> {
    await this.#readying;
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Calls the listener whenever there may be something to tell. */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** All feeds of a view take a batch before any of them tells of it: nobody sees one ahead of another. */
  take(batch: ChangeBatch, upserts: readonly ReadRow[], scope: RowScope): void {
    if (this.#failure !== undefined) return;
    try {
      if (batch.replaces !== undefined) this.#beginAnew(scope);
      else this.#takeChanges(batch.removedKeys, upserts);
    } catch (error) {
      this.#fail(error);
    }
  }

  tell(): void {
    if (!this.#hasNews) return;
    this.#hasNews = false;
    for (const listener of [...this.#listeners]) listener();
  }

  /** The engine has stopped the view. */
  tellStop(): void {
    this.#hasNews = true;
    this.tell();
  }

  trim(nowMs: number): void {
    this.#changed.trim(nowMs);
  }

  end(): void {
    this.#shown?.end();
  }

  /** What a subscriber is told who stands at the place, or nowhere yet; only where it is ready. */
  whole(from: number | undefined): Whole {
    if (from === undefined) {
      const known = this.#snapshot?.deref();
      if (known?.head.place === this.#place) return known;
      const snapshot = this.#makeSnapshot();
      this.#snapshot = new WeakRef(snapshot);
      return snapshot;
    }
    // Where nothing changed the step is told as it is now, and that is not worth keeping.
    const known = from === this.#place ? undefined : this.#deltas.get(from);
    if (known !== undefined) return known;
    const delta = this.#makeDelta(from);
    if (from !== this.#place) this.#deltas.set(from, delta);
    if (this.#deltas.size > keptDeltas) this.#deltas.delete(this.#deltas.keys().next().value!);
    return delta;
  }

  /** Where the subscriber with the token stands, or why that is not known. */
  placeOf(token: string): number | ResetReason {
    const { incarnation, number } = this.options;
    const [, of, feed, place] = /^(.*)\.(\d+)\.(\d+)$/.exec(token) ?? [];
    if (of !== incarnation) return "resumed-elsewhere";
    // Feeds that were forgotten are not told from those of another shape.
    if (Number(feed) !== number) return "too-long-ago";
    if (Number(place) > this.#place) return "resumed-elsewhere";
    return Number(place);
  }

  #takeChanges(removedKeys: readonly string[], upserts: readonly ReadRow[]): void {
    const place = this.#place + 1;
    const nowMs = performance.now();
    const take = (key: string, isShown: boolean) => {
      if (this.#shown !== undefined && !this.#shown.take(key, isShown)) return;
      this.#changed.add(key, place, nowMs);
      this.#place = place;
    };
    for (const key of removedKeys) take(key, false);
    for (const { row, reader } of upserts)
      take(row.key, this.#shown === undefined || this.#bound.isShown(row, reader));
    if (this.#place < place) return;
    this.#deltas.clear();
    this.#hasNews = true;
    this.#changed.trim(nowMs);
  }

  #beginAnew(scope: RowScope): void {
    this.#place++;
    this.#beganAt = this.#place;
    this.#deltas.clear();
    this.#shown?.end();
    this.#hasNews = true;
    const { shape, view } = this.options;
    this.#bound = new BoundShape(shape, view.schema, scope);
    this.#findShown(scope);
  }

  #findShown(scope: RowScope): void {
    this.#shown = this.#bound.isRestricted ? new ShownRows() : undefined;
    this.#isReady = this.#shown === undefined;
    this.#readying = this.#shown === undefined ? Promise.resolve() : this.#look(this.#shown, scope);
  }

  async #look(shown: ShownRows, scope: RowScope): Promise<void> {
    const { view, inTurn } = this.options;
    const watermarkMs = view.freshness.watermarkMs ?? null;
    const isShown = (row: ViewRow) => this.#bound.isShown(row, scope.readerOf(row, Date.now(), watermarkMs));
    try {
      await inTurn(() => shown.find(view, isShown));
    } catch (error) {
      this.#fail(error);
    }
    if (this.#shown !== shown) {
      // The view was changed meanwhile, and is looked at again.
      await this.#readying;
      return;
    }
    this.#isReady = true;
    this.#hasNews = true;
    this.tell();
  }

  #fail(error: unknown): void {
    const isKnown = error instanceof QuickwaterError;
    this.#failure = isKnown ? error : quickwaterError("request.internal", {}, { cause: error });
    this.#hasNews = true;
  }

  #makeSnapshot(): Whole {
    const { view } = this.options;
    const { columns, keyColumns } = this.#bound;
    const shown = this.#shown;
    const rows = shown === undefined ? Array.from(view.rows()) : Array.from(shown.keys, rowOf(view));
    return this.#wholeOf("snapshot", rows, { view: view.schema.name, columns, keyColumns });
  }

  #makeDelta(from: number): Whole {
    const { view } = this.options;
    const shown = this.#shown;
    const changes = this.#changed.since(from).map((key) => {
      const row = shown === undefined || shown.keys.has(key) ? view.row(key) : undefined;
      return row ?? key;
    });
    return this.#wholeOf("delta", changes, {});
  }

  #wholeOf(type: "snapshot" | "delta", changes: readonly (ViewRow | string)[], members: object): Whole {
    const { view, incarnation, number, settings } = this.options;
    const { stepNumber: step, freshness } = view;
    const place = this.#place;
    const resume = `${incarnation}.${number}.${place}`;
    const known = { ...members, step, freshness: wireFreshness(freshness, view.schema), resume };
    const head = { type, step, place, resume, members: known };
    return new Whole(head, this.#bound, changes, settings.pieceBytesMax);
  }
}

function rowOf(view: LiveView): (key: string) => ViewRow {
  return (key) => view.row(key)!;
}
