/** Projects whose files name what other files make. */
import { expect, test } from "vitest";
import { Catalog } from "../catalog/catalog.ts";
import { analyzeFiles, analyzeScript } from "./analyze.ts";

const orders = `CREATE TABLE orders (id INT NOT NULL, ts TIMESTAMP(3) NOT NULL, WATERMARK FOR ts AS ts);`;
const checked = `-- What is decided.
CREATE TABLE checked (id INT NOT NULL, why STRING NOT NULL, ts TIMESTAMP(3) NOT NULL, WATERMARK FOR ts AS ts);
INSERT INTO checked SELECT id, CAST(COUNT(*) OVER (ORDER BY ts) AS STRING), ts FROM orders;
INSERT INTO checked SELECT id, 'late', ts FROM checked$late;`;
const counted = `CREATE MATERIALIZED VIEW counted AS SELECT window_start, window_end, COUNT(*) AS n
FROM TABLE(TUMBLE(TABLE big_ones, DESCRIPTOR(ts), INTERVAL '1' MINUTE)) GROUP BY window_start, window_end;
CREATE MATERIALIZED VIEW missed WITH ('retention' = '1 h') AS SELECT id, COUNT(*) AS n
FROM counted$late GROUP BY id;`;
const bigOnes = `CREATE VIEW big_ones AS SELECT * FROM orders WHERE id > 10;
CREATE TABLE copies LIKE orders;`;

function permuted<T>(all: readonly T[]): readonly (readonly T[])[] {
  if (all.length < 2) return [all];
  return all.flatMap((first, place) =>
    permuted(all.filter((_, other) => other !== place)).map((rest) => [first, ...rest]),
  );
}

test("in whatever order its files are, a project is the same", () => {
  for (const files of permuted([orders, checked, counted, bigOnes])) {
    const catalog = new Catalog();
    const { bound, errors, script } = analyzeFiles(files, catalog);
    expect(errors.flat()).toEqual([]);
    expect(bound).toHaveLength(8);
    expect(catalog.views().map(({ name }) => name)).toEqual(["counted", "missed"]);
    // As one script it is bound from its first line to its last.
    const again = new Catalog();
    expect(analyzeScript(script, again).errors).toEqual([]);
    const names = ({ name }: { readonly name: string }) => name;
    expect(again.tables().map(names)).toEqual(catalog.tables().map(names));
    expect(again.view("counted")?.statement).toBe(catalog.view("counted")?.statement);
    for (const { statement, file } of bound) {
      const { offset, length } = statement.written.position;
      expect(script).toContain(files[file]!.slice(offset, offset + length));
    }
  }
});

test("what needs no other stays where it is", () => {
  const files = [`${orders} CREATE TABLE a (x INT);`, "CREATE TABLE b (x INT); SET 'pipeline.name' = 'p';"];
  const { bound } = analyzeFiles(files, new Catalog());
  expect(bound.map(({ statement, file }) => [statement.kind, file])).toEqual([
    ["CreateTable", 0],
    ["CreateTable", 0],
    ["CreateTable", 1],
    ["Setting", 1],
  ]);
});

test("mistakes are told by file, in the order of its text, those of what goes round too", () => {
  const files = [
    "CREATE VIEW a AS SELECT x FROM b; CREATE VIEW c AS SELECT y FROM nowhere; SELEC;",
    `CREATE VIEW b AS SELECT x FROM a; ${orders} CREATE VIEW d AS SELECT idd FROM orders;`,
  ];
  const { errors } = analyzeFiles(files, new Catalog());
  expect(errors.map((of) => of.map(({ code, position }) => [code, position?.column]))).toEqual([
    [
      ["sql.unknown-table", 66],
      ["sql.syntax", 75],
    ],
    [
      ["sql.unknown-table", 32],
      ["sql.unknown-column", expect.any(Number)],
    ],
  ]);
});

test.each([
  ["a view", "CREATE MATERIALIZED VIEW late AS SELECT idd FROM orders;", "late", "sql.unknown-column"],
  [
    "a view that cannot be read",
    "CREATE MATERIALIZED VIEW late AS SELECT id, FROM orders;",
    "late",
    "sql.syntax",
  ],
  ["a table", "CREATE TABLE IF NOT EXISTS late (id INT, id INT);", "late", "sql.duplicate-column"],
  [
    "an insert",
    "CREATE TABLE late (id INT); INSERT INTO late SELECT idd FROM orders;",
    "late",
    "sql.unknown-column",
  ],
  [
    "an insert that cannot be read",
    "CREATE TABLE late (id INT); INSERT INTO late SELECT id FROM orders WHERE;",
    "late",
    "sql.syntax",
  ],
])("what %s with a mistake would have made is missing without a word", (_, broken, name, code) => {
  const files = [
    `CREATE VIEW behind AS SELECT id FROM too_late; CREATE VIEW too_late AS SELECT id FROM ${name}$late;`,
    `${orders} ${broken}`,
  ];
  const { errors } = analyzeFiles(files, new Catalog());
  expect(errors.flat().map((error) => error.code)).toEqual([code]);
});
