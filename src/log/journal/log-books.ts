/**
 * What the log has counted since it was opened, by stream, and how long its flushes took. It is shown when
 * it is on disk and before anybody is told: what was acknowledged is in the books.
 */
import type { StreamId } from "../event-log.ts";
import { SharedFigures } from "../shared-figures.ts";

/** received = logged + duplicate + dead, at each moment. */
export interface StreamCounts {
  /** Rows that the journal was given since it began, those that retention took among them. */
  readonly rows: number;
  readonly received: number;
  readonly logged: number;
  readonly duplicate: number;
  readonly dead: number;
}

export interface FlushCounts {
  readonly seconds: number;
  readonly count: number;
  /** By bound: how many took no longer. */
  readonly buckets: readonly (readonly [secondsMax: number, count: number])[];
}

/** Streams with a higher number are not shown. */
const streamsMax = 4_096;
const flushBoundsMs = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 1_000];
const flushNumbers = 2 + flushBoundsMs.length;
const numbersAStream = 5;

export class LogBooks {
  readonly figures: SharedFigures;
  /** By stream; rows are the writer's to know. */
  readonly #counts = new Map<StreamId, Omit<{ -readonly [Name in keyof StreamCounts]: number }, "rows">>();
  #flushMs = 0;
  readonly #flushes = new Array<number>(flushBoundsMs.length + 1).fill(0);

  constructor(figures: SharedFigures = SharedFigures.of(flushNumbers + (streamsMax + 1) * numbersAStream)) {
    this.figures = figures;
  }

  /** Rows of a request, whatever became of them. */
  take(stream: StreamId, received: number, logged: number, duplicate: number, dead: number): void {
    let counts = this.#counts.get(stream);
    if (counts === undefined) {
      counts = { received: 0, logged: 0, duplicate: 0, dead: 0 };
      this.#counts.set(stream, counts);
    }
    counts.received += received;
    counts.logged += logged;
    counts.duplicate += duplicate;
    counts.dead += dead;
  }

  flush(work: () => void): void {
    const beganMs = performance.now();
    work();
    const ms = performance.now() - beganMs;
    this.#flushMs += ms;
    const bound = flushBoundsMs.findIndex((boundMs) => ms <= boundMs);
    this.#flushes[bound < 0 ? flushBoundsMs.length : bound]!++;
  }

  /** Shows how many rows are on disk, and where `isWhole` what became of all that were taken. */
  show(rows: Iterable<readonly [StreamId, number]>, isWhole: boolean): void {
    this.figures.write((numbers) => {
      numbers[0] = this.#flushMs;
      numbers.set(this.#flushes, 1);
      for (const [stream, count] of rows) if (stream <= streamsMax) numbers[placeOf(stream)] = count;
      if (!isWhole) return;
      for (const [stream, { received, logged, duplicate, dead }] of this.#counts) {
        if (stream > streamsMax) continue;
        const place = placeOf(stream);
        numbers[place + 1] = received;
        numbers[place + 2] = logged;
        numbers[place + 3] = duplicate;
        numbers[place + 4] = dead;
      }
    });
  }

  /** As it was shown last; for any thread. */
  read(): { readonly flushes: FlushCounts; of(stream: StreamId): StreamCounts | undefined } {
    const numbers = this.figures.read();
    let count = 0;
    const buckets = flushBoundsMs.map((boundMs, at) => {
      count += numbers[1 + at]!;
      return [boundMs / 1000, count] as const;
    });
    count += numbers[1 + flushBoundsMs.length]!;
    return {
      flushes: { seconds: numbers[0]! / 1000, count, buckets },
      of: (stream) => {
        if (stream > streamsMax) return undefined;
        const place = placeOf(stream);
        const [rows, received, logged, duplicate, dead] = numbers.subarray(place, place + numbersAStream);
        return { rows: rows!, received: received!, logged: logged!, duplicate: duplicate!, dead: dead! };
      },
    };
  }
}

function placeOf(stream: StreamId): number {
  return flushNumbers + stream * numbersAStream;
}
