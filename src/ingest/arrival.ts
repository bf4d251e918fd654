/**
 * How long a request may take to arrive. The clock begins with its body; who takes a body in parts starts it
 * again with each of them, and stops it while the sender waits and not we.
 */
import type { IncomingMessage, Server } from "node:http";

export class Arrival {
  readonly msMax: number;
  /** What is done about a request that is late. */
  onLate: () => void;
  readonly #raw: IncomingMessage;
  #timer: NodeJS.Timeout | undefined;

  constructor(raw: IncomingMessage, msMax: number, onLate: () => void) {
    this.#raw = raw;
    this.msMax = msMax;
    this.onLate = onLate;
    this.begin();
    raw.once("close", () => this.stop());
  }

  /** From here on it has its whole time. */
  begin(): void {
    this.stop();
    // What is there whole may be read as late as we like.
    this.#timer = setTimeout(() => void (this.#raw.complete || this.onLate()), this.msMax);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}

/** Of all requests that have a body, whatever becomes of them. */
export class Arrivals {
  readonly #arrivals = new WeakMap<IncomingMessage, Arrival>();

  /** `cutOff` answers a request whose route has no other way. */
  constructor(server: Server, msMax: number, cutOff: (raw: IncomingMessage) => void) {
    server.prependListener("request", (raw, response) => {
      const { "content-length": length, "transfer-encoding": encoding } = raw.headers;
      if (length === undefined && encoding === undefined) return;
      // What was answered before it was read is not answered again.
      const onLate = () => void (response.headersSent ? raw.destroy() : cutOff(raw));
      this.#arrivals.set(raw, new Arrival(raw, msMax, onLate));
    });
  }

  of(raw: IncomingMessage): Arrival | undefined {
    return this.#arrivals.get(raw);
  }
}
