/** Values where a number must stand, and several that must be of one type. */
import type { Fineness, ValueSpec, ValueType } from "../../simulate/world-spec.ts";
import type { YamlValue } from "../yaml-file.ts";
import { complaint, type Surroundings, typeNameOf } from "./names.ts";
import type { ReadValue } from "./read-value.ts";
import { asType, commonType, finenessOf, rescaled } from "./value-types.ts";

/** A number, as fine as that; one that is written finer is refused, one that is drawn is rounded. */
export function numberOf(
  at: YamlValue,
  fineness: Fineness,
  around: Surroundings,
  read: ReadValue,
): ValueSpec {
  const value = read(at, around);
  const found = finenessOf(value.type);
  if (found === undefined) throw notNumber(at, value, around);
  if (value.kind !== "constant") return rescaled(value, fineness);
  const written = Number(at.value);
  if (fineness === "double") return { kind: "constant", type: { kind: "double" }, value: written };
  if (found === "double" || found > fineness) {
    throw complaint(at, fineness === 0 ? "it must be a whole number" : `it has more than ${fineness} digits`);
  }
  return rescaledConstant(value, Number(value.value) * 10 ** (fineness - found), fineness);
}

function rescaledConstant(value: ValueSpec, scaled: number, fineness: number): ValueSpec {
  const type: ValueType = fineness === 0 ? { kind: "integer" } : { kind: "decimal", scale: fineness };
  return { ...value, kind: "constant", type, value: scaled };
}

export function wholeOf(at: YamlValue, around: Surroundings, read: ReadValue): ValueSpec {
  return numberOf(at, 0, around, read);
}

export function notNumber(at: YamlValue, { type }: ValueSpec, { world }: Surroundings) {
  return complaint(at, `it must be a number, not ${typeNameOf(type, world)}`);
}

/** All of them as the type that they have in common. */
export function commonValues(
  at: YamlValue,
  values: readonly ValueSpec[],
  { world }: Surroundings,
): { readonly type: ValueType; readonly values: readonly ValueSpec[] } {
  let type: ValueType = { kind: "null" };
  for (const value of values) {
    const common = commonType(type, value.type);
    if (common === undefined) {
      const [one, other] = [typeNameOf(type, world), typeNameOf(value.type, world)];
      throw complaint(at, `its values are of one type, not ${one} and ${other}`);
    }
    type = common;
  }
  const shared = type;
  return { type, values: values.map((value) => asType(value, shared) ?? value) };
}
