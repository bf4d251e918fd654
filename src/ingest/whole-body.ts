/** A body that is taken whole: an object, or an array. It has a limit of its own, and one with all others. */
import { quickwaterError } from "../errors/quickwater-error.ts";
import type { BodyTaker } from "./body-receiver.ts";
import type { BodyHold, BodyRoom } from "./body-room.ts";
import { type BodyChunks, GrowingBody } from "./growing-body.ts";
import type { IngestSettings } from "./ingest-settings.ts";

export class WholeBody implements BodyTaker {
  readonly #settings: IngestSettings;
  readonly #hold: BodyHold;
  readonly #body: GrowingBody;
  #received = 0;

  constructor(settings: IngestSettings, room: BodyRoom, expectedBytes: number) {
    this.#settings = settings;
    this.#hold = room.hold();
    this.#body = new GrowingBody(expectedBytes);
  }

  take(bytes: Uint8Array): undefined {
    const { bodyBytesMax, bodyBytesInFlightMax } = this.#settings;
    this.#received += bytes.length;
    if (this.#received > bodyBytesMax)
      throw quickwaterError("request.body-too-large", { limit: bodyBytesMax });
    this.#body.add(bytes);
    if (this.#hold.set(this.#body.allocated)) return;
    throw quickwaterError("request.too-many-bodies", { limit: bodyBytesInFlightMax });
  }

  drop(): void {
    this.chunks();
  }

  /** All of it, which is the log's from here on. */
  chunks(): BodyChunks {
    this.#hold.release();
    return this.#body.take();
  }
}
