/** One view that somebody wants to see, across as many sockets as it takes. */
import type {
  DeltaMessage,
  PartMessage,
  ResumeToken,
  SnapshotMessage,
  SubscribeMessage,
  WireRow,
} from "../serving/protocol.ts";
import { type AnyRow, rowObjects, type ViewState } from "./view-state.ts";

export interface SubscribeOptions<Name extends string = string, Column extends string = string> {
  readonly view: Name;
  /** `final`: only rows of closed windows. Default: the view's own `emit`. */
  readonly emit?: "changes" | "final" | undefined;
  /** A condition as SQL writes it, over the view's columns, `$final` and `$revision`: only rows that fit. */
  readonly where?: string | undefined;
  /** Only these, in this order. */
  readonly columns?: readonly Column[] | undefined;
  /** Changes a second at most, from 0.1 to 200; what changes in between is folded together. */
  readonly maxRate?: number | undefined;
}

export interface SubscriptionError {
  /** Of the error catalogue, such as `request.unknown-view`. */
  readonly code: string;
  readonly message: string;
  /** What to do about it. */
  readonly hint: string;
}

export type SubscriptionState =
  /** Asked for, not answered yet. `view` is there where an earlier answer is. */
  | { readonly status: "waiting"; readonly view?: ViewState | undefined }
  | { readonly status: "current"; readonly view: ViewState }
  /** The engine stopped the view, for `reason`; these are its last rows. */
  | { readonly status: "stopped"; readonly view: ViewState; readonly reason: string }
  | { readonly status: "failed"; readonly error: SubscriptionError; readonly view?: ViewState | undefined };

export interface Subscription<Row = AnyRow> {
  /** Names the subscription on its socket; for logs. */
  readonly id: string;
  readonly view: string;
  readonly state: SubscriptionState;
  /** The rows of the view that it has, by the names of their columns; none before the first answer. */
  rows(): readonly Row[];
  /** Asks again after a failure; does nothing otherwise. */
  retry(): void;
  /** No listener is called after this. */
  close(): void;
}

/** A snapshot or delta that comes in pieces, as far as it has come. */
interface Begun {
  readonly head: SnapshotMessage | DeltaMessage;
  readonly rows: WireRow[];
  readonly removed: string[];
}

/** What a subscription asks of the connection that it belongs to. */
interface Owner {
  retry(): void;
  close(): void;
}

/** The connection's side of a subscription. */
export class LiveSubscription implements Subscription {
  readonly id: string;
  readonly #options: SubscribeOptions;
  readonly #owner: Owner;
  #listener: () => void;
  #state: SubscriptionState = { status: "waiting" };
  #resume: ResumeToken | undefined;
  #begun: Begun | undefined;
  /** Made when they are asked for, once a view. */
  #rows: { readonly view: ViewState; readonly rows: readonly AnyRow[] } | undefined;

  constructor(id: string, options: SubscribeOptions, listener: () => void, owner: Owner) {
    this.id = id;
    this.#options = options;
    this.#listener = listener;
    this.#owner = owner;
  }

  get view(): string {
    return this.#options.view;
  }

  get state(): SubscriptionState {
    return this.#state;
  }

  rows(): readonly AnyRow[] {
    const { view } = this.#state.status === "failed" ? { view: this.#state.view } : this.#state;
    if (view === undefined) return [];
    if (this.#rows?.view !== view) this.#rows = { view, rows: rowObjects(view) };
    return this.#rows.rows;
  }

  setState(state: SubscriptionState): void {
    this.#state = state;
    const isKnown = state.status === "current" || state.status === "stopped";
    this.#resume = isKnown ? state.view.resume : undefined;
    this.#listener();
  }

  /** Takes a snapshot or delta; gives it back where it is whole already. */
  begin(head: SnapshotMessage | DeltaMessage): SnapshotMessage | DeltaMessage | undefined {
    const removed = head.type === "delta" ? [...head.removed] : [];
    this.#begun = head.more ? { head, rows: [...head.rows], removed } : undefined;
    return head.more ? undefined : head;
  }

  /** Takes a further piece; gives back the whole after the last one. */
  add(part: PartMessage): SnapshotMessage | DeltaMessage | "more" | "out of place" {
    if (this.#begun === undefined) return "out of place";
    const { head, rows, removed } = this.#begun;
    for (const row of part.rows) rows.push(row);
    for (const key of part.removed) removed.push(key);
    if (part.more) return "more";
    this.#begun = undefined;
    return head.type === "delta" ? { ...head, rows, removed } : { ...head, rows };
  }

  /** The next request will ask for everything. */
  forgetPlace(): void {
    this.#resume = undefined;
  }

  request(): SubscribeMessage {
    this.#begun = undefined;
    // Members that are undefined are left out of JSON.
    return { type: "subscribe", id: this.id, ...this.#options, resume: this.#resume };
  }

  retry(): void {
    this.#owner.retry();
  }

  close(): void {
    this.#listener = () => {};
    this.#owner.close();
  }
}
