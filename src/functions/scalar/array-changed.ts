/**
 * An ARRAY made of another one: ARRAY_DISTINCT, ARRAY_REMOVE, ARRAY_REVERSE, ARRAY_SLICE, ARRAY_SORT,
 * ARRAY_APPEND, ARRAY_PREPEND.
 */
import { compareValues } from "../../values/compare.ts";
import { arrayOf, arrayWithout, identityOf, itemsOf } from "../../values/nested/nested-value.ts";
import { type SqlType, withNullable } from "../../values/sql-type.ts";
import type { SqlValue } from "../../values/sql-value.ts";
import {
  type ArrayType,
  amongElements,
  arrayIn,
  distinctItems,
  elementOf,
  isOrdered,
  overItems,
  resolveArray,
} from "./collection.ts";
import { boolean, computedFunction, takeInt } from "./computed-function.ts";
import type { ScalarFunction } from "./scalar-function.ts";

const takeTruth = (type: SqlType) => (type.kind === "BOOLEAN" || type.kind === "NULL" ? boolean : undefined);

export const arrayChangedFunctions: readonly ScalarFunction[] = [
  computedFunction({
    name: "ARRAY_DISTINCT",
    takes: "an ARRAY",
    resolve: (given) => resolveArray(given),
    prepare: ([array]) => overItems(elementOf(array!), distinctItems),
  }),
  computedFunction({
    name: "ARRAY_REVERSE",
    takes: "an ARRAY",
    resolve: (given) => resolveArray(given),
    prepare: ([array]) => overItems(elementOf(array!), (items) => items.reverse()),
  }),
  computedFunction({
    name: "ARRAY_SLICE",
    takes: "an ARRAY, the place of the first element, and optionally that of the last",
    resolve: (given) => (given.length < 2 ? undefined : resolveArray(given, takeInt, takeInt)),
    prepare: ([array]) => overItems(elementOf(array!), sliceOf),
  }),
  computedFunction({
    name: "ARRAY_SORT",
    takes: "an ARRAY of numbers, texts, dates, times or bytes, and optionally whether ascending, NULLs first",
    resolve: (given) => {
      const array = arrayIn(given);
      return array && isOrdered(array.element) ? resolveArray(given, takeTruth, takeTruth) : undefined;
    },
    prepare: ([array]) => overItems(elementOf(array!), sorted),
  }),
  computedFunction({
    name: "ARRAY_REMOVE",
    takes: "an ARRAY and a value of the type of its elements",
    nulls: "own",
    resolve: (given) => {
      const array = arrayIn(given);
      const wanted = given[1];
      const among = array && wanted && given.length === 2 ? amongElements(array, wanted.type) : undefined;
      return among && { operands: [array!, among], result: array! };
    },
    prepare: ([array]) => {
      const element = elementOf(array!);
      // A NaN is not itself, and 0 is -0: only numbers with fractions are not what they lie as.
      if (element.kind !== "FLOAT" && element.kind !== "DOUBLE")
        return (bytes: Uint8Array | null, unwanted: SqlValue) =>
          bytes === null ? null : arrayWithout(bytes, element, unwanted);
      return (bytes: Uint8Array | null, unwanted: SqlValue) => {
        if (bytes === null) return null;
        const identity = identityOf(unwanted);
        const left = itemsOf(bytes, element).filter((item) => identityOf(item) !== identity);
        return arrayOf(left, element);
      };
    },
  }),
  added("ARRAY_APPEND", (items, item) => [...items, item]),
  added("ARRAY_PREPEND", (items, item) => [item, ...items]),
];

/** Places count from 1, negative ones from the end; 0 is 1. */
function sliceOf(items: SqlValue[], from: number, to = -1): readonly SqlValue[] {
  const placed = (place: number): number => (place < 0 ? place + items.length + 1 : Math.max(place, 1));
  return items.slice(Math.max(placed(from), 1) - 1, Math.max(placed(to), 0));
}

/** NULLs come where the smallest values are, if nothing is said. */
function sorted(items: SqlValue[], ascending = true, nullsFirst = ascending): readonly SqlValue[] {
  return items.sort((left, right) => {
    if (left === null || right === null) {
      if (left === right) return 0;
      return (left === null) === nullsFirst ? -1 : 1;
    }
    const order = compareValues(left, right) ?? 0;
    return ascending ? order : -order;
  });
}

function added(
  name: "ARRAY_APPEND" | "ARRAY_PREPEND",
  add: (items: readonly SqlValue[], item: SqlValue) => readonly SqlValue[],
): ScalarFunction {
  return computedFunction({
    name,
    takes: "an ARRAY and a value of the type of its elements",
    nulls: "own",
    resolve: (given) => {
      const array = arrayIn(given);
      const item = given[1];
      const among = array && item && given.length === 2 ? amongElements(array, item.type) : undefined;
      if (array === undefined || among === undefined) return undefined;
      // Where NULL comes to elements that are none, Flink's array may be NULL by its type too.
      const widens = item!.type.nullable && !array.element.nullable;
      const element = withNullable(among, array.element.nullable || widens);
      return {
        operands: [array, element],
        result: { ...array, element, nullable: array.nullable || widens },
      };
    },
    prepare: (_, result) => {
      const { element } = result as ArrayType;
      return (bytes: Uint8Array | null, item: SqlValue) =>
        bytes === null ? null : arrayOf(add(itemsOf(bytes, element), item), element);
    },
  });
}
