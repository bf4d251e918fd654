import { expect, test } from "vitest";
import { expectPrinted, meaningOf } from "../../../test/sql/tree-meaning.ts";

function queryOf(text: string): unknown {
  return (meaningOf(text) as { query: unknown }[])[0]!.query;
}

function fromOf(text: string): unknown {
  return (queryOf(`SELECT * FROM ${text}`) as { body: { from: unknown } }).body.from;
}

test("INTERSECT binds stronger than UNION and EXCEPT, which lean left", () => {
  const a = "SELECT a FROM t";
  expect(queryOf(`${a} UNION ${a} EXCEPT ALL ${a} INTERSECT ${a}`)).toMatchObject({
    body: {
      operator: "EXCEPT",
      all: true,
      left: { operator: "UNION", all: false },
      right: { operator: "INTERSECT" },
    },
  });
  expectPrinted(`${a} UNION (${a} UNION ${a})`);
  expectPrinted(`(${a} UNION ${a}) INTERSECT ${a}`);
  expectPrinted(`((${a}) UNION DISTINCT (${a}))`, `${a} UNION ${a}`);
});

test("clauses behind a query are of the whole, in parentheses of the part", () => {
  expect(queryOf("SELECT 1 UNION SELECT 2 ORDER BY a LIMIT 3")).toMatchObject({
    body: { kind: "SetOperation" },
    orderBy: [{ kind: "OrderItem" }],
    limit: { text: "3" },
  });
  expectPrinted("(SELECT 1 ORDER BY a DESC NULLS FIRST LIMIT 1) UNION SELECT 2 OFFSET 1");
  expectPrinted("SELECT 1 OFFSET 2 ROWS FETCH NEXT 3 ROWS ONLY", "SELECT 1 LIMIT 3 OFFSET 2");
  expectPrinted("SELECT 1 LIMIT ALL", "SELECT 1");
});

test("WITH names queries for the one behind it", () => {
  expectPrinted("WITH a (x, y) AS (VALUES (1, 2)), b AS (WITH c AS (SELECT 1) SELECT 2) SELECT * FROM a");
});

test("VALUES holds rows of one value or of several", () => {
  expect(queryOf("VALUES 1, (2), (3, 4), ROW(5, 6)")).toMatchObject({
    body: { rows: [{ values: [{}] }, { values: [{}] }, { values: [{}, {}] }, { values: [{}, {}] }] },
  });
  expectPrinted("VALUES ROW((1, 2))");
});

test("SELECT keeps every clause", () => {
  expectPrinted(
    "SELECT /*+ STATE_TTL('o' = '1d'), BROADCAST(t, 3) */ DISTINCT o.*, t.r.*, a + 1 AS b FROM t " +
      "WHERE a GROUP BY (), a, (a, b), ROLLUP (a, (b, c)), CUBE (a), " +
      "GROUPING SETS ((), (a, b), ROLLUP (c)) " +
      "HAVING COUNT(*) > 1 WINDOW w AS (PARTITION BY a), v AS (w ORDER BY b) QUALIFY c = 1",
  );
});

test("a table keeps its hints, its time and its names", () => {
  expectPrinted(
    "SELECT * FROM prod.shop.`t 1` /*+ OPTIONS('k' = '*/') */ FOR SYSTEM_TIME AS OF o.ts AS x (a, b)",
  );
  expect(fromOf("t x")).toMatchObject({ alias: { name: { name: "x" }, columns: [] } });
});

test("joins lean left, parentheses lean them right, a comma is a join too", () => {
  expect(fromOf("a, b LEFT OUTER JOIN c ON TRUE")).toMatchObject({
    type: "LEFT",
    left: { type: "COMMA", left: {}, right: {} },
    condition: { kind: "JoinOn" },
  });
  expectPrinted("SELECT * FROM a JOIN (b CROSS JOIN c) USING (x, y) NATURAL FULL JOIN d");
  expectPrinted("SELECT * FROM a INNER JOIN b ON TRUE", "SELECT * FROM a JOIN b ON TRUE");
  expectPrinted(
    "SELECT * FROM ((SELECT 1) AS a JOIN b ON TRUE)",
    "SELECT * FROM (SELECT 1) AS a JOIN b ON TRUE",
  );
});

test("UNNEST and LATERAL see the tables to their left", () => {
  expectPrinted("SELECT * FROM t CROSS JOIN UNNEST(t.tags) WITH ORDINALITY AS u (tag, place)");
  expectPrinted("SELECT * FROM t LEFT JOIN LATERAL TABLE(split(t.a, max => 3)) AS u (b) ON TRUE");
  expectPrinted("SELECT * FROM t, LATERAL (SELECT t.a) AS u");
});

test("a window names its table and its time column", () => {
  expect(
    fromOf("TABLE(SESSION(TABLE a.b PARTITION BY (c, d), DESCRIPTOR(ts), INTERVAL '5' MINUTE))"),
  ).toMatchObject({
    kind: "WindowTable",
    functionName: { name: "SESSION" },
    wrapped: true,
    input: { table: { parts: [{}, {}] }, partitionBy: [{ name: "c" }, { name: "d" }] },
    timeColumn: { name: "ts" },
    arguments: [{ value: { kind: "IntervalLiteral" } }],
  });
  expectPrinted(
    "SELECT * FROM TABLE(HOP(SIZE => a, DATA => (SELECT 1), TIMECOL => DESCRIPTOR(ts), SLIDE => b)) AS h",
    "SELECT * FROM TABLE(HOP(DATA => (SELECT 1), TIMECOL => DESCRIPTOR(ts), SIZE => a, SLIDE => b)) AS h",
  );
  expectPrinted("SELECT * FROM CUMULATE(TABLE t, DESCRIPTOR(ts), a, b)");
});

test("any other function takes tables, descriptors and values, by place or by name", () => {
  expect(
    fromOf("f(TABLE t PARTITION BY a ORDER BY b DESC, x => DESCRIPTOR(c, d), (1 + 2) * 3)"),
  ).toMatchObject({
    kind: "TableFunction",
    wrapped: false,
    arguments: [
      { value: { kind: "TableArgument", partitionBy: [{}], orderBy: [{ direction: "DESC" }] } },
      { name: { name: "x" }, value: { kind: "Descriptor", columns: [{}, {}] } },
      { value: { kind: "BinaryExpression" } },
    ],
  });
});
