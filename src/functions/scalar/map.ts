/**
 * Functions of MAP: MAP_KEYS, MAP_VALUES, MAP_ENTRIES, MAP_FROM_ARRAYS, MAP_UNION. Entries come in the order
 * of their keys.
 */
import {
  arrayOf,
  type Entry,
  entriesOf,
  itemsOf,
  type MapType,
  mapOf,
  rowOf,
} from "../../values/nested/nested-value.ts";
import type { RowField, SqlType } from "../../values/sql-type.ts";
import type { SqlValue } from "../../values/sql-value.ts";
import { type ArrayType, elementOf, resolveShared } from "./collection.ts";
import { badArgument, computedFunction } from "./computed-function.ts";
import type { Argument, ScalarFunction } from "./scalar-function.ts";

export const mapFunctions: readonly ScalarFunction[] = [
  parts(
    "MAP_KEYS",
    ({ key }) => key,
    ([key]) => key,
  ),
  parts(
    "MAP_VALUES",
    ({ value }) => value,
    ([, value]) => value,
  ),
  parts(
    "MAP_ENTRIES",
    (map) => ({ kind: "ROW", fields: entryFields(map), nullable: true }),
    (entry, map) => rowOf(entry, entryFields(map)),
  ),
  computedFunction({
    name: "MAP_FROM_ARRAYS",
    takes: "an ARRAY of keys and an ARRAY of values",
    resolve: (given) => {
      const [keys, values] = given.map(({ type }) => type);
      if (keys?.kind !== "ARRAY" || values?.kind !== "ARRAY" || given.length !== 2) return undefined;
      const nullable = keys.nullable || values.nullable;
      return {
        operands: [keys, values],
        result: { kind: "MAP", key: keys.element, value: values.element, nullable },
      };
    },
    prepare: ([keys, values], result) => {
      const [key, value] = [elementOf(keys!), elementOf(values!)];
      return (left: Uint8Array, right: Uint8Array) => {
        const [names, items] = [itemsOf(left, key), itemsOf(right, value)];
        if (names.length !== items.length) {
          const reason = `${names.length} keys and ${items.length} values make no map`;
          throw badArgument("MAP_FROM_ARRAYS", reason);
        }
        return mapOf(
          names.map((name, at) => [name, items[at]!]),
          result as MapType,
        );
      };
    },
  }),
  computedFunction({
    name: "MAP_UNION",
    takes: "MAPs of one type",
    resolve: (given) => resolveShared(given, "MAP"),
    prepare: (_, result) => {
      const type = result as MapType;
      return (...maps: readonly Uint8Array[]) =>
        mapOf(
          maps.flatMap((map) => entriesOf(map, type)),
          type,
        );
    },
  }),
];

function entryFields({ key, value }: MapType): readonly RowField[] {
  return [
    { name: "key", type: key },
    { name: "value", type: value },
  ];
}

/** An array of what is taken of each entry. */
function parts(
  name: "MAP_KEYS" | "MAP_VALUES" | "MAP_ENTRIES",
  elementType: (map: MapType) => SqlType,
  partOf: (entry: Entry, map: MapType) => SqlValue,
): ScalarFunction {
  return computedFunction({
    name,
    takes: "a MAP",
    resolve: (given: readonly Argument[]) => {
      const map = given[0]?.type;
      if (map?.kind !== "MAP" || given.length !== 1) return undefined;
      return {
        operands: [map],
        result: { kind: "ARRAY", element: elementType(map), nullable: map.nullable },
      };
    },
    prepare: ([map], result) => {
      const type = map!.type as MapType;
      const { element } = result as ArrayType;
      return (bytes: Uint8Array) =>
        arrayOf(
          entriesOf(bytes, type).map((entry) => partOf(entry, type)),
          element,
        );
    },
  });
}
