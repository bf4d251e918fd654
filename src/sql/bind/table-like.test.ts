/** What a table takes over from another; what Flink says of each form is recorded in its probes. */
import { expect, test } from "vitest";
import { Catalog } from "../../catalog/catalog.ts";
import { formatType } from "../../values/sql-type.ts";
import { analyzeScript } from "../analyze.ts";

const base = `CREATE TABLE base (
  id INT NOT NULL, n INT, twice AS n * 2, ts TIMESTAMP(3),
  PRIMARY KEY (id) NOT ENFORCED, WATERMARK FOR ts AS ts - INTERVAL '5' SECOND
) WITH ('dedup-key' = 'id', 'dedup-span' = '1 h')`;

function made(statement: string) {
  const catalog = new Catalog();
  const query = "CREATE VIEW v AS SELECT * FROM other";
  const { errors } = analyzeScript(`${base}; ${statement}; ${query}`, catalog);
  expect(errors.map(({ message }) => message)).toEqual([]);
  const { schema, computed, watermark, primaryKey, options } = catalog.table("other")!;
  const columns = schema.columns.map(({ name, type }) => `${name} ${formatType(type)}`);
  return {
    columns,
    computed: computed?.map(({ name, place }) => `${place} ${name}`),
    view: catalog.query("v")!.schema.columns.map(({ name }) => name),
    delayMs: watermark?.delayMs,
    primaryKey,
    options,
  };
}

test("all of it, and what is added behind it", () => {
  expect(made("CREATE TABLE other (k STRING, plus AS n + 1) WITH ('dedup-span' = '2 h') LIKE base")).toEqual({
    columns: ["id INT NOT NULL", "n INT", "ts TIMESTAMP(3)", "k STRING"],
    computed: ["2 twice", "5 plus"],
    view: ["id", "n", "twice", "ts", "k", "plus"],
    delayMs: 5_000,
    primaryKey: [0],
    options: { "dedup-key": "id", "dedup-span": "2 h" },
  });
});

test("a part of it", () => {
  const rules = "EXCLUDING ALL INCLUDING GENERATED, OVERWRITING WATERMARKS";
  expect(
    made(`CREATE TABLE other (twice2 AS n + n, WATERMARK FOR ts AS ts) LIKE base (${rules})`),
  ).toMatchObject({
    columns: ["id INT NOT NULL", "n INT", "ts TIMESTAMP(3)"],
    view: ["id", "n", "twice", "ts", "twice2"],
    delayMs: 0,
    primaryKey: [],
    options: {},
  });
  expect(made("CREATE TABLE other (twice AS n * 3) LIKE base (OVERWRITING GENERATED)").computed).toEqual([
    "2 twice",
  ]);
});

test("of a table that was itself made so, also when that is gone", () => {
  const statement = "CREATE TABLE between LIKE base; DROP TABLE base; CREATE TABLE other LIKE between";
  expect(made(statement.replaceAll("between", "middle"))).toMatchObject({ delayMs: 5_000, primaryKey: [0] });
});
