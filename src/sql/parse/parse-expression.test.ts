import { expect, test } from "vitest";
import { expectPrinted, meaningOf } from "../../../test/sql/tree-meaning.ts";

/** Prints one expression; without `expected` it comes back as it was written. */
function expectExpression(text: string, expected: string = text): void {
  expectPrinted(`SELECT ${text} FROM t`, `SELECT ${expected} FROM t`);
}

function treeOf(text: string): unknown {
  const [statement] = meaningOf(`SELECT ${text}`) as {
    query: { body: { items: { expression: unknown }[] } };
  }[];
  return statement!.query.body.items[0]!.expression;
}

test("IS DISTINCT FROM is a comparison, IS NULL and IS JSON bind weaker", () => {
  expectExpression("(a = b) IS DISTINCT FROM c", "a = b IS DISTINCT FROM c");
  expectExpression("a = (b IS DISTINCT FROM c)");
  expectExpression("a IS NOT DISTINCT FROM (b IS NULL)");
  expectExpression("(a IS DISTINCT FROM b) IS NULL", "a IS DISTINCT FROM b IS NULL");
  expectExpression("(a || b) IS NOT JSON SCALAR", "a || b IS NOT JSON SCALAR");
  expectExpression("a IS JSON", "a IS JSON VALUE");
});

test("IN, LIKE, SIMILAR TO and BETWEEN bind stronger than comparisons and weaker than sums", () => {
  expectExpression("a = (b IN (1, 2))", "a = b IN (1, 2)");
  expectExpression("(a = b) IN (1, 2)");
  expectExpression("(a + b) NOT SIMILAR TO c ESCAPE '!'", "a + b NOT SIMILAR TO c ESCAPE '!'");
  expectExpression("a BETWEEN SYMMETRIC (1 + 2) AND b", "a BETWEEN SYMMETRIC 1 + 2 AND b");
  expectExpression("a BETWEEN ASYMMETRIC 1 AND 2", "a BETWEEN 1 AND 2");
});

test("elements and fields bind stronger than every operator", () => {
  expect(treeOf("-a[1].b.c")).toMatchObject({
    kind: "UnaryExpression",
    operand: {
      kind: "FieldAccess",
      field: { name: "c" },
      operand: { kind: "FieldAccess", field: { name: "b" }, operand: { kind: "ElementAccess" } },
    },
  });
  expect(treeOf("a.b.c")).toMatchObject({ kind: "ColumnReference", path: [{}, {}, {}] });
  expectExpression("(a).b");
  expectExpression("f(x).y[1 + 2]");
  expectExpression("(a || b)[1]");
  expectExpression("(map)[1]");
  expectExpression("MAP['a', 1]['a']");
});

test("rows, arrays and maps are made of values", () => {
  expect(treeOf("(a, b)")).toMatchObject({ kind: "RowConstructor", written: "parentheses" });
  expect(treeOf("ROW(a)")).toMatchObject({ kind: "RowConstructor", written: "ROW", values: [{}] });
  expect(treeOf("(a)")).toMatchObject({ kind: "ColumnReference" });
  expectExpression("ARRAY[]");
  expectExpression("ARRAY[1, ARRAY[2]]");
  expectExpression("MAP[]");
});

test("a query in parentheses is told from an expression in parentheses, however deep", () => {
  expect(treeOf("((SELECT 1))")).toMatchObject({ kind: "ScalarSubquery" });
  expect(treeOf("((SELECT 1) + 2)")).toMatchObject({ kind: "BinaryExpression" });
  expect(treeOf("((SELECT 1) UNION ALL (SELECT 2))")).toMatchObject({
    kind: "ScalarSubquery",
    query: { body: { kind: "SetOperation", all: true } },
  });
  expect(treeOf("a IN ((SELECT 1), 2)")).toMatchObject({ kind: "InListPredicate", items: [{}, {}] });
  expect(treeOf("a NOT IN (VALUES 1, 2)")).toMatchObject({ kind: "InQueryPredicate", negated: true });
  expectExpression("EXISTS (WITH a AS (SELECT 1) SELECT * FROM a) AND NOT EXISTS (SELECT 2)");
});

