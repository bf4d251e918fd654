/** `simulators/*.yaml` as simulator descriptions; each mistake is named by its file and setting. */
import { basename } from "node:path";
import type {
  EntitySpec,
  FieldSpec,
  FieldSpecs,
  SimulatorSpec,
  StreamSpec,
  VariantSpec,
} from "../simulate/simulator-spec.ts";
import { readWorld } from "./world/read-world.ts";
import { rateMax } from "./world/world-file.ts";
import { parseYaml, readText, type YamlValue } from "./yaml-file.ts";

const digitsDefault = 15;

interface Known {
  readonly text: string;
  readonly timeZone: string | undefined;
  readonly spec: SimulatorSpec;
}

/** By file, as it was read last: a project is read anew whenever one of its files is saved. */
const known = new Map<string, Known>();

export function readSimulator(file: string, timeZone?: string): SimulatorSpec {
  const text = readText(file);
  const before = known.get(file);
  if (before?.text === text && before.timeZone === timeZone) return before.spec;
  const spec = simulatorOf(file, text, timeZone);
  known.set(file, { text, timeZone, spec });
  return spec;
}

function simulatorOf(file: string, text: string, timeZone: string | undefined): SimulatorSpec {
  const root = parseYaml(file, text);
  const name = basename(file).replace(/\.ya?ml$/, "");
  const isWorld = ["journeys", "worlds"].some((part) => root.members().has(part));
  return isWorld ? readWorld(root, name, timeZone) : readStream(root, name);
}

function readStream(root: YamlValue, name: string): StreamSpec {
  const members = root.members(["stream", "rate", "entities", "fields", "variants"]);
  const entities = [...(members.get("entities")?.members() ?? [])].map(([entity, value]) =>
    readEntity(entity, value),
  );
  const known = entities.map((entity) => entity.name);
  return {
    kind: "stream",
    name,
    stream: root.member("stream").text(),
    rate: members.get("rate")?.number(0.001, rateMax) ?? 10,
    entities,
    fields: readFields(root.member("fields"), known),
    variants: (members.get("variants")?.list() ?? []).map((variant) => readVariant(variant, known)),
  };
}

function readEntity(name: string, entity: YamlValue): EntitySpec {
  entity.members(["count", "value"]);
  const count = entity.member("count").wholeNumber(1, 1_000_000);
  return { name, count, value: readField(entity.member("value"), []) };
}

function readVariant(variant: YamlValue, entities: readonly string[]): VariantSpec {
  variant.members(["share", "fields"]);
  return {
    share: variant.member("share").number(0, 1),
    fields: readFields(variant.member("fields"), entities),
  };
}

function readFields(fields: YamlValue, entities: readonly string[]): FieldSpecs {
  return [...fields.members()].map(([name, value]) => [name, readField(value, entities)] as const);
}

const kinds = "one of uuid, value, decimal, double, integer, choice, pick, now, row";

function readField(field: YamlValue, entities: readonly string[]): FieldSpec {
  const [[kind, value] = [undefined, undefined], second] = [...field.members()];
  if (kind === undefined || second !== undefined) throw field.refuse(kinds);
  switch (kind) {
    case "uuid":
    case "now":
      return { kind };
    case "value":
      return { kind, json: JSON.stringify(value.value) };
    case "decimal":
      value.members(["from", "to", "scale"]);
      return { kind, ...rangeOf(value), scale: value.member("scale").wholeNumber(0, 9) };
    case "double": {
      const digits =
        value.members(["from", "to", "digits"]).get("digits")?.wholeNumber(0, 15) ?? digitsDefault;
      return { kind, ...rangeOf(value), digits };
    }
    case "integer":
      value.members(["from", "to"]);
      return { kind, ...rangeOf(value) };
    case "choice":
      return { kind, options: readChoice(value) };
    case "pick": {
      const entity = value.text();
      if (!entities.includes(entity)) throw value.refuse(`one of the entities: ${entities.join(", ")}`);
      return { kind, entity };
    }
    case "row":
      return { kind, fields: readFields(value, entities) };
    default:
      throw field.refuse(kinds);
  }
}

function rangeOf(value: YamlValue): { from: number; to: number } {
  const limit = 1e15;
  const from = value.member("from").number(-limit, limit);
  return { from, to: value.member("to").number(from, limit) };
}

/** A list of values with the same chance, or a mapping of values to weights. */
function readChoice(choice: YamlValue): { json: string; weight: number }[] {
  if (Array.isArray(choice.value)) {
    if (choice.value.length === 0) throw choice.refuse("at least one value");
    return choice.value.map((value: unknown) => ({ json: JSON.stringify(value), weight: 1 }));
  }
  const weighted = [...choice.members()];
  if (weighted.length === 0) throw choice.refuse("at least one value");
  return weighted.map(([value, weight]) => ({ json: JSON.stringify(value), weight: weight.number(0, 1e9) }));
}
