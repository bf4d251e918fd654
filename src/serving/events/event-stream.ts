/**
 * One client of `GET /v1/views/{view}/changes`: a subscription told as server-sent events, named as the
 * messages of the socket are. An event has an `id`, the resume token, where with it the client has all: what
 * a browser sends as `Last-Event-ID` when it comes back is then where it stands.
 */
import type { ServerResponse } from "node:http";
import { type QuickwaterError, quickwaterError } from "../../errors/quickwater-error.ts";
import type { LiveClient } from "../feed/live-clients.ts";
import { beatMsOf, type LiveSettings } from "../feed/live-settings.ts";
import { errorText, heartbeatText, stoppedText } from "../feed/live-texts.ts";
import { type Connection, Outlet } from "../feed/outlet.ts";
import type { Subscription, Told } from "../feed/subscription.ts";
import { type EventEncoder, pieceBytes, type SharedBytes } from "./event-bytes.ts";

/** When a client that lost its stream comes back: drawn from this span, so that not all do at once. */
const retryMsMin = 500;
const retryMsMax = 3_000;
/** How long a server that stops waits until its last word is out. */
const lastWordMsMax = 250;

export class EventStream implements LiveClient, Connection {
  readonly kind = "stream";
  readonly #response: ServerResponse;
  readonly #encoder: EventEncoder;
  readonly #settings: LiveSettings;
  readonly #outlet: Outlet;
  #subscription: Subscription | undefined;
  #sentAtMs = 0;
  #isOpen = true;

  constructor(response: ServerResponse, encoder: EventEncoder, settings: LiveSettings) {
    this.#response = response;
    this.#encoder = encoder;
    this.#settings = settings;
    this.#outlet = new Outlet(this, settings);
    response.on("close", () => this.#stop());
  }

  get subscriptionCount(): number {
    return this.#subscription === undefined ? 0 : 1;
  }

  get isOpen(): boolean {
    return this.#isOpen && this.#response.headersSent;
  }

  get bufferedBytes(): number {
    return this.#response.writableLength;
  }

  /** To be called when there may be something to tell. */
  news(subscription: Subscription): void {
    this.#outlet.add(subscription);
  }

  /** From here on the answer is a stream. */
  begin(subscription: Subscription): void {
    this.#subscription = subscription;
    if (!this.#isOpen || this.#response.destroyed) {
      this.#stop();
      this.#response.end();
      return;
    }
    this.#response.writeHead(200, {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-store",
      vary: "accept-encoding",
      // Proxies that gather an answer before they hand it on are asked not to.
      "x-accel-buffering": "no",
      ...(this.#encoder.name === undefined ? {} : { "content-encoding": this.#encoder.name }),
    });
    const retryMs = Math.round(retryMsMin + Math.random() * (retryMsMax - retryMsMin));
    this.#response.write(
      Buffer.concat([this.#encoder.head(), this.#encoder.encode(`retry: ${retryMs}\n\n`)]),
    );
    this.#outlet.add(subscription);
  }

  beat(nowMs: number): void {
    const { heartbeatMs, bufferedBytesSoft } = this.#settings;
    const beatMs = beatMsOf(this.#settings);
    if (!this.isOpen || this.#outlet.isStuck(beatMs)) return;
    // While more than that is under way the client hears enough.
    if (this.bufferedBytes > bufferedBytesSoft || nowMs - this.#sentAtMs <= heartbeatMs - beatMs) return;
    this.#write(eventOf("heartbeat", heartbeatText(this.#subscription?.knownStep ?? 0)));
  }

  async close(): Promise<void> {
    if (!this.isOpen) return this.#stop();
    const gone = new Promise((resolve) => this.#response.once("close", resolve));
    this.cutOff(quickwaterError("request.stopping", {}));
    const waited = new Promise((resolve) => setTimeout(resolve, lastWordMsMax));
    await Promise.race([gone, waited]);
  }

  write(_subscription: Subscription, told: Told): void {
    if (told.kind === "failed") this.cutOff(told.error);
    else if (told.kind === "stopped") this.#write(eventOf("stopped", stoppedText(told.reason)));
    else {
      const { piece, reset, resume } = told;
      const id = resume === undefined ? "" : `id: ${resume}\n`;
      const why = reset === undefined || piece.type !== "snapshot" ? "" : `"reset":"${reset}",`;
      const own = `event: ${piece.type}\n${id}data: {"type":"${piece.type}",${why}`;
      this.#write(own, pieceBytes(piece));
    }
  }

  cutOff(error: QuickwaterError): void {
    const last = this.#encoder.encode(eventOf("error", errorText(error)));
    this.#stop();
    this.#response.end(Buffer.concat([last, this.#encoder.tail()]));
    const drop = setTimeout(() => this.#response.destroy(), this.#settings.closeMsMax);
    this.#response.once("close", () => clearTimeout(drop));
  }

  /** Everything but the last word goes through here, so that nothing can fill the buffer. */
  #write(own: string, shared?: SharedBytes): void {
    if (!this.isOpen || !this.#outlet.hasRoom()) return;
    this.#sentAtMs = performance.now();
    this.#response.write(this.#encoder.encode(own, shared), () => {
      if (this.#outlet.isBlocked) this.#outlet.send();
    });
  }

  #stop(): void {
    this.#isOpen = false;
    this.#outlet.clear();
    this.#subscription?.end();
    this.#subscription = undefined;
  }
}

function eventOf(type: string, data: string): string {
  return `event: ${type}\ndata: ${data}\n\n`;
}
