/** `quickwater check` as a process, with what it says of Flink. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runToEnd } from "../support/run-process.ts";
import { scratchFolder } from "../support/scratch-folder.ts";

const main = new URL("../../src/cli/main.ts", import.meta.url).href;
const program = `process.exitCode = await (await import("${main}")).main(process.argv.slice(1))`;

function check(sql: string, ...args: string[]) {
  const cwd = scratchFolder();
  mkdirSync(join(cwd, "sql"));
  writeFileSync(join(cwd, "sql", "all.sql"), sql);
  const command = [process.execPath, "--input-type=module", "-e", program, "--", "check", cwd, ...args];
  return runToEnd(command, { cwd });
}

const table = "CREATE TABLE t (n INT)";

test("--for flink tells what is otherwise there; without it nobody is bothered", async () => {
  const sql = `${table} WITH ('dedup-key' = 'n');`;
  const told = await check(sql, "--for", "flink");
  expect(told.code).toBe(0);
  expect(told.stdout).toMatch(
    /^sql[\\/]all\.sql:1:30: 'dedup-key' of t: Flink takes duplicates; .*\nNothing wrong/,
  );
  expect((await check(sql)).stdout).toBe("Nothing wrong: 1 table, 0 views.\n");
});

test("--for flink makes a mistake of what cannot be had there", async () => {
  const sql = `${table}; CREATE MATERIALIZED VIEW v AS SELECT 1 AS a;`;
  const told = await check(sql, "--for", "flink");
  expect(told.code).toBe(1);
  expect(told.stderr).toMatch(/all\.sql:1:\d+: v is one row without a key.*\n\n1 mistake\n$/);
  const { code, stdout } = await check(sql, "--json", "--for", "flink");
  expect({ code, ...JSON.parse(stdout) }).toMatchObject({ code: 1, views: ["v"], differences: [] });
  expect((await check(sql)).code).toBe(0);
});

test("--for flink says that Flink looks rows up in tables of some connectors alone", async () => {
  const sql = `${table}; CREATE TABLE r (n INT, v INT, PRIMARY KEY (n) NOT ENFORCED);
    CREATE TABLE s (v INT);
    INSERT INTO s SELECT r.v FROM (SELECT *, PROCTIME() AS p FROM t) AS t
      JOIN r FOR SYSTEM_TIME AS OF t.p ON t.n = r.n;`;
  const told = await check(sql, "--for", "flink");
  expect(told.stderr).toMatch(
    /FOR SYSTEM_TIME AS OF a processing time: Flink asks tables of lookup connectors/,
  );
  expect(told.code).toBe(1);
  expect((await check(sql)).code).toBe(0);
});

test("a statement that is done once has no place in a project", async () => {
  const { code, stderr } =
    await check(`${table};\nEXECUTE STATEMENT SET BEGIN INSERT INTO p SELECT n FROM t; END;
    CREATE TABLE p (n INT) WITH ('connector' = 'print');\nSHOW TABLES;`);
  expect(code).toBe(1);
  expect(stderr).toMatch(/all\.sql:2:1: A EXECUTE STATEMENT SET statement has no place in a project/);
  expect(stderr).toMatch(/all\.sql:4:1: A SHOW statement has no place in a project/);
});
