/**
 * One client on `WS /v1/live`: reads its messages, sends its snapshots and deltas, keeps within its bounds.
 * What the client may rely on is written in `protocol.ts`.
 *
 * Rows are sent only while less than `bufferedBytesSoft` waits in the socket; what changes meanwhile is
 * folded together in the subscriptions. So a client that does not read costs a bounded buffer, and it is
 * cut off when that lasts. Answers and heartbeats are small and go at once, up to `bufferedBytesMax`.
 */
import type { WebSocket } from "@fastify/websocket";
import { QuickwaterError, quickwaterError } from "../../errors/quickwater-error.ts";
import { type LiveErrorMessage, protocolVersion, type SubscribeMessage } from "../protocol.ts";
import { type ViewDirectory, viewNamed } from "../view-directory.ts";
import { idIn, readClientMessage } from "./client-message.ts";
import { beatMsOf, type LiveSettings } from "./live-settings.ts";
import { Subscription } from "./subscription.ts";

const policyViolation = 1008;
const tryAgainLater = 1013;

export class LiveSocket {
  readonly #socket: WebSocket;
  readonly #views: ViewDirectory;
  readonly #incarnation: string;
  readonly #settings: LiveSettings;
  /** In the order in which they are next to send: whoever has sent goes to the end. */
  readonly #subscriptions = new Map<string, Subscription>();
  #sentAtMs = 0;
  #pingedAtMs = performance.now();
  /** Counted in beats and not by the clock: a process that was held up must not blame its clients. */
  #silentMs = 0;
  /** How long there has been something to send and no room; undefined while there is room. */
  #blockedMs: number | undefined;
  #second = 0;
  #messagesInSecond = 0;

  constructor(socket: WebSocket, views: ViewDirectory, incarnation: string, settings: LiveSettings) {
    this.#socket = socket;
    this.#views = views;
    this.#incarnation = incarnation;
    this.#settings = settings;
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

  /** Called every `beatMsOf`: finds out who is gone, and beats where nothing else was said. */
  beat(nowMs: number): void {
    const { pingMs, heartbeatMs, bufferedBytesSoft } = this.#settings;
    const beatMs = beatMsOf(this.#settings);
    if (this.#socket.readyState !== this.#socket.OPEN || this.#isGone(beatMs)) return;
    if (nowMs - this.#pingedAtMs >= pingMs) {
      this.#pingedAtMs = nowMs;
      this.#socket.ping();
    }
    // While more than that is under way the client hears enough.
    if (this.#socket.bufferedAmount > bufferedBytesSoft) return;
    if (nowMs - this.#sentAtMs > heartbeatMs - beatMs) this.#sendHeartbeat();
  }

  /** Cuts off who does not read, and drops who is not there. */
  #isGone(beatMs: number): boolean {
    const { blockedMsMax, silenceMsMax } = this.#settings;
    this.#silentMs += beatMs;
    if (this.#blockedMs !== undefined) this.#blockedMs += beatMs;
    if (this.#blockedMs !== undefined && this.#blockedMs > blockedMsMax) {
      const problem = `changes have waited for ${blockedMsMax / 1_000} s`;
      this.#cutOff(quickwaterError("live.too-slow", { problem }));
      return true;
    }
    if (this.#silentMs <= silenceMsMax) return false;
    this.#end();
    // Nobody is there to shake hands with.
    this.#socket.terminate();
    return true;
  }

  close(): void {
    this.#end();
    this.#socket.close(tryAgainLater, "the server is stopping");
  }

  #receive(text: string, isBinary: boolean): void {
    // What was under way when the socket was cut off.
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    this.#silentMs = 0;
    if (!this.#isWithinRate()) {
      const limit = this.#settings.messagesPerSecondMax;
      this.#cutOff(quickwaterError("live.too-many-messages", { limit }));
      return;
    }
    try {
      const message = readClientMessage(text, isBinary);
      if (message.type === "subscribe") this.#subscribe(message);
      else this.#unsubscribe(message.id);
    } catch (error) {
      if (!(error instanceof QuickwaterError)) throw error;
      this.#send(errorText(error, idIn(text)));
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
    const { subscriptionsMax: limit, pieceBytesMax } = this.#settings;
    if (this.#subscriptions.has(message.id)) {
      throw quickwaterError("live.bad-message", {
        problem: `the subscription ${message.id} is there already`,
      });
    }
    if (this.#subscriptions.size >= limit) throw quickwaterError("live.too-many-subscriptions", { limit });
    const view = viewNamed(this.#views, message.view);
    const subscription = new Subscription(
      {
        id: message.id,
        view,
        emit: view.schema.emit === "final" ? "final" : (message.emit ?? "changes"),
        incarnation: this.#incarnation,
        resumed: message.resume !== undefined,
        pieceBytesMax,
      },
      () => this.#sendNews(),
    );
    this.#subscriptions.set(message.id, subscription);
    this.#sendNews();
  }

  #unsubscribe(id: string): void {
    const subscription = this.#subscriptions.get(id);
    if (subscription === undefined)
      throw quickwaterError("live.bad-message", { problem: `there is no subscription ${id}` });
    subscription.end();
    this.#subscriptions.delete(id);
    this.#send(JSON.stringify({ type: "unsubscribed", id }));
  }

  /** Sends a message of each subscription in turn, until nothing is left or there is no room. */
  #sendNews(): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    for (const [id, subscription] of this.#subscriptions) {
      if (!subscription.hasNews) continue;
      if (this.#socket.bufferedAmount > this.#settings.bufferedBytesSoft) {
        this.#blockedMs ??= 0;
        return;
      }
      // Put back at the end, which this loop comes to as well.
      this.#subscriptions.delete(id);
      this.#subscriptions.set(id, subscription);
      this.#blockedMs = undefined;
      this.#send(subscription.nextText());
    }
    this.#blockedMs = undefined;
  }

  #sendHeartbeat(): void {
    const steps = Array.from(this.#subscriptions.values(), ({ knownStep }) => knownStep);
    const step = steps.length === 0 ? 0 : Math.min(...steps);
    this.#send(JSON.stringify({ type: "heartbeat", time: new Date().toISOString(), step }));
  }

  /** Everything that is sent goes through here, so that nothing can fill the buffer. */
  #send(text: string): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    const { bufferedBytesMax } = this.#settings;
    const { bufferedAmount } = this.#socket;
    if (bufferedAmount > bufferedBytesMax) {
      const problem = `${bufferedAmount} bytes wait, the limit is ${bufferedBytesMax}`;
      this.#cutOff(quickwaterError("live.too-slow", { problem }));
      return;
    }
    this.#sentAtMs = performance.now();
    this.#socket.send(text, () => {
      if (this.#blockedMs === undefined) return;
      // There was no room in the kernel either, so the peer has taken something: it is slow, and there.
      this.#silentMs = 0;
      this.#sendNews();
    });
  }

  #cutOff(error: QuickwaterError): void {
    this.#end();
    this.#socket.send(errorText(error, undefined));
    this.#socket.close(policyViolation, error.code);
  }

  #end(): void {
    for (const subscription of this.#subscriptions.values()) subscription.end();
    this.#subscriptions.clear();
    this.#blockedMs = undefined;
  }
}

function errorText({ code, message, advice }: QuickwaterError, id: string | undefined): string {
  const answer: LiveErrorMessage = {
    type: "error",
    ...(id === undefined ? {} : { id }),
    code,
    message,
    hint: advice,
  };
  return JSON.stringify(answer);
}
