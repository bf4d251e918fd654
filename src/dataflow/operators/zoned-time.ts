/**
 * Event times and watermarks brought to the wall clock of a time zone, or back: windows of instants are made
 * on the wall clock, where a day may have 23 hours or 25. An hour that the clock shows twice is one hour; the
 * windows that end in it wait for the second one.
 *
 * State      none.
 * Watermark  never ahead of what the other clock has passed.
 */

import { assert } from "../../errors/quickwater-error.ts";
import { instantOfWall, wallWatermark, type Zone, zoneNamed } from "../../functions/scalar/zones.ts";
import type { Cause, ColumnBatch } from "../../values/column-batch.ts";
import { batchRowsMax } from "../runtime/batches.ts";
import type { Output } from "./operator.ts";
import { SingleInputOperator } from "./single-input-operator.ts";

type Move = (zone: Zone, ms: number) => number;

const moves: Readonly<Record<"wall" | "instant", { readonly time: Move; readonly watermark: Move }>> = {
  wall: { time: (zone, ms) => ms + zone.offsetMs(ms), watermark: wallWatermark },
  instant: { time: instantOfWall, watermark: instantOfWall },
};

export class ZonedTimeOperator extends SingleInputOperator {
  readonly name: string;
  readonly #zone: Zone;
  readonly #to: "wall" | "instant";
  readonly #times = new Float64Array(batchRowsMax);
  readonly #watermarks = new Float64Array(batchRowsMax);

  constructor(to: "wall" | "instant", zoneName: string, output: Output) {
    super(output);
    this.name = `TIME IN ${zoneName}`;
    const zone = zoneNamed(zoneName);
    assert(zone !== undefined, `the plan has the time zone ${zoneName}, which there is not`);
    this.#zone = zone;
    this.#to = to;
  }

  accept(batch: ColumnBatch): void {
    const { rowCount, standing, eventTimesMs, watermarksMs } = batch;
    if (standing === "final") this.counters.rowsIn += rowCount;
    const { time, watermark } = moves[this.#to];
    const times = this.#moved(eventTimesMs, rowCount, time, this.#times);
    const watermarks = this.#moved(watermarksMs, rowCount, watermark, this.#watermarks);
    this.output.accept({ ...batch, eventTimesMs: times, watermarksMs: watermarks });
  }

  override advance(watermarkMs: number, idle: boolean, cause: Cause): void {
    this.output.advance(moves[this.#to].watermark(this.#zone, watermarkMs), idle, cause);
  }

  /** The same value is often there many times in a row. */
  #moved(from: Float64Array | null, count: number, move: Move, to: Float64Array): Float64Array | null {
    if (from === null) return null;
    let last = Number.NaN;
    let moved = 0;
    for (let row = 0; row < count; row++) {
      const ms = from[row]!;
      if (ms !== last) {
        last = ms;
        moved = Number.isFinite(ms) ? move(this.#zone, ms) : ms;
      }
      to[row] = moved;
    }
    return to;
  }
}
