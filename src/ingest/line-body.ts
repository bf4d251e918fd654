/**
 * Lines of any length: they are handed to the log part by part, each when the one before is on disk. While a
 * part waits for the log nothing more is read, so a sender is as fast as the log is.
 *
 * What ends a request in its first part has taken nothing of it. Later on what was taken stays, and the
 * answer says how much it is.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { QuickwaterError, quickwaterError } from "../errors/quickwater-error.ts";
import { type AppendAnswer, type AppendRequest, bodyChunkBytesMax, bodyRowsMax } from "../log/event-log.ts";
import type { Arrival } from "./arrival.ts";
import type { BodyTaker } from "./body-receiver.ts";
import type { BodyHold, BodyRoom } from "./body-room.ts";
import type { BodyChunks } from "./growing-body.ts";
import type { IngestSettings } from "./ingest-settings.ts";
import { byLineCount, LineParts, type PartLimits } from "./line-parts.ts";
import { TakenRows } from "./taken-rows.ts";

export interface LineTarget {
  readonly append: (part: Pick<AppendRequest, "chunks" | "part">) => Promise<AppendAnswer>;
  readonly arrival: Arrival | undefined;
}

const retryMsMin = 10;
const retryMsMax = 250;

export class LineBody implements BodyTaker {
  readonly taken = new TakenRows();
  readonly #target: LineTarget;
  readonly #settings: IngestSettings;
  readonly #limits: PartLimits;
  readonly #hold: BodyHold;
  readonly #parts: LineParts;
  #number = 0;

  constructor(
    target: LineTarget,
    settings: IngestSettings,
    limits: PartLimits,
    room: BodyRoom,
    expectedBytes: number,
  ) {
    this.#target = target;
    this.#settings = settings;
    this.#limits = limits;
    this.#hold = room.hold();
    this.#parts = new LineParts(limits, expectedBytes);
  }

  take(bytes: Uint8Array): Promise<void> | undefined {
    const at = this.#parts.add(bytes, 0);
    if (!this.#hold.set(this.#parts.allocated)) throw this.#tooManyBodies();
    return this.#parts.isFull ? this.#takeRest(bytes, at) : undefined;
  }

  async #takeRest(bytes: Uint8Array, from: number): Promise<void> {
    for (let at = from; this.#parts.isFull; at = this.#parts.add(bytes, at)) await this.#takePart();
    this.#hold.set(this.#parts.allocated);
  }

  async #takePart(): Promise<void> {
    const { arrival } = this.#target;
    arrival?.stop();
    const whole = this.#parts.cut();
    this.#hold.set(this.#parts.allocated);
    await this.#append(whole);
    const part = this.#limits.partBytesMax + bodyChunkBytesMax;
    if (!(await this.#hold.keep(part, this.#settings.requestMsMax))) throw this.#tooManyBodies();
    arrival?.begin();
  }

  /** All has come. */
  async end(): Promise<TakenRows> {
    const rest = this.#parts.end();
    this.#hold.release();
    await this.#append(rest);
    if (this.taken.count === 0) throw quickwaterError("request.empty-body", {});
    return this.taken;
  }

  drop(): void {
    this.#parts.end();
    this.#hold.release();
  }

  async #append(whole: BodyChunks): Promise<void> {
    if (whole.length === 0) return;
    for (const chunks of byLineCount(whole, bodyRowsMax)) {
      const part = { number: this.#number, firstRow: this.taken.count };
      const answer = await this.#appendPiece({ chunks, part });
      this.#number++;
      if (answer !== undefined) this.taken.add(answer);
    }
  }

  /** What was begun is not given up because the log is busy for a moment; undefined where it holds no row. */
  async #appendPiece(piece: Parameters<LineTarget["append"]>[0]): Promise<AppendAnswer | undefined> {
    const untilMs = performance.now() + this.#settings.requestMsMax;
    for (let waitMs = retryMsMin; ; waitMs = Math.min(waitMs * 2, retryMsMax)) {
      try {
        return await this.#target.append(piece);
      } catch (error) {
        if (!(error instanceof QuickwaterError)) throw error;
        if (error.code === "request.empty-body") return undefined;
        const isLate = performance.now() + waitMs > untilMs;
        if (error.code !== "request.busy" || piece.part?.number === 0 || isLate) throw error;
      }
      await sleep(waitMs);
    }
  }

  #tooManyBodies(): QuickwaterError {
    return quickwaterError("request.too-many-bodies", { limit: this.#settings.bodyBytesInFlightMax });
  }
}
