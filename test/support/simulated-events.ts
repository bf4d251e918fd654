/** Simulators from text, and the events that they make. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readSimulator } from "../../src/project/simulator-file.ts";
import { type EventSource, Outbox } from "../../src/simulate/event-source.ts";
import { openCleanSource, openSource, type SourceOptions } from "../../src/simulate/open-source.ts";
import type { SimulatorSpec } from "../../src/simulate/simulator-spec.ts";

export interface SimulatedEvent {
  readonly stream: string;
  readonly line: string;
  /** When it goes out. */
  readonly timeMs: number;
}

/** A Monday. */
export const simulationStartMs = Date.parse("2026-03-02T00:00:00.000Z");

/** Also outside of tests, for what several share; `others` are files beside it, by their names. */
export function simulatorOf(
  yaml: string,
  timeZone?: string,
  others: Readonly<Record<string, string>> = {},
): SimulatorSpec {
  const folder = mkdtempSync(join(tmpdir(), "quickwater-simulator-"));
  try {
    const file = join(folder, "world.yaml");
    writeFileSync(file, yaml);
    for (const [name, text] of Object.entries(others)) writeFileSync(join(folder, name), text);
    return readSimulator(file, timeZone);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export function sourceOf(
  spec: SimulatorSpec,
  { isClean = false, ...options }: Partial<SourceOptions> & { readonly isClean?: boolean } = {},
): EventSource {
  const open = isClean ? openCleanSource : openSource;
  return open(spec, { seed: 1, startMs: simulationStartMs, ...options });
}

/** What goes out up to the instant, asked for in pieces. */
export function eventsUntil(source: EventSource, untilMs: number, countMax = 1_000): SimulatedEvent[] {
  const events: SimulatedEvent[] = [];
  const box = new Outbox();
  do {
    box.clear();
    source.run(untilMs, countMax, box);
    for (const [at, line] of box.lines.entries()) {
      events.push({ stream: source.streams[box.streams[at]!]!, line, timeMs: box.times[at]! });
    }
  } while (box.count > 0);
  return events;
}

/** The first events, however long they take. */
export function firstEvents(source: EventSource, count: number): SimulatedEvent[] {
  const events: SimulatedEvent[] = [];
  const box = new Outbox();
  while (events.length < count) {
    box.clear();
    source.run(Number.POSITIVE_INFINITY, 1_000, box);
    for (const [at, line] of box.lines.entries()) {
      events.push({ stream: source.streams[box.streams[at]!]!, line, timeMs: box.times[at]! });
    }
  }
  return events.slice(0, count);
}

export function parsed(events: readonly SimulatedEvent[]): Record<string, unknown>[] {
  return events.map(({ line }) => JSON.parse(line) as Record<string, unknown>);
}
