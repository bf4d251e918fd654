import fc from "fast-check";
import { expect, test } from "vitest";
import { meaningOf } from "../../../test/sql/tree-meaning.ts";
import { QuickwaterError } from "../../errors/quickwater-error.ts";
import { parseScript, scriptLengthMax } from "./parse-statement.ts";
import { printStatement } from "./print.ts";
import { chainedOperatorsMax, nestingMax } from "./token-cursor.ts";

const orders = `CREATE TABLE IF NOT EXISTS orders (
  id STRING NOT NULL COMMENT 'the order''s number', -- a comment
  location ROW<country STRING, geo ROW(lat DOUBLE PRECISION, lon DOUBLE) NOT NULL>,
  tags MAP<STRING, ARRAY<INT NOT NULL>>, /* another */
  amount NUMERIC(10, 2), seen TIMESTAMP(3) WITH LOCAL TIME ZONE,
  \`timestamp\` TIMESTAMP(3),
  WATERMARK FOR \`timestamp\` AS \`timestamp\` - INTERVAL '5' SECOND,
  PRIMARY KEY (id) NOT ENFORCED
) COMMENT 'orders' WITH ('connector' = 'print')`;

const view = `CREATE MATERIALIZED VIEW v WITH ('emit' = 'final') AS
SELECT window_start, window_end, o.location.country AS country, COUNT(*) orders,
  SUM(amount) FILTER (WHERE amount > 0) / COUNT(*) AS aov,
  CASE WHEN a IS NOT NULL AND NOT b THEN - -1 ELSE NULL END AS c,
  CASE x WHEN 1 THEN 'it''s' END AS d, CAST(a AS DECIMAL(10, 2)) AS e, TRY_CAST(b AS ROW<x INT>) AS f
FROM TABLE(TUMBLE(DATA => TABLE orders, TIMECOL => DESCRIPTOR(seen), SIZE => INTERVAL '1' MINUTES)) AS o
WHERE a NOT IN (1, 2.5, .5, 1e3) AND (b = 3 OR c LIKE 'x!%' ESCAPE '!') AND d NOT BETWEEN 1 AND 2 + 3
GROUP BY window_start, window_end, o.location.country`;

test("a table is read with all its clauses", () => {
  const [table] = parseScript(orders).statements;
  expect(printStatement(table!)).toBe(
    "CREATE TABLE IF NOT EXISTS orders (id STRING NOT NULL COMMENT 'the order''s number', " +
      "location ROW<country STRING, geo ROW<lat DOUBLE, lon DOUBLE> NOT NULL>, " +
      "tags MAP<STRING, ARRAY<INT NOT NULL>>, amount NUMERIC(10, 2), seen TIMESTAMP_LTZ(3), " +
      "`timestamp` TIMESTAMP(3), WATERMARK FOR `timestamp` AS `timestamp` - INTERVAL '5' SECOND, " +
      "PRIMARY KEY (id) NOT ENFORCED) COMMENT 'orders' WITH ('connector' = 'print')",
  );
});

test("what is printed means what was parsed", () => {
  for (const text of [orders, view, "INSERT INTO t SELECT *, o.* FROM s o", "SELECT a FROM t"]) {
    const printed = parseScript(text).statements.map(printStatement).join("; ");
    expect(meaningOf(printed)).toEqual(meaningOf(text));
  }
});

test("operators bind as in Flink", () => {
  const printed = (text: string): string => {
    const [statement] = parseScript(`SELECT ${text} FROM t`).statements;
    return printStatement(statement!).slice("SELECT ".length, -" FROM t".length);
  };
  // Parentheses that are printed are those that the tree needs: none here means that the text bound so by
  // itself.
  expect(printed("(a OR b) AND c")).toBe("(a OR b) AND c");
  expect(printed("a OR (b AND c)")).toBe("a OR b AND c");
  expect(printed("(a - b) - c")).toBe("a - b - c");
  expect(printed("a - (b - c)")).toBe("a - (b - c)");
  expect(printed("NOT (a = b)")).toBe("NOT a = b");
  expect(printed("(NOT a) = b")).toBe("(NOT a) = b");
  expect(printed("(a = b) IS NULL")).toBe("a = b IS NULL");
  expect(printed("-(a + b)")).toBe("-(a + b)");
  expect(printed("(-a) + b")).toBe("-a + b");
  expect(printed("(a || b) + c")).toBe("a || b + c");
  expect(printed("a BETWEEN 1 AND (2 + 3) AND b")).toBe("a BETWEEN 1 AND 2 + 3 AND b");
});

test("a script reports every mistake and reads the rest", () => {
  const { statements, errors } = parseScript(
    "SELECT FROM t; SELECT a FROM t; SELECT a FROM 'x';\nSELECT 'a FROM t;\nSELECT b FROM t",
  );
  expect(statements).toHaveLength(2);
  expect(errors.map(({ code, position }) => [code, position?.line, position?.column])).toEqual([
    ["sql.syntax", 1, 8],
    ["sql.syntax", 1, 47],
    ["sql.unterminated", 2, 8],
  ]);
});

test("names keep their case, quoted ones may hold anything", () => {
  expect(meaningOf("SELECT `a``b c`.`Select` FROM `x y`")).toMatchObject([
    {
      query: {
        body: {
          items: [{ expression: { path: [{ name: "a`b c" }, { name: "Select" }] } }],
          from: { name: { parts: [{ name: "x y" }] } },
        },
      },
    },
  ]);
});

test("words that only Flink's manual lists as reserved are names, as in Flink's parser", () => {
  expect(meaningOf("SELECT name, state, type, data, status, path FROM source")).toHaveLength(1);
});

test("nesting, chains and length are bounded", () => {
  const code = (text: string): string | undefined => parseScript(text).errors[0]?.code;
  expect(code(`SELECT ${"(".repeat(nestingMax - 2)}1${")".repeat(nestingMax - 2)} FROM t`)).toBeUndefined();
  expect(code(`SELECT ${"(".repeat(5000)}1${")".repeat(5000)} FROM t`)).toBe("sql.too-deep");
  expect(code(`SELECT ${"NOT ".repeat(5000)}a FROM t`)).toBe("sql.too-deep");
  expect(code(`CREATE TABLE t (a ${"ARRAY<".repeat(5000)}INT${">".repeat(5000)})`)).toBe("sql.too-deep");
  expect(code(`SELECT 1${" + 1".repeat(chainedOperatorsMax)} FROM t`)).toBeUndefined();
  expect(code(`SELECT 1${" + 1".repeat(chainedOperatorsMax + 1)} FROM t`)).toBe("sql.too-deep");
  expect(code(" ".repeat(scriptLengthMax + 1))).toBe("sql.too-long");
});

test("any text is read or refused at a place, never a crash", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
      for (const error of parseScript(text).errors) {
        expect(error).toBeInstanceOf(QuickwaterError);
        expect(error.position).toBeDefined();
      }
    }),
    { numRuns: 2000 },
  );
});
