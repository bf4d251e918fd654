/**
 * What the pages see of the server: the connection, the rows that are shown, and a clock. Panels that show
 * the same of a view share one subscription, which ends with the last of them.
 *
 * Each is a store as React takes them: its snapshot changes only in an animation frame, and no more often
 * than the page wants (`frame-pacer.ts`).
 */
import type {
  ConnectionState,
  LiveConnection,
  SubscribeOptions,
  Subscription,
  SubscriptionState,
} from "../../../src/client/index.ts";
import type { WireRow } from "../../../src/serving/protocol.ts";
import { drawingGapMsMin, type FramePacer, pacedByFrames } from "./frame-pacer.ts";

export interface Store<Snapshot> {
  readonly subscribe: (listener: () => void) => () => void;
  readonly snapshot: () => Snapshot;
}

export interface Now {
  /** By the server's clock: for the age of data. */
  readonly serverMs: number;
  /** By this machine's clock: for what the client has planned. */
  readonly clientMs: number;
}

/** What of a view. */
export type ViewShape = Pick<SubscribeOptions, "view" | "where" | "columns" | "emit">;

const tickMs = 1_000;

export class LiveViews {
  readonly connection: Store<ConnectionState>;
  /** Moves on once a second. */
  readonly now: Store<Now>;
  readonly #live: LiveConnection;
  readonly #views = new Map<string, LiveView>();
  readonly #pacers = new Set<FramePacer>();
  #gapMs = drawingGapMsMin;
  /** The moment that what is drawn stands for: of which all of it stays as it is. */
  standsAt: string | undefined;

  constructor(live: LiveConnection) {
    this.#live = live;
    this.connection = pacedStore(
      (listener) => live.onStateChange(listener),
      () => live.state,
      () => drawingGapMsMin,
    );
    this.now = pacedStore(
      (listener) => {
        const timer = setInterval(listener, tickMs);
        return () => clearInterval(timer);
      },
      () => ({ serverMs: live.serverNow(), clientMs: Date.now() }),
      () => drawingGapMsMin,
    );
  }

  view(shape: ViewShape): LiveView {
    const key = JSON.stringify([shape.view, shape.where ?? null, shape.columns ?? null, shape.emit ?? null]);
    const known = this.#views.get(key);
    if (known !== undefined) return known;
    const forget = () => {
      this.#pacers.delete(view.pacer);
      this.#views.delete(key);
    };
    const view: LiveView = new LiveView(this.#live, shape, (isFirst) => this.#gapOf(isFirst), forget);
    this.#pacers.add(view.pacer);
    this.#views.set(key, view);
    return view;
  }

  /** What is asked for the first time is shown at once, but not among what was drawn before. */
  #gapOf(isFirst: boolean): number {
    return isFirst && this.standsAt === undefined ? drawingGapMsMin : this.#gapMs;
  }

  /** Rows are not drawn more often; Infinity: not at all, until it is another. */
  drawEvery(gapMs: number): void {
    this.#gapMs = Math.max(drawingGapMsMin, gapMs);
    if (gapMs !== Number.POSITIVE_INFINITY) this.standsAt = undefined;
    for (const pacer of this.#pacers) pacer.reconsider();
  }

  /** Nothing is drawn from now on; the moment that it stands for, which is now, or when it was drawn last. */
  stand(drawnAtMs: number | undefined): string {
    this.drawEvery(Number.POSITIVE_INFINITY);
    this.standsAt = new Date(drawnAtMs ?? this.#live.serverNow()).toISOString();
    return this.standsAt;
  }

  /** How many rows are not as they are drawn, each once, in however many panels it is. */
  newRowCount(): number {
    const rows = new Set<string>();
    for (const view of this.#views.values()) for (const row of view.newRows()) rows.add(row);
    return rows.size;
  }

  /** When the newest row of all shown views was written, as the server said it, be it drawn or not. */
  lastRowAt(): string | null {
    const times = [...this.#views.values()].map((view) => view.lastRowAt);
    return times.reduce(
      (newest, time) => (newest === null || (time !== null && time > newest) ? time : newest),
      null,
    );
  }

  reconnectNow(): void {
    this.#live.reconnectNow();
  }
}

export class LiveView {
  readonly state: Store<SubscriptionState>;
  readonly pacer: FramePacer;
  #subscription: Subscription | undefined;
  #subscribe: () => void = () => {};

  /** `forget`: nobody shows it any more. A page asks for rows since another time again and again. */
  constructor(
    live: LiveConnection,
    shape: ViewShape,
    gapMs: (isFirst: boolean) => number,
    forget: () => void,
  ) {
    const store = pacedStore<SubscriptionState>(
      (listener) => {
        this.#subscribe = () => {
          this.#subscription?.close();
          this.#subscription = live.subscribe(shape, listener);
        };
        this.#subscribe();
        return () => {
          this.#subscription?.close();
          this.#subscription = undefined;
          // Who shows other rows beside it ceases and begins anew in one go.
          setTimeout(() => this.#subscription ?? forget());
        };
      },
      () => this.#subscription?.state ?? { status: "waiting" },
      () => gapMs(this.state.snapshot().view === undefined),
    );
    this.state = store;
    this.pacer = store.pacer;
  }

  get lastRowAt(): string | null {
    return this.#subscription?.state.view?.freshness.lastRowAt ?? null;
  }

  /** Those that came or changed since it was drawn, by view and key. */
  *newRows(): Generator<string> {
    const [drawn, now] = [this.state.snapshot().view, this.#subscription?.state.view];
    if (drawn === undefined || now === undefined || drawn === now) return;
    for (const [key, row] of now.rows) {
      const was = drawn.rows.get(key);
      if (was === undefined || (was !== row && !isSame(was, row))) yield JSON.stringify([now.view, key]);
    }
  }

  /** Of a view that was stopped another may have taken the place. */
  retry(): void {
    if (this.#subscription?.state.status === "stopped") this.#subscribe();
    else this.#subscription?.retry();
    this.pacer.request();
  }
}

/** Behind a break of the connection all rows are other objects. */
function isSame(one: WireRow, other: WireRow): boolean {
  return one.revision === other.revision && JSON.stringify(one.values) === JSON.stringify(other.values);
}

/** `watch` runs while somebody listens; `read` runs once a drawing. */
function pacedStore<Snapshot>(
  watch: (changed: () => void) => () => void,
  read: () => Snapshot,
  gapMs: () => number,
): Store<Snapshot> & { readonly pacer: FramePacer } {
  const listeners = new Set<() => void>();
  let current: Snapshot = read();
  let stop = (): void => {};
  const pacer: FramePacer = pacedByFrames(() => {
    current = read();
    for (const listener of [...listeners]) listener();
  }, gapMs);
  return {
    pacer,
    subscribe(listener) {
      if (listeners.size === 0) {
        stop = watch(() => pacer.request());
        // What changed while nobody listened is not lost: the next frame tells it.
        pacer.request();
      }
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        pacer.cancel();
        stop();
      };
    },
    snapshot: () => current,
  };
}
