/**
 * The watermark of one stream, from its rows and from the logged clock.
 *
 * A partition's watermark is the running maximum of its event times less the delay. The stream's is the least
 * of its partitions that are not idle, and never falls; it is judged before each row, so that it does not
 * matter how rows were batched. A partition that gave no row for `idleMs` of logged time is idle. Where all
 * are, the clock moves the watermark on (tick − idle timeout − delay), so that the windows of a quiet stream
 * close; a stream that never had a row stays where it is, because what comes first may be history. Inside a
 * backfill the clock says nothing about the rows, and neither holds. Of a stream that queries write it is the
 * queries that say what is passed and who is idle (`follow`), and the clock says nothing.
 *
 * State kept  of each partition: the running maximum, when it had its last rows, how long it has been quiet;
 *             the combined watermark and the last tick. All of it is in the image.
 */
import type { PartImage } from "../../state/keyed-state.ts";
import { CombinedWatermark } from "./combined-watermark.ts";

export const idleTimeoutMsDefault = 5_000;
/** Ticks come several times a second; a longer gap between two of them counts as this much. */
const tickGapMsMax = 1_000;

export interface SourceTime {
  readonly delayMs: number;
  readonly idleMs: number;
  readonly partitionCount: number;
  /** Its time is that of queries that write it. */
  readonly follows?: boolean | undefined;
}

/** What is known of a partition's time; undefined is what there is none of yet. */
export interface PartitionTime {
  readonly partition: number;
  /** The greatest of its rows. */
  readonly eventTimeMs: number | undefined;
  readonly watermarkMs: number | undefined;
  readonly lastRowAtMs: number | undefined;
  /** How long it has been quiet, by the logged clock. */
  readonly quietMs: number;
  readonly isIdle: boolean;
}

export interface WatermarkFacts {
  readonly watermarkMs: number | undefined;
  readonly delayMs: number;
  readonly idleTimeoutMs: number;
  readonly inBackfill: boolean;
  /** Its time is that of the queries that write it: no clock makes it idle. */
  readonly follows: boolean;
  readonly partitions: readonly PartitionTime[];
}

export class SourceWatermark {
  readonly #time: SourceTime;
  readonly #combined: CombinedWatermark;
  /**
   * By partition: the largest event time so far, the append time of the last rows, and the logged time that
   * has passed since then.
   */
  readonly #maxMs: Float64Array;
  readonly #rowAtMs: Float64Array;
  readonly #quietMs: Float64Array;
  #lastTickMs = Number.NEGATIVE_INFINITY;
  #inBackfill = false;

  constructor(time: SourceTime) {
    this.#time = time;
    this.#combined = new CombinedWatermark(time.partitionCount);
    this.#maxMs = new Float64Array(time.partitionCount).fill(Number.NEGATIVE_INFINITY);
    this.#rowAtMs = this.#maxMs.slice();
    this.#quietMs = new Float64Array(time.partitionCount);
    // A source that holds nobody back needs no clock to be idle.
    if (time.idleMs > 0) return;
    for (let partition = 0; partition < time.partitionCount; partition++) this.#tell(partition);
  }

  get ms(): number {
    return this.#combined.ms;
  }

  get isIdle(): boolean {
    return this.#combined.isIdle;
  }

