/**
 * Every case runs twice, compiled and interpreted, over the same rows. The expected values are written from
 * Flink's documentation of its types, operators and functions, never from what came out here.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type BoundList, bindList, runList } from "../../../test/support/projected-rows.ts";
import { QuickwaterError } from "../../errors/quickwater-error.ts";
import { readRow } from "../../values/column-access.ts";
import { formatType, type SqlType, withNullable } from "../../values/sql-type.ts";
import type { SqlValue } from "../../values/sql-value.ts";
import { compiledFunctionCount } from "./compile.ts";
import type { KernelMode } from "./kernels.ts";
import { makePredicate, makeProjection } from "./make-kernels.ts";

const modes: readonly KernelMode[] = ["compiled", "interpreted"];
const table = `CREATE TABLE t (
  s STRING, c CHAR(3) NOT NULL, f BOOLEAN, t1 TINYINT, t2 SMALLINT, i INT, j INT NOT NULL, b BIGINT,
  d DECIMAL(10, 2), e DECIMAL(5, 3), w DECIMAL(38, 10), x DOUBLE, r FLOAT, ts TIMESTAMP(3),
  us TIMESTAMP(6), day1 DATE, bin BYTES
)`;
const row: readonly SqlValue[] = [
  "Öl é\u{1F600}",
  "abc",
  true,
  127,
  -32768,
  2147483647,
  7,
  9223372036854775807n,
  1250n,
  -1005n,
  123_4567890123n,
  1.5,
  0.25,
  Date.UTC(2026, 0, 31, 12, 30),
  1_772_368_200_123_456n,
  20_512,
  Uint8Array.of(1, 2),
];
// The NOT NULL columns c and j keep their values.
const nullRow: readonly SqlValue[] = row.map((value, index) => (index === 1 || index === 6 ? value : null));

const bind = (list: string, rows: readonly (readonly SqlValue[])[]) => bindList(table, list, rows);

function typeText(type: SqlType): string {
  return formatType(withNullable(type, true));
}

/** Expression, its type, its value over `row`, and over the row of NULLs (the same when left out). */
const cases: readonly (readonly [string, string, SqlValue, SqlValue?])[] = [
  // Integers wrap as Java's do.
  ["i + 1", "INT", -2147483648, null],
  ["t1 + t1", "TINYINT", -2, null],
  ["t2 - CAST(1 AS SMALLINT)", "SMALLINT", 32767, null],
  ["i * i", "INT", 1, null],
  ["b + 1", "BIGINT", -9223372036854775808n, null],
  ["b * b", "BIGINT", 1n, null],
  // Between two steps too, where no lane of the output does the wrapping.
  ["i + 1 < 0", "BOOLEAN", true, null],
  ["t1 + t1 < 0", "BOOLEAN", true, null],
  ["b + 1 < 0", "BOOLEAN", true, null],
  ["i + b", "BIGINT", -9223372034707292162n, null],
  ["-t2", "SMALLINT", -32768, null],
  ["ABS(t2)", "SMALLINT", -32768, null],
  // Integer division truncates toward zero.
  ["j / 2", "INT", 3, 3],
  ["-7 / 2", "INT", -3, -3],
  ["j % 4", "INT", 3, 3],
  ["MOD(-7, 4)", "INT", -3, -3],
  ["MOD(b, j)", "INT", 0, null],
  // DECIMAL: shapes by LogicalTypeMerging, half up.
  ["d + e", "DECIMAL(12, 3)", 11_495n, null],
  ["d - e", "DECIMAL(12, 3)", 13_505n, null],
  ["d * e", "DECIMAL(16, 5)", -1_256_250n, null],
  ["d / e", "DECIMAL(19, 8)", -1_243_781_095n, null],
  ["d % e", "DECIMAL(5, 3)", 440n, null],
  ["d / 3", "DECIMAL(21, 13)", 41_666_666_666_667n, null],
  ["d + 1", "DECIMAL(13, 2)", 1350n, null],
  ["1.5 + 0.01", "DECIMAL(4, 2)", 151n, 151n],
  ["w * w", "DECIMAL(38, 6)", 15_241_578_753n, null],
  ["ROUND(e, 2)", "DECIMAL(5, 2)", -101n, null],
  ["ROUND(d)", "DECIMAL(9, 0)", 13n, null],
  ["ROUND(d, -1)", "DECIMAL(9, 0)", 10n, null],
  ["FLOOR(e)", "DECIMAL(5, 0)", -2n, null],
  ["CEIL(e)", "DECIMAL(5, 0)", -1n, null],
  ["CAST(99999 AS DECIMAL(4, 0))", "DECIMAL(4, 0)", null],
  // Doubles.
  ["x / 0", "DOUBLE", Number.POSITIVE_INFINITY, null],
  ["x + d", "DOUBLE", 14, null],
  ["r + r", "FLOAT", 0.5, null],
  ["r + d", "DOUBLE", 12.75, null],
  // Java prints the float nearest to a twelfth so.
  ["CAST(r / CAST(3 AS FLOAT) AS STRING)", "STRING", "0.083333336", null],
  ["ROUND(CAST(2.675 AS DOUBLE), 2)", "DOUBLE", 2.68, 2.68],
  ["FLOOR(-x)", "DOUBLE", -2, null],
  // Comparison and three-valued logic.
  ["i > 5 AND f", "BOOLEAN", true, null],
  ["NOT f", "BOOLEAN", false, null],
  ["f OR i = 1", "BOOLEAN", true, null],
  ["f AND FALSE", "BOOLEAN", false, false],
  ["f OR TRUE", "BOOLEAN", true, true],
  ["f AND NULL", "BOOLEAN", null, null],
  ["f IS TRUE", "BOOLEAN", true, false],
  ["f IS NOT TRUE", "BOOLEAN", false, true],
  ["f IS UNKNOWN", "BOOLEAN", false, true],
  ["s IS NULL", "BOOLEAN", false, true],
  ["d = 12.5", "BOOLEAN", true, null],
  ["e < d", "BOOLEAN", true, null],
  ["b = 9223372036854775807", "BOOLEAN", true, null],
  ["w > 123.4567890122", "BOOLEAN", true, null],
  ["i IN (1, 2147483647)", "BOOLEAN", true, null],
  ["i NOT IN (1, 2)", "BOOLEAN", true, null],
  ["i IN (1, NULL)", "BOOLEAN", null, null],
  ["j BETWEEN 7 AND 8", "BOOLEAN", true, true],
  ["j NOT BETWEEN 8 AND 9", "BOOLEAN", true, true],
  ["i = NULL", "BOOLEAN", null, null],
  // Texts: by code point, compared where they lie.
  ["c = 'abc'", "BOOLEAN", true, true],
  ["c < 'abd'", "BOOLEAN", true, true],
  ["c >= s", "BOOLEAN", false, null],
  ["s = 'Öl é\u{1F600}'", "BOOLEAN", true, null],
  ["UPPER(c) = 'ABC'", "BOOLEAN", true, true],
  ["s > '\uFF5E'", "BOOLEAN", false, null],
  ["CHAR_LENGTH(s)", "INT", 5, null],
  ["UPPER(s)", "STRING", "ÖL É\u{1F600}", null],
  ["LOWER(s)", "STRING", "öl é\u{1F600}", null],
  ["TRIM('  a ')", "VARCHAR(4)", "a", "a"],
  ["SUBSTRING(s, 4)", "STRING", "é\u{1F600}", null],
  ["SUBSTRING(s FROM 1 FOR 2)", "STRING", "Öl", null],
  ["SUBSTRING(c, -2, 1)", "VARCHAR(3)", "b", "b"],
  ["SUBSTRING(c, 9)", "VARCHAR(3)", "", ""],
  ["SUBSTRING(c, 1, -1)", "VARCHAR(3)", null],
  ["c || '-' || s", "STRING", "abc-Öl é\u{1F600}", null],
  ["'a' || 'bc'", "CHAR(3)", "abc", "abc"],
  ["c || 'd'", "CHAR(4)", "abcd", "abcd"],
  ["CONCAT(c, 'd')", "STRING", "abcd", "abcd"],
  ["c LIKE 'a%c'", "BOOLEAN", true, true],
  ["c LIKE '_b_'", "BOOLEAN", true, true],
  ["c NOT LIKE 'b%'", "BOOLEAN", true, true],
  ["'50%' LIKE '50!%' ESCAPE '!'", "BOOLEAN", true, true],
  ["s LIKE '%\u{1F600}'", "BOOLEAN", true, null],
  ["bin = bin", "BOOLEAN", true, null],
  // Conditions.
  ["CASE WHEN f THEN 'yes' ELSE 'no' END", "VARCHAR(3)", "yes", "no"],
  ["CASE j WHEN 7 THEN i END", "INT", 2147483647, null],
  ["CASE WHEN f THEN i ELSE 0.5 END", "DECIMAL(11, 1)", 21_474_836_470n, 5n],
  ["COALESCE(i, b, 3)", "BIGINT", 2147483647n, 3n],
  ["COALESCE(s, 'none')", "STRING", "Öl é\u{1F600}", "none"],
  ["NULLIF(j, 7)", "INT", null],
  ["IF(i > 0, 'p', 'n')", "CHAR(1)", "p", "n"],
  // Casts.
  ["CAST(i AS BIGINT)", "BIGINT", 2147483647n, null],
  ["CAST(b AS INT)", "INT", -1, null],
  ["CAST(1e30 AS INT)", "INT", 2147483647, 2147483647],
  ["CAST(d AS INT)", "INT", 12, null],
  ["CAST(d AS STRING)", "STRING", "12.50", null],
  ["CAST('12.345' AS DECIMAL(4, 2))", "DECIMAL(4, 2)", 1235n, 1235n],
  ["CAST(f AS STRING)", "STRING", "TRUE", null],
  ["CAST('yes' AS BOOLEAN)", "BOOLEAN", true, true],
  ["CAST(ts AS STRING)", "STRING", "2026-01-31 12:30:00.000", null],
  ["CAST(us AS TIMESTAMP(3))", "TIMESTAMP(3)", 1_772_368_200_123, null],
  ["CAST(ts AS DATE)", "DATE", 20_484, null],
  ["CAST(c AS VARCHAR(2))", "VARCHAR(2)", "ab", "ab"],
  ["CAST(x AS STRING)", "STRING", "1.5", null],
  ["TRY_CAST(c AS INT)", "INT", null],
  ["TRY_CAST('42' AS INT)", "INT", 42, 42],
  // Times.
  ["ts + INTERVAL '1' DAY", "TIMESTAMP(3)", Date.UTC(2026, 1, 1, 12, 30), null],
  ["ts + INTERVAL '1' MONTH", "TIMESTAMP(3)", Date.UTC(2026, 1, 28, 12, 30), null],
  ["us - INTERVAL '0.123' SECOND", "TIMESTAMP(6)", 1_772_368_200_000_456n, null],
  ["day1 + INTERVAL '1' DAY", "DATE", 20_513, null],
  ["ts > TIMESTAMP '2026-01-31 12:29:59'", "BOOLEAN", true, null],
  ["day1 = DATE '2026-02-28'", "BOOLEAN", true, null],
];

