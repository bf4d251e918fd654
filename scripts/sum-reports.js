/**
 * Adds up the stages of a CI run and prints what failed in them, once more where all of it is over, and
 * the closing line, `N passed, N failed`.
 *
 *     node scripts/sum-reports.js types=0 lint=0 test=1=/tmp/reports/test.json
 *
 * Each argument is a stage: its name, its exit code, and where it runs tests the file of Vitest's JSON
 * report. A stage without tests counts only when it failed; a report that is not there, or a failed stage
 * whose tests all passed, is one failure.
 */
import { readFileSync } from "node:fs";
import { relative } from "node:path";
import { isStartedDirectly, projectRoot } from "./project.js";

/**
 * @typedef {{ passed: number, failed: number, skipped: number }} Counts
 * @typedef {{ name: string, exitCode: number, report?: string | undefined }} Stage
 * @typedef {{ status: string, fullName?: string, failureMessages?: string[] | null }} ReportedTest
 * @typedef {{ name?: string, message?: string, status: string, assertionResults: ReportedTest[] }} TestFile
 */

/** Of that many failures the messages are told, and of each so many lines. */
const toldFailures = 20;
const toldLines = 15;
/** What colours a terminal. */
const colours = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, "gu");

/**
 * @param {TestFile} file
 * @returns {boolean} whether it could not be loaded: it has no tests that could have failed
 */
function isBroken(file) {
  return file.status === "failed" && !file.assertionResults.some((test) => test.status === "failed");
}

/**
 * The counts of one of Vitest's reports, or undefined where it cannot be read.
 *
 * @param {string} path
 * @returns {Counts | undefined}
 */
export function countReport(path) {
  try {
    const report = JSON.parse(readFileSync(path, "utf8"));
    const brokenFiles = report.testResults.filter(isBroken);
    return {
      passed: report.numPassedTests,
      failed: report.numFailedTests + brokenFiles.length,
      skipped: report.numPendingTests + report.numTodoTests,
    };
  } catch {
    return undefined;
  }
}

/**
 * @param {readonly Stage[]} stages
 * @returns {Counts}
 */
export function sumStages(stages) {
  const sum = { passed: 0, failed: 0, skipped: 0 };
  for (const { exitCode, report } of stages) {
    const counts = report === undefined ? { passed: 0, failed: 0, skipped: 0 } : countReport(report);
    sum.passed += counts?.passed ?? 0;
    sum.skipped += counts?.skipped ?? 0;
    if (counts === undefined) sum.failed += 1;
    else sum.failed += exitCode === 0 ? counts.failed : Math.max(1, counts.failed);
  }
  return sum;
}

/**
 * What failed: tests with the first lines of their messages, files that could not be loaded, stages.
 *
 * @param {readonly Stage[]} stages
 * @returns {string[]} a failure each
 */
export function failuresOf(stages) {
  const failures = stages.flatMap((stage) => {
    const tests = stage.report === undefined ? [] : failedTests(stage.name, stage.report);
    return tests.length > 0 || stage.exitCode === 0
      ? tests
      : [`${stage.name}: ended with code ${stage.exitCode}`];
  });
  const untold = failures.length - toldFailures;
  return untold > 0 ? [...failures.slice(0, toldFailures), `and ${untold} more`] : failures;
}

/**
 * @param {string} stage
 * @param {string} path
 * @returns {string[]}
 */
function failedTests(stage, path) {
  try {
    /** @type {TestFile[]} */
    const files = JSON.parse(readFileSync(path, "utf8")).testResults;
    return files.flatMap((file) => {
      const of = `${stage}: ${relative(projectRoot, file.name ?? "")}`;
      if (isBroken(file)) return [`${of}\n${firstLines(file.message ?? "")}`];
      const failed = file.assertionResults.filter((test) => test.status === "failed");
      return failed.map(
        (test) => `${of} > ${test.fullName}\n${firstLines((test.failureMessages ?? []).join("\n"))}`,
      );
    });
  } catch {
    return [`${stage}: left no report that can be read`];
  }
}

/**
 * @param {string} message
 * @returns {string}
 */
function firstLines(message) {
  const lines = message.replaceAll(colours, "").split("\n").slice(0, toldLines);
  return lines.map((line) => `    ${line}`).join("\n");
}

/**
 * @param {Counts} counts
 * @returns {string}
 */
export function closingLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}

if (isStartedDirectly(import.meta.url)) {
  const stages = process.argv.slice(2).map((argument) => {
    const [name = "", exitCode, ...report] = argument.split("=");
    return { name, exitCode: Number(exitCode), report: report.length > 0 ? report.join("=") : undefined };
  });
  const sum = sumStages(stages);
  for (const failure of failuresOf(stages)) process.stdout.write(`FAILED ${failure}\n`);
  process.stdout.write(`${closingLine(sum)}\n`);
  process.exitCode = sum.failed > 0 || sum.passed === 0 ? 1 : 0;
}
