/** Type-checks everything; each program is checked even when an earlier one has errors. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { projectRoot, runPinned } from "./project.js";
import { setUpOrExit } from "./setup.js";

await setUpOrExit({ dashboard: false });
for (const project of ["tsconfig.json", "dashboard/tsconfig.json"]) {
  if (!existsSync(join(projectRoot, project))) continue;
  if (runPinned(["node_modules/typescript/bin/tsc", "-p", project]) !== 0) process.exitCode = 1;
}