test("a call keeps what follows its parentheses", () => {
  expectExpression("COUNT(DISTINCT a, b) FILTER (WHERE c)");
  expectExpression("COUNT(ALL a)", "COUNT(a)");
  expectExpression("LAST_VALUE(a) IGNORE NULLS OVER w");
  expectExpression("LISTAGG(a, ',') WITHIN GROUP (ORDER BY b DESC NULLS LAST, c)");
  expectExpression("SUM(a) OVER (w PARTITION BY b, c ORDER BY d ROWS UNBOUNDED PRECEDING)");
  expectExpression("SUM(a) OVER (ORDER BY d RANGE BETWEEN INTERVAL '1' HOUR PRECEDING AND CURRENT ROW)");
  expectExpression("SUM(a) OVER (ROWS BETWEEN 1 + 1 PRECEDING AND 2 FOLLOWING)");
  expectExpression("ROW_NUMBER() OVER ()");
});

test("functions whose arguments are divided by words keep each argument", () => {
  expectExpression("EXTRACT(epoch FROM ts)", "EXTRACT(EPOCH FROM ts)");
  expectExpression("FLOOR(ts TO DAY) + FLOOR(a) - CEILING(b)");
  expectExpression("CEILING(ts TO MONTH)", "CEIL(ts TO MONTH)");
  expectExpression("TRIM(a) || TRIM(a FROM b)", "TRIM(a) || TRIM(BOTH a FROM b)");
  expectExpression("TRIM(LEADING FROM a)");
  expectExpression("TRIM(TRAILING a)", "TRIM(TRAILING FROM a)");
  expectExpression("SUBSTRING(a FROM 2 FOR 3)", "SUBSTRING(a, 2, 3)");
  expectExpression("POSITION(a IN b FROM 2) + POSITION((a IN (1)) IN b)");
  expectExpression("OVERLAY(a PLACING b FROM 1 FOR 2)");
  expectExpression("TIMESTAMPADD(DAY, 1, ts)");
  expectExpression("TIMESTAMPDIFF(SECOND, a, b)");
  expectExpression("CURRENT_TIMESTAMP || LOCALTIME");
});

test("JSON functions keep their clauses", () => {
  expectExpression("JSON_VALUE(a, '$.b' RETURNING INT NULL ON EMPTY DEFAULT -1 ON ERROR)");
  expectExpression(
    "JSON_VALUE(a, '$.b' ERROR ON ERROR NULL ON EMPTY)",
    "JSON_VALUE(a, '$.b' NULL ON EMPTY ERROR ON ERROR)",
  );
  expectExpression(
    "JSON_QUERY(a, '$' RETURNING ARRAY<STRING> WITH WRAPPER EMPTY ARRAY ON EMPTY)",
    "JSON_QUERY(a, '$' RETURNING ARRAY<STRING> WITH UNCONDITIONAL ARRAY WRAPPER EMPTY ARRAY ON EMPTY)",
  );
  expectExpression("JSON_EXISTS(a, '$.b' UNKNOWN ON ERROR)");
  expectExpression(
    "JSON_OBJECT('a' VALUE 1, KEY b VALUE 2, key VALUE 3, 'c' : 4 ABSENT ON NULL)",
    "JSON_OBJECT(KEY 'a' VALUE 1, KEY b VALUE 2, KEY key VALUE 3, KEY 'c' VALUE 4 ABSENT ON NULL)",
  );
  expectExpression("JSON_OBJECT()");
  expectExpression("JSON_ARRAY(1, 'a' NULL ON NULL)");
  expectExpression("JSON_OBJECTAGG(KEY a VALUE b)");
  expectExpression("JSON_ARRAYAGG(a ABSENT ON NULL)");
});

test("literals say their value", () => {
  expect(treeOf("U&'\\00e9\\\\\\+01F600'")).toEqual({ kind: "StringLiteral", value: "é\\😀" });
  expect(treeOf("U&'!0041''' UESCAPE '!'")).toEqual({ kind: "StringLiteral", value: "A'" });
  expect(treeOf("x'0aFF'")).toEqual({ kind: "BinaryLiteral", digits: "0AFF" });
  expectExpression("INTERVAL -'1-2' YEAR TO MONTH");
  expectExpression("INTERVAL '2' WEEKS + INTERVAL '1' QUARTER", "INTERVAL '2' WEEK + INTERVAL '1' QUARTER");
  expectExpression("CAST(a AS INTERVAL DAY TO SECOND) - DATE '2026-01-01'");
});

test("types keep what they are made of", () => {
  expectExpression(
    "CAST(a AS ROW(b INT NOT NULL 'a note', c MULTISET<MAP<STRING, DOUBLE PRECISION>>))",
    "CAST(a AS ROW<b INT NOT NULL 'a note', c MULTISET<MAP<STRING, DOUBLE>>>)",
  );
});
