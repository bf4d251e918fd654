/** `quickwater test` as a process: what it prints, and how it ends. */
import { join } from "node:path";
import { expect, test } from "vitest";
import { fileOf, projectOf } from "../support/project-folder.ts";
import { commandOf, quickwater } from "../support/quickwater-process.ts";
import { runToEnd } from "../support/run-process.ts";
import { scratchFolder } from "../support/scratch-folder.ts";

const tested = (...args: string[]) => quickwater(["test", ...args]);

const sql = `CREATE TABLE sales (id INT NOT NULL, ts TIMESTAMP_LTZ(3) NOT NULL, WATERMARK FOR ts AS ts);
CREATE MATERIALIZED VIEW minutes AS SELECT window_start, window_end, COUNT(*) AS n
FROM TABLE(TUMBLE(TABLE sales, DESCRIPTOR(ts), INTERVAL '1' MINUTE)) GROUP BY window_start, window_end;`;
const scenario = (count: number) => `features: [S1]
clock: 2026-03-02T09:00:00Z
steps:
  - send: sales
    events: [ { id: 1, ts: 2026-03-02T09:00:00Z } ]
    shows:
      minutes: |
        window_start         | n | final
        2026-03-02T09:00:00Z | ${count} | no
`;
const right = { "sql/all.sql": sql, "expected/right.yaml": scenario(1) };
const wrong = { ...right, "expected/wrong.yaml": scenario(2) };

test("all is as expected", async () => {
  const { code, stdout } = await tested(projectOf(right));
  expect(stdout).toMatch(
    /^passed {3}scenario right \(\d+ ms\)\n\n1 passed, 0 failed\nWithout a twin: minutes\n$/,
  );
  expect(code).toBe(0);
});

test("it ends without a word where nobody reads what it says", async () => {
  const pipe = ["bash", "-c", 'set -o pipefail; "$@" | true', "bash"];
  const { code, stderr } = await runToEnd([...pipe, ...commandOf(["test", projectOf(right)])], {
    cwd: scratchFolder(),
  });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
});

test("what differs is shown, and the exit code is 1", async () => {
  const folder = projectOf(wrong);
  const { code, stdout } = await tested(folder);
  expect(code).toBe(1);
  const lines = stdout.split("\n").map((line) => line.replace(/^ {2}\.\..*expected/, "  expected"));
  expect(lines.slice(1)).toEqual([
    expect.stringMatching(/^FAILED {3}scenario wrong \(\d+ ms\)$/),
    `  ${join("expected", "wrong.yaml")}:7: step 1, at 2026-03-02T09:00:00Z: minutes`,
    "      window_start         | n     | final",
    "    ~ 2026-03-02T09:00:00Z | 2 → 1 | no    | changed: n",
    "",
    "1 passed, 1 failed",
    "Without a twin: minutes",
    "",
  ]);
  expect((await tested(folder, "--only", "right")).code).toBe(0);
  const unknown = await tested(folder, "--only", "rigth");
  expect([unknown.code, unknown.stderr]).toEqual([1, expect.stringContaining("did you mean right")]);
});

test("--update writes what is", async () => {
  const folder = projectOf(wrong);
  const { code, stdout } = await tested(folder, "--update");
  expect([code, stdout]).toEqual([0, expect.stringMatching(/^updated {2}scenario wrong/m)]);
  expect(fileOf(folder, "expected/wrong.yaml")).toBe(scenario(1));
  expect((await tested(folder)).code).toBe(0);
});

test("--update does not hide what it cannot write", async () => {
  const twin = "SELECT ts AS window_start, ts AS window_end, 1 AS n FROM sales";
  const file = `${scenario(2)}  - { at: 10:00, twins: [minutes] }\n`;
  const folder = projectOf({
    "sql/all.sql": sql,
    "expected/wrong.yaml": file,
    "expected/minutes.duckdb.sql": twin,
  });
  const { code, stdout } = await tested(folder, "--update");
  expect([code, stdout]).toEqual([1, expect.stringMatching(/^FAILED {3}scenario wrong/m)]);
  expect(fileOf(folder, "expected/wrong.yaml")).toContain("| 1 | no");
});

test("--json tells programs", async () => {
  const { code, stdout } = await tested(projectOf(wrong), "--json");
  const told = JSON.parse(stdout);
  expect([code, told]).toMatchObject([1, { passed: 1, failed: 1, withoutTwin: ["minutes"] }]);
  expect(told.results).toMatchObject([
    { kind: "scenario", name: "right", features: ["S1"], passed: true, differences: [] },
    { kind: "scenario", name: "wrong", passed: false, differences: [{ lines: { length: 2 } }] },
  ]);
});

test("--require-twins wants one of each view", async () => {
  const twin =
    "SELECT ts AS window_start, ts + INTERVAL 1 MINUTE AS window_end, 1 AS n FROM sales WHERE false";
  const step = "  - twins: [minutes]\n";
  expect((await tested(projectOf(right), "--require-twins")).code).toBe(1);
  const whole = { ...right, "expected/minutes.duckdb.sql": twin, "expected/right.yaml": scenario(1) + step };
  const { code, stdout } = await tested(projectOf(whole), "--require-twins");
  expect([code, stdout]).toEqual([0, expect.stringMatching(/1 passed, 0 failed\n$/)]);
});

test("mistakes of the project and of its expectations are told", async () => {
  const broken = await tested(projectOf({ "sql/all.sql": "SELEC" }));
  expect([broken.code, broken.stderr]).toEqual([1, expect.stringContaining("all.sql:1:1")]);
  const { code, stdout } = await tested(projectOf({ ...right, "expected/bad.yaml": "clok: 1\n" }));
  expect(code).toBe(1);
  expect(stdout).toMatch(
    /FAILED {3}scenario bad .*\n.*bad\.yaml:1: there is no setting clok\.\n {2}Did you mean clock\?/,
  );
  expect((await tested(join(projectOf(right), "nowhere"))).code).toBe(1);
});
