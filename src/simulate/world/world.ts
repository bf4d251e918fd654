/**
 * A world that runs: entities, the journeys under way, and a queue of what is due when. Its own time goes
 * from one due thing to the next; whoever asks decides how far, and nothing else has a say in what happens.
 *
 * Memory: what the entities hold, and as many journeys under way as `liveJourneysMax`. One that would begin
 * beyond that does not, and is counted.
 */
import { type Bursts, noBursts } from "../bursts.ts";
import type { EventSource, Outbox } from "../event-source.ts";
import { Random } from "../random.ts";
import { TimedQueue } from "../timed-queue.ts";
import type { BeginSpec, CurveSpec, Value, WorldSpec } from "../world-spec.ts";
import { compileSteps, ended, type Journey, type Operation, waiting } from "./compile-steps.ts";
import { hashOf } from "./entities.ts";
import { paceAt } from "./week-curve.ts";
import { type Members, WorldState } from "./world-state.ts";

const liveJourneysMaxDefault = 2_500_000;
/** Of journeys that go on without that any event is sent: then whoever asked is answered without one. */
const idleTurnsMaxDefault = 5_000_000;

export interface WorldOptions {
  readonly seed: number;
  readonly startMs: number;
  readonly members: Members;
  /** Events a second as members see it, who last for the whole run. */
  readonly rate: number;
  /** Events a second at first, as journeys see it. */
  readonly pace: number;
  /** By part of the world: how often its journeys start, for each unit of their weight. */
  readonly startsPerMs: readonly number[];
  /** The same, were as many events sent as `rate` says; the same without it. */
  readonly startsAtRate?: readonly number[] | undefined;
  readonly bursts?: Bursts | undefined;
  /** Which journeys begin by themselves. */
  readonly begins?: ((journey: number) => boolean) | undefined;
  readonly liveJourneysMax?: number | undefined;
  readonly idleTurnsMax?: number | undefined;
}

type Weighted = Extract<BeginSpec, { kind: "weight" }>;

export class World implements EventSource {
  readonly streams: readonly string[];
  readonly #spec: WorldSpec;
  readonly #state: WorldState;
  readonly #bursts: Bursts;
  readonly #liveJourneysMax: number;
  readonly #idleTurnsMax: number;
  readonly #queue = new TimedQueue<Journey>();
  readonly #operations: readonly (readonly Operation[])[];
  readonly #rate: number;
  readonly #startsAtRate: readonly number[];
  #startsPerMs: readonly number[];
  /** All that goes out up to there was asked for. */
  #reachedMs: number;
  /** They draw their next start anew. */
  readonly #beginners: (() => void)[] = [];
  #live = 0;
  #notStarted = 0;
  #out: Outbox | undefined;

