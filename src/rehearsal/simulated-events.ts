/** The first events of simulators, in the order in which they go out. */
import { EventGenerator } from "../simulate/event-generator.ts";
import type { SimulatorSpec } from "../simulate/simulator-spec.ts";

export interface SimulatedEvent {
  readonly stream: string;
  /** One line of JSON. */
  readonly line: string;
  readonly timeMs: number;
}

export interface Simulation {
  readonly simulators: readonly SimulatorSpec[];
  readonly seed: number;
  readonly startMs: number;
  readonly rate: number | undefined;
  readonly count: number;
}

export function* simulatedEvents(simulation: Simulation): Generator<SimulatedEvent> {
  const { simulators, seed, startMs, rate, count } = simulation;
  const sources = simulators.map((spec, place) => {
    return {
      generator: new EventGenerator(spec, seed + place),
      everyMs: 1000 / (rate ?? spec.rate),
      made: 0,
    };
  });
  for (let made = 0; made < count; made++) {
    const dueMs = sources.map((source) => source.made * source.everyMs);
    const source = sources[dueMs.indexOf(Math.min(...dueMs))]!;
    const timeMs = Math.floor(startMs + source.made * source.everyMs);
    source.made++;
    yield { stream: source.generator.spec.stream, line: source.generator.next(timeMs), timeMs };
  }
}
