/**
 * Views, live: one socket to `WS /v1/live` that carries any number of subscriptions and mends itself.
 *
 *     import type { Views } from "./types.ts"; // of `quickwater types`
 *     const live = new LiveConnection<Views>({ url: "ws://127.0.0.1:8080/v1/live" });
 *     const revenue = live.subscribe({ view: "sales_per_minute" }, () => console.table(revenue.rows()));
 *     // later
 *     revenue.close();
 *     live.close();
 *
 * What you may rely on
 *   - `subscription.state.view` is a whole view as of one step; it is replaced, never changed (see
 *     `view-state.ts`).
 *   - While the connection is away a subscription keeps the view it had. Whether that is still the truth
 *     is told by `live.state`: show it dimmed unless the state is `live`.
 *   - After a loss it comes back by itself, for as long as it takes: tries after 250 ms, doubling to 2 s,
 *     each with jitter, counted anew from every success. Every subscription is taken up again where it
 *     stood, by its resume token: the server sends what changed meanwhile, and everything only where it
 *     does not know that any more.
 *   - A server that is silent for twice its heartbeat is taken for gone, even if the socket looks open.
 *   - A view that the engine stops has the status `stopped` with the reason, and keeps its last rows.
 *   - A subscription that the server refuses has the status `failed` with the server's message and hint.
 *     It is tried again after each reconnect and on `retry()`.
 *
 * What you may not rely on: a call for each change. Changes are folded on the way, and listeners are told
 * "something is new", not what; read `state`. Listeners run synchronously: draw in `requestAnimationFrame`,
 * not in the listener.
 */
import {
  type DeltaMessage,
  type HelloMessage,
  heartbeatMs as heartbeatMsDefault,
  type LiveErrorMessage,
  type PartMessage,
  protocolVersion,
  type ServerMessage,
  type SnapshotMessage,
  type StoppedMessage,
} from "../serving/protocol.ts";
import { backOffMs } from "./back-off.ts";
import { ServerClock } from "./server-clock.ts";
import { readServerMessage } from "./server-message.ts";
import { LiveSubscription, type SubscribeOptions, type Subscription } from "./subscription.ts";
import { type Clock, type LiveSocket, type LiveSocketConstructor, systemClock } from "./surroundings.ts";
import { type AnyRow, applyDelta, viewFromSnapshot } from "./view-state.ts";

/** Why a connection was given up: the socket closed, nothing came, or what came made no sense. */
export type ConnectionLoss = "socket-closed" | "silence" | "bad-message" | "server-error";

export type ConnectionState =
  /** The first try, from construction on. */
  | { readonly status: "connecting" }
  | { readonly status: "live"; readonly incarnation: string }
  | {
      readonly status: "reconnecting";
      /**
       * When the connection was lost, or first could not be made; by the client's clock, as `nextTryAt` is.
       */
      readonly since: number;
      /** Number of the try that comes next or is under way, from 1. */
      readonly attempt: number;
      /** Lies in the past while that try is under way. */
      readonly nextTryAt: number;
      readonly loss: ConnectionLoss;
    }
  /**
   * `protocol-version`: the server speaks another version; only newer code (in a browser: a reload) helps.
   */
  | { readonly status: "closed"; readonly because: "asked" | "protocol-version" };

export interface LiveConnectionOptions {
  /** `ws://…/v1/live` or `wss://…/v1/live`. */
  readonly url: string;
  /** Default: the global one. */
  readonly WebSocket?: LiveSocketConstructor | undefined;
  readonly clock?: Clock | undefined;
  /** From 0 up to 1; default `Math.random`. */
  readonly random?: (() => number) | undefined;
}

/** Of a row the columns that were asked for, and what is known of it. */
type RowOf<Row, Column> = [Exclude<keyof Row & string, Column | Mark>] extends [never]
  ? Row
  : Pick<Row, Extract<keyof Row, Column | Mark>>;
type Mark = "$final" | "$revision";

/** Without the project's types any view may be asked for. */
type AnyViews = Readonly<Record<string, AnyRow>>;

