/**
 * Every function of the registry, with arguments of every kind that it takes, compiled and interpreted over
 * the same rows: both give the same values or the same failure. A function that is added is met here without
 * being named; one that cannot be reached by the arguments below fails the last test.
 */
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { type BoundList, bindList, runList } from "../../../test/support/projected-rows.ts";
import { QuickwaterError } from "../../errors/quickwater-error.ts";
import { callableFunctions, scalarFunction, scalarFunctionNames } from "../../functions/scalar/registry.ts";
import type { ScalarFunctionName } from "../../functions/scalar/scalar-function.ts";
import type { BoundExpression } from "../../sql/bind/bound-expression.ts";
import { childrenOf } from "../../sql/plan/expressions.ts";
import { arrayOf, mapOf } from "../../values/nested/nested-value.ts";
import type { SqlType } from "../../values/sql-type.ts";
import type { SqlValue } from "../../values/sql-value.ts";
import type { KernelMode } from "./kernels.ts";

const table = `CREATE TABLE t (
  s STRING, c CHAR(3) NOT NULL, f BOOLEAN, t1 TINYINT, i INT, j INT NOT NULL, b BIGINT, d DECIMAL(10, 2),
  w DECIMAL(38, 10), x DOUBLE, r FLOAT, ts TIMESTAMP(3), us TIMESTAMP(6), l TIMESTAMP_LTZ(3), day1 DATE,
  clock TIME, bin BYTES, ints ARRAY<INT>, texts ARRAY<STRING>, deep ARRAY<ARRAY<INT>>, m MAP<STRING, INT>
)`;
const int: SqlType = { kind: "INT", nullable: true };
const string: SqlType = { kind: "VARCHAR", length: 2_147_483_647, nullable: true };
const intMap = { kind: "MAP", key: string, value: int, nullable: true } as const;
const intArray: SqlType = { kind: "ARRAY", element: int, nullable: true };
const ints = (...items: readonly SqlValue[]) => arrayOf(items, int);
/** Of ints, texts, deep and m. */
const collections: readonly (readonly SqlValue[])[] = [
  [
    ints(3, null, 1),
    arrayOf(["b", "a", null], string),
    arrayOf([ints(1), null], intArray),
    mapOf([["a", 1]], intMap),
  ],
  [ints(), arrayOf([], string), arrayOf([], intArray), mapOf([], intMap)],
  [
    ints(7),
    arrayOf(["x"], string),
    arrayOf([ints(), ints()], intArray),
    mapOf(
      [
        ["b", null],
        ["a", 2],
      ],
      intMap,
    ),
  ],
  [null, null, null, null],
  [ints(-1, -1), arrayOf(["Öl \u{1F600}", "a"], string), null, mapOf([["", 0]], intMap)],
  [null, arrayOf([null], string), arrayOf([ints(2, 3)], intArray), null],
];
const plainRows: readonly (readonly SqlValue[])[] = [
  [
    "Öl é\u{1F600}",
    "abc",
    true,
    3,
    2,
    7,
    5n,
    1250n,
    7n,
    1.5,
    0.25,
    1e12,
    1_772_368_200_123_456n,
    5,
    20_512,
    45_000,
    Uint8Array.of(104, 105),
  ],
  [
    "",
    "a,b",
    false,
    -1,
    -3,
    0,
    -(1n << 63n),
    -1005n,
    -123_4567890123n,
    -0.5,
    -2,
    -1,
    -1n,
    -86_400_001,
    -1,
    0,
    Uint8Array.of(),
  ],
  [
    '{"a": [1, {"b": "x"}], "k": null}',
    "$.a",
    null,
    0,
    2147483647,
    1,
    0n,
    0n,
    0n,
    1e300,
    1e20,
    0,
    0n,
    0,
    0,
    86_399_999,
    Uint8Array.of(255, 0),
  ],
  [
    "2026-03-01 12:30:00",
    "a.c",
    true,
    127,
    1,
    256,
    1n,
    99n,
    1n,
    Number.NaN,
    3.5,
    1_772_368_200_123,
    999n,
    1,
    15_000,
    1,
    Uint8Array.of(97),
  ],
  [
    "http://u@h:80/p?a=b#r",
    "b+c",
    null,
    100,
    100,
    3,
    100n,
    1n,
    2n,
    Number.POSITIVE_INFINITY,
    1,
    951_782_400_000,
    951_782_400_000_001n,
    3,
    11_016,
    3_600_000,
    null,
  ],
  [null, "   ", null, null, null, -1, null, null, null, null, null, null, null, null, null, null, null],
];
const rows = plainRows.map((row, index) => [...row, ...collections[index]!]);
const columns = "s c f t1 i j b d w x r ts us l day1 clock bin ints texts deep m".split(" ");
const literals = [
  "'a'",
  "'UTF-8'",
  "'HOST'",
  "'yyyy-MM-dd HH:mm'",
  "'UTC'",
  "'[a-c]+'",
  "0",
  "2",
  "3",
  "256",
  "1.25",
  "NULL",
  "TRUE",
];
const places = [...columns, ...literals];

const reached = new Set<ScalarFunctionName>();

function attempt(bound: BoundList, mode: KernelMode): unknown {
  try {
    return runList(bound, mode);
  } catch (error) {
    if (error instanceof QuickwaterError) return `${error.code}: ${error.message}`;
    throw error;
  }
}

function collect(expression: BoundExpression): void {
  if (expression.kind === "Call") reached.add(expression.function);
  for (const child of childrenOf(expression)) collect(child);
}

