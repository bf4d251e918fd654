/** `quickwater run` as a process: what goes where, and the exit codes. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runToEnd } from "../support/run-process.ts";
import { scratchFolder } from "../support/scratch-folder.ts";

const main = new URL("../../src/cli/main.ts", import.meta.url).href;
const program = `process.exitCode = await (await import("${main}")).main(process.argv.slice(1))`;

function quickwater(cwd: string, ...args: string[]) {
  return runToEnd([process.execPath, "--input-type=module", "-e", program, "--", ...args], { cwd });
}

const table = `CREATE TABLE t (n INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts)
WITH ('connector' = 'filesystem', 'path' = 't.json', 'format' = 'json');`;

/** The script lies in a folder of its own: its paths are meant from there. */
function project(sql: string): { readonly cwd: string; readonly script: string } {
  const cwd = scratchFolder();
  writeFileSync(
    join(cwd, "t.json"),
    '{"n":1,"ts":"2026-03-01 12:01:00"}\n{"n":0,"ts":"2026-03-01 12:00:00"}\n',
  );
  writeFileSync(join(cwd, "s.sql"), sql);
  return { cwd, script: join(cwd, "s.sql") };
}

test("rows go to standard output, what was late to standard error, the exit code is 0", async () => {
  const { script } = project(`${table} SELECT COUNT(*) AS n FROM
    TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '1' MINUTE)) GROUP BY window_start, window_end`);
  const { code, stdout, stderr } = await quickwater(scratchFolder(), "run", script, "--format", "csv");
  expect({ code, stdout }).toEqual({ code: 0, stdout: "n\r\n1\r\n" });
  expect(stderr).toBe("1 row of t was late for its window and is in no result (line 2).\n");
});

test("--json and --interpreted", async () => {
  const { cwd } = project(`${table} SELECT n FROM t`);
  const { code, stdout } = await quickwater(cwd, "run", "s.sql", "--json", "--interpreted");
  expect({ code, stdout }).toEqual({ code: 0, stdout: '{"n":1}\n{"n":0}\n' });
});

test.each([
  ["a mistake in the SQL", "SELECT m FROM t", /^s\.sql:2:9: There is no column m in t\. .*\n {2}2 \|/],
  ["a value that the query forbids", "SELECT 1 / n FROM t", /^s\.sql:2:2: Division by zero/],
  ["no query", "", /^s\.sql holds no statement that does anything\./],
])("%s is told with its place, the exit code is 1", async (_, sql, message) => {
  const { cwd } = project(`${table.replace("\n", " ")}\n ${sql}`);
  const { code, stderr } = await quickwater(cwd, "run", "s.sql");
  expect(code).toBe(1);
  expect(stderr).toMatch(message);
});

test.each([
  [["run"], /SCRIPT\.sql is missing/],
  [["run", "nowhere.sql"], /nowhere\.sql cannot be read: there is no such file/],
  [["run", "."], /it is a folder; name the script in it/],
  [["run", "s.sql", "--format", "tabel"], /no format "tabel"; did you mean table/],
  [["run", "s.sql", "--fast"], /Unknown option '--fast'/],
])("%j is refused with exit code 1", async (args, message) => {
  const { code, stderr } = await quickwater(project(table).cwd, ...args);
  expect(code).toBe(1);
  expect(stderr).toMatch(message);
});

test("--help names every option", async () => {
  const { code, stdout } = await quickwater(scratchFolder(), "run", "--help");
  expect(code).toBe(0);
  for (const option of ["--format", "--json", "--interpreted", "Exit code"]) expect(stdout).toContain(option);
});
