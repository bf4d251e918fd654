import fc from "fast-check";
import { expect, test } from "vitest";
import type { RowField, SqlType } from "../sql-type.ts";
import { NestedCursor } from "./nested-cursor.ts";
import {
  arrayOf,
  countOf,
  type Entry,
  entriesOf,
  fieldsOf,
  itemsOf,
  type MapType,
  mapOf,
  rowOf,
} from "./nested-value.ts";

const int: SqlType = { kind: "INT", nullable: true };
const double: SqlType = { kind: "DOUBLE", nullable: true };
const wide: SqlType = { kind: "DECIMAL", precision: 38, scale: 0, nullable: true };
const string: SqlType = { kind: "VARCHAR", length: 100, nullable: true };
const ints: SqlType = { kind: "ARRAY", element: int, nullable: true };
const byText: MapType = { kind: "MAP", key: string, value: int, nullable: true };
const fields: readonly RowField[] = [
  { name: "flag", type: { kind: "BOOLEAN", nullable: true } },
  { name: "small", type: int },
  { name: "rate", type: double },
  { name: "big", type: { kind: "BIGINT", nullable: true } },
  { name: "wide", type: wide },
  { name: "text", type: string },
  { name: "ints", type: ints },
];

test("the bytes are those of the layout", () => {
  const row = rowOf([true, -2, null, null, -1n, "é", arrayOf([1, null], int)], fields);
  const lanes = [1, 1, 1, 0xfe, 0xff, 0xff, 0xff, 0, 0, 1, ...Array(16).fill(0xff)];
  const text = [1, 2, 0, 0, 0, 0xc3, 0xa9];
  const array = [1, 10, 0, 0, 0, 2, 0, 0, 0, 1, 1, 0, 0, 0, 0];
  expect([...row]).toEqual([...lanes, ...text, ...array]);
  expect([...mapOf([["a", 7]], byText)]).toEqual([1, 0, 0, 0, 1, 1, 0, 0, 0, 97, 1, 7, 0, 0, 0]);
});

test("what was written is read, and can be passed over", () => {
  const value = fc.tuple(
    fc.option(fc.boolean()),
    fc.option(fc.integer()),
    fc.option(fc.double()),
    fc.option(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
    fc.option(fc.bigInt({ min: -(10n ** 38n) + 1n, max: 10n ** 38n - 1n })),
    fc.option(fc.string({ unit: "binary" }).map((text) => text.toWellFormed())),
    fc.option(fc.array(fc.option(fc.integer())).map((items) => arrayOf(items, int))),
  );
  fc.assert(
    fc.property(value, fc.nat(fields.length - 1), (values, wanted) => {
      const row = rowOf(values, fields);
      expect(fieldsOf(row, fields)).toEqual(values);
      const cursor = new NestedCursor(row);
      for (const { type } of fields.slice(0, wanted)) cursor.skip(type);
      expect(cursor.next(fields[wanted]!.type)).toEqual(values[wanted]);
    }),
  );
});

test("arrays of arrays", () => {
  const deep: SqlType = { kind: "ARRAY", element: ints, nullable: true };
  const items = [arrayOf([1, 2], int), null, arrayOf([], int)];
  const array = arrayOf(items, ints);
  expect(countOf(array)).toBe(3);
  expect(itemsOf(array, ints)).toEqual(items);
  expect(itemsOf(arrayOf([array], deep), deep)).toEqual([array]);
});

test("equal maps have equal bytes, in whatever order their entries came; the last of a key counts", () => {
  const entry = fc.tuple(
    fc.option(fc.constantFrom("a", "b", "aa", "\u{1F600}", "\uffff", "")),
    fc.option(fc.integer()),
  );
  const entries = fc.uniqueArray(entry, { selector: ([key]) => key });
  fc.assert(
    fc.property(entries, fc.infiniteStream(fc.nat()), fc.integer(), (drawn, numbers, other) => {
      const turned = drawn
        .map((each) => ({ each, at: numbers.next().value as number }))
        .sort((left, right) => left.at - right.at)
        .map(({ each }): Entry => each);
      const map = mapOf(drawn, byText);
      expect(mapOf(turned, byText)).toEqual(map);
      expect(new Map(entriesOf(map, byText))).toEqual(new Map(drawn));
      const earlier = turned.map(([key]): Entry => [key, other]);
      expect(mapOf([...earlier, ...turned], byText)).toEqual(map);
    }),
  );
});

test("every NaN has the same bytes", () => {
  const odd = new Float64Array(new BigUint64Array([0xfff8_0000_0000_0001n]).buffer)[0]!;
  expect(arrayOf([odd], double)).toEqual(arrayOf([Number.NaN], double));
});

test("a value that would fill the memory fails", () => {
  const text = "x".repeat(9_000_000);
  expect(countOf(arrayOf([text], string))).toBe(1);
  expect(() => arrayOf([text, text], string)).toThrow("18000014 bytes, 16777216 are allowed");
});
