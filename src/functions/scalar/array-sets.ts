/**
 * Several ARRAYs of types that have one in common: ARRAY_CONCAT, ARRAY_UNION, ARRAY_INTERSECT, ARRAY_EXCEPT.
 * All but the first give each value once, in the order of the first array.
 */
import { arrayOf, identityOf, itemsOf } from "../../values/nested/nested-value.ts";
import type { SqlValue } from "../../values/sql-value.ts";
import { type ArrayType, distinctItems, resolveShared } from "./collection.ts";
import { computedFunction } from "./computed-function.ts";
import type { ScalarFunction, ScalarFunctionName } from "./scalar-function.ts";

type Combine = (arrays: readonly (readonly SqlValue[])[]) => readonly SqlValue[];

export const arraySetFunctions: readonly ScalarFunction[] = [
  combined("ARRAY_CONCAT", Number.POSITIVE_INFINITY, (arrays) => arrays.flat()),
  combined("ARRAY_UNION", 2, (arrays) => distinctItems(arrays.flat())),
  combined("ARRAY_INTERSECT", 2, ([items, others]) => among(items!, others!, true)),
  combined("ARRAY_EXCEPT", 2, ([items, others]) => among(items!, others!, false)),
];

function combined(name: ScalarFunctionName, countMax: number, combine: Combine): ScalarFunction {
  return computedFunction({
    name,
    takes: countMax === 2 ? "two ARRAYs of one type" : "ARRAYs of one type",
    resolve: (given) => {
      const isCount = given.length <= countMax && (countMax > 2 || given.length === 2);
      return isCount ? resolveShared(given, "ARRAY") : undefined;
    },
    prepare: (_, result) => {
      const { element } = result as ArrayType;
      return (...arrays: readonly Uint8Array[]) =>
        arrayOf(combine(arrays.map((array) => itemsOf(array, element))), element);
    },
  });
}

function among(items: readonly SqlValue[], others: readonly SqlValue[], wanted: boolean): SqlValue[] {
  const known = new Set(others.map(identityOf));
  return distinctItems(items).filter((item) => known.has(identityOf(item)) === wanted);
}
