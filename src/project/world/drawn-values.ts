/** Values that chance decides, or the moment. */
import type { Fineness, PickBy, ValueSpec } from "../../simulate/world-spec.ts";
import type { YamlValue } from "../yaml-file.ts";
import { constantOf } from "./constant.ts";
import { complaint, entityNamed, placeOf, type Surroundings, unknownName, type WorldNames } from "./names.ts";
import { commonValues, numberOf, wholeOf } from "./numbers.ts";
import type { ReadKind, ReadValue } from "./read-value.ts";
import { asType, double, finenessOf, integer, numberType, text } from "./value-types.ts";

const limit = 1e15;
const scaleMax = 9;
const digitsDefault = 6;

const simple =
  (spec: (world: WorldNames) => ValueSpec): ReadKind =>
  (at, { world }) => {
    if (at.value === true) return spec(world);
    throw at.refuse("true");
  };

export const drawnKinds = {
  uuid: simple(() => ({ kind: "uuid", type: text })),
  hour: simple(({ zone }) => ({ kind: "hour", type: integer, zone })),
  weekday: simple(({ zone }) => ({ kind: "weekday", type: integer, zone })),
  rate: simple(({ part }) => ({ kind: "rate", type: double, part })),
  integer: (at, around, read) => {
    at.members(["from", "to"]);
    return between(at, 0, around, read);
  },
  decimal: (at, around, read) => {
    at.members(["from", "to", "scale"]);
    return between(at, at.member("scale").wholeNumber(0, scaleMax), around, read);
  },
  double: (at, around, read) => {
    const digits = at.members(["from", "to", "digits"]).get("digits")?.wholeNumber(0, 15);
    return { ...between(at, "double", around, read), digits: digits ?? digitsDefault };
  },
  normal: (at, around, read) => normal(at, false, around, read),
  lognormal: (at, around, read) => normal(at, true, around, read),
  choice: readChoice,
  pick: (at, around) => readPick(at, around),
  find: readFind,
  serial: (at, { world }) => ({
    kind: "serial",
    type: integer,
    counter: placeOf(world.counters, world.prefix + at.text()),
  }),
} satisfies Record<string, ReadKind>;

function between(at: YamlValue, digits: Fineness, around: Surroundings, read: ReadValue) {
  const from = numberOf(at.member("from"), digits, around, read);
  const to = numberOf(at.member("to"), digits, around, read);
  if (from.kind === "constant" && to.kind === "constant" && Number(from.value) > Number(to.value)) {
    throw complaint(at, "from is more than to");
  }
  return { kind: "between", type: numberType(digits), from, to, digits: undefined } as const;
}

function normal(at: YamlValue, isLog: boolean, around: Surroundings, read: ReadValue): ValueSpec {
  const members = at.members(["mean", "deviation", "from", "to", "scale"]);
  const scale = members.get("scale")?.wholeNumber(0, scaleMax) ?? 0;
  const from = members.get("from")?.number(-limit, limit) ?? (isLog ? 0 : -limit);
  const to = members.get("to")?.number(from, limit) ?? limit;
  const mean = numberOf(at.member("mean"), "double", around, read);
  const deviation = numberOf(at.member("deviation"), "double", around, read);
  for (const [part, least] of [
    [mean, isLog ? Number.MIN_VALUE : -limit],
    [deviation, 0],
  ] as const) {
    if (part.kind === "constant" && !(Number(part.value) >= least)) {
      throw complaint(
        at,
        `its ${part === mean ? "mean must be more than 0" : "deviation must not be below 0"}`,
      );
    }
  }
  return { kind: "normal", type: numberType(scale), isLog, mean, deviation, from, to, scale };
}

/** A list of values with the same chance, or a mapping of values to weights. */
function readChoice(at: YamlValue, around: Surroundings, read: ReadValue): ValueSpec {
  const isList = Array.isArray(at.value);
  const options = isList
    ? at.list().map((each) => read(each, around))
    : [...at.members().keys()].map((name): ValueSpec => ({ kind: "constant", type: text, value: name }));
  const weights = isList
    ? options.map(() => 1)
    : [...at.members().values()].map((each) => each.number(0, 1e9));
  if (!(weights.reduce((sum, weight) => sum + weight, 0) > 0)) throw at.refuse("at least one value");
  const { type, values } = commonValues(at, options, around);
  return { kind: "choice", type, options: values, weights };
}

function readPick(at: YamlValue, { world }: Surroundings): ValueSpec {
  const isPlain = typeof at.value === "string";
  const members = isPlain ? undefined : at.members(["from", "skew", "weight"]);
  const entity = entityNamed(isPlain ? at : at.member("from"), world);
  const [skew, weight] = [members?.get("skew"), members?.get("weight")];
  if (skew !== undefined && weight !== undefined) throw complaint(at, "it can have skew or weight, not both");
  let by: PickBy = { kind: "even" };
  if (skew !== undefined) by = { kind: "skew", skew: skew.number(0, 10) };
  if (weight !== undefined) by = byWeight(weight, entity, world);
  return { kind: "pick", type: { kind: "member", entity }, entity, by };
}

function byWeight(at: YamlValue, entity: number, { entities }: Surroundings["world"]): PickBy {
  const { name, fields } = entities[entity]!;
  const field = fields.findIndex((each) => each.name === at.text());
  if (field === -1) {
    const known = fields.map((each) => each.name);
    throw unknownName(at, `field of ${name}`, at.text(), known);
  }
  const fineness = finenessOf(fields[field]!.type);
  if (fineness === undefined) throw complaint(at, `${at.text()} of ${name} is no number`);
  return { kind: "weight", field, unit: fineness === "double" ? 1 : 10 ** fineness };
}

/** `find: { in: levels, product: …, warehouse: … }` or `find: { in: products, index: … }` */
function readFind(at: YamlValue, around: Surroundings, read: ReadValue): ValueSpec {
  const entity = entityNamed(at.member("in"), around.world);
  const { name, sides, fields } = around.world.entities[entity]!;
  if (sides.length === 0) {
    at.members(["in", "index"]);
    const number = wholeOf(at.member("index"), around, read);
    return { kind: "numbered", type: { kind: "member", entity }, entity, number };
  }
  const parts = fields.slice(0, sides.length);
  at.members(["in", ...parts.map((part) => part.name)]);
  return {
    kind: "find",
    type: { kind: "member", entity },
    entity,
    parts: parts.map((part) => {
      const written = at.member(part.name);
      const value = asType(read(written, around), part.type);
      if (value === undefined) throw complaint(written, `it must be one of ${part.name} of ${name}`);
      return value;
    }),
  };
}

/** What a repetition or an array is as long as. */
export function readCount(at: YamlValue, around: Surroundings, read: ReadValue): ValueSpec {
  return typeof at.value === "number" ? constantOf(at) : wholeOf(at, around, read);
}
