import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { projectRoot } from "../../scripts/project.js";
import { closingLine, failuresOf, sumStages } from "../../scripts/sum-reports.js";
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

function reportOfFiles(...files: readonly object[]): string {
  const path = join(scratchFolder(), "report.json");
  writeFileSync(path, JSON.stringify({ numPassedTests: 1, numFailedTests: 1, testResults: files }));
  return path;
}

test("what failed is told at the end: stages, tests with their messages, files, what left no report", () => {
  const tests = reportOfFiles(
    {
      name: join(projectRoot, "test/tills.test.ts"),
      status: "failed",
      assertionResults: [
        { status: "passed", fullName: "tills open" },
        {
          status: "failed",
          fullName: "tills close",
          failureMessages: ["\u001b[31mexpected 1\u001b[39m\n  to be 2"],
        },
      ],
    },
    {
      name: join(projectRoot, "test/broken.test.ts"),
      status: "failed",
      message: "Cannot find it",
      assertionResults: [],
    },
  );
  const stages = [
    { name: "types", exitCode: 2 },
    { name: "lint", exitCode: 0 },
    { name: "test", exitCode: 1, report: tests },
    { name: "packs", exitCode: 124, report: "/nowhere/report.json" },
    { name: "demo", exitCode: 3, report: report({ passed: 1 }) },
  ];
  expect(failuresOf(stages)).toEqual([
    "types: ended with code 2",
    "test: test/tills.test.ts > tills close\n    expected 1\n      to be 2",
    "test: test/broken.test.ts\n    Cannot find it",
    "packs: left no report that can be read",
    "demo: ended with code 3",
  ]);
});

test("of many failures the first are told and the others counted, of a long message its first lines", () => {
  const message = Array.from({ length: 40 }, (_, line) => `line ${line}`).join("\n");
  const failing = Array.from({ length: 23 }, (_, index) => ({
    status: "failed",
    fullName: `test ${index}`,
    failureMessages: [message],
  }));
  const path = reportOfFiles({
    name: join(projectRoot, "a.test.ts"),
    status: "failed",
    assertionResults: failing,
  });
  const failures = failuresOf([{ name: "test", exitCode: 1, report: path }]);
  expect(failures).toHaveLength(21);
  expect(failures.at(-1)).toBe("and 3 more");
  expect(failures[0]?.split("\n").at(-1)).toBe("    line 14");
});

test.each([
  [0, ["types=0", (path: string) => `test=0=${path}`], { passed: 1 }, "1 passed, 0 failed\n"],
  [
    1,
    ["types=1", (path: string) => `test=0=${path}`],
    { passed: 1 },
    "FAILED types: ended with code 1\n1 passed, 1 failed\n",
  ],
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
