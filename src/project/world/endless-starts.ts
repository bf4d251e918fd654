/** Journeys that start each other without ever waiting would go on for ever within one instant. */
import type { JourneySpec, StepSpec } from "../../simulate/world-spec.ts";
import type { YamlValue } from "../yaml-file.ts";
import { complaint } from "./names.ts";

export function refuseEndlessStarts(written: readonly YamlValue[], journeys: readonly JourneySpec[]): void {
  const atOnce = journeys.map(({ steps }) => startsAtOnce(steps).journeys);
  for (const [index] of journeys.entries()) {
    const way = wayBack(index, index, atOnce, new Set());
    if (way === undefined) continue;
    const names = [index, ...way].map((at) => journeys[at]!.name).join(" → ");
    throw complaint(written[index]!, `${names} is a circle of starts without a wait before them`);
  }
}

/** The journeys that steps start before they wait, and whether they wait on every way through them. */
function startsAtOnce(steps: readonly StepSpec[]): { journeys: Set<number>; waits: boolean } {
  const journeys = new Set<number>();
  const addAll = (found: ReadonlySet<number>): void => {
    for (const journey of found) journeys.add(journey);
  };
  for (const step of steps) {
    if (step.kind === "start") journeys.add(step.journey);
    if (step.kind === "repeat" || step.kind === "each") addAll(startsAtOnce(step.steps).journeys);
    if (step.kind === "branch") {
      const branches = [startsAtOnce(step.then), startsAtOnce(step.otherwise)];
      for (const branch of branches) addAll(branch.journeys);
      if (branches.every(({ waits }) => waits)) return { journeys, waits: true };
    }
    if (step.kind === "wait" || step.kind === "stop") return { journeys, waits: true };
  }
  return { journeys, waits: false };
}

function wayBack(
  from: number,
  to: number,
  edges: readonly ReadonlySet<number>[],
  seen: Set<number>,
): number[] | undefined {
  for (const next of edges[from]!) {
    if (next === to) return [next];
    if (seen.has(next)) continue;
    seen.add(next);
    const rest = wayBack(next, to, edges, seen);
    if (rest !== undefined) return [next, ...rest];
  }
  return undefined;
}
