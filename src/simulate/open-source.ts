/** A simulator as a source of events: its stream or its world, with the faults of its file and of the run. */
import { burstsFrom } from "./bursts.ts";
import type { EventSource } from "./event-source.ts";
import { FaultySource } from "./faults.ts";
import type { SimulatorSpec } from "./simulator-spec.ts";
import { atOnce, type Slices } from "./slices.ts";
import { StreamSource } from "./stream-source.ts";
import { openWorld } from "./world/calibrate.ts";
import type { FaultSpec } from "./world-spec.ts";

export const faultKinds = ["late", "duplicate", "broken", "burst", "silence"] as const;
export type FaultKind = (typeof faultKinds)[number];

export interface SourceOptions {
  readonly seed: number;
  /** The instant at which it begins. */
  readonly startMs: number;
  /** Events a second, of all its streams; its own without it. */
  readonly rate?: number | undefined;
  /** The share of it that is sent until `setRate` says another. */
  readonly thinning?: number | undefined;
  /** On top of what its file says, for all its streams. */
  readonly faults?: readonly FaultKind[] | undefined;
}

/** What `--fault` asks for, as a file would say it. */
const asked = {
  duplicate: 0.02,
  late: { share: 0.05, fromMs: 1_000, toMs: 20 * 60_000 },
  broken: 0.01,
} satisfies FaultSpec;
const none: FaultSpec = { duplicate: 0, late: { share: 0, fromMs: 0, toMs: 0 }, broken: 0 };
/** So that faults are drawn apart from events. */
const faultSeed = 0x5eed;

export function openSource(spec: SimulatorSpec, options: SourceOptions): EventSource {
  return withFaults(openCleanSource(spec, options), spec, options);
}

/** In the order of event time, each event once and whole. */
export function openCleanSource(spec: SimulatorSpec, options: SourceOptions): EventSource {
  return atOnce(openingCleanSource(spec, options));
}

/** A world takes half a second to open. */
export function* openingCleanSource(spec: SimulatorSpec, options: SourceOptions): Slices<EventSource> {
  const { seed, startMs, rate, thinning = 1, faults = [] } = options;
  const bursts = faults.includes("burst") ? burstsFrom(startMs) : undefined;
  if (spec.kind === "world") return yield* openWorld(spec, { seed, startMs, rate, thinning, bursts });
  return new StreamSource(spec, { seed, startMs, rate: (rate ?? spec.rate) * thinning, bursts });
}

/** With the faults of the file from now on, and those that are asked for. */
export function withFaults(source: EventSource, spec: SimulatorSpec, options: SourceOptions): EventSource {
  const { seed, startMs, faults = [] } = options;
  const written = spec.kind === "world" ? spec.faults : new Map<string, FaultSpec>();
  const all = new Map(
    source.streams.map((stream) => [stream, withAsked(written.get(stream), faults)] as const),
  );
  const isSilentAtTimes = faults.includes("silence");
  const isFaulty = isSilentAtTimes || [...all.values()].some((fault) => fault !== none);
  if (!isFaulty) return source;
  return new FaultySource(source, { seed: (seed ^ faultSeed) >>> 0, startMs, faults: all, isSilentAtTimes });
}

function withAsked(written: FaultSpec | undefined, faults: readonly FaultKind[]): FaultSpec {
  let fault = written ?? none;
  if (faults.includes("duplicate")) fault = { ...fault, duplicate: asked.duplicate };
  if (faults.includes("late")) fault = { ...fault, late: asked.late };
  if (faults.includes("broken")) fault = { ...fault, broken: asked.broken };
  return fault;
}