describe.each(modes)("%s", (mode) => {
  for (const [text, type, expected, ofNulls = expected] of cases) {
    test(`${text} is a ${type}`, () => {
      const bound = bind(text, [row, nullRow]);
      expect(typeText(bound.expressions[0]!.type)).toBe(type);
      expect(runList(bound, mode)).toEqual([[expected], [ofNulls]]);
    });
  }

  test.each([
    ["j / 0", "sql.division-by-zero"],
    ["b % 0", "sql.division-by-zero"],
    ["d / 0", "sql.division-by-zero"],
    ["CAST(c AS INT)", "sql.cast-failed"],
    ["CAST('2026-02-30' AS DATE)", "sql.cast-failed"],
    ["NULLIF(j, 7) + CAST(c AS INT)", "sql.cast-failed"],
  ])("%s fails with %s", (text, code) => {
    const bound = bind(text, [row]);
    expect(() => runList(bound, mode)).toThrow(expect.objectContaining({ code }));
  });

  test.each([
    ["j <> 0 OR j / 0 > 1", true],
    ["j = 0 AND j / 0 > 1", false],
    ["CASE WHEN j = 7 THEN 1 ELSE j / 0 END = 1", true],
    ["COALESCE(j, j / 0) = 7", true],
  ])("%s never divides", (text, expected) => {
    expect(runList(bind(text, [row]), mode)).toEqual([[expected]]);
  });

  test("a predicate keeps the rows for which it is TRUE, in their order", () => {
    const rows = [1, null, 5, 3, null, 9].map((i) => row.map((value, at) => (at === 5 ? i : value)));
    const { expressions, input } = bind("i > 2", rows);
    const selection = Int32Array.of(0, 1, 2, 3, 5);
    expect(makePredicate(expressions[0]!, mode)(input, selection, 5)).toBe(3);
    expect([...selection.subarray(0, 3)]).toEqual([2, 3, 5]);
  });

  test("a projection carries what the selected rows have besides their columns", () => {
    const { expressions, input, output } = bind("s, j + 1", [row, nullRow, row]);
    input.cause = { stepNumber: 42, partition: 3, appendTimeMs: 5 };
    input.standing = "first";
    input.kinds = Uint8Array.of(0, 1, 3);
    input.rowIndexes = Int32Array.of(7, 8, 9);
    input.eventTimesMs = Float64Array.of(10, 20, 30);
    input.watermarksMs = Float64Array.of(1, 2, 3);
    makeProjection(expressions, mode)(input, Int32Array.of(1, 2), 2, output);
    expect(output).toMatchObject({ rowCount: 2, cause: input.cause, standing: "first" });
    expect([...output.rowIndexes!.subarray(0, 2)]).toEqual([8, 9]);
    expect([...output.kinds!.subarray(0, 2)]).toEqual([1, 3]);
    expect([...output.eventTimesMs!.subarray(0, 2)]).toEqual([20, 30]);
    expect([...output.watermarksMs!.subarray(0, 2)]).toEqual([2, 3]);
    expect(readRow(output, 0)).toEqual([null, 8]);
  });

  test("a kernel forgets the NULLs and bytes of the batch before", () => {
    const { expressions, input, output } = bind("UPPER(s), s, i", [nullRow, row]);
    const kernel = makeProjection(expressions, mode);
    kernel(input, Int32Array.of(0, 0), 2, output);
    kernel(input, Int32Array.of(1, 1), 2, output);
    const text = row[0] as string;
    expect(readRow(output, 0)).toEqual([text.toUpperCase(), text, 2147483647]);
    expect(readRow(output, 1)).toEqual([text.toUpperCase(), text, 2147483647]);
  });
});

