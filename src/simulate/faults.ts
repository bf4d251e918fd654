/**
 * What goes wrong between a source and whoever takes its events: some come twice, some late, some broken, and
 * for a while none at all. Chance has numbers of its own here, so that the events beneath stay those of a run
 * without faults.
 */
import { type EventSource, Outbox } from "./event-source.ts";
import { Random } from "./random.ts";
import { TimedQueue } from "./timed-queue.ts";
import type { FaultSpec } from "./world-spec.ts";

/** How much later the same bytes come again, at most. */
const againMsMax = 10_000;
const askedAtOnce = 256;

/** `--fault silence`: nothing is sent for two minutes in every ten. */
const silence = { everyMs: 600_000, firstMs: 180_000, lengthMs: 120_000 };

interface Delayed {
  readonly stream: number;
  readonly line: string;
}

export interface FaultsOptions {
  readonly seed: number;
  readonly startMs: number;
  readonly faults: ReadonlyMap<string, FaultSpec>;
  readonly isSilentAtTimes: boolean;
}

export class FaultySource implements EventSource {
  readonly streams: readonly string[];
  readonly #source: EventSource;
  readonly #faults: readonly (FaultSpec | undefined)[];
  readonly #random: Random;
  readonly #silentFromMs: number | undefined;
  readonly #delayed = new TimedQueue<Delayed>();
  /** What the source has made and nobody has asked for yet. */
  readonly #made = new Outbox();
  #taken = 0;

  constructor(source: EventSource, options: FaultsOptions) {
    this.#source = source;
    this.streams = source.streams;
    this.#faults = source.streams.map((stream) => options.faults.get(stream));
    this.#random = new Random(options.seed);
    this.#silentFromMs = options.isSilentAtTimes ? options.startMs + silence.firstMs : undefined;
  }

  get notStarted(): number {
    return this.#source.notStarted;
  }

  setRate(rate: number): void {
    this.#source.setRate(rate);
  }

  run(untilMs: number, countMax: number, out: Outbox): void {
    const { lines, streams, times } = this.#made;
    while (out.count < countMax) {
      if (this.#taken === lines.length) {
        this.#made.clear();
        this.#taken = 0;
        this.#source.run(untilMs, askedAtOnce, this.#made);
        if (lines.length === 0) break;
      }
      const at = this.#taken++;
      this.#sendDelayed(times[at]!, out);
      this.#pass(streams[at]!, lines[at]!, times[at]!, out);
    }
    if (this.#taken === lines.length && out.count < countMax) this.#sendDelayed(untilMs, out);
  }

  #sendDelayed(untilMs: number, out: Outbox): void {
    while (this.#delayed.firstMs <= untilMs) {
      const dueMs = this.#delayed.firstMs;
      const { stream, line } = this.#delayed.take();
      this.#send(stream, line, dueMs, out);
    }
  }

  #pass(stream: number, line: string, timeMs: number, out: Outbox): void {
    const fault = this.#faults[stream];
    if (fault === undefined) {
      this.#send(stream, line, timeMs, out);
      return;
    }
    const random = this.#random;
    const sent = random.unit() < fault.broken ? broken(line, random) : line;
    const lateMs = random.unit() < fault.late.share ? random.between(fault.late.fromMs, fault.late.toMs) : 0;
    if (lateMs > 0) this.#delayed.add(timeMs + lateMs, { stream, line: sent });
    else this.#send(stream, sent, timeMs, out);
    if (random.unit() < fault.duplicate) {
      this.#delayed.add(timeMs + lateMs + random.between(1, againMsMax), { stream, line: sent });
    }
  }

  #send(stream: number, line: string, timeMs: number, out: Outbox): void {
    if (!this.#isSilent(timeMs)) out.add(stream, line, timeMs);
  }

  #isSilent(timeMs: number): boolean {
    if (this.#silentFromMs === undefined || timeMs < this.#silentFromMs) return false;
    return (timeMs - this.#silentFromMs) % silence.everyMs < silence.lengthMs;
  }
}

/** Cut off, with a list where one of its values was, or without its first field. */
function broken(line: string, random: Random): string {
  const way = random.between(0, 2);
  if (way === 0) return line.slice(0, random.between(1, line.length - 1));
  const fields = Object.entries(JSON.parse(line) as Record<string, unknown>);
  if (way === 1) return JSON.stringify(Object.fromEntries(fields.slice(1)));
  const chosen = random.between(0, fields.length - 1);
  const changed = fields.map(([name, value], at) => [name, at === chosen ? unlike(value) : value] as const);
  return JSON.stringify(Object.fromEntries(changed));
}

function unlike(value: unknown): unknown {
  return Array.isArray(value) ? true : [String(value)];
}
