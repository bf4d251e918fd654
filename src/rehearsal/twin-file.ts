/** `twins:` of a file in `expected/`: which simulated events the twins are compared over. */
import { durationMs } from "../catalog/duration.ts";
import { closestName } from "../errors/suggest.ts";
import type { YamlValue } from "../project/yaml-file.ts";
import { instantOf } from "./clock-text.ts";

export interface TwinRun {
  /** Where it is written. */
  readonly value: YamlValue;
  readonly simulators: readonly string[];
  readonly seed: number;
  /** Events of all of them together. */
  readonly count: number;
  readonly startMs: number;
  /** Events a second of each; its own without it. */
  readonly rate: number | undefined;
  /** For so long the clock runs on behind the last event, so that windows close. */
  readonly runsOnMs: number;
  /** Of what is compared; all that have a twin without it. */
  readonly names: readonly string[];
}

export interface TwinNames {
  readonly simulators: readonly string[];
  /** Views and streams that have a twin. */
  readonly twins: readonly string[];
}

const seedMax = 2 ** 32 - 1;

export function readTwinRuns(root: YamlValue, names: TwinNames): readonly TwinRun[] {
  root.members(["twins"]);
  return root
    .member("twins")
    .list()
    .map((value) => readTwinRun(value, names));
}

function readTwinRun(value: YamlValue, names: TwinNames): TwinRun {
  const keys = ["simulator", "simulators", "seed", "count", "start", "rate", "runs-on", "views"];
  const members = value.members(keys);
  const several = members.get("simulators")?.list() ?? [value.member("simulator")];
  return {
    value,
    simulators: several.map((each) => nameAmong(each, names.simulators, "one of the simulators")),
    seed: members.get("seed")?.wholeNumber(0, seedMax) ?? 1,
    count: members.get("count")?.wholeNumber(1, 1_000_000) ?? 10_000,
    startMs: instantOf(value.member("start")),
    rate: members.get("rate")?.number(0.001, 1_000_000),
    runsOnMs: readDuration(members.get("runs-on")),
    names:
      members
        .get("views")
        ?.list()
        .map((each) => twinName(each, names.twins)) ?? names.twins,
  };
}

export function twinName(value: YamlValue, twins: readonly string[]): string {
  return nameAmong(value, twins, "the name of a .duckdb.sql");
}

function nameAmong(value: YamlValue, known: readonly string[], what: string): string {
  const name = value.text();
  if (known.includes(name)) return name;
  throw value.refuse(`${what} (${known.join(", ") || "there is none"})`, closestName(name, known));
}

function readDuration(value: YamlValue | undefined): number {
  if (value === undefined) return 3_600_000;
  const ms = durationMs(value.text());
  if (ms === undefined) throw value.refuse("a duration, such as 90 s or 25 h");
  return ms;
}
