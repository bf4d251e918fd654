/**
 * Casts of ROW, ARRAY and MAP: part by part, a ROW field by field whatever the names; and to texts. How parts
 * are cast and written is the caller's to say.
 */
import { nestedText } from "../../values/nested/nested-text.ts";
import {
  arrayOf,
  type Entry,
  entriesOf,
  fieldsOf,
  itemsOf,
  mapOf,
  rowOf,
} from "../../values/nested/nested-value.ts";
import { type NestedType, partTypes, type SqlType } from "../../values/sql-type.ts";
import type { SqlValue } from "../../values/sql-value.ts";

export type Caster = (value: Exclude<SqlValue, null>) => SqlValue;
type Formatter = (value: Exclude<SqlValue, null>) => string;

/** Whether a value of one type is, byte for byte, one of the other. */
export function isSameNested(
  from: NestedType,
  to: SqlType,
  isSame: (from: SqlType, to: SqlType) => boolean,
): boolean {
  const pairs = partsOf(from, to);
  return pairs?.every(([inner, target]) => isSame(inner, target)) ?? false;
}

/** The types of the parts of both, side by side; undefined where they do not match. */
export function partsOf(from: SqlType, to: SqlType): readonly (readonly [SqlType, SqlType])[] | undefined {
  if (from.kind === "ARRAY" && to.kind === "ARRAY") return [[from.element, to.element]];
  if (from.kind === "MAP" && to.kind === "MAP") {
    return [
      [from.key, to.key],
      [from.value, to.value],
    ];
  }
  if (from.kind !== "ROW" || to.kind !== "ROW" || from.fields.length !== to.fields.length) return undefined;
  return from.fields.map(({ type }, index) => [type, to.fields[index]!.type]);
}

export function toNested(
  from: SqlType,
  to: NestedType,
  casterOf: (from: SqlType, to: SqlType) => Caster | undefined,
): Caster | undefined {
  const casters = partsOf(from, to)?.map(([inner, target]) => casterOf(inner, target));
  if (casters === undefined || !casters.every((caster) => caster !== undefined)) return undefined;
  const part = (value: SqlValue, index: number): SqlValue => (value === null ? null : casters[index]!(value));
  switch (to.kind) {
    case "ROW": {
      const { fields } = from as typeof to;
      return (row) => rowOf(fieldsOf(row as Uint8Array, fields).map(part), to.fields);
    }
    case "ARRAY": {
      const { element } = from as typeof to;
      const cast = (item: SqlValue) => part(item, 0);
      return (array) => arrayOf(itemsOf(array as Uint8Array, element).map(cast), to.element);
    }
    case "MAP": {
      const cast = ([key, value]: Entry): Entry => [part(key, 0), part(value, 1)];
      return (map) => mapOf(entriesOf(map as Uint8Array, from as typeof to).map(cast), to);
    }
  }
}

/** Undefined where a part has no text. */
export function nestedFormatter(
  type: NestedType,
  formatterOf: (type: SqlType) => Formatter | undefined,
): Formatter | undefined {
  const parts = partTypes(type);
  const formats = new Map(parts.map((part) => [part, formatterOf(part)]));
  if ([...formats.values()].includes(undefined)) return undefined;
  const partText = (value: SqlValue, part: SqlType): string =>
    value === null ? "NULL" : formats.get(part)!(value);
  return (value) => nestedText(value as Uint8Array, type, partText);
}
