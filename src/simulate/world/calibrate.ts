/**
 * How often journeys have to start so that a world sends as many events a second as it is asked for. Nobody
 * can tell from the description how many events a journey sends, so some are tried in a world of their own,
 * always with the same seed.
 */
import type { Bursts } from "../bursts.ts";
import { Outbox } from "../event-source.ts";
import type { WorldSpec } from "../world-spec.ts";
import { World } from "./world.ts";

const weekMs = 7 * 86_400_000;
const seed = 1_234_567;
/** Of journeys in the week that is tried, and events of it at most. */
const startsTried = 4_000;
const eventsTriedMax = 200_000;
const idleTurnsMax = 200_000;
const beatsTried = 10;
/** What begins by chance is at least this share, however much the beats send. */
const shareMin = 0.01;

export interface OpenWorldOptions {
  readonly seed: number;
  readonly startMs: number;
  /** Events a second; the world's own without it. */
  readonly rate?: number | undefined;
  readonly bursts?: Bursts | undefined;
}

export function openWorld(spec: WorldSpec, options: OpenWorldOptions): World {
  const rate = options.rate ?? spec.rate;
  const startsPerMs = startsFor(spec, rate, options.startMs);
  return new World(spec, { ...options, rate, startsPerMs });
}

function startsFor(spec: WorldSpec, rate: number, startMs: number): number {
  let weights = 0;
  let beaten = 0;
  for (const [index, { begin }] of spec.journeys.entries()) {
    if (begin.kind === "weight") weights += begin.weight;
    if (begin.kind === "every") beaten += eventsPerMsOfBeat(spec, index, begin.periodMs, startMs, rate);
  }
  if (weights === 0) return 0;
  const tried = startsTried / weekMs / weights;
  const isByWeight = (index: number) => spec.journeys[index]!.begin.kind === "weight";
  const begin = { seed, startMs, rate, idleTurnsMax };
  const world = new World(spec, { ...begin, startsPerMs: tried, begins: isByWeight });
  const perMs = eventsPerMs(world, startMs, startMs + weekMs);
  // A world that sends nothing at first is asked for one event a start.
  const eventsAtOne = perMs === 0 ? weights : perMs / tried;
  return Math.max(rate / 1000 - beaten, (rate / 1000) * shareMin) / eventsAtOne;
}

function eventsPerMsOfBeat(
  spec: WorldSpec,
  journey: number,
  periodMs: number,
  startMs: number,
  rate: number,
): number {
  const begins = (index: number) => index === journey;
  const world = new World(spec, { seed, startMs, rate, idleTurnsMax, startsPerMs: 0, begins });
  return eventsPerMs(world, startMs, startMs + beatsTried * periodMs - 1);
}

function eventsPerMs(world: World, startMs: number, untilMs: number): number {
  const box = new Outbox();
  let made = 0;
  let reachedMs = untilMs;
  while (world.nextMs <= untilMs) {
    world.run(untilMs, 1_000, box);
    made += box.count;
    if (made >= eventsTriedMax || box.count === 0) {
      reachedMs = Math.min(untilMs, world.nextMs);
      break;
    }
    box.clear();
  }
  return made / Math.max(1, reachedMs - startMs);
}