export class LiveConnection<Views extends object = AnyViews> {
  readonly #url: string;
  readonly #Socket: LiveSocketConstructor;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #serverClock = new ServerClock();
  readonly #listeners = new Set<() => void>();
  readonly #subscriptions = new Map<string, LiveSubscription>();
  #state: ConnectionState = { status: "connecting" };
  /** The socket that counts. Events of any other are of the past and are not listened to. */
  #socket: LiveSocket | undefined;
  #heartbeatMs = heartbeatMsDefault;
  #lastHeardAt = 0;
  #nextId = 1;
  #cancelRetry = (): void => {};
  #cancelWatch = (): void => {};

  constructor(options: LiveConnectionOptions) {
    this.#url = options.url;
    this.#Socket = options.WebSocket ?? globalThis.WebSocket;
    this.#clock = options.clock ?? systemClock;
    this.#random = options.random ?? Math.random;
    this.#connect();
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** The server's clock, as near as its messages tell; the client's own until the server has told a time. */
  serverNow(): number {
    return this.#serverClock.timeAt(this.#clock.now());
  }

  /** Calls `listener` after each change of `state`, until the function that it returns is called. */
  onStateChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Calls `listener` after each change of the subscription's `state`. The first state is `waiting`. */
  subscribe<Name extends keyof Views & string, Column extends keyof Views[Name] & string>(
    options: SubscribeOptions<Name, Column>,
    listener: () => void,
  ): Subscription<RowOf<Views[Name], Column>> {
    const subscription = new LiveSubscription(`s${this.#nextId++}`, options, listener, {
      retry: () => this.#retry(subscription),
      close: () => this.#unsubscribe(subscription),
    });
    this.#subscriptions.set(subscription.id, subscription);
    if (this.#state.status === "live") this.#send(subscription.request());
    // What the project's types say of a row is told by the server alone.
    return subscription as Subscription<unknown> as Subscription<RowOf<Views[Name], Column>>;
  }

  /**
   * Tries now instead of waiting: when the user asks, when the network is back, when the tab is shown
   * again.
   */
  reconnectNow(): void {
    if (this.#state.status !== "reconnecting" || this.#socket !== undefined) return;
    this.#cancelRetry();
    this.#setState({ ...this.#state, nextTryAt: this.#clock.now() });
    this.#connect();
  }

  /** Ends the connection for good; subscriptions keep the view that they have. */
  close(): void {
    this.#end("asked");
  }

  #end(because: "asked" | "protocol-version"): void {
    if (this.#state.status === "closed") return;
    this.#cancelRetry();
    this.#dropSocket();
    this.#setState({ status: "closed", because });
  }

  #connect(): void {
    const socket = new this.#Socket(this.#url);
    this.#socket = socket;
    this.#heartbeatMs = heartbeatMsDefault;
    this.#lastHeardAt = this.#clock.now();
    this.#serverClock.forget();
    socket.addEventListener("message", ({ data }) => {
      if (this.#socket === socket) this.#hear(data);
    });
    const lose = (): void => {
      if (this.#socket === socket) this.#lose("socket-closed");
    };
    socket.addEventListener("close", lose);
    socket.addEventListener("error", lose);
    this.#watchForSilence(2 * this.#heartbeatMs);
  }

  /** One timer for all messages: it looks at when the last one came, and sleeps on for what is left. */
  #watchForSilence(delayMs: number): void {
    this.#cancelWatch();
    this.#cancelWatch = this.#clock.after(delayMs, () => {
      const leftMs = this.#lastHeardAt + 2 * this.#heartbeatMs - this.#clock.now();
      if (leftMs > 0) this.#watchForSilence(leftMs);
      else this.#lose("silence");
    });
  }

  #hear(data: unknown): void {
    this.#lastHeardAt = this.#clock.now();
    const message = readServerMessage(data);
    if (message === "malformed") this.#loseTrust();
    else if (message !== "unknown") this.#take(message);
  }

