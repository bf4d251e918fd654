import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { projectRoot } from "../../scripts/project.js";
import { closingLine, sumStages } from "../../scripts/sum-reports.js";
import { runToEnd } from "../support/run-process.ts";
import { scratchFolder } from "../support/scratch-folder.ts";

interface Counted {
  readonly passed?: number;
  readonly failed?: number;
  readonly skipped?: number;
  readonly todo?: number;
  readonly unloadable?: number;
}

function report(counted: Counted): string {
  const path = join(scratchFolder(), "report.json");
  const unloadable = Array.from({ length: counted.unloadable ?? 0 }, () => ({
    status: "failed",
    assertionResults: [],
  }));
  const failing = { status: "failed", assertionResults: [{ status: "failed" }] };
  const content = {
    numPassedTests: counted.passed ?? 0,
    numFailedTests: counted.failed ?? 0,
    numPendingTests: counted.skipped ?? 0,
    numTodoTests: counted.todo ?? 0,
    testResults: [...unloadable, ...(counted.failed === undefined ? [] : [failing])],
  };
  writeFileSync(path, JSON.stringify(content));
  return path;
}

test("tests of all reports are added; skipped ones and those to do are named when there are any", () => {
  const stages = [
    { name: "types", exitCode: 0 },
    { name: "test", exitCode: 1, report: report({ passed: 40, failed: 2, skipped: 1 }) },
    { name: "browser", exitCode: 0, report: report({ passed: 3, todo: 2 }) },
  ];
  expect(closingLine(sumStages(stages))).toBe("43 passed, 2 failed, 3 skipped");
  expect(closingLine(sumStages(stages.slice(0, 1)))).toBe("0 passed, 0 failed");
});

test.each([
  ["a stage without tests that failed", { name: "types", exitCode: 1 }],
  [
    "a report that is not there, after a failure",
    { name: "test", exitCode: 124, report: "/nowhere/report.json" },
  ],
  [
    "a report that is not there, after a success",
    { name: "test", exitCode: 0, report: "/nowhere/report.json" },
  ],
])("%s counts as one failed", (_, stage) => {
  expect(sumStages([stage])).toEqual({ passed: 0, failed: 1, skipped: 0 });
});

test("a failed stage whose tests all passed counts as one failed", () => {
  const stage = { name: "test", exitCode: 1, report: report({ passed: 5 }) };
  expect(sumStages([stage])).toEqual({ passed: 5, failed: 1, skipped: 0 });
});

test("a test file that cannot be loaded counts as one failed", () => {
  const stage = { name: "test", exitCode: 1, report: report({ passed: 5, failed: 1, unloadable: 2 }) };
  expect(sumStages([stage])).toEqual({ passed: 5, failed: 3, skipped: 0 });
});

test.each([
  [0, ["types=0", (path: string) => `test=0=${path}`], { passed: 1 }, "1 passed, 0 failed\n"],
  [1, ["types=1", (path: string) => `test=0=${path}`], { passed: 1 }, "1 passed, 1 failed\n"],
  [1, ["types=0"], {}, "0 passed, 0 failed\n"],
] as const)("the script exits with %i for %j", async (code, stages, counted, stdout) => {
  const path = report(counted);
  const args = stages.map((stage) => (typeof stage === "string" ? stage : stage(path)));
  const script = join(projectRoot, "scripts/sum-reports.js");
  expect(await runToEnd([process.execPath, script, ...args], { cwd: projectRoot })).toMatchObject({
    code,
    stdout,
  });
});
