/**
 * Runs the tests on the pinned Node: the fast ones, or the projects of vitest.config.ts that `--project`
 * names. Other arguments go to Vitest as they are. A run in which no test ran has shown nothing, so it fails.
 */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectRoot, runPinned } from "./project.js";
import { setUpOrExit } from "./setup.js";
import { countReport } from "./sum-reports.js";

await setUpOrExit({ dashboard: true });
const args = process.argv.slice(2);
const projects = args.some((arg) => arg.startsWith("--project")) ? [] : ["--project", "fast"];
const scratch = mkdtempSync(join(tmpdir(), "quickwater-report-"));
try {
  const report = process.env.QUICKWATER_REPORT ?? join(scratch, "report.json");
  rmSync(report, { force: true });
  const vitest = ["node_modules/vitest/vitest.mjs", "run", "--config", "vitest.config.ts"];
  process.exitCode = runPinned([...vitest, ...projects, ...args], {
    ...process.env,
    // A server begins several threads, and each would read all sources anew.
    NODE_COMPILE_CACHE:
      process.env.NODE_COMPILE_CACHE ?? join(projectRoot, "node_modules", ".cache", "quickwater"),
    QUICKWATER_REPORT: report,
  });
  if (process.exitCode === 0) {
    const counts = existsSync(report) ? countReport(report) : undefined;
    if (counts === undefined || counts.passed + counts.failed === 0) {
      process.stderr.write("No test ran, so this run proves nothing and counts as failed.\n");
      process.exitCode = 1;
    }
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