  #take(message: ServerMessage): void {
    switch (message.type) {
      case "hello":
        this.#greet(message);
        break;
      case "heartbeat":
        this.#serverClock.learn(message.time, this.#lastHeardAt);
        break;
      case "snapshot":
      case "delta":
        this.#begin(message);
        break;
      case "part":
        this.#goOn(message);
        break;
      case "stopped":
        this.#takeStop(message);
        break;
      case "error":
        this.#takeError(message);
        break;
      case "unsubscribed":
        // The subscription was forgotten when it was closed; there is nothing left to do.
        break;
    }
  }

  #greet({ protocol, incarnation, heartbeatMs }: HelloMessage): void {
    if (protocol !== protocolVersion) {
      this.#end("protocol-version");
      return;
    }
    this.#heartbeatMs = heartbeatMs;
    this.#watchForSilence(2 * heartbeatMs);
    for (const subscription of this.#subscriptions.values()) this.#send(subscription.request());
    this.#setState({ status: "live", incarnation });
  }

  /** Of a subscription that is closed or was refused the rest may still be under way; that is nobody's. */
  #wanted(id: string): LiveSubscription | undefined {
    const subscription = this.#subscriptions.get(id);
    return subscription?.state.status === "failed" ? undefined : subscription;
  }

  #begin(message: SnapshotMessage | DeltaMessage): void {
    const subscription = this.#wanted(message.id);
    const whole = subscription?.begin(message);
    if (subscription !== undefined && whole !== undefined) this.#takeWhole(subscription, whole);
  }

  #goOn(part: PartMessage): void {
    const subscription = this.#wanted(part.id);
    const whole = subscription?.add(part) ?? "more";
    if (whole === "out of place") this.#loseTrust();
    else if (whole !== "more" && subscription !== undefined) this.#takeWhole(subscription, whole);
  }

  #takeWhole(subscription: LiveSubscription, message: SnapshotMessage | DeltaMessage): void {
    if (message.type === "snapshot") {
      subscription.setState({ status: "current", view: viewFromSnapshot(message) });
      return;
    }
    const { view } = subscription.state;
    // Whoever resumes is answered though nothing has changed, perhaps as of the same step.
    const isEmpty = message.rows.length + message.removed.length === 0;
    if (view === undefined || message.step < view.step || (message.step === view.step && !isEmpty)) {
      this.#loseTrust();
      return;
    }
    if (message.freshness.lastRowAt !== view.freshness.lastRowAt) {
      this.#serverClock.learn(message.freshness.lastRowAt, this.#lastHeardAt);
    }
    subscription.setState({ status: "current", view: applyDelta(view, message) });
  }

  #takeStop({ id, reason }: StoppedMessage): void {
    const subscription = this.#wanted(id);
    const view = subscription?.state.view;
    if (view !== undefined) subscription?.setState({ status: "stopped", view, reason });
    else if (subscription !== undefined) this.#loseTrust();
  }

  #takeError({ id, code, message, hint }: LiveErrorMessage): void {
    if (id === undefined) {
      this.#lose("server-error");
      return;
    }
    const subscription = this.#subscriptions.get(id);
    const error = { code, message, hint };
    subscription?.setState({ status: "failed", error, view: subscription.state.view });
  }

  #retry(subscription: LiveSubscription): void {
    if (subscription.state.status !== "failed" || !this.#subscriptions.has(subscription.id)) return;
    subscription.setState({ status: "waiting", view: subscription.state.view });
    if (this.#state.status === "live") this.#send(subscription.request());
    else this.reconnectNow();
  }

  #unsubscribe({ id }: LiveSubscription): void {
    if (this.#subscriptions.delete(id) && this.#state.status === "live") {
      this.#send({ type: "unsubscribe", id });
    }
  }

  /**
   * What was said no longer fits together, so what is held may be wrong: begin again without resume tokens.
   */
  #loseTrust(): void {
    for (const subscription of this.#subscriptions.values()) subscription.forgetPlace();
    this.#lose("bad-message");
  }

  #lose(loss: ConnectionLoss): void {
    this.#dropSocket();
    const now = this.#clock.now();
    const before = this.#state.status === "reconnecting" ? this.#state : { since: now, attempt: 0 };
    const attempt = before.attempt + 1;
    const delayMs = backOffMs(attempt, this.#random());
    this.#cancelRetry = this.#clock.after(delayMs, () => this.#connect());
    this.#setState({ status: "reconnecting", since: before.since, attempt, nextTryAt: now + delayMs, loss });
  }

  #dropSocket(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    this.#cancelWatch();
    socket?.close();
  }

  #send(message: object): void {
    this.#socket?.send(JSON.stringify(message));
  }

  #setState(state: ConnectionState): void {
    this.#state = state;
    for (const listener of [...this.#listeners]) listener();
  }
}
