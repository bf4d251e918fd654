/**
 * How often journeys have to start so that a world sends as many events a second as it is asked for. Nobody
 * can tell from the description how many events a journey sends, so some are tried in a world of their own,
 * always with the same seed.
 */
import type { Bursts } from "../bursts.ts";
import { Outbox } from "../event-source.ts";
import type { Slices } from "../slices.ts";
import type { WorldSpec } from "../world-spec.ts";
import { drawMembers } from "./entities.ts";
import { World, type WorldOptions } from "./world.ts";

const weekMs = 7 * 86_400_000;
const seed = 1_234_567;
/** Of journeys in the week that is tried, and events of it at most. */
const startsTried = 4_000;
const eventsTriedMax = 200_000;
const eventsTriedAtOnce = 1_000;
const eventsASlice = 250;
const idleTurnsMax = 200_000;
const beatsTried = 10;
/** What begins by chance is at least this share, however much the beats send. */
const shareMin = 0.01;

export interface OpenWorldOptions {
  readonly seed: number;
  readonly startMs: number;
  /** Events a second; the world's own without it. */
  readonly rate?: number | undefined;
  /** The share of it that is sent until `setRate` says another. */
  readonly thinning?: number | undefined;
  readonly bursts?: Bursts | undefined;
}

export function* openWorld(spec: WorldSpec, options: OpenWorldOptions): Slices<World> {
  const rate = options.rate ?? spec.rate;
  const { thinning = 1, startMs } = options;
  const pace = rate * thinning;
  const members = yield* drawMembers(spec, startMs, rate);
  const begin = { startMs, rate, members };
  // What comes `every` so often cannot be thinned, so that fewer starts are not in proportion.
  const startsAtRate = yield* startsByPart(spec, { ...begin, pace: rate });
  const startsPerMs = thinning === 1 ? startsAtRate : yield* startsByPart(spec, { ...begin, pace });
  return new World(spec, { ...options, ...begin, pace, startsPerMs, startsAtRate });
}

type Begin = Pick<WorldOptions, "startMs" | "members" | "rate" | "pace">;

/**
 * Of a world of several parts each has its share of what the beats of parts without weights leave. Events are
 * those of the part in which their journey began, whichever journeys of others it led to.
 */
function* startsByPart(spec: WorldSpec, begin: Begin): Slices<number[]> {
  const rate = begin.pace;
  const weights = spec.parts.map(() => 0);
  const beaten = spec.parts.map(() => 0);
  for (const [index, journey] of spec.journeys.entries()) {
    const { kind } = journey.begin;
    if (kind === "weight") weights[journey.part]! += journey.begin.weight;
    if (kind === "every")
      beaten[journey.part]! += yield* eventsPerMsOfBeat(spec, index, journey.begin.periodMs, begin);
  }
  const besides = beaten.reduce((sum, each, part) => (weights[part] === 0 ? sum + each : sum), 0);
  const shared = spec.parts.reduce((sum, { share }, part) => (weights[part] === 0 ? sum : sum + share), 0);
  const starts: number[] = [];
  for (const [part, each] of spec.parts.entries()) {
    const share = each.share / shared;
    const wanted = Math.max(
      (rate / 1000 - besides) * share - beaten[part]!,
      (rate / 1000) * share * shareMin,
    );
    const isBegun = weights[part]! > 0;
    starts.push(isBegun ? wanted / (yield* eventsAtOneStart(spec, part, weights[part]!, begin)) : 0);
  }
  return starts;
}

/** Events in each millisecond, were one journey to start in it for each unit of weight. */
function* eventsAtOneStart(spec: WorldSpec, part: number, weights: number, begin: Begin): Slices<number> {
  const tried = startsTried / weekMs / weights;
  const begins = (index: number) => {
    const journey = spec.journeys[index]!;
    return journey.part === part && journey.begin.kind === "weight";
  };
  const startsPerMs = spec.parts.map(() => tried);
  const world = new World(spec, { ...begin, seed, idleTurnsMax, startsPerMs, begins });
  const perMs = yield* eventsPerMs(world, begin.startMs, begin.startMs + weekMs);
  // A world that sends nothing at first is asked for one event a start.
  return perMs === 0 ? weights : perMs / tried;
}

function* eventsPerMsOfBeat(
  spec: WorldSpec,
  journey: number,
  periodMs: number,
  begin: Begin,
): Slices<number> {
  const begins = (index: number) => index === journey;
  const startsPerMs = spec.parts.map(() => 0);
  const world = new World(spec, { ...begin, seed, idleTurnsMax, startsPerMs, begins });
  return yield* eventsPerMs(world, begin.startMs, begin.startMs + beatsTried * periodMs - 1);
}

function* eventsPerMs(world: World, startMs: number, untilMs: number): Slices<number> {
  const box = new Outbox();
  let made = 0;
  let reachedMs = untilMs;
  while (world.nextMs <= untilMs) {
    do {
      world.run(untilMs, Math.min(eventsTriedAtOnce, box.count + eventsASlice), box);
      yield;
    } while (box.count > 0 && box.count < eventsTriedAtOnce && world.nextMs <= untilMs);
    made += box.count;
    if (made >= eventsTriedMax || box.count === 0) {
      reachedMs = Math.min(untilMs, world.nextMs);
      break;
    }
    box.clear();
  }
  return made / Math.max(1, reachedMs - startMs);
}
