/**
 * One client on `WS /v1/live`: reads its messages, sends its snapshots and deltas, keeps within its bounds.
 * What the client may rely on is written in `protocol.ts`.
 */
import type { WebSocket } from "@fastify/websocket";
import { QuickwaterError, quickwaterError } from "../../errors/quickwater-error.ts";
import { type ClientMessage, heartbeatMs, type LiveErrorMessage, protocolVersion } from "../protocol.ts";
import type { ViewDirectory } from "../view-directory.ts";
import { Subscription } from "./subscription.ts";

export interface LiveSettings {
  readonly subscriptionsMax: number;
  /** Bytes that wait in the socket: above it changes are folded together instead of sent. */
  readonly bufferedBytesSoft: number;
  /** Above it the client is cut off. */
  readonly bufferedBytesMax: number;
  readonly messageBytesMax: number;
}

export const defaultLiveSettings: LiveSettings = {
  subscriptionsMax: 100,
  bufferedBytesSoft: 256 * 1024,
  bufferedBytesMax: 16 * 1024 * 1024,
  messageBytesMax: 64 * 1024,
};

const retryMs = 20;
const policyViolation = 1008;
const tryAgainLater = 1013;

export class LiveSocket {
  readonly #socket: WebSocket;
  readonly #views: ViewDirectory;
  readonly #incarnation: string;
  readonly #settings: LiveSettings;
  readonly #subscriptions = new Map<string, Subscription>();
  #retry: NodeJS.Timeout | undefined;
  #sentAtMs = 0;

  constructor(socket: WebSocket, views: ViewDirectory, incarnation: string, settings: LiveSettings) {
    this.#socket = socket;
    this.#views = views;
    this.#incarnation = incarnation;
    this.#settings = settings;
    socket.on("message", (data, isBinary) => this.#receive(String(data), isBinary));
    socket.on("close", () => this.#end());
    // The socket closes after an error; there is nobody left to tell.
    socket.on("error", () => this.#end());
    this.#send(JSON.stringify({ type: "hello", protocol: protocolVersion, incarnation, heartbeatMs }));
  }

  /** Called regularly: says that the connection lives where nothing else has said so. */
  heartbeat(nowMs: number): void {
    if (nowMs - this.#sentAtMs < heartbeatMs / 2) return;
    const steps = [...this.#subscriptions.values()].map(({ options }) => options.view.stepNumber);
    const step = steps.length === 0 ? 0 : Math.min(...steps);
    this.#send(JSON.stringify({ type: "heartbeat", time: new Date(nowMs).toISOString(), step }));
  }

  close(): void {
    this.#end();
    this.#socket.close(tryAgainLater, "the server is stopping");
  }

  #receive(text: string, isBinary: boolean): void {
    try {
      const message = parseMessage(text, isBinary);
      if (message.type === "subscribe") this.#subscribe(message);
      else this.#unsubscribe(message.id);
    } catch (error) {
      if (!(error instanceof QuickwaterError)) throw error;
      this.#sendError(error, idIn(text));
    }
  }

  #subscribe(message: Extract<ClientMessage, { type: "subscribe" }>): void {
    const limit = this.#settings.subscriptionsMax;
    if (this.#subscriptions.has(message.id)) {
      throw quickwaterError("live.bad-message", {
        problem: `the subscription ${message.id} is there already`,
      });
    }
    if (this.#subscriptions.size >= limit) throw quickwaterError("live.too-many-subscriptions", { limit });
    const view = this.#views.view(message.view);
    if (view === undefined) throw quickwaterError("request.unknown-view", { view: message.view });
    const subscription = new Subscription(
      {
        id: message.id,
        view,
        emit: view.schema.emit === "final" ? "final" : (message.emit ?? "changes"),
        incarnation: this.#incarnation,
        resumed: message.resume !== undefined,
      },
      (changed) => this.#offer(changed),
    );
    this.#subscriptions.set(message.id, subscription);
    this.#send(subscription.snapshotText());
  }

  #unsubscribe(id: string): void {
    const subscription = this.#subscriptions.get(id);
    if (subscription === undefined)
      throw quickwaterError("live.bad-message", { problem: `there is no subscription ${id}` });
    subscription.end();
    this.#subscriptions.delete(id);
    this.#send(JSON.stringify({ type: "unsubscribed", id }));
  }

  /** Sends what changed, or leaves it to gather while the client is still reading what it was sent. */
  #offer(subscription: Subscription): void {
    const { bufferedBytesSoft, bufferedBytesMax } = this.#settings;
    const buffered = this.#socket.bufferedAmount;
    if (buffered > bufferedBytesMax) {
      const error = quickwaterError("live.too-slow", { bytes: buffered, limit: bufferedBytesMax });
      this.#sendError(error, undefined);
      this.#end();
      this.#socket.close(policyViolation, error.code);
    } else if (buffered > bufferedBytesSoft) {
      this.#retry ??= setTimeout(() => this.#offerAll(), retryMs);
    } else this.#send(subscription.deltaText());
  }

  #offerAll(): void {
    this.#retry = undefined;
    for (const subscription of this.#subscriptions.values()) {
      if (subscription.hasWaiting) this.#offer(subscription);
    }
  }

  #send(text: string): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    this.#sentAtMs = Date.now();
    this.#socket.send(text);
  }

  #sendError(error: QuickwaterError, id: string | undefined): void {
    const { code, message, hint } = error;
    const answer: LiveErrorMessage = {
      type: "error",
      ...(id === undefined ? {} : { id }),
      code,
      message,
      hint,
    };
    this.#send(JSON.stringify(answer));
  }

  #end(): void {
    clearTimeout(this.#retry);
    for (const subscription of this.#subscriptions.values()) subscription.end();
    this.#subscriptions.clear();
  }
}

function parseMessage(text: string, isBinary: boolean): ClientMessage {
  const refuse = (problem: string) => quickwaterError("live.bad-message", { problem });
  if (isBinary) throw refuse("binary frames are not read");
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch (error) {
    throw quickwaterError("live.bad-message", { problem: "it is not JSON" }, { cause: error });
  }
  if (typeof message !== "object" || message === null) throw refuse("it is not an object");
  const { type, id, view, emit, resume } = message as Record<string, unknown>;
  if (type !== "subscribe" && type !== "unsubscribe")
    throw refuse('`type` must be "subscribe" or "unsubscribe"');
  if (typeof id !== "string" || id.length === 0 || id.length > 200)
    throw refuse("`id` must be a text of 1 to 200 characters");
  if (type === "unsubscribe") return { type, id };
  if (typeof view !== "string") throw refuse("`view` must be the name of a view");
  if (emit !== undefined && emit !== "changes" && emit !== "final")
    throw refuse('`emit` must be "changes" or "final"');
  if (resume !== undefined && typeof resume !== "string")
    throw refuse("`resume` must be a token of this server");
  return { type, id, view, emit, resume };
}

/** The id that an unreadable message names, so that the client can tell which one failed. */
function idIn(text: string): string | undefined {
  return /"id"\s*:\s*"([^"\\]{1,200})"/.exec(text)?.[1];
}
