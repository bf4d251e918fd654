import { expect, test } from "vitest";
import { Catalog } from "../../catalog/catalog.ts";
import { analyzeScript } from "../analyze.ts";

const table = `CREATE TABLE t (
  tags ARRAY<STRING>, m MAP<STRING, INT>, ts TIMESTAMP(3), WATERMARK FOR ts AS ts
);`;
const groups = `(SELECT window_start, window_end, tags, m, COUNT(*) AS n
  FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '1' MINUTE))
  GROUP BY window_start, window_end, tags, m)`;

/** The names of what tells the rows of a view apart, or why there is none. */
function keyOf(from: string): readonly string[] | string {
  const { bound, errors } = analyzeScript(
    `${table} CREATE MATERIALIZED VIEW v AS SELECT * FROM ${groups} ${from};`,
    new Catalog(),
  );
  if (errors[0] !== undefined) return errors[0].code;
  const last = bound.at(-1);
  if (last?.kind !== "CreateMaterializedView") throw new Error("no view");
  return last.view.key.map((place) => last.view.schema.columns[place]!.name);
}

const below = ["window_start", "window_end", "tags", "m"];

test.each([
  [
    "elements without their place are not told apart",
    "CROSS JOIN UNNEST(tags) AS u (tag)",
    "sql.view-needs-key",
  ],
  ["their place does", "CROSS JOIN UNNEST(tags) WITH ORDINALITY AS u (tag, o)", [...below, "o"]],
  ["of a map the key does", "LEFT JOIN UNNEST(m) AS u (k, v) ON TRUE", [...below, "k"]],
  ["a map's place does too", "CROSS JOIN UNNEST(m) WITH ORDINALITY AS u (k, v, o)", [...below, "o"]],
])("the key of a view: %s", (_, from, key) => {
  expect(keyOf(from)).toEqual(key);
});

test("a table of the left side is read by what the query reads, and its array", () => {
  const { bound } = analyzeScript(
    `${table} SELECT tag FROM t CROSS JOIN UNNEST(tags) AS u (tag) WHERE tag <> 'x';`,
    new Catalog(),
  );
  expect(JSON.stringify(bound.at(-1))).toContain('"columns":[{"path":["tags"]');
  expect(JSON.stringify(bound.at(-1))).not.toContain('{"path":["m"]');
});
