import fc from "fast-check";
import { expect, test } from "vitest";
import { expectPrinted, meaningOf } from "../../../test/sql/tree-meaning.ts";
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

test("a table is made of every kind of column and clause", () => {
  expectPrinted(
    "CREATE TEMPORARY TABLE IF NOT EXISTS c.t (a INT NOT NULL COMMENT 'a', b AS a + 1 COMMENT 'b', " +
      "c BIGINT METADATA FROM 'offset' VIRTUAL, d TIMESTAMP_LTZ(3) METADATA, WATERMARK FOR d AS d, " +
      "CONSTRAINT pk PRIMARY KEY (a, c) NOT ENFORCED) COMMENT 't' PARTITIONED BY (a, b) " +
      "WITH ('k' = 'v', '' = '') LIKE o (INCLUDING ALL EXCLUDING OPTIONS OVERWRITING GENERATED)",
  );
  expectPrinted("CREATE TABLE t LIKE o", "CREATE TABLE t () LIKE o");
  expectPrinted(
    "CREATE TABLE t (a INT PRIMARY KEY NOT ENFORCED COMMENT 'a')",
    "CREATE TABLE t (a INT COMMENT 'a', PRIMARY KEY (a) NOT ENFORCED)",
  );
});

test("views are named queries, with or without rows of their own", () => {
  expectPrinted("CREATE TEMPORARY VIEW IF NOT EXISTS v (a, b) COMMENT 'v' AS SELECT 1, 2");
  expectPrinted("CREATE MATERIALIZED VIEW v WITH ('emit' = 'final') AS SELECT 1 UNION SELECT 2");
  const [view] = parseScript("CREATE VIEW v AS (SELECT 1)  ; SELECT 2").statements;
  expect(view).toMatchObject({ kind: "CreateView", queryText: "(SELECT 1)" });
});

test("INSERT INTO takes columns, a query or VALUES", () => {
  expectPrinted("INSERT INTO a.b (c, d) VALUES (1, 2), (3, 4)");
  expectPrinted("INSERT INTO t (SELECT 1)", "INSERT INTO t SELECT 1");
  expectPrinted("INSERT INTO t WITH a AS (SELECT 1) SELECT * FROM a");
});

test("a statement set holds its INSERTs, in both of Flink's forms", () => {
  const set = "EXECUTE STATEMENT SET BEGIN INSERT INTO a SELECT 1; INSERT INTO b SELECT 2; END";
  expectPrinted(set);
  expectPrinted("BEGIN STATEMENT SET; INSERT INTO a SELECT 1; INSERT INTO b SELECT 2; END;", set);
});

test("settings are texts, with or without quotes", () => {
  expectPrinted(
    "SET table.exec.state.ttl = 1 h; RESET a.b-c",
    "SET 'table.exec.state.ttl' = '1 h'; RESET 'a.b-c'",
  );
  expectPrinted("SET 'a' = 'it''s'; SET; RESET");
});

test("SHOW, DESCRIBE and DROP name what they are about", () => {
  expectPrinted("SHOW TABLES LIKE 'a%'; SHOW VIEWS; SHOW MATERIALIZED VIEWS NOT LIKE 'b'; SHOW FUNCTIONS");
  expectPrinted("SHOW COLUMNS IN a.b LIKE 'c'", "SHOW COLUMNS FROM a.b LIKE 'c'");
  expectPrinted("SHOW CREATE TABLE a; SHOW CREATE VIEW b; SHOW CREATE MATERIALIZED VIEW c");
  expectPrinted("DESC a; DESCRIBE EXTENDED a.b", "DESCRIBE a; DESCRIBE EXTENDED a.b");
  expectPrinted("DROP TEMPORARY TABLE IF EXISTS a.b; DROP VIEW c; DROP MATERIALIZED VIEW IF EXISTS d");
});

test("EXPLAIN says how much, of which statement, and for whom", () => {
  expectPrinted("EXPLAIN PLAN FOR SELECT * FROM t FOR FLINK", "EXPLAIN SELECT * FROM t FOR FLINK");
  expectPrinted("EXPLAIN CHANGELOG_MODE, PLAN_ADVICE INSERT INTO t SELECT 1");
  expectPrinted("EXPLAIN STATEMENT SET BEGIN INSERT INTO a SELECT 1; END");
});

test("every node has its place, inside of that of the node that holds it", () => {
  for (const text of [orders, view, everything]) {
    const { statements } = parseScript(text);
    expect(statements).toHaveLength(1);
    for (const statement of statements) checkPlaces(statement, text, 0, text.length);
  }
});

const everything = `INSERT INTO t WITH a (b) AS (SELECT x[1].y FROM u) SELECT DISTINCT t.*, SUM(a) OVER (
  PARTITION BY b ORDER BY c DESC ROWS BETWEEN 1 PRECEDING AND CURRENT ROW),
  JSON_VALUE(a, '$' DEFAULT 1 ON EMPTY)
FROM a /*+ OPTIONS('k' = 'v') */ FOR SYSTEM_TIME AS OF ts AS x (y) JOIN LATERAL TABLE(f(a)) AS g ON TRUE,
  UNNEST(ARRAY[1]) AS h, TABLE(HOP(TABLE a, DESCRIPTOR(ts), INTERVAL '1' DAY)) USING_ROWS
WHERE EXISTS (SELECT 1) GROUP BY GROUPING SETS ((), ROLLUP (a)) WINDOW w AS (PARTITION BY a)
UNION ALL (VALUES (1, 2) ORDER BY 1 LIMIT 2)`;

function checkPlaces(node: unknown, text: string, from: number, to: number): void {
  if (typeof node !== "object" || node === null) return;
  let [start, end] = [from, to];
  if ("kind" in node && !isContent(node)) {
    const { position } = node as { position?: { offset: number; length: number; line: number } };
    expect(position, JSON.stringify(node)).toBeDefined();
    [start, end] = [position!.offset, position!.offset + position!.length];
    expect(start, JSON.stringify(node)).toBeGreaterThanOrEqual(from);
    expect(end, JSON.stringify(node)).toBeLessThanOrEqual(to);
    expect(position!.line).toBe(text.slice(0, start).split("\n").length);
  }
  for (const [key, child] of Object.entries(node)) {
    if (!key.toLowerCase().endsWith("position")) checkPlaces(child, text, start, end);
  }
}

/** What a column holds is a part of it and has no place of its own. */
function isContent(node: object): boolean {
  return "kind" in node && ["Physical", "Computed", "Metadata"].includes(String(node.kind));
}

test("A value that is given stands where an expression may; without any a colon is a mistake", () => {
  const given = new Map([["date", { type: { kind: "DATE", nullable: false } as const, value: 1 }]]);
  const text = "SELECT :date AS a FROM t WHERE d = :date AND :date BETWEEN e AND f";
  const { statements, errors } = parseScript(text, given);
  expect([errors, statements.map(printStatement)]).toEqual([[], [text]]);
  const codes = (sql: string, values?: typeof given) =>
    parseScript(sql, values).errors.map(({ code }) => code);
  expect(codes("SELECT :dates FROM t", given)).toEqual(["sql.unknown-parameter"]);
  expect(codes("SELECT a AS :date FROM t", given)).toEqual(["sql.syntax"]);
  expect(codes("SELECT * FROM :date", given)).toEqual(["sql.syntax"]);
  expect(codes("SELECT :date FROM t")).toEqual(["sql.syntax"]);
});
