/** What functions of ARRAY and MAP have in common: how their arguments meet in a type. */
import { arrayOf, identityOf, itemsOf } from "../../values/nested/nested-value.ts";
import { isCharacter, isNested, type SqlType } from "../../values/sql-type.ts";
import type { SqlValue } from "../../values/sql-value.ts";
import { commonType } from "../common-type.ts";
import { resolveShape, string, type Take } from "./computed-function.ts";
import type { Argument, Signature } from "./scalar-function.ts";

export type ArrayType = Extract<SqlType, { kind: "ARRAY" }>;

export const textArray: ArrayType = { kind: "ARRAY", element: string, nullable: true };

/** The type of the first argument where it is an ARRAY. */
export function arrayIn(given: readonly Argument[]): ArrayType | undefined {
  const type = given[0]?.type;
  return type?.kind === "ARRAY" ? type : undefined;
}

export function elementOf({ type }: Argument): SqlType {
  return (type as ArrayType).element;
}

/**
 * The type in which a value can be looked for among the elements: theirs. A wider number is refused, since
 * making it narrow would find what it is not.
 */
export function amongElements({ element }: ArrayType, wanted: SqlType): SqlType | undefined {
  if (wanted.kind === "NULL") return element;
  const common = commonType([element, wanted]);
  const isText = isCharacter(element) && isCharacter(wanted);
  return common?.kind === element.kind || (common !== undefined && isText) ? element : undefined;
}

/** Of ARRAYs, or of MAPs, all brought to the type that they share. */
export function resolveShared(given: readonly Argument[], kind: "ARRAY" | "MAP"): Signature | undefined {
  const types = given.map(({ type }) => type);
  if (types.length === 0 || !types.every((type) => type.kind === kind || type.kind === "NULL"))
    return undefined;
  const common = commonType(types);
  return common && { operands: types.map(() => common), result: common };
}

/** Values that MIN, MAX and an order can be told of. */
export function isOrdered(type: SqlType): boolean {
  return !isNested(type) && type.kind !== "BOOLEAN" && type.kind !== "NULL";
}

/** An array with the type that it has, and other arguments; NULL where one of them may be. */
export function resolveArray(given: readonly Argument[], ...takes: readonly Take[]): Signature | undefined {
  const array = arrayIn(given);
  if (array === undefined) return undefined;
  return resolveShape(given, { takes: [() => array, ...takes], optional: takes.length, result: array });
}

/** A function over the elements of an array, given as values and taken back as values. */
export function overItems(
  element: SqlType,
  change: (items: SqlValue[], ...rest: never[]) => readonly SqlValue[],
) {
  return (array: Uint8Array, ...rest: never[]): SqlValue =>
    arrayOf(change(itemsOf(array, element), ...rest), element);
}

/** Each value once, in the place of its first. */
export function distinctItems(items: readonly SqlValue[]): SqlValue[] {
  const seen = new Map<SqlValue, SqlValue>();
  for (const item of items) {
    const identity = identityOf(item);
    if (!seen.has(identity)) seen.set(identity, item);
  }
  return [...seen.values()];
}
