/**
 * The one installer: packages as package-lock.json has them, the pinned Node among them, and, for what
 * serves it, the dashboard built.
 *
 * It runs on the machine's own Node before anything is installed, so it is plain JavaScript and imports
 * nothing but Node. Every start calls it; when nothing is to do it prints nothing and costs a few file reads.
 */
import { join } from "node:path";
import { isStartedDirectly, projectRoot } from "./project.js";
import { buildDashboard, outdatedDashboard } from "./setup/dashboard.js";
import { failureText } from "./setup/failure.js";
import { install, isInstalled, wantedInstall } from "./setup/install.js";
import { withLock } from "./setup/lock.js";

/**
 * Makes the checkout ready to run; throws where it cannot. `installed` tells that node_modules was replaced,
 * which may have taken away the very Node that this process runs on.
 *
 * @param {{ root: string, log: (line: string) => void, dashboard: boolean }} options
 * @returns {Promise<{ installed: boolean }>}
 */
export async function setup({ root, log, dashboard }) {
  const outdated = () => (dashboard ? outdatedDashboard(root) : undefined);
  if (isInstalled(root, wantedInstall(root)) && outdated() === undefined) return { installed: false };
  return await withLock(join(root, ".quickwater-setup.lock"), log, async (lock) => {
    const wanted = wantedInstall(root);
    const installed = !isInstalled(root, wanted);
    if (installed) {
      log("Installing packages (first start only, about 20 s)…");
      await install(root, wanted, lock.noteTool);
    }
    const sourcesHash = outdated();
    if (sourcesHash !== undefined) {
      log("Building the dashboard…");
      await buildDashboard(root, sourcesHash, lock.noteTool);
    }
    return { installed };
  });
}

/**
 * For scripts: progress goes to stderr, a failure is said in a sentence and ends the process with code 2.
 *
 * @param {{ dashboard: boolean }} needs
 * @returns {Promise<{ installed: boolean }>}
 */
export async function setUpOrExit({ dashboard }) {
  try {
    return await setup({ root: projectRoot, dashboard, log: (line) => process.stderr.write(`${line}\n`) });
  } catch (error) {
    process.stderr.write(failureText(error));
    process.exit(2);
  }
}

if (isStartedDirectly(import.meta.url)) {
  await setUpOrExit({ dashboard: true });
}
