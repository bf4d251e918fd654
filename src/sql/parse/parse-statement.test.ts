import fc from "fast-check";
import { expect, test } from "vitest";
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

/** The tree without places: two texts mean the same when these are equal. */
function meaning(text: string): unknown {
  const { statements, errors } = parseScript(text);
  expect(errors).toEqual([]);
  return JSON.parse(
    JSON.stringify(statements, (key, value: unknown) =>
      key.toLowerCase().endsWith("position") || key === "queryText" ? undefined : value,
    ),
  );
}

test("a table is read with all its clauses", () => {
  const [table] = parseScript(orders).statements;
  expect(printStatement(table!)).toBe(
    "CREATE TABLE IF NOT EXISTS orders (id STRING NOT NULL, " +
      "location ROW<country STRING, geo ROW<lat DOUBLE, lon DOUBLE> NOT NULL>, " +
      "tags MAP<STRING, ARRAY<INT NOT NULL>>, amount NUMERIC(10, 2), seen TIMESTAMP_LTZ(3), " +
      "`timestamp` TIMESTAMP(3), WATERMARK FOR `timestamp` AS `timestamp` - INTERVAL '5' SECOND, " +
      "PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'print')",
  );
});

test("what is printed means what was parsed", () => {
  for (const text of [orders, view, "INSERT INTO t SELECT *, o.* FROM s o", "SELECT a FROM t"]) {
    const printed = parseScript(text).statements.map(printStatement).join("; ");
    expect(meaning(printed)).toEqual(meaning(text));
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
  expect(meaning("SELECT `a``b c`.`Select` FROM `x y`")).toMatchObject([
    {
      query: {
        items: [{ expression: { path: [{ name: "a`b c" }, { name: "Select" }] } }],
        from: { name: { name: "x y" } },
      },
    },
  ]);
});

test("words that only Flink's manual lists as reserved are names, as in Flink's parser", () => {
  expect(meaning("SELECT name, state, type, data, status, path FROM source")).toHaveLength(1);
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

const name = fc.constantFrom("a", "b", "weird name", "select").map((text) => ({
  kind: "Identifier",
  name: text,
  quoted: text !== "a" && text !== "b",
}));
const binary = fc.constantFrom("+", "-", "*", "/", "%", "=", "<>", "<", "<=", ">", ">=", "AND", "OR", "||");
const { expression } = fc.letrec((tie) => {
  const one = tie("expression");
  const some = fc.array(one, { minLength: 1, maxLength: 3 });
  const maybe = fc.option(one, { nil: undefined });
  const kind = <T extends string>(text: T): fc.Arbitrary<T> => fc.constant(text);
  return {
    expression: fc.oneof(
      { maxDepth: 4, depthIdentifier: "expression" },
      fc.record({ kind: kind("ColumnReference"), path: fc.array(name, { minLength: 1, maxLength: 3 }) }),
      fc.record({ kind: kind("NumberLiteral"), text: fc.constantFrom("1", "2.50", "1e3", ".5") }),
      fc.record({ kind: kind("StringLiteral"), value: fc.string({ unit: "grapheme", maxLength: 6 }) }),
      fc.record({ kind: kind("BooleanLiteral"), value: fc.boolean() }),
      fc.constant({ kind: "NullLiteral" }),
      fc.constant({ kind: "IntervalLiteral", value: "1 02:03", negative: true, from: "DAY", to: "MINUTE" }),
      fc.constant({ kind: "TemporalLiteral", type: "TIMESTAMP", value: "2026-03-01 12:30:00" }),
      fc.record({ kind: kind("BinaryExpression"), operator: binary, left: one, right: one }),
      fc.record({ kind: kind("UnaryExpression"), operator: fc.constantFrom("NOT", "-", "+"), operand: one }),
      fc.record({
        kind: kind("IsPredicate"),
        operand: one,
        test: fc.constantFrom("NULL", "TRUE", "FALSE", "UNKNOWN"),
        negated: fc.boolean(),
      }),
      fc.record({ kind: kind("BetweenPredicate"), operand: one, low: one, high: one, negated: fc.boolean() }),
      fc.record({ kind: kind("InListPredicate"), operand: one, items: some, negated: fc.boolean() }),
      fc.record({
        kind: kind("LikePredicate"),
        operand: one,
        pattern: one,
        escape: maybe,
        negated: fc.boolean(),
      }),
      fc.record({
        kind: kind("CaseExpression"),
        operand: maybe,
        branches: fc.array(fc.record({ when: one, then: one }), { minLength: 1, maxLength: 2 }),
        otherwise: maybe,
      }),
      fc.record({
        kind: kind("FunctionCall"),
        name: fc
          .constantFrom("UPPER", "my_function")
          .map((text) => ({ kind: "Identifier", name: text, quoted: false })),
        arguments: some,
        star: fc.constant(false),
        distinct: fc.constant(false),
        filter: maybe,
      }),
    ),
  };
});

test("every tree that can be made is printed so that it is read back the same", () => {
  const from = { kind: "NamedTable", name: { kind: "Identifier", name: "t", quoted: false } };
  fc.assert(
    fc.property(expression, (tree) => {
      const item = { kind: "SelectExpression", expression: tree };
      const query = { kind: "SelectQuery", items: [item], from, groupBy: [] };
      const statement = { kind: "SelectStatement", query };
      const plain = JSON.parse(JSON.stringify(statement)) as never;
      expect(meaning(printStatement(plain))).toEqual([plain]);
    }),
    { numRuns: 3000 },
  );
});
