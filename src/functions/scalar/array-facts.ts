/**
 * What is asked about an ARRAY: CARDINALITY (of a MAP too), ELEMENT, ARRAY_CONTAINS, ARRAY_POSITION,
 * ARRAY_MAX, ARRAY_MIN, ARRAY_JOIN.
 */
import { compareValues } from "../../values/compare.ts";
import { countOf, identityOf, itemsOf } from "../../values/nested/nested-value.ts";
import { isCharacter, type SqlType, withNullable } from "../../values/sql-type.ts";
import type { SqlValue } from "../../values/sql-value.ts";
import { amongElements, arrayIn, elementOf, isOrdered } from "./collection.ts";
import {
  badArgument,
  boolean,
  checkMadeLength,
  computedFunction,
  int,
  resolveShape,
  string,
  takeText,
} from "./computed-function.ts";
import type { Argument, ScalarFunction } from "./scalar-function.ts";

const takeCollection = (type: SqlType) => (type.kind === "ARRAY" || type.kind === "MAP" ? type : undefined);
const takeTexts = (type: SqlType) => (type.kind === "ARRAY" && isCharacter(type.element) ? type : undefined);

export const arrayFactFunctions: readonly ScalarFunction[] = [
  computedFunction({
    name: "CARDINALITY",
    takes: "an ARRAY or a MAP",
    resolve: (given) => resolveShape(given, { takes: [takeCollection], result: int }),
    prepare: () => countOf,
  }),
  computedFunction({
    name: "ELEMENT",
    takes: "an ARRAY of one element at most",
    resolve: (given) => {
      const array = arrayIn(given);
      if (array === undefined || given.length !== 1) return undefined;
      return { operands: [array], result: withNullable(array.element, true) };
    },
    prepare: ([array]) => {
      const element = elementOf(array!);
      return (bytes: Uint8Array) => {
        const count = countOf(bytes);
        if (count > 1) throw badArgument("ELEMENT", `the array has ${count} elements, and not one`);
        return itemsOf(bytes, element)[0] ?? null;
      };
    },
  }),
  computedFunction({
    name: "ARRAY_CONTAINS",
    takes: "an ARRAY and a value of the type of its elements",
    nulls: "own",
    resolve: (given) => {
      const operands = searched(given);
      return operands && { operands, result: withNullable(boolean, given[0]!.type.nullable) };
    },
    prepare: ([array]) => {
      const element = elementOf(array!);
      return (bytes: Uint8Array | null, wanted: SqlValue) =>
        bytes === null ? null : placeOf(itemsOf(bytes, element), wanted) > 0;
    },
  }),
  computedFunction({
    name: "ARRAY_POSITION",
    takes: "an ARRAY and a value of the type of its elements",
    resolve: (given) => {
      const operands = searched(given);
      const nullable = given.some(({ type }) => type.nullable);
      return operands && { operands, result: withNullable(int, nullable) };
    },
    prepare: ([array]) => {
      const element = elementOf(array!);
      return (bytes: Uint8Array, wanted: SqlValue) => placeOf(itemsOf(bytes, element), wanted);
    },
  }),
  extreme("ARRAY_MAX", 1),
  extreme("ARRAY_MIN", -1),
  computedFunction({
    name: "ARRAY_JOIN",
    takes: "an ARRAY of STRINGs, what is put between them, and optionally what stands for NULL",
    resolve: (given) =>
      resolveShape(given, { takes: [takeTexts, takeText, takeText], optional: 1, result: string }),
    prepare: ([array]) => {
      const element = elementOf(array!);
      return (bytes: Uint8Array, between: string, forNull?: string) => {
        const texts = itemsOf(bytes, element).map((item) => item ?? forNull ?? null);
        const joined = texts.filter((text) => text !== null) as string[];
        checkMadeLength(
          "ARRAY_JOIN",
          joined.reduce((length, text) => length + text.length + between.length, 0),
        );
        return joined.join(between);
      };
    },
  }),
];

function searched(given: readonly Argument[]): readonly SqlType[] | undefined {
  const array = arrayIn(given);
  const wanted = given[1]?.type;
  if (array === undefined || wanted === undefined || given.length !== 2) return undefined;
  const among = amongElements(array, wanted);
  return among && [array, among];
}

/** From 1 on; 0 where it is not among them. */
function placeOf(items: readonly SqlValue[], wanted: SqlValue): number {
  const identity = identityOf(wanted);
  return items.findIndex((item) => identityOf(item) === identity) + 1;
}

function extreme(name: "ARRAY_MAX" | "ARRAY_MIN", better: 1 | -1): ScalarFunction {
  return computedFunction({
    name,
    takes: "an ARRAY of numbers, texts, dates, times or bytes",
    resolve: (given) => {
      const array = arrayIn(given);
      if (array === undefined || given.length !== 1 || !isOrdered(array.element)) return undefined;
      return { operands: [array], result: withNullable(array.element, true) };
    },
    prepare: ([array]) => {
      const element = elementOf(array!);
      return (bytes: Uint8Array) =>
        itemsOf(bytes, element).reduce((best, item) => {
          if (item === null || best === null) return best ?? item;
          return compareValues(item, best) === better ? item : best;
        }, null);
    },
  });
}
