/** `quickwater explain` as a process. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runToEnd } from "../support/run-process.ts";
import { scratchFolder } from "../support/scratch-folder.ts";

const main = new URL("../../src/cli/main.ts", import.meta.url).href;
const program = `process.exitCode = await (await import("${main}")).main(process.argv.slice(1))`;

function explain(cwd: string, ...args: string[]) {
  return runToEnd([process.execPath, "--input-type=module", "-e", program, "--", "explain", ...args], {
    cwd,
  });
}

/** A project of one stream and one view, and beside it a script. */
function folder(): string {
  const cwd = scratchFolder();
  mkdirSync(join(cwd, "shop", "sql"), { recursive: true });
  writeFileSync(join(cwd, "shop", "sql", "a.sql"), "CREATE TABLE clicks (page STRING, n INT);");
  const view = "CREATE MATERIALIZED VIEW pages AS SELECT 'all' AS page;";
  writeFileSync(join(cwd, "shop", "sql", "b.sql"), view);
  writeFileSync(join(cwd, "script.sql"), "CREATE TABLE t (n INT);\nSELECT n FROM t;\nSELECT m FROM t;");
  return cwd;
}

test("a project shows its views", async () => {
  const { code, stdout } = await explain(folder(), "shop");
  expect(code).toBe(0);
  expect(stdout).toMatch(/^INTO pages\n {2}SELECT 'all' AS page \[inserts only\]\n {4}VALUES \(/);
});

test("a statement reads a project's tables, the demo's where none is named", async () => {
  const cwd = folder();
  const own = await explain(cwd, "SELECT page FROM clicks", "--project", "shop", "--json");
  const plan = {
    stage: "FROM",
    does: "clicks: reads page",
    changes: false,
    inputs: [],
  };
  expect(JSON.parse(own.stdout)).toMatchObject([{ plan }]);
  const demo = await explain(cwd, "SELECT amount FROM transaction_events");
  expect(demo.stdout).toContain("FROM transaction_events: reads amount, timestamp; event time timestamp");
});

test("--for flink gives the script, its streams in the topics or files that are named", async () => {
  const cwd = folder();
  const { stdout } = await explain(cwd, "shop", "--for", "flink", "--kafka", "broker:9092");
  expect(stdout).toContain("'properties.bootstrap.servers' = 'broker:9092'");
  expect(stdout).toMatch(/INSERT INTO pages\nSELECT 'all' AS page;\n$/);
  const files = await explain(
    cwd,
    "SELECT page FROM clicks",
    "--project",
    "shop",
    "--for",
    "flink",
    "--files",
    "in",
  );
  expect(files.stdout).toMatch(/'path' = 'in\/clicks'[\s\S]*\nSELECT page FROM clicks;\n$/);
  const data = await explain(cwd, "shop", "--for", "flink", "--json");
  expect(JSON.parse(data.stdout)).toMatchObject({ differences: [{ kind: "mistake" }] });
});

test.each([
  [["shop", "--for", "spark"], /--for takes flink, this is "spark"/],
  [["shop", "--kafka", "broker:9092"], /--kafka and --files go with --for flink/],
  [["shop", "--for", "flink", "--files", "in", "--kafka", "b:1"], /--kafka or --files, not both/],
  [["script.sql"], /^script\.sql:3:8: There is no column m in t\./],
  [["SELECT nothing FROM clicks", "--project", "shop"], /^statement:1:8: There is no column nothing/],
  [[], /a FILE, a PROJECT or a STATEMENT is missing/],
  [["SELECT 1", "--project", "nowhere"], /There is no project in nowhere/],
])("%j is a mistake, told with its place, exit code 1", async (args, message) => {
  const { code, stderr } = await explain(folder(), ...args);
  expect(code).toBe(1);
  expect(stderr).toMatch(message);
});