  /** Append time of the last rows. */
  get lastRowAtMs(): number | undefined {
    const last = Math.max(...this.#rowAtMs);
    return last === Number.NEGATIVE_INFINITY ? undefined : last;
  }

  get facts(): WatermarkFacts {
    const { delayMs, idleMs, follows = false, partitionCount } = this.#time;
    const partitions = Array.from({ length: partitionCount }, (_, partition) => {
      const { ms, isIdle } = this.#combined.of(partition);
      return {
        partition,
        eventTimeMs: finite(this.#maxMs[partition]!),
        watermarkMs: finite(ms),
        lastRowAtMs: finite(this.#rowAtMs[partition]!),
        quietMs: this.#quietMs[partition]!,
        isIdle,
      };
    });
    const watermarkMs = finite(this.ms);
    return { watermarkMs, delayMs, idleTimeoutMs: idleMs, inBackfill: this.#inBackfill, follows, partitions };
  }

  /** Takes a batch's event times and writes the stream's watermark before each row. */
  take(
    partition: number,
    eventTimesMs: Float64Array,
    rowCount: number,
    into: Float64Array,
    appendTimeMs: number,
  ): void {
    const { delayMs } = this.#time;
    const others = this.#combined.heldBackBy((other) => other === partition);
    let watermark = this.#combined.ms;
    let max = this.#maxMs[partition]!;
    for (let row = 0; row < rowCount; row++) {
      into[row] = watermark;
      const time = eventTimesMs[row]!;
      if (time > max) {
        max = time;
        const least = Math.min(time - delayMs, others);
        if (least > watermark) watermark = least;
      }
    }
    this.#maxMs[partition] = max;
    this.seeRows(partition, appendTimeMs);
  }

  /** Rows came; of a stream without event time that is all there is to say. */
  seeRows(partition: number, appendTimeMs: number): void {
    this.#quietMs[partition] = 0;
    this.#rowAtMs[partition] = appendTimeMs;
    this.#tell(partition);
  }

  tick(clockMs: number): void {
    const lastTickMs = this.#lastTickMs;
    this.#lastTickMs = clockMs;
    if (this.#inBackfill || this.#time.follows === true) return;
    const { delayMs, idleMs, partitionCount } = this.#time;
    for (let partition = 0; partition < partitionCount; partition++) {
      const sinceMs = clockMs - Math.max(lastTickMs, this.#rowAtMs[partition]!);
      // Time without ticks is time without a server: nobody could have sent rows then, so it does not count.
      if (Number.isFinite(sinceMs)) this.#quietMs[partition]! += Math.min(sinceMs, tickGapMsMax);
      this.#tell(partition);
    }
    if (!this.isIdle || this.lastRowAtMs === undefined) return;
    for (let partition = 0; partition < partitionCount; partition++) {
      this.#combined.advance(partition, Math.max(this.ms, clockMs - idleMs - delayMs), true);
    }
  }

  /**
   * What the queries that write the stream have advanced to. Where none of their rows is behind that, it is
   * passed here too; elsewhere its own delay is for the rows that are.
   */
  follow(watermarkMs: number, idle: boolean, isNeverBehind: boolean): void {
    const { delayMs } = this.#time;
    const passedMs = isNeverBehind ? watermarkMs : watermarkMs - delayMs;
    this.#combined.advance(0, Math.max(this.#maxMs[0]! - delayMs, passedMs), idle);
  }

  /** What writes the stream is being given rows: it may get some too, and holds others back until then. */
  wake(): void {
    this.#combined.advance(0, this.ms, false);
  }

  /** Where one begins nobody is idle, and it is quiet from its end on. */
  backfill(begins: boolean): void {
    this.#inBackfill = begins;
    for (let partition = 0; partition < this.#time.partitionCount; partition++) {
      this.#quietMs[partition] = 0;
      this.#tell(partition);
    }
  }

  freeze(): PartImage {
    const clock = [this.#lastTickMs, Number(this.#inBackfill)];
    const partitions = [...this.#maxMs, ...this.#rowAtMs, ...this.#quietMs];
    return { numbers: [...clock, ...partitions, ...this.#combined.freeze()], states: [] };
  }

  restore({ numbers }: PartImage): void {
    this.#lastTickMs = numbers[0]!;
    this.#inBackfill = numbers[1] === 1;
    let from = 2;
    for (const lane of [this.#maxMs, this.#rowAtMs, this.#quietMs]) {
      lane.set(numbers.slice(from, from + lane.length));
      from += lane.length;
    }
    this.#combined.restore(numbers.slice(from));
  }

  #tell(partition: number): void {
    const { delayMs, idleMs } = this.#time;
    const idle = !this.#inBackfill && this.#quietMs[partition]! >= idleMs;
    this.#combined.advance(partition, this.#maxMs[partition]! - delayMs, idle);
  }
}

function finite(ms: number): number | undefined {
  return Number.isFinite(ms) ? ms : undefined;
}