  constructor(spec: WorldSpec, options: WorldOptions) {
    this.#spec = spec;
    this.streams = spec.streams;
    this.#startsPerMs = options.startsPerMs;
    this.#rate = options.rate;
    this.#reachedMs = options.startMs;
    this.#startsAtRate = options.startsAtRate ?? options.startsPerMs;
    this.#bursts = options.bursts ?? noBursts;
    this.#liveJourneysMax = options.liveJourneysMax ?? liveJourneysMaxDefault;
    this.#idleTurnsMax = options.idleTurnsMax ?? idleTurnsMaxDefault;
    this.#state = new WorldState({
      spec,
      nowMs: options.startMs,
      rate: options.pace,
      // Of the start too: who begins later with the same seed does not send the same ids again.
      random: new Random((options.seed ^ hashOf(String(options.startMs))) >>> 0),
      members: options.members,
    });
    this.#operations = spec.journeys.map(({ steps }) =>
      compileSteps(steps, this.#state, {
        send: (stream, line) => this.#out!.add(stream, line, this.#state.nowMs),
        wait: (journey, timeMs) => this.#queue.add(timeMs, journey),
        start: (journey) => this.#start(journey),
      }),
    );
    for (const [index, { begin }] of spec.journeys.entries()) {
      if (!(options.begins?.(index) ?? true)) continue;
      if (begin.kind === "weight") this.#addBeginner(index, begin);
      if (begin.kind === "every") this.#addBeat(index, begin.periodMs);
    }
  }

  get notStarted(): number {
    return this.#notStarted;
  }

  /** When the next thing is due. */
  get nextMs(): number {
    return this.#queue.firstMs;
  }

  setRate(rate: number): void {
    const times = rate / this.#rate;
    this.#startsPerMs = this.#startsAtRate.map((each) => each * times);
    this.#state.rate = rate;
    // The next start of a slow world may be an hour away.
    for (const restart of this.#beginners) restart();
  }

  run(untilMs: number, countMax: number, out: Outbox): void {
    this.#out = out;
    const [queue, state] = [this.#queue, this.#state];
    const before = out.count;
    for (let turns = 0; queue.firstMs <= untilMs && out.count < countMax; turns++) {
      if (turns > this.#idleTurnsMax && out.count === before) return;
      state.nowMs = Math.floor(queue.firstMs);
      const journey = queue.take();
      let next = journey.next;
      const { operations } = journey;
      while (next >= 0) next = operations[next]!(journey);
      if (next === ended) this.#live--;
    }
    if (queue.firstMs > untilMs) this.#reachedMs = untilMs;
  }

  #start(journey: number): Value[] | undefined {
    if (this.#live >= this.#liveJourneysMax) {
      this.#notStarted++;
      return undefined;
    }
    this.#live++;
    const slots = new Array<Value>(this.#spec.journeys[journey]!.slots).fill(null);
    this.#queue.add(this.#state.nowMs, { operations: this.#operations[journey]!, next: 0, slots });
    return slots;
  }

  /** Starts are as far apart as chance has it, at the pace of the curve. */
  #addBeginner(index: number, begin: Weighted): void {
    const { part } = this.#spec.journeys[index]!;
    const curve = begin.curve === undefined ? undefined : this.#spec.curves[begin.curve]!;
    const next = (sinceMs: number) =>
      this.#nextStart(sinceMs, this.#startsPerMs[part]! * begin.weight, curve);
    let turn = 0;
    const restart = (): void => {
      const own = ++turn;
      let timeMs = next(this.#reachedMs);
      const start = (journey: Journey): number => {
        if (own !== turn) return waiting;
        this.#start(index);
        timeMs = next(timeMs);
        this.#queue.add(timeMs, journey);
        return waiting;
      };
      this.#queue.add(timeMs, { operations: [start], next: 0, slots: [] });
    };
    this.#beginners.push(restart);
    restart();
  }

  #addBeat(index: number, periodMs: number): void {
    const begin = (journey: Journey): number => {
      this.#start(index);
      this.#queue.add(this.#state.nowMs + periodMs, journey);
      return waiting;
    };
    this.#queue.add(this.#state.nowMs, { operations: [begin], next: 0, slots: [] });
  }

  #nextStart(sinceMs: number, startsPerMs: number, curve: CurveSpec | undefined): number {
    const { random, zones } = this.#state;
    let left = -Math.log(1 - random.unit()) / startsPerMs;
    let timeMs = sinceMs;
    // A curve is above nothing in some hour of each week, so this comes to an end.
    while (left < Number.POSITIVE_INFINITY) {
      const [pace, burst] = [paceAt(curve, zones, timeMs), this.#bursts(timeMs)];
      const factor = pace.factor * burst.factor;
      const untilMs = Math.min(pace.untilMs, burst.untilMs);
      if ((untilMs - timeMs) * factor >= left) return timeMs + left / factor;
      left -= (untilMs - timeMs) * factor;
      timeMs = untilMs;
    }
    return Number.POSITIVE_INFINITY;
  }
}
