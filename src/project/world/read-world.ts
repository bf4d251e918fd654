/** A file that describes a world, and those that it includes; each mistake is named by file and setting. */
import type { CurveSpec, FaultSpec, PartSpec, WorldSpec } from "../../simulate/world-spec.ts";
import { durationOf } from "../../values/duration.ts";
import type { YamlValue } from "../yaml-file.ts";
import { readDuration } from "./duration.ts";
import { complaint, unknownName } from "./names.ts";
import { readEntities } from "./read-entities.ts";
import { readJourneys } from "./read-journeys.ts";
import { allFiles, layered, readWorldFile, type WorldFile } from "./world-file.ts";

export function readWorld(root: YamlValue, name: string, projectZone: string | undefined): WorldSpec {
  const timeZones: string[] = [];
  const file = readWorldFile(root, timeZones, projectZone);
  const files = allFiles(file);
  const curves = files.flatMap(readCurves);
  const { names } = file;
  readEntities(layered(file, "entities", "entity"), names);
  const journeys = readJourneys(layered(file, "journeys", "journey"), names);
  if (names.streams.length === 0) throw complaint(root.member("journeys"), "no journey sends anything");
  return {
    kind: "world",
    name,
    rate: file.rate,
    parts: readParts(file, 1),
    timeZones,
    streams: names.streams,
    curves,
    entities: names.entities,
    counters: names.counters.length,
    journeys,
    faults: readAllFaults(files, names.streams),
  };
}

/** `share` of all events is what this file and those that it includes have together. */
function readParts(file: WorldFile, share: number): PartSpec[] {
  const sum = file.included.reduce((all, { rate }) => all + rate, file.ownRate);
  return [
    { share: (share * file.ownRate) / sum, rateShare: share },
    ...file.included.flatMap((each) => readParts(each, (share * each.rate) / sum)),
  ];
}

function readCurves({ names, members }: WorldFile): CurveSpec[] {
  return [...(members.get("curves")?.members() ?? [])].map(([curve, written]) => {
    names.curves.set(names.prefix + curve, names.curves.size);
    return { zone: names.zone, hours: readCurve(written) };
  });
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

/** What the file around says of a stream takes the place of what others say. */
function readAllFaults(files: readonly WorldFile[], streams: readonly string[]): Map<string, FaultSpec> {
  const faults = new Map<string, FaultSpec>();
  for (const { members } of files) {
    for (const [stream, fault] of readFaults(members.get("faults"), streams)) {
      if (!faults.has(stream)) faults.set(stream, fault);
    }
  }
  return faults;
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
