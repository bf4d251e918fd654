/** Conditions of a world: comparisons, chance, and what they are made up to. */
import type { ConditionSpec } from "../../simulate/world-spec.ts";
import type { YamlValue } from "../yaml-file.ts";
import { complaint, type Surroundings, unknownName } from "./names.ts";
import { commonValues, notNumber, numberOf } from "./numbers.ts";
import type { ReadValue } from "./read-value.ts";
import { finenessOf } from "./value-types.ts";

type ReadConditionKind = (at: YamlValue, around: Surroundings, read: ReadValue) => ConditionSpec;

const kinds: Readonly<Record<string, ReadConditionKind>> = {
  below: (at, around, read) => comparison("below", at, around, read),
  equal: (at, around, read) => comparison("equal", at, around, read),
  chance: (at, around, read) => ({ kind: "chance", share: readShare(at, around, read) }),
  not: (at, around, read) => ({ kind: "not", condition: readCondition(at, around, read) }),
  all: (at, around, read) => ({ kind: "all", conditions: several(at, around, read) }),
  any: (at, around, read) => ({ kind: "any", conditions: several(at, around, read) }),
};

export function readCondition(at: YamlValue, around: Surroundings, read: ReadValue): ConditionSpec {
  const [[kind, inner] = [undefined, undefined], second] = [...at.members()];
  if (kind === undefined || second !== undefined) {
    throw at.refuse(`one condition: ${Object.keys(kinds).join(", ")}`);
  }
  const reader = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
  if (reader === undefined) throw unknownName(at, "condition", kind, Object.keys(kinds));
  return reader(inner!, around, read);
}

/** From 0 to 1. */
export function readShare(at: YamlValue, around: Surroundings, read: ReadValue) {
  if (typeof at.value === "number") at.number(0, 1);
  return numberOf(at, "double", around, read);
}

function comparison(
  kind: "below" | "equal",
  at: YamlValue,
  around: Surroundings,
  read: ReadValue,
): ConditionSpec {
  const sides = at.list();
  if (sides.length !== 2) throw at.refuse("two values");
  const { type, values } = commonValues(
    at,
    sides.map((side) => read(side, around)),
    around,
  );
  const [left, right] = values;
  if (kind === "below" && finenessOf(type) === undefined && type.kind !== "time") {
    throw notNumber(at, left!, around);
  }
  if (type.kind === "row" || type.kind === "array") throw complaint(at, "rows and arrays cannot be compared");
  return { kind, left: left!, right: right! };
}

function several(at: YamlValue, around: Surroundings, read: ReadValue): ConditionSpec[] {
  const conditions = at.list().map((each) => readCondition(each, around, read));
  if (conditions.length === 0) throw at.refuse("at least one condition");
  return conditions;
}
