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
    const view = new LiveView(this.#live, shape, () => this.#gapMs);
    this.#pacers.add(view.pacer);
    this.#views.set(key, view);
    return view;
  }

  /** Rows are not drawn more often; Infinity: not at all, until it is another. */
  drawEvery(gapMs: number): void {
    this.#gapMs = Math.max(drawingGapMsMin, gapMs);
    for (const pacer of this.#pacers) pacer.reconsider();
  }

  /** When the newest row of all shown views was written, as the server said it. */
  lastRowAt(): string | null {
    const times = [...this.#views.values()].map(
      (view) => view.state.snapshot().view?.freshness.lastRowAt ?? null,
    );
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

  constructor(live: LiveConnection, shape: ViewShape, gapMs: () => number) {
    const store = pacedStore<SubscriptionState>(
      (listener) => {
        this.#subscribe = () => {
          this.#subscription?.close();
          this.#subscription = live.subscribe(shape, listener);
        };
        this.#subscribe();
        return () => this.#subscription?.close();
      },
      () => this.#subscription?.state ?? { status: "waiting" },
      // What is asked for the first time is shown at once, also on a page that stands.
      () => (this.state.snapshot().view === undefined ? drawingGapMsMin : gapMs()),
    );
    this.state = store;
    this.pacer = store.pacer;
  }

  /** Of a view that was stopped another may have taken the place. */
  retry(): void {
    if (this.#subscription?.state.status === "stopped") this.#subscribe();
    else this.#subscription?.retry();
    this.pacer.request();
  }
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
