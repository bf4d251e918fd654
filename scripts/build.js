/** Makes dist/ from src/ for publishing: JavaScript, declarations, and the files that are no TypeScript. */
import { copyFileSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { dirname, extname, join } from "node:path";
import { projectRoot, runPinned } from "./project.js";
import { setUpOrExit } from "./setup.js";

const source = join(projectRoot, "src");
const dist = join(projectRoot, "dist");
/** tsconfig.build.json writes here; dist/ is replaced only by a whole build. */
const fresh = join(projectRoot, "dist.building");

await setUpOrExit({ dashboard: true });
rmSync(fresh, { recursive: true, force: true });
if (runPinned(["node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json"]) !== 0) {
  process.stderr.write("dist was not built; mend the types that tsc names above.\n");
  process.exit(2);
}
for (const path of assets(source)) {
  mkdirSync(dirname(join(fresh, path)), { recursive: true });
  copyFileSync(join(source, path), join(fresh, path));
}
rmSync(dist, { recursive: true, force: true });
renameSync(fresh, dist);

/**
 * Files that the code reads at run time: neither TypeScript nor the pages that explain the folders.
 *
 * @param {string} folder
 */
function assets(folder) {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return names.filter((name) => ![".ts", ".md", ""].includes(extname(name)));
}
