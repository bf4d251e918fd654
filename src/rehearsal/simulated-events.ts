/** The first events of simulators, in the order in which they go out. */
import { type EventSource, Outbox } from "../simulate/event-source.ts";
import { openSource } from "../simulate/open-source.ts";
import type { SimulatorSpec } from "../simulate/simulator-spec.ts";

export interface SimulatedEvent {
  readonly stream: string;
  /** One line of JSON. */
  readonly line: string;
  readonly timeMs: number;
}

export interface Simulation {
  readonly simulators: readonly SimulatorSpec[];
  /** Of the first simulator; that of each other is one more. */
  readonly seed: number;
  readonly startMs: number;
  /** Of each simulator. */
  readonly rate: number | undefined;
  readonly count: number;
}

const drawnAtOnce = 256;

export function* simulatedEvents({
  simulators,
  seed,
  count,
  ...begin
}: Simulation): Generator<SimulatedEvent> {
  const sources = simulators.map((spec, place) => drawn(openSource(spec, { ...begin, seed: seed + place })));
  const next = sources.map((source) => source.next().value);
  for (let made = 0; made < count; made++) {
    const times = next.map((event) => event?.timeMs ?? Number.POSITIVE_INFINITY);
    const first = times.indexOf(Math.min(...times));
    const event = next[first];
    if (event === undefined) return;
    yield event;
    next[first] = sources[first]!.next().value;
  }
}

function* drawn(source: EventSource): Generator<SimulatedEvent, undefined> {
  for (;;) {
    const box = new Outbox();
    source.run(Number.POSITIVE_INFINITY, drawnAtOnce, box);
    if (box.count === 0) return undefined;
    for (const [place, line] of box.lines.entries())
      yield { stream: source.streams[box.streams[place]!]!, line, timeMs: box.times[place]! };
  }
}
