/**
 * Sends a source's events when their time is there, in small batches, for as long as it is let. Batches that
 * cannot be taken are told and left behind, so that a simulator never piles up what a full disk refuses.
 */
import { type EventSource, Outbox } from "./event-source.ts";

export interface PacedRunOptions {
  readonly source: EventSource;
  /** The instant of the source that is now. */
  readonly startMs: number;
  /** Ends by itself after this many events; undefined runs until it is stopped. */
  readonly count: number | undefined;
  /** Takes events of a stream as lines of JSON. */
  readonly send: (stream: string, lines: string, eventCount: number) => Promise<void>;
  readonly onError: (error: unknown) => void;
}

export interface PacedRun {
  readonly done: Promise<{ readonly sent: number }>;
  stop(): void;
}

/** Between two batches: each costs a flush of the log and a turn of every thread, so few are gathered. */
const pauseMsMin = 20;
const pauseMsMax = 100;
const batchEvents = 50;
const batchEventsMax = 5_000;

export function startPacedRun(options: PacedRunOptions): PacedRun {
  const stopper = new AbortController();
  return { done: run(options, stopper.signal), stop: () => stopper.abort() };
}

async function run(options: PacedRunOptions, signal: AbortSignal): Promise<{ sent: number }> {
  const { source, startMs, send, onError } = options;
  const begunMs = performance.now();
  let left = options.count ?? Number.POSITIVE_INFINITY;
  let sent = 0;
  const box = new Outbox();
  let lastMs = begunMs;
  while (!signal.aborted && left > 0) {
    const nowMs = performance.now();
    source.run(startMs + nowMs - begunMs, batchEventsMax, box);
    const pauseMs = pauseAfter(box.count, nowMs - lastMs);
    lastMs = nowMs;
    // All at once: what is of one moment shares a flush of the log.
    const taken = byStream(source, box, left).map(async ({ stream, lines }) => {
      left -= lines.length;
      try {
        await send(stream, lines.join("\n"), lines.length);
        sent += lines.length;
      } catch (error) {
        onError(error);
      }
    });
    box.clear();
    await Promise.all(taken);
    if (left > 0) await pause(pauseMs, signal);
  }
  return { sent };
}

/** In which as many events as a batch is worth come, as they came in the time before. */
function pauseAfter(count: number, passedMs: number): number {
  // What is behind catches up, and lets others have their turn.
  if (count >= batchEventsMax) return 0;
  if (count === 0) return pauseMsMax;
  return Math.min(pauseMsMax, Math.max(pauseMsMin, (passedMs / count) * batchEvents));
}

/** The lines of each stream in their order, at most as many as are wanted. */
export function byStream(
  { streams }: EventSource,
  box: Outbox,
  countMax = Number.POSITIVE_INFINITY,
): readonly { readonly stream: string; readonly lines: readonly string[] }[] {
  const lines = streams.map((stream) => ({ stream, lines: [] as string[] }));
  const count = Math.min(box.count, countMax);
  for (let at = 0; at < count; at++) lines[box.streams[at]!]!.lines.push(box.lines[at]!);
  return lines.filter((each) => each.lines.length > 0);
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
