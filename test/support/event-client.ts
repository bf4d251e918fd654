/** A client of `GET /v1/views/{view}/changes`, as a browser's EventSource takes it, over plain bytes. */
import { type IncomingMessage, request } from "node:http";
import { constants, createGunzip } from "node:zlib";
import { onTestFinished } from "vitest";
import type { Server } from "../../src/server.ts";
import type { ServerMessage } from "../../src/serving/protocol.ts";

export interface ToldEvent {
  readonly type: string;
  /** Only where the event has one itself. */
  readonly id: string | undefined;
  readonly message: Exclude<ServerMessage, { type: "hello" | "unsubscribed" }>;
}

export interface EventOptions {
  readonly view?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export class EventClient {
  readonly events: ToldEvent[] = [];
  readonly ended: Promise<void>;
  readonly opened: Promise<IncomingMessage>;
  /** As they came over the wire. */
  bytes = 0;
  onEvent: (event: ToldEvent) => void = () => {};
  #next: () => void = () => {};
  readonly #cut: () => void;

  constructor(server: Server, query = "", { view = "sales", headers = {} }: EventOptions = {}) {
    const asked = request(`${server.url}/v1/views/${view}/changes${query}`, { headers, agent: false });
    this.#cut = () => asked.destroy();
    this.opened = new Promise((resolve, reject) => {
      asked.on("response", resolve);
      asked.on("error", reject);
    });
    this.ended = new Promise((resolve) => {
      asked.on("close", () => resolve());
    });
    void this.opened.then(
      (answer) => this.#read(answer),
      () => {
        // Who waits for it is told.
      },
    );
    asked.end();
    onTestFinished(() => this.cut());
  }

  cut(): void {
    this.onEvent = () => {};
    this.#cut();
  }

  async event(type: string, fits: (event: ToldEvent) => boolean = () => true): Promise<ToldEvent> {
    for (;;) {
      const found = this.events.find((event) => event.type === type && fits(event));
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => {
        this.#next = resolve;
      });
    }
  }

  #read(answer: IncomingMessage): void {
    answer.on("error", () => {
      // It was cut.
    });
    answer.on("data", (data: Buffer) => {
      this.bytes += data.length;
    });
    const isPacked = answer.headers["content-encoding"] === "gzip";
    const plain = isPacked ? answer.pipe(createGunzip({ flush: constants.Z_SYNC_FLUSH })) : answer;
    let left = "";
    const decoder = new TextDecoder();
    plain.on("data", (data: Buffer) => {
      const blocks = (left + decoder.decode(data, { stream: true })).split("\n\n");
      left = blocks.pop()!;
      for (const block of blocks) this.#take(block);
    });
  }

  #take(block: string): void {
    const fields = new Map(block.split("\n").map((line) => line.split(/: (.*)/s, 2) as [string, string]));
    const data = fields.get("data");
    if (data === undefined) return;
    const message = JSON.parse(data) as ToldEvent["message"];
    const event = { type: fields.get("event") ?? "message", id: fields.get("id"), message };
    this.events.push(event);
    this.onEvent(event);
    this.#next();
  }
}
