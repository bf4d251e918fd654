/**
 * Sends a simulator's events at its rate, in small batches, for as long as it is let. Batches that cannot
 * be taken are told and left behind, so that a simulator never piles up what a full disk refuses.
 */
import { EventGenerator } from "./event-generator.ts";
import type { SimulatorSpec } from "./simulator-spec.ts";

export interface PacedRunOptions {
  readonly spec: SimulatorSpec;
  readonly rate: number;
  readonly seed: number;
  /** Ends by itself after this many events; undefined runs until it is stopped. */
  readonly count: number | undefined;
  /** Takes events as lines of JSON. */
  readonly send: (lines: string, eventCount: number) => Promise<void>;
  readonly onError: (error: unknown) => void;
}

export interface PacedRun {
  readonly done: Promise<{ readonly sent: number }>;
  stop(): void;
}

const batchMs = 20;
const batchEventsMax = 5_000;

export function startPacedRun(options: PacedRunOptions): PacedRun {
  const stopper = new AbortController();
  return { done: run(options, stopper.signal), stop: () => stopper.abort() };
}

async function run(options: PacedRunOptions, signal: AbortSignal): Promise<{ sent: number }> {
  const generator = new EventGenerator(options.spec, options.seed);
  const startedMs = performance.now();
  const limit = options.count ?? Number.POSITIVE_INFINITY;
  let made = 0;
  let sent = 0;
  while (!signal.aborted && made < limit) {
    const due = Math.floor(((performance.now() - startedMs) / 1000) * options.rate) + 1;
    const count = Math.min(due - made, batchEventsMax, limit - made);
    if (count > 0) {
      const lines = Array.from({ length: count }, () => generator.next(Date.now())).join("\n");
      made += count;
      try {
        await options.send(lines, count);
        sent += count;
      } catch (error) {
        options.onError(error);
      }
    }
    await pause(Math.max(batchMs, 1000 / options.rate / 2), signal);
  }
  return { sent };
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done() {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    }
    signal.addEventListener("abort", done);
  });
}