test("texts that are passed through stay in the input's arena, made ones do not", () => {
  const passed = bind("s, c", [row]);
  runList(passed, "compiled");
  expect(passed.output.arena).toBe(passed.input.arena);
  const made = bind("s, UPPER(c)", [row]);
  runList(made, "compiled");
  expect(made.output.arena).not.toBe(made.input.arena);
});

test("the compiled path compiles, the interpreted one does not", () => {
  const { expressions } = bind("i + 1", [row]);
  const before = compiledFunctionCount();
  makeProjection(expressions, "interpreted");
  expect(compiledFunctionCount()).toBe(before);
  makeProjection(expressions, "compiled");
  expect(compiledFunctionCount()).toBe(before + 1);
});

test("whatever the expression, both ways give the same rows or the same failure", () => {
  const columns = ["s", "c", "f", "t1", "t2", "i", "j", "b", "d", "e", "w", "x", "r", "ts", "day1"];
  const leaf = fc.constantFrom(
    ...columns,
    "1",
    "0",
    "2.5",
    "1e1",
    "'a'",
    "NULL",
    "TRUE",
    "DATE '2026-02-28'",
  );
  const { expression } = fc.letrec<{ expression: string }>((tie) => {
    const part = tie("expression");
    const operator = fc.constantFrom("+", "-", "*", "/", "%", "=", "<", ">=", "<>", "AND", "OR", "||");
    return {
      expression: fc.oneof(
        { maxDepth: 3, withCrossShrink: true },
        leaf,
        fc.tuple(part, operator, part).map(([left, sign, right]) => `(${left} ${sign} ${right})`),
        fc.tuple(fc.constantFrom("NOT", "-"), part).map(([sign, operand]) => `(${sign} ${operand})`),
        fc.tuple(part, part, part).map(([a, b, c]) => `CASE WHEN ${a} THEN ${b} ELSE ${c} END`),
        fc.tuple(part, part).map(([a, b]) => `COALESCE(${a}, ${b})`),
        fc.tuple(part, part, part).map(([a, b, c]) => `(${a} IN (${b}, ${c}))`),
        part.map((operand) => `(${operand} IS NULL)`),
        fc
          .tuple(fc.constantFrom("UPPER", "CHAR_LENGTH", "ABS", "ROUND", "FLOOR"), part)
          .map(([name, operand]) => `${name}(${operand})`),
        fc
          .tuple(part, fc.constantFrom("STRING", "INT", "BIGINT", "DECIMAL(12, 3)", "DOUBLE", "BOOLEAN"))
          .map(([operand, type]) => `TRY_CAST(${operand} AS ${type})`),
      ),
    };
  });
  let accepted = 0;
  const attempt = (bound: BoundList, mode: KernelMode): unknown => {
    try {
      return runList(bound, mode);
    } catch (error) {
      return error instanceof QuickwaterError ? error.code : error;
    }
  };
  fc.assert(
    fc.property(expression, (text) => {
      let bound: BoundList;
      try {
        bound = bind(text, [row, nullRow]);
      } catch (error) {
        // Most random expressions do not fit together; those are the binder's to refuse.
        expect(error).toBeInstanceOf(QuickwaterError);
        return;
      }
      accepted++;
      expect(attempt(bound, "compiled")).toEqual(attempt(bound, "interpreted"));
    }),
    { numRuns: 4000 },
  );
  expect(accepted).toBeGreaterThan(500);
});
