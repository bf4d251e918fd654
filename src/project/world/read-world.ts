/** A simulator file that describes a world; each mistake is named by its file and setting. */
import type { FaultSpec, WorldSpec } from "../../simulate/world-spec.ts";
import { timeZoneOf } from "../time-zone.ts";
import type { YamlValue } from "../yaml-file.ts";
import { durationOf, readDuration } from "./duration.ts";
import { complaint, unknownName, type WorldNames } from "./names.ts";
import { readEntities } from "./read-entities.ts";
import { readJourneys } from "./read-journeys.ts";

export const rateMax = 1_000_000;
const rateDefault = 10;

export function readWorld(root: YamlValue, name: string, projectZone: string | undefined): WorldSpec {
  const members = root.members(["rate", "time-zone", "curves", "entities", "journeys", "faults"]);
  const curves = [...(members.get("curves")?.members() ?? [])];
  const world: WorldNames = {
    entities: [],
    curves: curves.map(([curve]) => curve),
    streams: [],
    counters: [],
  };
  const entities = members.get("entities");
  if (entities !== undefined) readEntities(entities, world);
  const journeys = readJourneys(root.member("journeys"), world);
  if (world.streams.length === 0) throw complaint(root.member("journeys"), "no journey sends anything");
  return {
    kind: "world",
    name,
    rate: members.get("rate")?.number(0.001, rateMax) ?? rateDefault,
    timeZone: timeZoneOf(members.get("time-zone")) ?? projectZone ?? "UTC",
    streams: world.streams,
    curves: curves.map(([, curve]) => readCurve(curve)),
    entities: world.entities,
    counters: world.counters.length,
    journeys,
    faults: readFaults(members.get("faults"), world.streams),
  };
}

/** 168 hours whose mean is 1. */
function readCurve(curve: YamlValue): number[] {
  const members = curve.members(["hours", "weekdays"]);
  const hours = shares(members.get("hours"), 24);
  const weekdays = shares(members.get("weekdays"), 7);
  const week = weekdays.flatMap((day) => hours.map((hour) => day * hour));
  const mean = week.reduce((sum, each) => sum + each, 0) / week.length;
  if (mean === 0) throw complaint(curve, "nothing ever happens: at least one number must be above 0");
  return week.map((each) => each / mean);
}

function shares(written: YamlValue | undefined, count: number): number[] {
  if (written === undefined) return new Array<number>(count).fill(1);
  const numbers = written.list().map((each) => each.number(0, 1e6));
  if (numbers.length !== count)
    throw complaint(written, `it must have ${count} numbers, not ${numbers.length}`);
  return numbers;
}

function readFaults(written: YamlValue | undefined, streams: readonly string[]): Map<string, FaultSpec> {
  const faults = new Map<string, FaultSpec>();
  for (const [stream, fault] of written?.members() ?? []) {
    if (!streams.includes(stream)) throw unknownName(fault, "stream", stream, streams);
    const members = fault.members(["duplicate", "late", "broken"]);
    const late = members.get("late");
    late?.members(["share", "by"]);
    const by = late?.member("by");
    const [fromMs, toMs] = by === undefined ? [0, 0] : readBy(by);
    faults.set(stream, {
      duplicate: members.get("duplicate")?.number(0, 1) ?? 0,
      late: { share: late?.member("share").number(0, 1) ?? 0, fromMs, toMs },
      broken: members.get("broken")?.number(0, 1) ?? 0,
    });
  }
  return faults;
}

function readBy(by: YamlValue): [number, number] {
  const fixed = typeof by.value === "string" ? durationOf(by.value) : undefined;
  if (fixed !== undefined && fixed > 0) return [fixed, fixed];
  by.members(["from", "to"]);
  const [from, to] = [readDuration(by.member("from"), 1), readDuration(by.member("to"), 1)];
  if (from > to) throw complaint(by, "from is longer than to");
  return [from, to];
}
