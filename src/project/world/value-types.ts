/** Types of values: how they are named, which two are one, and a value as another type. */
import type { Fineness, ValueSpec, ValueType } from "../../simulate/world-spec.ts";

export const text: ValueType = { kind: "text" };
export const integer: ValueType = { kind: "integer" };
export const double: ValueType = { kind: "double" };
export const boolean: ValueType = { kind: "boolean" };
export const time: ValueType = { kind: "time" };

/** In a sentence: "a text". */
export function typeName(type: ValueType, entities: readonly { readonly name: string }[]): string {
  switch (type.kind) {
    case "decimal":
      return `a decimal with ${type.scale} digits`;
    case "member":
      return `a member of ${entities[type.entity]!.name}`;
    case "integer":
    case "array":
      return type.kind === "array" ? "an array" : "a whole number";
    case "null":
      return "nothing";
    case "time":
      return "an instant";
    default:
      return `a ${type.kind}`;
  }
}

/** Of a number: how fine it is; undefined for what is none. */
export function finenessOf(type: ValueType): Fineness | undefined {
  if (type.kind === "integer") return 0;
  if (type.kind === "decimal") return type.scale;
  return type.kind === "double" ? "double" : undefined;
}

export function numberType(fineness: Fineness): ValueType {
  if (fineness === "double") return double;
  return fineness === 0 ? integer : { kind: "decimal", scale: fineness };
}

/** The type that both have, where there is one; numbers become as fine as the finer. */
export function commonType(left: ValueType, right: ValueType): ValueType | undefined {
  if (left.kind === "null") return right;
  if (right.kind === "null") return left;
  const [one, other] = [finenessOf(left), finenessOf(right)];
  if (one !== undefined && other !== undefined) return numberType(finer(one, other));
  return isSame(left, right) ? left : undefined;
}

export function finer(left: Fineness, right: Fineness): Fineness {
  return left === "double" || right === "double" ? "double" : Math.max(left, right);
}

function isSame(left: ValueType, right: ValueType): boolean {
  if (left.kind === "member" && right.kind === "member") return left.entity === right.entity;
  if (left.kind === "decimal" && right.kind === "decimal") return left.scale === right.scale;
  if (left.kind === "array" && right.kind === "array") return isSame(left.of, right.of);
  if (left.kind === "row" && right.kind === "row") {
    const { fields } = right;
    return (
      left.fields.length === fields.length &&
      left.fields.every(([name, type], at) => name === fields[at]![0] && isSame(type, fields[at]![1]))
    );
  }
  return left.kind === right.kind;
}

/** The value as the type; undefined where it cannot be it. */
export function asType(value: ValueSpec, type: ValueType): ValueSpec | undefined {
  const [from, to] = [finenessOf(value.type), finenessOf(type)];
  if (from !== undefined && to !== undefined) return rescaled(value, to);
  return value.type.kind === "null" || isSame(value.type, type) ? value : undefined;
}

/** A number as fine as that. */
export function rescaled(value: ValueSpec, to: Fineness): ValueSpec {
  const from = finenessOf(value.type) ?? 0;
  if (from === to) return value;
  const type = numberType(to);
  return { kind: "rescale", type, value, from, to };
}

/** What stands in JSON: everything but members, which have no text of their own. */
export function memberWithin(type: ValueType): ValueType | undefined {
  if (type.kind === "member") return type;
  if (type.kind === "array") return memberWithin(type.of);
  if (type.kind !== "row") return undefined;
  for (const [, field] of type.fields) {
    const found = memberWithin(field);
    if (found !== undefined) return found;
  }
  return undefined;
}
