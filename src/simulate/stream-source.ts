/** The events of a stream without memory, evenly spaced. */
import { type Bursts, noBursts } from "./bursts.ts";
import { EventGenerator } from "./event-generator.ts";
import type { EventSource, Outbox } from "./event-source.ts";
import type { StreamSpec } from "./simulator-spec.ts";

export interface StreamSourceOptions {
  readonly seed: number;
  readonly startMs: number;
  readonly rate?: number | undefined;
  readonly bursts?: Bursts | undefined;
}

export class StreamSource implements EventSource {
  readonly streams: readonly string[];
  readonly notStarted = 0;
  readonly #generator: EventGenerator;
  readonly #bursts: Bursts;
  #rate: number;
  /** Events are counted from here on, so that their times do not drift. */
  #sinceMs: number;
  #made = 0;
  /** All that goes out up to there was asked for. */
  #reachedMs: number;

  constructor(spec: StreamSpec, options: StreamSourceOptions) {
    this.streams = [spec.stream];
    this.#generator = new EventGenerator(spec, options.seed);
    this.#bursts = options.bursts ?? noBursts;
    this.#rate = options.rate ?? spec.rate;
    this.#sinceMs = options.startMs;
    this.#reachedMs = options.startMs;
  }

  setRate(rate: number): void {
    // The next of a slow stream may be an hour away.
    this.#sinceMs = Math.min(this.#nextMs(), this.#reachedMs + 1000 / rate);
    this.#made = 0;
    this.#rate = rate;
  }

  run(untilMs: number, countMax: number, out: Outbox): void {
    let nextMs = this.#nextMs();
    for (; nextMs <= untilMs && out.count < countMax; nextMs = this.#nextMs()) {
      const timeMs = Math.floor(nextMs);
      out.add(0, this.#generator.next(timeMs), timeMs);
      this.#made++;
      const { factor } = this.#bursts(nextMs);
      if (factor === 1) continue;
      this.#sinceMs = nextMs + 1000 / (this.#rate * factor);
      this.#made = 0;
    }
    if (nextMs > untilMs) this.#reachedMs = untilMs;
  }

  #nextMs(): number {
    return this.#sinceMs + (this.#made * 1000) / this.#rate;
  }
}
