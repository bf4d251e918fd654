/**
 * One client on `WS /v1/live`: reads its messages, sends its snapshots and deltas, keeps within its bounds.
 * What the client may rely on is written in `protocol.ts`.
 *
 * Rows go through the outlet, which waits while the client does not read. Answers and heartbeats are small
 * and go at once, up to `bufferedBytesMax`.
 */
import type { WebSocket } from "@fastify/websocket";
import { QuickwaterError, quickwaterError } from "../../errors/quickwater-error.ts";
import type { Feeds } from "../feed/feeds.ts";
import type { LiveClient } from "../feed/live-clients.ts";
import { beatMsOf, type LiveSettings } from "../feed/live-settings.ts";
import { errorText, heartbeatText, stoppedText } from "../feed/live-texts.ts";
import { type Connection, Outlet } from "../feed/outlet.ts";
import type { Subscription, Told } from "../feed/subscription.ts";
import { type ClientMessage, protocolVersion, type SubscribeMessage } from "../protocol.ts";
import { idIn, readClientMessage } from "./client-message.ts";

const policyViolation = 1008;
const tryAgainLater = 1013;

export class LiveSocket implements LiveClient, Connection {
  readonly kind = "socket";
  readonly #socket: WebSocket;
  readonly #feeds: Feeds;
  readonly #settings: LiveSettings;
  readonly #outlet: Outlet;
  readonly #subscriptions = new Map<string, Subscription>();
  readonly #ids = new Map<Subscription, string>();
  #sentAtMs = 0;
  #pingedAtMs = performance.now();
  /** Counted in beats and not by the clock: a process that was held up must not blame its clients. */
  #silentMs = 0;
  #second = 0;
  #messagesInSecond = 0;

  constructor(socket: WebSocket, feeds: Feeds, incarnation: string, settings: LiveSettings) {
    this.#socket = socket;
    this.#feeds = feeds;
    this.#settings = settings;
    this.#outlet = new Outlet(this, settings);
    socket.on("message", (data, isBinary) => this.#receive(String(data), isBinary));
    socket.on("pong", () => {
      this.#silentMs = 0;
    });
    socket.on("close", () => this.#end());
    // The socket closes after an error; there is nobody left to tell.
    socket.on("error", () => this.#end());
    const { heartbeatMs } = settings;
    this.#send(JSON.stringify({ type: "hello", protocol: protocolVersion, incarnation, heartbeatMs }));
  }

  get subscriptionCount(): number {
    return this.#subscriptions.size;
  }

  get isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  get bufferedBytes(): number {
    return this.#socket.bufferedAmount;
  }

  beat(nowMs: number): void {
    const { pingMs, heartbeatMs, bufferedBytesSoft } = this.#settings;
    const beatMs = beatMsOf(this.#settings);
    if (!this.isOpen || this.#outlet.isStuck(beatMs) || this.#isGone(beatMs)) return;
    if (nowMs - this.#pingedAtMs >= pingMs) {
      this.#pingedAtMs = nowMs;
      this.#socket.ping();
    }
    // While more than that is under way the client hears enough.
    if (this.bufferedBytes > bufferedBytesSoft) return;
    if (nowMs - this.#sentAtMs > heartbeatMs - beatMs) this.#sendHeartbeat();
  }

  async close(): Promise<void> {
    this.#end();
    this.#socket.close(tryAgainLater, "the server is stopping");
  }

  write(subscription: Subscription, told: Told): void {
    const id = this.#ids.get(subscription)!;
    if (told.kind === "piece") {
      const { piece, reset } = told;
      const why = reset === undefined || piece.type !== "snapshot" ? "" : `"reset":"${reset}",`;
      this.#send(
        `{"type":"${piece.type}","id":${JSON.stringify(id)},${why}${piece.text}`,
        piece.type !== "delta",
      );
    } else if (told.kind === "stopped") {
      this.#send(stoppedText(told.reason, id));
    } else {
      this.#forget(id, subscription);
      this.#send(errorText(told.error, id));
    }
  }

  cutOff(error: QuickwaterError): void {
    this.#end();
    this.#socket.send(errorText(error), { compress: false });
    this.#socket.close(policyViolation, error.code);
  }

  /** Drops who is not there. */
  #isGone(beatMs: number): boolean {
    this.#silentMs += beatMs;
    if (this.#silentMs <= this.#settings.silenceMsMax) return false;
    this.#end();
    // Nobody is there to shake hands with.
    this.#socket.terminate();
    return true;
  }

  #receive(text: string, isBinary: boolean): void {
    // What was under way when the socket was cut off.
    if (!this.isOpen) return;
    this.#silentMs = 0;
    if (!this.#isWithinRate()) {
      const limit = this.#settings.messagesPerSecondMax;
      this.cutOff(quickwaterError("live.too-many-messages", { limit }));
      return;
    }
    let message: ClientMessage | undefined;
    try {
      message = readClientMessage(text, isBinary);
      if (message.type === "subscribe") this.#subscribe(message);
      else this.#unsubscribe(message.id);
    } catch (error) {
      if (!(error instanceof QuickwaterError)) throw error;
      this.#send(errorText(error, message?.id ?? idIn(text)));
    }
  }

  #isWithinRate(): boolean {
    const second = Math.floor(performance.now() / 1_000);
    if (second !== this.#second) this.#messagesInSecond = 0;
    this.#second = second;
    this.#messagesInSecond++;
    return this.#messagesInSecond <= this.#settings.messagesPerSecondMax;
  }

  #subscribe(message: SubscribeMessage): void {
    const { subscriptionsMax: limit } = this.#settings;
    const { id } = message;
    if (this.#subscriptions.has(id))
      throw quickwaterError("live.bad-message", { problem: `the subscription ${id} is there already` });
    if (this.#subscriptions.size >= limit) throw quickwaterError("live.too-many-subscriptions", { limit });
    const subscription = this.#feeds.subscribe(message, (told) => this.#outlet.add(told));
    this.#subscriptions.set(id, subscription);
    this.#ids.set(subscription, id);
    this.#outlet.add(subscription);
  }

  #unsubscribe(id: string): void {
    const subscription = this.#subscriptions.get(id);
    if (subscription === undefined)
      throw quickwaterError("live.bad-message", { problem: `there is no subscription ${id}` });
    this.#forget(id, subscription);
    this.#send(JSON.stringify({ type: "unsubscribed", id }));
  }

  #forget(id: string, subscription: Subscription): void {
    subscription.end();
    this.#outlet.remove(subscription);
    this.#subscriptions.delete(id);
    this.#ids.delete(subscription);
  }

  #sendHeartbeat(): void {
    const steps = Array.from(this.#subscriptions.values(), ({ knownStep }) => knownStep);
    this.#send(heartbeatText(steps.length === 0 ? 0 : Math.min(...steps)));
  }

  /** Everything that is sent goes through here, so that nothing can fill the buffer. */
  #send(text: string, compress = false): void {
    if (!this.isOpen || !this.#outlet.hasRoom()) return;
    this.#sentAtMs = performance.now();
    this.#socket.send(text, { compress }, () => {
      if (!this.#outlet.isBlocked) return;
      // There was no room in the kernel either, so the peer has taken something: it is slow, and there.
      this.#silentMs = 0;
      this.#outlet.send();
    });
  }

  #end(): void {
    this.#outlet.clear();
    for (const subscription of this.#subscriptions.values()) subscription.end();
    this.#subscriptions.clear();
    this.#ids.clear();
  }
}
