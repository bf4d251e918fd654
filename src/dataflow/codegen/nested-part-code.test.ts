/** Fields and values by key, out of rows that are drawn: what is read is what was put in, by both ways. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { bindList, runList } from "../../../test/support/projected-rows.ts";
import { mapOf, rowOf } from "../../values/nested/nested-value.ts";
import { type RowField, type SqlType, stringLengthMax } from "../../values/sql-type.ts";
import type { SqlValue } from "../../values/sql-value.ts";

const nullable = { nullable: true } as const;
const text: SqlType = { kind: "VARCHAR", length: stringLengthMax, ...nullable };
const int: SqlType = { kind: "INT", ...nullable };
const texts = { kind: "MAP", key: text, value: text, ...nullable } as const;
const numbers = { kind: "MAP", key: text, value: int, ...nullable } as const;
const inner: readonly RowField[] = [
  { name: "s", type: text },
  { name: "n", type: { kind: "INT", nullable: false } },
];
const fields: readonly RowField[] = [
  { name: "t", type: text },
  { name: "n", type: int },
  { name: "b", type: { kind: "BIGINT", ...nullable } },
  { name: "f", type: { kind: "BOOLEAN", ...nullable } },
  { name: "w", type: { kind: "DECIMAL", precision: 38, scale: 2, ...nullable } },
  { name: "x", type: { kind: "DOUBLE", ...nullable } },
  { name: "deep", type: { kind: "ROW", fields: inner, ...nullable } },
  { name: "last", type: text },
];
const table = `CREATE TABLE t (
  r ROW<
    t STRING, n INT, b BIGINT, f BOOLEAN, w DECIMAL(38, 2), x DOUBLE, deep ROW<s STRING, n INT NOT NULL>,
    \`last\` STRING
  >,
  m MAP<STRING, STRING>, i MAP<STRING, INT>, k STRING
)`;
const keys = ["a", "ab", "", "Öl", "b"];
const list = [
  "r.t, r.n, r.b, r.f, r.w, r.x, r.deep.s, r.deep.n, r.`last`",
  ...keys.map((key) => `m['${key}'], i['${key}']`),
  // What is made of parts, and a key that is the row's.
  "UPPER(r.`last`), r.deep.s = k, CASE WHEN r.f THEN r.t ELSE m['a'] END, m[k], COALESCE(r.deep.s, 'none')",
].join(", ");

const ascii = fc.constantFrom("a", "ab", "", "b", "long ".repeat(20));
const aText = fc.oneof(ascii, fc.string({ unit: "grapheme", maxLength: 5 }));
const orNull = <Of>(value: fc.Arbitrary<Of>): fc.Arbitrary<Of | null> => fc.option(value, { nil: null });
const entries = <Of>(value: fc.Arbitrary<Of>) => {
  const entry = fc.tuple(orNull(fc.constantFrom(...keys)), orNull(value));
  return orNull(fc.uniqueArray(entry, { selector: ([key]) => key }));
};
const drawnRow = fc.record({
  parts: orNull(
    fc.record({
      t: orNull(aText),
      n: orNull(fc.integer()),
      b: orNull(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n)),
      f: orNull(fc.boolean()),
      w: orNull(fc.bigInt(1n - 10n ** 38n, 10n ** 38n - 1n)),
      x: orNull(fc.double({ noNaN: true })),
      deep: orNull(fc.record({ s: orNull(aText), n: fc.integer() })),
      last: orNull(aText),
    }),
  ),
  m: entries(aText),
  i: entries(fc.integer()),
  k: orNull(ascii),
});
type Drawn = typeof drawnRow extends fc.Arbitrary<infer Of> ? Of : never;

const rowBytes = ({ parts, m, i, k }: Drawn): readonly SqlValue[] => {
  const deep = parts?.deep && rowOf([parts.deep.s, parts.deep.n], inner);
  const row =
    parts && rowOf([parts.t, parts.n, parts.b, parts.f, parts.w, parts.x, deep!, parts.last], fields);
  return [row, m && mapOf(m, texts), i && mapOf(i, numbers), k];
};

/** What the list gives of what was drawn. */
function expected({ parts, m, i, k }: Drawn): readonly SqlValue[] {
  const at = <Of>(of: readonly (readonly [string | null, Of])[] | null, wanted: string | null) =>
    wanted === null ? null : (of?.find(([key]) => key === wanted)?.[1] ?? null);
  const deep = parts?.deep ?? null;
  const isSame = deep?.s == null || k === null ? null : deep.s === k;
  return [
    ...(["t", "n", "b", "f", "w", "x"] as const).map((name) => parts?.[name] ?? null),
    deep?.s ?? null,
    deep?.n ?? null,
    parts?.last ?? null,
    ...keys.flatMap((key) => [at(m, key), at(i, key)]),
    parts?.last?.toUpperCase() ?? null,
    isSame,
    parts?.f === true ? parts.t : at(m, "a"),
    at(m, k),
    deep?.s ?? "none",
  ];
}

test("whatever lies in a row or a map, its parts are what was put in", () => {
  fc.assert(
    fc.property(fc.array(drawnRow, { minLength: 1, maxLength: 12 }), (rows) => {
      const values = rows.map(rowBytes);
      // Of a query's rows: a table's fields are columns of their own already.
      const bound = bindList(table, list, values, "(SELECT * FROM t UNION ALL SELECT * FROM t) AS s");
      for (const mode of ["compiled", "interpreted"] as const)
        expect(runList(bound, mode)).toEqual(rows.map(expected));
    }),
    { numRuns: 200 },
  );
});
