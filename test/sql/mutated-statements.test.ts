/** Fifty thousand damaged statements: each is taken or refused at a place of the text, in bounded time. */
import { expect, test } from "vitest";
import { Catalog } from "../../src/catalog/catalog.ts";
import { formatError } from "../../src/errors/source-text.ts";
import { analyzeScript } from "../../src/sql/analyze.ts";

const setup = `CREATE TABLE t (id STRING NOT NULL, n INT, d DECIMAL(10, 2), r ROW<a INT, b ROW<c DOUBLE>>,
  ts TIMESTAMP(3),
  WATERMARK FOR ts AS ts - INTERVAL '5' SECOND);
  CREATE TABLE s (id STRING, n INT) WITH ('connector' = 'print');`;

const seeds = [
  `CREATE TABLE u (a STRING NOT NULL, r ROW<x INT, y ARRAY<MAP<STRING, DECIMAL(5, 2)>>>, ts TIMESTAMP_LTZ(3),
    WATERMARK FOR ts AS ts - INTERVAL '1' MINUTE, PRIMARY KEY (a) NOT ENFORCED) WITH ('dedup-key' = 'a')`,
  `CREATE MATERIALIZED VIEW v WITH ('emit' = 'final') AS SELECT window_start, window_end, UPPER(id) AS k,
    COUNT(*) AS c, SUM(d) FILTER (WHERE n > 1) / COUNT(n) AS x
    FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '1' MINUTE)) WHERE r.b.c > 0.5
    GROUP BY window_start, window_end, UPPER(id)`,
  `INSERT INTO s SELECT id, CASE WHEN n IN (1, 2, 3) THEN -n ELSE COALESCE(n, 0) END FROM t AS q
    WHERE q.id LIKE 'a!%%' ESCAPE '!' AND NOT n BETWEEN 1 AND 2`,
  `SELECT CAST(d AS STRING) || SUBSTRING(id FROM 2 FOR 3), TRY_CAST(id AS INT) + 1.5e3, \`n\`,
    ts - INTERVAL '1 02:03' DAY TO MINUTE FROM t -- end`,
];
const pieces =
  `( ) , ; . < > = => * / % + - || ' \` " /* */ -- '' 1 0 2.5 1e9 NULL NOT AND OR IS IN CASE WHEN THEN
ELSE END SELECT FROM WHERE GROUP BY AS TABLE TUMBLE DESCRIPTOR INTERVAL 'x' '1' MINUTE MONTH COUNT
SUM FILTER OVER JOIN UNION id n d r r.b window_start window_time CAST ROW ARRAY MAP DECIMAL(99) [ ]
{ } \u0000 \u{1F600} \\ $`.split(/\s+/);

/** A small generator of its own, so that a failure names the seed that repeats it. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return (state >>> 0) / 2 ** 32;
  };
}

function mutate(text: string, next: () => number): string {
  const at = Math.floor(next() * text.length);
  const length = Math.floor(next() * 12);
  const piece = pieces[Math.floor(next() * pieces.length)]!;
  switch (Math.floor(next() * 5)) {
    case 0:
      return text.slice(0, at) + text.slice(at + length);
    case 1:
      return `${text.slice(0, at)} ${piece} ${text.slice(at)}`;
    case 2:
      return text.slice(0, at) + piece + text.slice(at + length);
    case 3:
      return text.slice(0, at) + text.slice(at, at + length * 4).repeat(3) + text.slice(at);
    default: {
      const other = Math.floor(next() * text.length);
      return text.slice(0, at) + text.slice(other, other + length * 3) + text.slice(at + length);
    }
  }
}

test("no damaged statement crashes, hangs or is refused without a place", () => {
  const base = new Catalog();
  analyzeScript(setup, base);
  let refused = 0;
  for (let seed = 0; seed < 50_000; seed++) {
    const next = random(seed * 7919 + 1);
    let text = seeds[seed % seeds.length]!;
    for (let changes = 1 + Math.floor(next() * 4); changes > 0; changes--) text = mutate(text, next);
    const catalog = new Catalog();
    for (const table of base.tables()) catalog.addTable(table);
    const { errors } = analyzeScript(text, catalog);
    for (const error of errors) {
      refused++;
      const { position } = error;
      const isPlaced = position !== undefined && position.offset >= 0 && position.offset <= text.length;
      if (!isPlaced) expect.fail(`seed ${seed}: ${error.code} has no place in ${text}`);
      formatError(error, text);
    }
  }
  expect(refused).toBeGreaterThan(30_000);
}, 120_000);
