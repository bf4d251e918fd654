/**
 * The files that a world is made of: one that is read, and those that it includes under names of their own.
 * What one of them writes is a layer: that of the file which describes an entity or a journey lies lowest,
 * those of files around it lie above and say what is otherwise.
 */
import { existsSync, readdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { timeZoneOf } from "../time-zone.ts";
import { readYaml, type YamlValue } from "../yaml-file.ts";
import { complaint, namesIn, placeOf, unknownName, type WorldNames } from "./names.ts";

export const rateMax = 1_000_000;
const rateDefault = 10;

export interface WorldFile {
  readonly names: WorldNames;
  readonly members: ReadonlyMap<string, YamlValue>;
  /** Events a second of it and those that it includes, were it alone. */
  readonly rate: number;
  /** The same, of its own journeys. */
  readonly ownRate: number;
  readonly included: readonly WorldFile[];
}

/** What a file says of an entity or a journey, and what names mean there. */
export interface Layer {
  readonly at: YamlValue;
  readonly names: WorldNames;
}

export interface Layered {
  /** With the names of the worlds that it is in. */
  readonly name: string;
  readonly ownName: string;
  /** From the file that describes it to those around. */
  readonly layers: readonly [Layer, ...Layer[]];
}

/** What is the same for all files. */
interface Shared extends Pick<WorldNames, "entities" | "entityPlaces" | "curves" | "streams" | "counters"> {
  readonly zones: string[];
  readonly projectZone: string | undefined;
  parts: number;
}

const settings = ["rate", "time-zone", "curves", "entities", "journeys", "faults"];

export function readWorldFile(root: YamlValue, zones: string[], projectZone: string | undefined): WorldFile {
  const shared: Shared = {
    ...{ entities: [], entityPlaces: new Map(), curves: new Map(), streams: [], counters: [] },
    ...{ zones, projectZone, parts: 0 },
  };
  return readFile(root, "", [root.source.file], shared);
}

function readFile(root: YamlValue, prefix: string, around: readonly string[], shared: Shared): WorldFile {
  const isMade = root.members().has("worlds");
  const members = root.members(isMade ? [...settings, "own-rate", "worlds"] : settings);
  const zone = placeOf(shared.zones, timeZoneOf(members.get("time-zone")) ?? shared.projectZone ?? "UTC");
  const names: WorldNames = { ...shared, prefix, zone, part: shared.parts++ };
  const included = [...(members.get("worlds")?.members() ?? [])].map(([name, written]) =>
    readIncluded(name, written, prefix, around, shared),
  );
  const rate = members.get("rate")?.number(0.001, rateMax);
  if (!isMade) return { names, members, rate: rate ?? rateDefault, ownRate: rate ?? rateDefault, included };
  if (included.length === 0) throw root.member("worlds").refuse("at least one world");
  const ownRate = readOwnRate(members);
  const sum = included.reduce((all, each) => all + each.rate, ownRate);
  return { names, members, rate: rate ?? sum, ownRate, included };
}

/** `shop: ../shop.yaml`, or with events a second that are not its own. */
function readIncluded(
  name: string,
  written: YamlValue,
  prefix: string,
  around: readonly string[],
  shared: Shared,
): WorldFile {
  if (!/^[\p{L}_][\p{L}\p{N}_-]*$/u.test(name)) throw complaint(written, "a name is one word");
  const isPlain = typeof written.value === "string";
  const parts = isPlain ? undefined : written.members(["file", "rate"]);
  const at = isPlain ? written : written.member("file");
  const file = resolve(dirname(written.source.file), at.text());
  if (around.includes(file)) throw complaint(at, `${at.text()} includes itself`);
  if (!existsSync(file)) throw unknownName(at, "file", at.text(), filesBeside(at));
  const root = readYaml(file);
  if (!["journeys", "worlds"].some((part) => root.members().has(part))) {
    throw complaint(at, `${at.text()} is no world: it has neither journeys nor worlds`);
  }
  const world = readFile(root, `${prefix}${name}.`, [...around, file], shared);
  const rate = parts?.get("rate")?.number(0.001, rateMax);
  return rate === undefined ? world : { ...world, rate };
}

/** As they would be written. */
function filesBeside(at: YamlValue): readonly string[] {
  const folder = dirname(at.text());
  const there = resolve(dirname(at.source.file), folder);
  if (!existsSync(there)) return [];
  return readdirSync(there)
    .filter((name) => /\.ya?ml$/.test(name))
    .map((name) => join(folder, name));
}

/** Of a file that includes others; nothing where no journey that it describes itself has a weight. */
function readOwnRate(members: ReadonlyMap<string, YamlValue>): number {
  const hasWeights = [...(members.get("journeys")?.members() ?? [])].some(
    ([name, journey]) => !name.includes(".") && journey.members().has("weight"),
  );
  const written = members.get("own-rate");
  if (written !== undefined && !hasWeights)
    throw complaint(written, "no journey of this file has a weight that it would be the rate of");
  return hasWeights ? (written?.number(0.001, rateMax) ?? rateDefault) : 0;
}

/** From the outermost file on; those that one includes follow it. */
export function allFiles(file: WorldFile): readonly WorldFile[] {
  return [file, ...file.included.flatMap(allFiles)];
}

/** What all files say under `entities` or `journeys`, in their order. */
export function layered(file: WorldFile, section: "entities" | "journeys", kind: string): readonly Layered[] {
  const files = allFiles(file);
  const written = files.flatMap(({ names, members }) =>
    [...(members.get(section)?.members() ?? [])].map(([name, at]) => ({ name, layer: { at, names } })),
  );
  const found = new Map<string, { readonly ownName: string; readonly layers: [Layer, ...Layer[]] }>();
  for (const { name, layer } of written) {
    if (!name.includes(".")) found.set(layer.names.prefix + name, { ownName: name, layers: [layer] });
  }
  // A file around another comes before it, and lies above it.
  for (const { name, layer } of written.toReversed()) {
    if (!name.includes(".")) continue;
    const { prefix } = layer.names;
    const replaced = found.get(prefix + name);
    if (replaced === undefined) {
      const known = namesIn(prefix, found.keys()).filter((each) => each.includes("."));
      throw unknownName(layer.at, `${kind} of an included world`, name, known);
    }
    replaced.layers.push(layer);
  }
  return [...found].map(([name, each]) => ({ name, ...each }));
}
