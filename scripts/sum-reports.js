/**
 * Adds up the stages of a CI run and prints its closing line, `N passed, N failed`.
 *
 *     node scripts/sum-reports.js types=0 lint=0 test=1=/tmp/reports/test.json
 *
 * Each argument is a stage: its name, its exit code, and where it runs tests the file of Vitest's JSON
 * report. A stage without tests counts only when it failed; a report that is not there, or a failed stage
 * whose tests all passed, is one failure.
 */
import { readFileSync } from "node:fs";
import { isStartedDirectly } from "./project.js";

/**
 * @typedef {{ passed: number, failed: number, skipped: number }} Counts
 * @typedef {{ name: string, exitCode: number, report?: string | undefined }} Stage
 */

/**
 * The counts of one of Vitest's reports, or undefined where it cannot be read.
 *
 * @param {string} path
 * @returns {Counts | undefined}
 */
export function countReport(path) {
  try {
    const report = JSON.parse(readFileSync(path, "utf8"));
    // A file that could not be loaded has no tests that could have failed.
    const brokenFiles = report.testResults.filter(
      (/** @type {{ status: string, assertionResults: { status: string }[] }} */ file) =>
        file.status === "failed" && !file.assertionResults.some((test) => test.status === "failed"),
    );
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
  process.stdout.write(`${closingLine(sum)}\n`);
  process.exitCode = sum.failed > 0 || sum.passed === 0 ? 1 : 0;
}
