/** The events of every benchmark: payments with the fields of the commerce pack's transactions, seeded. */
import { join } from "node:path";
import { readProject } from "../src/project/read-project.ts";
import { EventGenerator } from "../src/simulate/event-generator.ts";
import type { StreamSpec } from "../src/simulate/simulator-spec.ts";

export const paymentsProject = join(import.meta.dirname, "payments");
export const seed = 7;

/** Events as lines of JSON, their times `stepMs` apart from `startMs` on. */
export function transactions(count: number, startMs: number, stepMs: number): readonly string[] {
  const generator = new EventGenerator(payments(), seed);
  return Array.from({ length: count }, (_, index) => generator.next(startMs + Math.floor(index * stepMs)));
}

/** The simulator that draws them. */
export function payments(): StreamSpec {
  const [spec] = readProject(paymentsProject).simulators;
  if (spec?.kind !== "stream") throw new Error("the simulator of the benchmarks is of one stream");
  return spec;
}

export function averageBytes(lines: readonly string[]): number {
  return Math.round(lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0) / lines.length);
}
