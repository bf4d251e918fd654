/** Who is connected, by a socket or a stream: one beat for all, a bound, and an end when the server stops. */
import type { FastifyInstance } from "fastify";
import { quickwaterError } from "../../errors/quickwater-error.ts";
import type { Feeds } from "./feeds.ts";
import { beatMsOf, type LiveSettings } from "./live-settings.ts";

export interface LiveClient {
  readonly kind: "socket" | "stream";
  readonly subscriptionCount: number;
  /** Called every `beatMsOf`: finds out who is gone, and beats where nothing else was said. */
  beat(nowMs: number): void;
  /** The server is stopping. */
  close(): Promise<void>;
}

/** How many are connected, and what they see. */
export interface LiveFigures {
  readonly sockets: number;
  readonly streams: number;
  readonly subscriptions: number;
  readonly shapes: number;
}

export class LiveClients implements LiveFigures {
  readonly #feeds: Feeds;
  readonly #settings: LiveSettings;
  readonly #clients = new Set<LiveClient>();
  #isStopping = false;

  constructor(app: FastifyInstance, feeds: Feeds, settings: LiveSettings) {
    this.#feeds = feeds;
    this.#settings = settings;
    const beat = setInterval(() => {
      const nowMs = performance.now();
      for (const client of this.#clients) client.beat(nowMs);
      feeds.tidy();
    }, beatMsOf(settings));
    app.addHook("preClose", async () => {
      this.#isStopping = true;
      clearInterval(beat);
      await Promise.all(Array.from(this.#clients, (client) => client.close()));
    });
  }

  /** Throws where another one is too many. */
  refuseTooMany(): void {
    const { clientsMax: limit } = this.#settings;
    if (this.#isStopping) throw quickwaterError("request.stopping", {});
    if (this.#clients.size >= limit) throw quickwaterError("live.too-many-clients", { limit });
  }

  add(client: LiveClient): void {
    this.#clients.add(client);
  }

  remove(client: LiveClient): void {
    this.#clients.delete(client);
  }

  get sockets(): number {
    return this.#count("socket");
  }

  get streams(): number {
    return this.#count("stream");
  }

  get subscriptions(): number {
    return [...this.#clients].reduce((sum, { subscriptionCount }) => sum + subscriptionCount, 0);
  }

  get shapes(): number {
    return this.#feeds.count;
  }

  #count(kind: LiveClient["kind"]): number {
    return [...this.#clients].filter((client) => client.kind === kind).length;
  }
}
