/**
 * What the pages see of the server: the connection, the views that are shown, and a clock. Panels that show
 * the same view share one subscription, which ends with the last of them.
 *
 * Each is a store as React takes them: its snapshot changes only in an animation frame (`frame-pacer.ts`).
 */
import type {
  ConnectionState,
  LiveConnection,
  Subscription,
  SubscriptionState,
} from "../../../src/client/index.ts";
import { type FramePacer, pacedByFrames } from "./frame-pacer.ts";

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

const tickMs = 1_000;

export class LiveViews {
  readonly connection: Store<ConnectionState>;
  /** Moves on once a second. */
  readonly now: Store<Now>;
  readonly #live: LiveConnection;
  readonly #views = new Map<string, LiveView>();

  constructor(live: LiveConnection) {
    this.#live = live;
    this.connection = pacedStore(
      (listener) => live.onStateChange(listener),
      () => live.state,
    );
    this.now = pacedStore(
      (listener) => {
        const timer = setInterval(listener, tickMs);
        return () => clearInterval(timer);
      },
      () => ({ serverMs: live.serverNow(), clientMs: Date.now() }),
    );
  }

  view(name: string): LiveView {
    const known = this.#views.get(name);
    if (known !== undefined) return known;
    const view = new LiveView(this.#live, name);
    this.#views.set(name, view);
    return view;
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
  #subscription: Subscription | undefined;

  constructor(live: LiveConnection, name: string) {
    this.state = pacedStore<SubscriptionState>(
      (listener) => {
        const subscription = live.subscribe({ view: name }, listener);
        this.#subscription = subscription;
        return () => subscription.close();
      },
      () => this.#subscription?.state ?? { status: "waiting" },
    );
  }

  retry(): void {
    this.#subscription?.retry();
  }
}

/** `watch` runs while somebody listens; `read` runs once a drawing. */
function pacedStore<Snapshot>(
  watch: (changed: () => void) => () => void,
  read: () => Snapshot,
): Store<Snapshot> {
  const listeners = new Set<() => void>();
  let current: Snapshot = read();
  let stop = (): void => {};
  const pacer: FramePacer = pacedByFrames(() => {
    current = read();
    for (const listener of [...listeners]) listener();
  });
  return {
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
