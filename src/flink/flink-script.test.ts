/**
 * Scripts of test/flink/scripts as Flink is given them; `test:flink` asks its planner whether it takes them.
 * UPDATE=1 writes the converted text anew: read it before it is committed.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { boundScript, scriptsFolder } from "../../test/flink/converted.ts";
import { differencesOf } from "./differences.ts";
import { flinkScript } from "./flink-script.ts";
import { defaultServers, fileTables, kafkaTables } from "./flink-tables.ts";

const scripts = readdirSync(scriptsFolder).filter((name) => name.endsWith(".sql"));

describe.each(scripts)("%s", (name) => {
  const bound = boundScript(readFileSync(join(scriptsFolder, name), "utf8"));
  const differences = bound.flatMap(differencesOf).map(({ kind, sentence, position }) => {
    return `-- ${kind} at line ${position.line}: ${sentence}.`;
  });
  const text = `${flinkScript(bound, kafkaTables(defaultServers))}\n${differences.join("\n")}\n`;
  const golden = join(scriptsFolder, name.replace(/sql$/, "flink.txt"));

  test("is converted", () => {
    if (process.env.UPDATE === "1") writeFileSync(golden, text);
    expect(text).toBe(readFileSync(golden, "utf8"));
  });
});

test("streams may be files of one folder, and views are printed then", () => {
  const bound = boundScript(`CREATE TABLE t (n INT) WITH ('dedup-key' = 'n');
    CREATE MATERIALIZED VIEW v AS SELECT n, rn FROM
      (SELECT n, ROW_NUMBER() OVER (ORDER BY n) AS rn FROM t) WHERE rn <= 3;
    DROP MATERIALIZED VIEW v;`);
  const script = flinkScript(bound, fileTables("/data"));
  expect(script).toContain("'path' = '/data/t',\n  'format' = 'json'");
  expect(script).toContain("'connector' = 'print',\n  'print-identifier' = 'v'");
  expect(script).not.toContain("dedup-key");
  expect(script).toMatch(/\nDROP TABLE v;\n$/);
});

test("a view that was read is dropped with the table that it was written to", () => {
  const bound = boundScript(`CREATE MATERIALIZED VIEW v AS SELECT 1 AS n; CREATE VIEW w AS SELECT n FROM v;
    DROP VIEW w; DROP MATERIALIZED VIEW v;`);
  const script = flinkScript(bound, kafkaTables("a:1,b:2"));
  expect(script).toMatch(/DROP VIEW w;\n\nDROP TABLE v__written;\n\nDROP VIEW v;\n$/);
});

test("what Flink cannot have is a mistake", () => {
  const bound = boundScript(`CREATE TABLE t (n INT);
    CREATE MATERIALIZED VIEW broken AS SELECT code, rn FROM
      (SELECT code, ROW_NUMBER() OVER (ORDER BY code) AS rn FROM t$dead) WHERE rn <= 3;
    CREATE MATERIALIZED VIEW total AS SELECT COUNT(*) AS n FROM t;`);
  expect(bound.flatMap(differencesOf).map(({ kind, sentence }) => `${kind}: ${sentence}`)).toEqual([
    "mistake: t$dead is kept by Quickwater: Flink has no such table",
    "mistake: total is one row without a key, and a keyed topic needs one: select a constant as its key",
  ]);
});
