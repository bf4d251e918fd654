/**
 * The feeds that there are: one for each shape of a view that somebody is subscribed to, or was a little
 * while ago and may come back to. They are bounded in number, and one that nobody has asked for in the time
 * in which it could be resumed goes.
 */
import { quickwaterError } from "../../errors/quickwater-error.ts";
import type { LiveView } from "../../views/live-view.ts";
import { RowScope } from "../../views/row-scope.ts";
import type { ChangeBatch } from "../../views/view.ts";
import { type ViewDirectory, viewNamed } from "../view-directory.ts";
import { Feed } from "./feed.ts";
import type { LiveSettings } from "./live-settings.ts";
import { Paces } from "./pace.ts";
import { emitOf, type Shape, shapeText } from "./shape.ts";
import { Subscription } from "./subscription.ts";

/** Of the server. */
export interface FeedSurroundings {
  readonly incarnation: string;
  readonly settings: LiveSettings;
  /** Resolves when the views have all that was there when the server was started; undefined: they have. */
  readonly ready: Promise<void> | undefined;
}

/** What a client asks for. */
export interface SubscriptionRequest extends Shape {
  readonly view: string;
  /** A token of before. */
  readonly resume?: string | undefined;
  /** Deltas a second. */
  readonly maxRate?: number | undefined;
}

export class Feeds {
  readonly #views: ViewDirectory;
  readonly #of: FeedSurroundings;
  readonly #byView = new Map<LiveView, ViewFeeds>();
  /** Since when nobody is subscribed; the longest first. */
  readonly #idle = new Map<Feed, number>();
  readonly #paces = new Paces();
  #count = 0;
  #numbers = 0;
  #lastWork: Promise<void> = Promise.resolve();
  /** Until the views are as of the present. */
  #catchingUp: Promise<void> | undefined;

  constructor(views: ViewDirectory, of: FeedSurroundings) {
    this.#views = views;
    this.#of = of;
    this.#catchingUp = of.ready?.then(() => {
      this.#catchingUp = undefined;
    });
  }

  get count(): number {
    return this.#count;
  }

  /**
   * Throws where there is no such view, the shape does not fit it, or there are too many. `onNews` is called
   * whenever the subscription may have something to tell.
   */
  subscribe(request: SubscriptionRequest, onNews: (subscription: Subscription) => void): Subscription {
    const { resume, maxRate } = request;
    const feed = this.#feedOf(viewNamed(this.#views, request.view), request);
    this.#idle.delete(feed);
    const pace = maxRate === undefined ? undefined : this.#paces.take(maxRate);
    const options = { feed, resume, pace, catchingUp: this.#catchingUp };
    return new Subscription(options, onNews, () => {
      if (maxRate !== undefined) this.#paces.giveBack(maxRate);
      if (!feed.hasListeners && this.#byView.get(feed.options.view)?.has(feed))
        this.#idle.set(feed, performance.now());
      this.#dropIdle(this.#of.settings.idleShapesMax);
    });
  }

  /** Forgets what is too long ago; to be called every now and then. */
  tidy(): void {
    const nowMs = performance.now();
    const { resumeMsMax } = this.#of.settings;
    for (const [feed, sinceMs] of this.#idle) {
      if (nowMs - sinceMs <= resumeMsMax && feed.failure === undefined) break;
      this.#drop(feed);
    }
    for (const feeds of this.#byView.values()) for (const feed of feeds.all()) feed.trim(nowMs);
  }

  #feedOf(view: LiveView, { where, columns, emit }: Shape): Feed {
    const shape = { where: where?.trim(), columns, emit };
    const text = shapeText(shape, emitOf(shape, view.schema));
    const known = this.#byView.get(view)?.get(text);
    if (known !== undefined && known.failure === undefined) return known;
    if (known !== undefined) this.#drop(known);
    const { settings, incarnation } = this.#of;
    this.#dropIdle(Math.max(0, settings.shapesMax - 1 - (this.#count - this.#idle.size)));
    if (this.#count >= settings.shapesMax)
      throw quickwaterError("live.too-many-shapes", { limit: settings.shapesMax });
    const feeds = this.#byView.get(view) ?? new ViewFeeds(view);
    const inTurn = (work: () => Promise<void>) => this.#inTurn(work);
    const number = ++this.#numbers;
    const feed = new Feed({ number, incarnation, view, shape, settings, inTurn }, feeds.scope);
    feeds.add(text, feed);
    this.#byView.set(view, feeds);
    this.#count++;
    return feed;
  }

  #dropIdle(countMax: number): void {
    for (const feed of this.#idle.keys()) {
      if (this.#idle.size <= countMax) return;
      this.#drop(feed);
    }
  }

  #drop(feed: Feed): void {
    this.#idle.delete(feed);
    const { view } = feed.options;
    const feeds = this.#byView.get(view);
    if (!feeds?.has(feed)) return;
    feeds.remove(feed);
    this.#count--;
    feed.end();
    if (!feeds.isEmpty) return;
    feeds.end();
    this.#byView.delete(view);
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#lastWork.then(work);
    this.#lastWork = done.catch(() => {
      // Who asked for it is told of its failure; the next one begins all the same.
    });
    return done;
  }
}

/** The feeds of one view, by the texts of their shapes. */
class ViewFeeds {
  readonly #feeds = new Map<string, Feed>();
  readonly #ends: readonly (() => void)[];
  #scope: RowScope;

  constructor(view: LiveView) {
    this.#scope = new RowScope(view.schema);
    this.#ends = [
      view.listen((batch) => this.#take(batch)),
      view.listenForStop(() => {
        for (const feed of this.all()) feed.tellStop();
      }),
    ];
  }

  get scope(): RowScope {
    return this.#scope;
  }

  get isEmpty(): boolean {
    return this.#feeds.size === 0;
  }

  all(): readonly Feed[] {
    return [...this.#feeds.values()];
  }

  get(shape: string): Feed | undefined {
    return this.#feeds.get(shape);
  }

  has(feed: Feed): boolean {
    return this.all().includes(feed);
  }

  add(shape: string, feed: Feed): void {
    this.#feeds.set(shape, feed);
  }

  remove(feed: Feed): void {
    for (const [shape, known] of this.#feeds) if (known === feed) this.#feeds.delete(shape);
  }

  end(): void {
    for (const end of this.#ends) end();
  }

  #take(batch: ChangeBatch): void {
    if (batch.replaces !== undefined) this.#scope = new RowScope(batch.replaces);
    const scope = this.#scope;
    const watermarkMs = batch.freshness.watermarkMs ?? null;
    const nowMs = Date.now();
    // One reader for all feeds: a cell is read once, whoever asks for it.
    const upserts = batch.upserts.map((row) => ({ row, reader: scope.readerOf(row, nowMs, watermarkMs) }));
    const feeds = this.all();
    for (const feed of feeds) feed.take(batch, upserts, scope);
    for (const feed of feeds) feed.tell();
  }
}
