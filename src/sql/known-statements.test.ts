/** What was bound before is what would be bound anew, whatever is edited. */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { projectRoot } from "../../scripts/project.js";
import { Catalog } from "../catalog/catalog.ts";
import { analyzeFiles } from "./analyze.ts";
import { KnownStatements } from "./known-statements.ts";

function analyzed(texts: readonly string[], known?: KnownStatements) {
  const catalog = new Catalog();
  return { catalog, ...analyzeFiles(texts, catalog, {}, known) };
}

/** All that is known of it, but for who is asked. */
function told({ catalog, bound, errors, script }: ReturnType<typeof analyzed>) {
  const [tables, views, queries] = [catalog.tables(), catalog.views(), catalog.queries()];
  const names = [...tables, ...views, ...queries].map(({ name }) => name);
  const readers = names.map((name) => [name, catalog.readerOf(name)]);
  const messages = errors.map((all) => all.map(({ message, hint, position }) => [message, hint, position]));
  return { bound, messages, script, tables, views, queries, readers, writers: catalog.writers() };
}

const orders = `CREATE TABLE orders (id INT NOT NULL, ts TIMESTAMP(3) NOT NULL, WATERMARK FOR ts AS ts);`;
const visits = `CREATE TABLE visits (id INT NOT NULL, ts TIMESTAMP(3) NOT NULL, WATERMARK FOR ts AS ts);`;
const big = "CREATE VIEW big AS SELECT * FROM orders WHERE id > 10;";
const counted = `CREATE MATERIALIZED VIEW counted AS SELECT window_start, window_end, COUNT(*) AS n
FROM TABLE(TUMBLE(TABLE big, DESCRIPTOR(ts), INTERVAL '1' MINUTE)) GROUP BY window_start, window_end;`;
const written = `CREATE TABLE written (id INT NOT NULL, ts TIMESTAMP(3) NOT NULL, WATERMARK FOR ts AS ts);`;
const insert = "INSERT INTO written SELECT id, ts FROM big;";
const late = `CREATE MATERIALIZED VIEW missed WITH ('retention' = '1 h') AS SELECT id, COUNT(*) AS n
FROM counted$late GROUP BY id;`;
const all = [orders, visits, big, counted, written, insert, late];

describe("an edit", () => {
  test.each([
    ["of nothing", all, []],
    ["of what nobody names", all.with(1, visits.replace("id INT", "id BIGINT")), [1]],
    // Who writes a stream is part of what it is.
    [
      "of what is named by way of others",
      all.with(0, orders.replace("id INT", "id SMALLINT")),
      [0, 2, 3, 4, 5, 6],
    ],
    ["of a view between", all.with(2, big.replace("10", "11")), [2, 3, 4, 5, 6]],
    ["of white space: places are told of it", all.with(5, ` ${insert}`), [4, 5]],
    [
      "that lets one more write the stream",
      [...all, "INSERT INTO written SELECT id, ts FROM visits;"],
      [4, 5, 7],
    ],
    ["that adds a view", [...all, "CREATE VIEW few AS SELECT id FROM visits;"], [7]],
    ["that sets something", [...all, "SET 'pipeline.name' = 'p';"], [0, 1, 2, 3, 4, 5, 6, 7]],
  ])("%s binds only what it may concern", (_, files, anew) => {
    const known = new KnownStatements();
    const before = new Map(analyzed(all, known).bound.map(({ statement }) => [statement, true]));
    const again = analyzed(files, known);
    const fresh = analyzed(files);
    expect(told(again)).toEqual(told(fresh));
    expect(again.errors.flat()).toEqual([]);
    const isNew = again.bound.filter(({ statement }) => !before.has(statement)).map(({ file }) => file);
    expect(isNew.toSorted()).toEqual(anew);
  });

  test.each([
    ["a file is gone", all.toSpliced(0, 1)],
    ["a name is there twice", [...all, "CREATE VIEW visits AS SELECT id FROM orders;"]],
    ["a file is there twice", [...all, orders]],
    ["streams go round", [...all, "INSERT INTO orders SELECT id, ts FROM written;"]],
    ["a statement is broken", all.with(2, "CREATE VIEW big AS SELEC * FROM orders;")],
    ["a column is gone", all.with(0, orders.replace("id INT NOT NULL", "number INT NOT NULL"))],
  ])("where %s the mistakes are those of a first reading, and are gone when it is mended", (_, files) => {
    const known = new KnownStatements();
    analyzed(all, known);
    const again = analyzed(files, known);
    expect(again.errors.flat().length).toBeGreaterThan(0);
    expect(told(again)).toEqual(told(analyzed(files)));
    expect(told(analyzed(all, known))).toEqual(told(analyzed(all)));
  });
});

test("a time zone of its own is bound anew", () => {
  const known = new KnownStatements();
  analyzed(all, known);
  const zoned = (of?: KnownStatements) => {
    const catalog = new Catalog();
    return { catalog, ...analyzeFiles(all, catalog, { timeZone: "Europe/Berlin" }, of) };
  };
  expect(told(zoned(known))).toEqual(told(zoned()));
});

test("packs, file by file: each is broken, cut short, gone and whole again", () => {
  const files = globSync("packs/*/sql/*.sql", { cwd: projectRoot }).sort();
  const texts = files.map((file) => readFileSync(join(projectRoot, file), "utf8"));
  const known = new KnownStatements();
  expect(analyzed(texts, known).errors.flat()).toEqual([]);
  expect(files.length).toBeGreaterThan(20);
  for (const [place, text] of texts.entries()) {
    const edits = [
      texts.with(place, text.slice(0, text.lastIndexOf("CREATE"))),
      texts.with(place, text.replace("SELECT", "SELEC").replace("NOT NULL", "NOT NUL")),
      texts.toSpliced(place, 1),
    ];
    const edited = edits[place % edits.length]!;
    expect(told(analyzed(edited, known)), files[place]).toEqual(told(analyzed(edited)));
  }
  expect(told(analyzed(texts, known))).toEqual(told(analyzed(texts)));
}, 60_000);
