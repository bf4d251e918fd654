/** `npm run reliability`: kills servers, breaks disks, and writes docs/reliability.md from the counts. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runPinned } from "./project.js";
import { setUpOrExit } from "./setup.js";

await setUpOrExit({ dashboard: false });
const folder = mkdtempSync(join(tmpdir(), "quickwater-reliability-"));
try {
  const env = { ...process.env, QUICKWATER_RELIABILITY: folder };
  const vitest = ["node_modules/vitest/vitest.mjs", "run", "--config", "vitest.config.ts"];
  const tests = ["disk-faults.test", "planted-faults.test", "kill.slow.test"];
  const code = runPinned([...vitest, ...tests.map((name) => `test/recovery/${name}`)], env);
  process.exitCode = code === 0 ? runPinned(["test/recovery/reliability-page.ts", folder]) : code;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