/** Whether it could be bound; then both ways were compared, row by row where one fails. */
function compare(text: string): boolean {
  let bound: BoundList;
  try {
    bound = bindList(table, text, rows);
  } catch (error) {
    expect(error).toBeInstanceOf(QuickwaterError);
    return false;
  }
  for (const expression of bound.expressions) collect(expression);
  const together = attempt(bound, "compiled");
  expect({ text, rows: together }).toEqual({ text, rows: attempt(bound, "interpreted") });
  for (const row of typeof together === "string" ? rows : []) {
    const one = bindList(table, text, [row]);
    expect({ text, rows: attempt(one, "compiled") }).toEqual({ text, rows: attempt(one, "interpreted") });
  }
  return true;
}

/** The type and literal of each argument, as the binder describes it to a function. */
const described = new Map(
  places.map((place) => {
    const [expression] = bindList(table, place === "NULL" ? "CAST(NULL AS STRING)" : place, []).expressions;
    const literal = expression!.kind === "Literal" ? expression!.value : undefined;
    return [place, { type: expression!.type, literal }] as const;
  }),
);

function isTaken(name: ScalarFunctionName, given: readonly string[]): boolean {
  try {
    return scalarFunction(name).resolve(given.map((place) => described.get(place)!)) !== undefined;
  } catch (error) {
    // A literal that is wrong, as a pattern may be.
    return !(error instanceof QuickwaterError);
  }
}

const lists = fc.sample(fc.array(fc.constantFrom(...places), { minLength: 2, maxLength: 4 }), {
  seed: 42,
  numRuns: 6000,
});
const short = [[], ...places.map((place) => [place]), ...lists];

describe("called by name", () => {
  test.each([...callableFunctions])("%s", (label, name) => {
    const taken = short.filter((given) => isTaken(name, given)).slice(0, 15);
    expect(taken.length).toBeGreaterThan(0);
    const bound = taken.filter((given) => compare(`${label}(${given.join(", ")})`));
    expect(bound.length).toBeGreaterThan(0);
  });
});

const dateUnits = "YEAR QUARTER MONTH WEEK DAY DOY DOW ISODOW ISOYEAR DECADE CENTURY MILLENNIUM".split(" ");
const clockUnits = "HOUR MINUTE SECOND MILLISECOND MICROSECOND NANOSECOND".split(" ");

const spelled: readonly string[] = [
  ..."+ - * / % = <> < <= > >= || AND OR".split(" ").map((sign) => `# ${sign} #`),
  ...[...dateUnits, ...clockUnits, "EPOCH"].map((unit) => `EXTRACT(${unit} FROM #)`),
  ..."YEAR QUARTER MONTH WEEK DAY HOUR MINUTE SECOND DECADE CENTURY"
    .split(" ")
    .map((unit) => `FLOOR(# TO ${unit})`),
  ..."YEAR MONTH WEEK DAY HOUR MINUTE SECOND MILLISECOND".split(" ").map((unit) => `CEIL(# TO ${unit})`),
  ..."YEAR QUARTER MONTH WEEK DAY HOUR MINUTE SECOND"
    .split(" ")
    .flatMap((unit) => [`TIMESTAMPADD(${unit}, #, #)`, `TIMESTAMPDIFF(${unit}, #, #)`]),
  ..."NULL TRUE FALSE UNKNOWN".split(" ").flatMap((word) => [`# IS ${word}`, `# IS NOT ${word}`]),
  "-#",
  "NOT #",
  "# IS DISTINCT FROM #",
  "# IS NOT DISTINCT FROM #",
  "# BETWEEN SYMMETRIC # AND #",
  "# LIKE #",
  "# SIMILAR TO #",
  "TRIM(LEADING # FROM #)",
  "TRIM(TRAILING FROM #)",
  "POSITION(# IN #)",
  "POSITION(# IN # FROM #)",
  "OVERLAY(# PLACING # FROM #)",
  "OVERLAY(# PLACING # FROM # FOR #)",
  "# + INTERVAL '1' MONTH",
  "# - INTERVAL '1' HOUR",
  "# IS JSON",
  "# IS NOT JSON OBJECT",
  "JSON_EXISTS(#, '$.a')",
  "JSON_EXISTS(#, 'lax $.x' UNKNOWN ON ERROR)",
  "JSON_VALUE(#, '$.a[0]' RETURNING INT)",
  "JSON_VALUE(#, 'lax $.x' DEFAULT 'd' ON EMPTY)",
  "JSON_VALUE(#, #)",
  "JSON_QUERY(#, '$.a[*]' WITH WRAPPER)",
  "JSON_QUERY(#, '$' ERROR ON ERROR)",
  "JSON_QUERY(#, '$.a' RETURNING ARRAY<STRING>)",
  "JSON_OBJECT('a' VALUE #, 'b' VALUE # ABSENT ON NULL)",
  "JSON_ARRAY(#, JSON_OBJECT('k' VALUE #) NULL ON NULL)",
  "ints[#]",
  "m[#]",
  "deep[1][#]",
  "ROW(#, #)",
  "ROW(#, #).EXPR$1",
  "ARRAY[#, #]",
  "MAP[#, #]",
  "ARRAY[#] = ARRAY[#]",
  "CAST(# AS ARRAY<STRING>)",
  "CAST(ROW(#, #) AS STRING)",
];

describe("spelled in their own way", () => {
  test.each(spelled)("%s", (template) => {
    const choices = short.filter(({ length }) => length > 0);
    let bound = 0;
    for (const given of choices.slice(0, 400)) {
      let next = 0;
      if (compare(template.replaceAll("#", () => given[next++ % given.length]!))) bound++;
      if (bound >= 12) break;
    }
    expect(bound).toBeGreaterThan(0);
  });
});

afterAll(() => {
  expect(scalarFunctionNames.filter((name) => !reached.has(name))).toEqual([]);
});
