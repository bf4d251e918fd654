/** Simulators of a project by their names. */
import { quickwaterError } from "../../errors/quickwater-error.ts";
import { closestName } from "../../errors/suggest.ts";
import type { Project } from "../../project/read-project.ts";
import type { SimulatorSpec } from "../../simulate/simulator-spec.ts";

export function namedSimulator(
  verb: string,
  simulators: readonly SimulatorSpec[],
  name: string | undefined,
): SimulatorSpec {
  const names = simulators.map((spec) => spec.name);
  const found = simulators.find((spec) => spec.name === name);
  if (found !== undefined) return found;
  const meant = name === undefined ? undefined : closestName(name, names);
  const advice = meant === undefined ? `there are: ${names.join(", ") || "none"}` : `did you mean ${meant}?`;
  const problem =
    name === undefined ? `NAME is missing; ${advice}` : `There is no simulator ${name}; ${advice}`;
  throw quickwaterError("run.bad-argument", { problem, verb });
}

/** Those that the command line names, else those of the settings, else all. */
export function simulatorsToRun(
  verb: string,
  { simulators, settings }: Project,
  names: string | undefined,
): readonly SimulatorSpec[] {
  if (names === undefined && settings.simulators === undefined) return simulators;
  const chosen = names?.split(",").map((name) => name.trim()) ?? settings.simulators ?? [];
  return [...new Set(chosen)].map((name) => namedSimulator(verb, simulators, name));
}
