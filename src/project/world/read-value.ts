/** How a value of a world is drawn or computed: a scalar stands for itself, a mapping names one way. */
import type { ValueSpec } from "../../simulate/world-spec.ts";
import type { YamlValue } from "../yaml-file.ts";
import { computedKinds } from "./computed-values.ts";
import { constantOf } from "./constant.ts";
import { drawnKinds } from "./drawn-values.ts";
import { complaint, type Surroundings, unknownName } from "./names.ts";
import { readNow } from "./now-value.ts";

export type ReadValue = (at: YamlValue, around: Surroundings) => ValueSpec;
/** One way to draw; `read` reads the values within. */
export type ReadKind = (at: YamlValue, around: Surroundings, read: ReadValue) => ValueSpec;

const kinds: Readonly<Record<string, ReadKind>> = {
  value: (at) => constantOf(at),
  now: readNow,
  ...drawnKinds,
  ...computedKinds,
};

export const readValue: ReadValue = (at, around) => {
  if (typeof at.value !== "object" || at.value === null) return constantOf(at);
  if (Array.isArray(at.value)) throw complaint(at, "a list is no value; write { value: […] }");
  const [[kind, inner] = [undefined, undefined], second] = [...at.members()];
  if (kind === undefined || second !== undefined) {
    throw at.refuse(`one way to draw a value: ${Object.keys(kinds).join(", ")}`);
  }
  const reader = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
  if (reader === undefined) throw unknownName(at, "way to draw a value", kind, Object.keys(kinds));
  return reader(inner!, around, readValue);
};
