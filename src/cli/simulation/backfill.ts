/**
 * `start --backfill`: the events of the past, through the log as all others, in the order of event time and
 * within brackets, so that what other streams have of later times waits for them. The curve is that of the
 * simulators, with fewer events where they would be more than `eventsMax`; the last while may have them all.
 */
import type { Engine } from "../../engine.ts";
import type { BackfillSettings } from "../../project/backfill-span.ts";
import { type EventSource, Outbox } from "../../simulate/event-source.ts";
import { byStream } from "../../simulate/paced-run.ts";
import { chunksOf } from "./chunks.ts";

/** Of what may be at most; a weekend may have more than its share of a week, and beats cannot be thinned. */
const shareWanted = 0.85;
/** What is recent may be of an hour that has so many times as much as others. */
const busiest = 2;
/** Made while those before them are written. */
const eventsAtOnce = 4_000;
const linesAtOnce = 400;

export interface BackfilledSource {
  readonly name: string;
  /** Without faults. */
  readonly source: EventSource;
  /** In the present, and just before it. */
  readonly rate: number;
}

export interface BackfillOptions {
  readonly engine: Engine;
  readonly sources: readonly BackfilledSource[];
  readonly fromMs: number;
  readonly untilMs: number;
  readonly eventsMax: number;
  /** How long before the end the simulators have their own rates again. */
  readonly recentMs: number;
  readonly signal: AbortSignal;
  readonly onProgress: (share: number, events: number) => void;
}

export interface Backfilled {
  readonly events: number;
  /** That the log did not take. */
  readonly refused: number;
}

export interface Thinning {
  /** By which rates have to be lower before what is recent. */
  readonly share: number;
  /** Shorter where its events would be more than half of all, in a busy hour. */
  readonly recentMs: number;
}

/** What makes all events of the span few enough. */
export function thinning(
  rates: readonly number[],
  { spanMs, eventsMax, recentMs: wantedMs }: BackfillSettings,
): Thinning {
  const eventsAMs = rates.reduce((sum, rate) => sum + rate, 0) / 1000;
  const wanted = eventsMax * shareWanted;
  if (eventsAMs * spanMs <= wanted) return { share: 1, recentMs: 0 };
  const recentMs = Math.floor(Math.min(wantedMs, wanted / 2 / busiest / eventsAMs));
  const left = wanted - eventsAMs * recentMs * busiest;
  return { share: left / (eventsAMs * (spanMs - recentMs)), recentMs };
}

export async function backfill(options: BackfillOptions): Promise<Backfilled> {
  const { engine, sources } = options;
  const streams = [...new Set(sources.flatMap(({ source }) => source.streams))];
  const brackets = await Promise.all(
    streams.map(async (stream) => {
      // One that is open was left by a process that died within it.
      const { id } = engine.backfills.of(stream) ?? (await engine.backfills.begin(stream));
      return { stream, id };
    }),
  );
  try {
    return await fill(options);
  } finally {
    for (const { stream, id } of brackets) await engine.backfills.end(stream, id);
  }
}

async function fill(options: BackfillOptions): Promise<Backfilled> {
  const { engine, sources, fromMs, untilMs, eventsMax, recentMs, signal, onProgress } = options;
  const thinRounds = Math.ceil(eventsMax / eventsAtOnce);
  const eventsAMs = sources.reduce((sum, { rate }) => sum + rate, 0) / 1000;
  const recentRounds = Math.ceil((recentMs * eventsAMs) / eventsAtOnce);
  const rounds = thinRounds + recentRounds;
  const recentFromMs = untilMs - recentMs;
  let events = 0;
  let refused = 0;
  let before: Promise<number> = Promise.resolve(0);
  for (let round = 1; round <= rounds && !signal.aborted; round++) {
    const isRecent = round > thinRounds;
    const reachedMs = isRecent
      ? recentFromMs + (recentMs * (round - thinRounds)) / recentRounds
      : fromMs + ((recentFromMs - fromMs) * round) / thinRounds;
    if (round === thinRounds + 1) for (const { source, rate } of sources) source.setRate(rate);
    const appends: Promise<number>[] = [];
    for (const { name, source } of sources) {
      const { count, bodies } = bodiesUntil(source, reachedMs, eventsMax - events);
      events += count;
      for (const [stream, chunks] of bodies)
        appends.push(append(engine, stream, chunks, `simulator ${name}`));
    }
    refused += await before;
    before = Promise.all(appends).then((counts) => counts.reduce((sum, count) => sum + count, 0));
    before.catch(() => {
      // Awaited in the next round or at the end, which throws; until then nobody else is to hear of it.
    });
    onProgress(round / rounds, events);
  }
  return { events, refused: refused + (await before) };
}

/**
 * The bytes of each stream; made of few lines at a time, so that their texts are short-lived. What would be
 * too many is made and left out: a source that stood still would send it all at once in the present.
 */
function bodiesUntil(source: EventSource, reachedMs: number, countMax: number) {
  const bodies = new Map<string, Uint8Array<ArrayBuffer>[]>();
  const box = new Outbox();
  let count = 0;
  for (;;) {
    source.run(reachedMs, linesAtOnce, box);
    if (box.count === 0) return { count, bodies };
    for (const { stream, lines } of byStream(source, box, countMax - count)) {
      const body = bodies.get(stream) ?? [];
      body.push(...chunksOf(`${lines.join("\n")}\n`));
      bodies.set(stream, body);
      count += lines.length;
    }
    box.clear();
  }
}

async function append(
  engine: Engine,
  stream: string,
  chunks: readonly Uint8Array<ArrayBuffer>[],
  origin: string,
): Promise<number> {
  const { rejected } = await engine.append({ stream, format: "ndjson", chunks, origin });
  return rejected.length;
}
