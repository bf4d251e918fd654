/**
 * Gathers request bodies in pieces that are handed over whole. Each has its limit, and all that are being
 * received have one together: senders that come all at once, or that never finish, cost no more than that.
 *
 * A body that is refused is answered at once, but still read and thrown away, because a sender whose
 * connection ends while it sends never sees the refusal; beyond `overBytesMax` it is cut short.
 */
import { type QuickwaterError, quickwaterError } from "../errors/quickwater-error.ts";
import { bodyChunkBytesMax } from "../log/event-log.ts";
import type { IngestSettings } from "./ingest-settings.ts";
import { packingError } from "./unpacked-body.ts";

export type BodyChunks = readonly Uint8Array<ArrayBuffer>[];

const overBytesMax = 64 * 1024 * 1024;

export class BodyReceiver {
  readonly #settings: IngestSettings;
  /** Memory of the bodies that are being received; handed over, they are the log's to count. */
  #bytesInFlight = 0;

  constructor(settings: IngestSettings) {
    this.#settings = settings;
  }

  /** `expectedBytes` is what the sender says that the body has; NaN where it does not. */
  receive(payload: NodeJS.ReadableStream, expectedBytes: number): Promise<BodyChunks> {
    return new Promise((resolve, reject) => {
      this.#gather(payload as AsyncIterable<Buffer>, expectedBytes, reject).then(resolve, reject);
    });
  }

  async #gather(
    payload: AsyncIterable<Buffer>,
    expectedBytes: number,
    refuse: (error: QuickwaterError) => void,
  ): Promise<BodyChunks> {
    const body = new GrowingBody(expectedBytes);
    let counted = 0;
    let received = 0;
    let isRefused = false;
    try {
      for await (const bytes of payload) {
        received += bytes.length;
        if (received > this.#settings.bodyBytesMax + overBytesMax) break;
        if (isRefused) continue;
        body.add(bytes);
        this.#bytesInFlight += body.allocated - counted;
        counted = body.allocated;
        const refusal = this.#refusal(received, counted);
        if (refusal === undefined) continue;
        isRefused = true;
        body.clear();
        this.#bytesInFlight -= counted;
        counted = 0;
        refuse(refusal);
      }
      return body.take();
    } catch (error) {
      const packing = packingError(error);
      if (packing !== undefined) throw packing;
      const problem = "the connection ended within the body";
      throw quickwaterError("request.bad-request", { problem }, { cause: error });
    } finally {
      this.#bytesInFlight -= counted;
    }
  }

  #refusal(received: number, counted: number): QuickwaterError | undefined {
    const { bodyBytesMax, bodyBytesInFlightMax } = this.#settings;
    if (received > bodyBytesMax) return quickwaterError("request.body-too-large", { limit: bodyBytesMax });
    // One alone is bounded by its own limit: else a body between the two could never be sent.
    if (this.#bytesInFlight <= bodyBytesInFlightMax || this.#bytesInFlight === counted) return undefined;
    return quickwaterError("request.too-many-bodies", { limit: bodyBytesInFlightMax });
  }
}

/** A body that is said to be no larger gets its one piece at once. */
const expectedBytesMax = 64 * 1024;

class GrowingBody {
  readonly #firstBytes: number;
  #chunks: Uint8Array<ArrayBuffer>[] = [];
  #last = new Uint8Array(0);
  #filled = 0;
  /** Bytes of memory, of which the last piece may be in use in part only. */
  allocated = 0;

  constructor(expectedBytes: number) {
    this.#firstBytes = expectedBytes <= expectedBytesMax ? expectedBytes : 0;
  }

  add(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      if (this.#filled === this.#last.length) this.#grow(bytes.length - at);
      const take = Math.min(bytes.length - at, this.#last.length - this.#filled);
      this.#last.set(bytes.subarray(at, at + take), this.#filled);
      this.#filled += take;
      at += take;
    }
  }

  /**
   * The first piece is as large as what came, or as a small body is said to be; the next ones as all before:
   * a slow sender costs little.
   */
  #grow(rest: number): void {
    if (this.#filled > 0) this.#chunks.push(this.#last);
    const wanted = this.allocated === 0 ? Math.max(rest, this.#firstBytes) : Math.max(rest, this.allocated);
    this.#last = new Uint8Array(Math.min(wanted, bodyChunkBytesMax));
    this.#filled = 0;
    this.allocated += this.#last.length;
  }

  clear(): void {
    this.#chunks = [];
    this.#last = new Uint8Array(0);
    this.#filled = 0;
    this.allocated = 0;
  }

  take(): BodyChunks {
    const isFull = this.#filled === this.#last.length;
    if (this.#filled > 0) this.#chunks.push(isFull ? this.#last : this.#last.slice(0, this.#filled));
    return this.#chunks;
  }
}
