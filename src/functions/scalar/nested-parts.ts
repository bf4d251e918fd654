/**
 * What the binder writes for parts of nested values and for values made of values: FIELD (`r.f`), ITEM
 * (`a[1]`, `m['k']`), ROW, ARRAY, MAP. An element that is not there is NULL.
 */
import { NestedCursor } from "../../values/nested/nested-cursor.ts";
import {
  arrayOf,
  type Entry,
  identityOf,
  type MapType,
  mapOf,
  rowOf,
} from "../../values/nested/nested-value.ts";
import { type RowField, type SqlType, withNullable } from "../../values/sql-type.ts";
import type { SqlValue } from "../../values/sql-value.ts";
import { commonType } from "../common-type.ts";
import { computedFunction, int } from "./computed-function.ts";
import type { Argument, ScalarFunction, Signature } from "./scalar-function.ts";

export const nestedPartFunctions: readonly ScalarFunction[] = [
  computedFunction({
    name: "FIELD",
    takes: "a ROW and one of its fields",
    resolve: ([row, place]) => {
      if (row?.type.kind !== "ROW" || typeof place?.literal !== "number") return undefined;
      const { type } = row.type.fields[place.literal]!;
      return { operands: [row.type, int], result: withNullable(type, type.nullable || row.type.nullable) };
    },
    prepare: ([row, place]) => {
      const { fields } = row!.type as Extract<SqlType, { kind: "ROW" }>;
      const before = fields.slice(0, place!.literal as number);
      const { type } = fields[before.length]!;
      return (bytes: Uint8Array) => {
        const cursor = new NestedCursor(bytes);
        for (const field of before) cursor.skip(field.type);
        return cursor.next(type);
      };
    },
  }),
  computedFunction({
    name: "ITEM",
    takes: "an ARRAY and an INT, or a MAP and a key",
    resolve: ([container, place]) => container && place && resolveItem(container.type, place.type),
    prepare: ([container]) => {
      const { type } = container!;
      return type.kind === "ARRAY" ? itemAt(type.element) : valueAtKey(type as MapType);
    },
  }),
  computedFunction({
    name: "ROW",
    takes: "values",
    nulls: "own",
    resolve: (given) => ({ operands: given.map(({ type }) => type), result: rowType(given) }),
    prepare: (_, result) => {
      const { fields } = result as Extract<SqlType, { kind: "ROW" }>;
      return (...values: readonly SqlValue[]) => rowOf(values, fields);
    },
  }),
  computedFunction({
    name: "ARRAY",
    takes: "values of one type, at least one",
    nulls: "own",
    resolve: (given) => {
      const element = commonType(given.map(({ type }) => type));
      if (element === undefined) return undefined;
      return { operands: given.map(() => element), result: { kind: "ARRAY", element, nullable: false } };
    },
    prepare: (_, result) => {
      const { element } = result as Extract<SqlType, { kind: "ARRAY" }>;
      return (...values: readonly SqlValue[]) => arrayOf(values, element);
    },
  }),
  computedFunction({
    name: "MAP",
    takes: "keys of one type and values of one type, at least one of each",
    nulls: "own",
    resolve: resolveMap,
    prepare:
      (_, result) =>
      (...values: readonly SqlValue[]) => {
        const entries: Entry[] = [];
        for (let at = 0; at < values.length; at += 2) entries.push([values[at]!, values[at + 1]!]);
        return mapOf(entries, result as MapType);
      },
  }),
];

function resolveItem(container: SqlType, place: SqlType): Signature | undefined {
  if (container.kind === "ARRAY") {
    if (place.kind !== "INT" && place.kind !== "NULL") return undefined;
    return { operands: [container, int], result: withNullable(container.element, true) };
  }
  if (container.kind !== "MAP") return undefined;
  // The keys and the one that is looked for meet in their common type.
  const key = commonType([container.key, place]);
  if (key === undefined) return undefined;
  return { operands: [{ ...container, key }, key], result: withNullable(container.value, true) };
}

function itemAt(element: SqlType) {
  return (array: Uint8Array, place: number): SqlValue => {
    const cursor = new NestedCursor(array);
    if (place < 1 || place > cursor.count()) return null;
    cursor.skip(element, place - 1);
    return cursor.next(element);
  };
}

function valueAtKey({ key, value }: MapType) {
  return (map: Uint8Array, wanted: SqlValue): SqlValue => {
    const cursor = new NestedCursor(map);
    const identity = identityOf(wanted);
    for (let left = cursor.count(); left > 0; left--) {
      if (identityOf(cursor.next(key)) === identity) return cursor.next(value);
      cursor.skip(value);
    }
    return null;
  };
}

/** Fields are called by their places, as Flink calls them. */
function rowType(given: readonly Argument[]): SqlType {
  const fields = given.map(({ type }, place): RowField => ({ name: `EXPR$${place}`, type }));
  return { kind: "ROW", fields, nullable: false };
}

function resolveMap(given: readonly Argument[]): Signature | undefined {
  const typesAt = (rest: number) => given.filter((_, at) => at % 2 === rest).map(({ type }) => type);
  const [key, value] = [commonType(typesAt(0)), commonType(typesAt(1))];
  if (key === undefined || value === undefined) return undefined;
  return {
    operands: given.map((_, at) => (at % 2 === 0 ? key : value)),
    result: { kind: "MAP", key, value, nullable: false },
  };
}
