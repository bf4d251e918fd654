/** Thirty thousand damaged statements: each is taken or refused at a place of the text, in bounded time. */
import { expect, test } from "vitest";
import { parseScript } from "../../src/sql/parse/parse-statement.ts";
import { comesBack, statementMsMax, withstand } from "./hostile-statements.ts";
import { damaged, random } from "./mutations.ts";

/** What grows with the square of a text's length takes minutes at this one. */
const longMax = 200_000;

const seeds = [
  `CREATE TABLE u (a STRING NOT NULL, r ROW<x INT, y ARRAY<MAP<STRING, DECIMAL(5, 2)>>>, ts TIMESTAMP_LTZ(3),
    c AS a || 'x', m BIGINT METADATA FROM 'offset' VIRTUAL COMMENT 'where',
    WATERMARK FOR ts AS ts - INTERVAL '1' MINUTE, PRIMARY KEY (a) NOT ENFORCED) PARTITIONED BY (a)
    WITH ('dedup-key' = 'a') LIKE t (INCLUDING ALL)`,
  `CREATE MATERIALIZED VIEW v WITH ('emit' = 'final') AS SELECT window_start, window_end, UPPER(id) AS k,
    COUNT(*) AS c, SUM(d) FILTER (WHERE n > 1) / COUNT(n) AS x
    FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '1' MINUTE)) WHERE r.b.c > 0.5
    GROUP BY window_start, window_end, UPPER(id)`,
  `INSERT INTO s SELECT id, CASE WHEN n IN (1, 2, 3) THEN -n ELSE COALESCE(n, 0) END FROM t AS q
    WHERE q.id LIKE 'a!%%' ESCAPE '!' AND NOT n BETWEEN 1 AND 2`,
  `SELECT CAST(d AS STRING) || SUBSTRING(id FROM 2 FOR 3), TRY_CAST(id AS INT) + 1.5e3, \`n\`,
    ts - INTERVAL '1 02:03' DAY TO MINUTE FROM t -- end`,
  `WITH a (x) AS (SELECT r.a FROM t /*+ OPTIONS('k' = 'v') */ ORDER BY 1 LIMIT 2) SELECT DISTINCT a.*,
    SUM(n) OVER (PARTITION BY id ORDER BY ts DESC NULLS LAST ROWS BETWEEN 2 PRECEDING AND CURRENT ROW)
    FROM a LEFT JOIN (t CROSS JOIN UNNEST(tags) AS u (tag)) ON a.x = t.n AND EXISTS (SELECT 1), s
    GROUP BY GROUPING SETS ((), (a, b), ROLLUP (c)) HAVING COUNT(DISTINCT n) > 1 UNION ALL (VALUES (1), (2))`,
  `EXECUTE STATEMENT SET BEGIN INSERT INTO s (id) SELECT MAP['a', 1][id].x FROM t;
    INSERT INTO s SELECT JSON_VALUE(id, '$' RETURNING INT DEFAULT 0 ON EMPTY), TRIM(BOTH 'x' FROM id),
    EXTRACT(DAY FROM ts), FLOOR(ts TO DAY), U&'\\00e9', X'0a' FROM LATERAL TABLE(f(x => 1)) AS g (h); END;
    EXPLAIN CHANGELOG_MODE SELECT 1; SHOW COLUMNS FROM t LIKE 'a'; SET 'a' = 'b'; DROP VIEW IF EXISTS v`,
];

test("no damaged statement crashes, hangs or is refused without a place", () => {
  let refused = 0;
  for (let seed = 0; seed < 30_000; seed++) {
    const text = damaged(seeds[seed % seeds.length]!, random(seed * 7919 + 1));
    refused += withstand(text, `seed ${seed}`);
    if (seed % 3 === 0) comesBack(text, `seed ${seed}`);
  }
  expect(refused).toBeGreaterThan(30_000);
}, 120_000);

test("an undamaged statement is not refused by the parser", () => {
  for (const text of seeds) {
    expect(parseScript(text).errors.map(({ message }) => message)).toEqual([]);
    comesBack(text, text);
  }
});

test.each([
  "/*+",
  "/*+ */",
  "/*;\n",
  "/*+;\n",
  "(",
  "SELECT (",
  "SELECT a FROM (",
  "((SELECT 1) ",
  "WITH a AS (",
  "f(",
  "SELECT f(;",
  "SELECT ",
  "SELECT a, ",
  "SELECT 1 UNION ",
  "a JOIN ",
  "[",
  "a[1]",
  "CASE ",
  "NOT ",
  "- ",
  "U&'",
  "`",
  "ARRAY<",
  "CREATE TABLE t (",
  "CREATE TABLE t (a INT,",
  "EXPLAIN ",
  "BEGIN STATEMENT SET;",
  "INSERT INTO a SELECT 1;",
  "SET a ",
])("a script of nothing but %s is refused or taken soon", (piece) => {
  for (const before of ["", "SELECT ", "SELECT a FROM "]) {
    const text = (before + piece.repeat(longMax / piece.length)).slice(0, longMax);
    const start = performance.now();
    parseScript(text);
    expect(performance.now() - start, before + piece).toBeLessThan(statementMsMax);
  }
});
